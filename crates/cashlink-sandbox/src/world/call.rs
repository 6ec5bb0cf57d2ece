//! What the world is asked, and how it answers.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use serde_path_to_error::{Path, Segment};
use uuid::Uuid;

use super::money::explanation;
use super::{NON_FIELD, Owner, Refusal, Viewer};

/// The message for a value that has the form the schema asks for and still says nothing.
const INVALID: &str = "Invalid value.";

/// The part of the API a call came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Platform,
    Distributor,
    Issuer,
}

/// One call, checked against the schema of its operation.
pub(crate) struct Call<'a> {
    pub(crate) owner: Owner,
    pub(crate) family: Family,
    pub(crate) now: Timestamp,
    /// The ids in the path, by parameter name.
    pub(crate) path: &'a [(String, Uuid)],
    pub(crate) page: Page,
    /// The product a list is narrowed down to.
    pub(crate) product: Option<Uuid>,
    pub(crate) body: &'a Value,
}

/// The page of a list, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) number: usize,
    pub(crate) size: usize,
}

/// What a call did and what it is answered.
#[derive(PartialEq)]
pub(crate) struct Reply {
    pub(crate) body: Body,
    /// The thing that was created or changed.
    pub(crate) resource: Option<Resource>,
}

#[derive(PartialEq)]
pub(crate) enum Body {
    Whole(Value),
    Page { count: usize, results: Vec<Value> },
}

/// A thing in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) kind: &'static str,
    pub(crate) id: Uuid,
}

pub(crate) type Answer = Result<Reply, Refusal>;

/// What a change says about one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change<T> {
    Keep,
    Set(Option<T>),
}

impl<T: Copy> Change<T> {
    pub(super) fn or(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Set(value) => value,
        }
    }
}

impl Call<'_> {
    /// Who is shown investments and transfers: issuers those of their products, everybody else their own.
    pub(super) fn viewer(&self) -> Viewer {
        if self.family == Family::Issuer { Viewer::Issuer(self.owner) } else { Viewer::Client(self.owner) }
    }

    /// The id that the path gives for `parameter`.
    pub(super) fn id(&self, parameter: &str) -> Result<Uuid, Refusal> {
        let found = self.path.iter().find(|(name, _)| name == parameter);
        found.map(|(_, id)| *id).ok_or(Refusal::NotFound)
    }

    /// The body as `T`; what the schema let through but `T` cannot hold is refused.
    pub(super) fn parse<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Refusal> {
        parse(self.body)
    }

    /// What the body says about `property`: nothing, `null` or a value.
    pub(super) fn change<T: for<'de> Deserialize<'de>>(&self, property: &str) -> Result<Change<T>, Refusal> {
        let Some(value) = self.body.get(property) else {
            return Ok(Change::Keep);
        };
        let value = Option::deserialize(value).map_err(|_| Refusal::field(property, INVALID))?;
        Ok(Change::Set(value))
    }

    /// One page of `items`; the first page of an empty list is there, any other is not.
    pub(super) fn page_of<T>(&self, items: impl ExactSizeIterator<Item = T>, view: impl Fn(T) -> Value) -> Answer {
        let count = items.len();
        let start = (self.page.number - 1).saturating_mul(self.page.size);
        if start >= count && self.page.number != 1 {
            return Err(Refusal::InvalidPage);
        }
        let results = items.skip(start).take(self.page.size).map(view).collect();
        Ok(Reply { body: Body::Page { count, results }, resource: None })
    }
}

/// `value` as `T`; a part that `T` cannot hold is refused by its name.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = explanation(&error.inner().to_string()).unwrap_or(INVALID);
        Refusal::field(&field(error.path()), message)
    })
}

/// The members of `object` that have a name: `null` for one that is not there.
pub(super) fn members(object: &Value, names: &[&str]) -> Map<String, Value> {
    let member = |name: &&str| ((*name).to_owned(), object.get(name).map_or(Value::Null, |value| shown(name, value)));
    names.iter().map(member).collect()
}

/// `value` as replies repeat it: points in time in UTC, everything else as it was sent.
pub(super) fn shown(name: &str, value: &Value) -> Value {
    let text = value.as_str().filter(|_| name.ends_with("_at"));
    let time = text.and_then(|text| text.parse::<Timestamp>().ok());
    time.map_or_else(|| value.clone(), |time| json!(time))
}

/// Where in the body a value is, as far as that can be said in names; the body itself if there are none.
fn field(path: &Path) -> String {
    let names: Vec<&str> = path.iter().map_while(name).collect();
    if names.is_empty() { NON_FIELD.to_owned() } else { names.join(".") }
}

fn name(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Map { key } => Some(key),
        _ => None,
    }
}

impl Reply {
    pub(super) fn read(value: Value) -> Self {
        Self { body: Body::Whole(value), resource: None }
    }

    pub(super) fn changed(kind: &'static str, id: Uuid, value: Value) -> Self {
        Self { body: Body::Whole(value), resource: Some(Resource { kind, id }) }
    }
}
