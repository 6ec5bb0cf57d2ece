//! The places of a reply: every property and every item that its schema has.

use std::fmt;

use cashlink_tests::{
    instances::{Sensitive, instance_of},
    spec,
};
use serde_json::Value;

/// One place of a reply.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Path,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// The names that an object must have.
    pub(crate) members: Vec<String>,
}

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Enum,
    Id,
    Date,
    Timestamp,
    Boolean,
    Integer,
    SmallInteger,
    Number,
    /// The digits of money.
    Amount,
    Currency,
    /// Money, or a decimal number.
    Price,
    /// A decimal number as text.
    Decimal,
    Array,
    Object,
    /// An object whose members are not known.
    FreeForm,
}

/// Where a place is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    /// The first item; instances have one.
    Item,
}

impl Path {
    fn member(&self, name: &str) -> Self {
        Self([&self.0[..], &[Step::Member(name.to_owned())]].concat())
    }

    fn item(&self) -> Self {
        Self([&self.0[..], &[Step::Item]].concat())
    }

    /// The place that this one is in, and its name there if it is a member.
    pub(crate) fn parent(&self) -> Option<(Self, Option<&str>)> {
        let (last, parent) = self.0.split_last()?;
        let name = match last {
            Step::Member(name) => Some(name.as_str()),
            Step::Item => None,
        };
        Some((Self(parent.to_vec()), name))
    }

    /// A JSON pointer (RFC 6901).
    pub(crate) fn pointer(&self) -> String {
        let steps = self.0.iter().map(|step| match step {
            Step::Member(name) => format!("/{name}"),
            Step::Item => "/0".to_owned(),
        });
        steps.collect()
    }
}

/// As an error names it: `results[0].status`.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if position == 0 => formatter.write_str(name)?,
                Step::Member(name) => write!(formatter, ".{name}")?,
                Step::Item => formatter.write_str("[0]")?,
            }
        }
        Ok(())
    }
}

/// A reply with everything that `schema` has, and all its places, the whole first.
pub(crate) fn of(schema: &'static Value) -> (Value, Vec<Place>) {
    let mut reply = instance_of(schema, Sensitive::First);
    let mut places = Vec::new();
    visit(schema, &Path::default(), true, &mut reply, &mut places);
    (reply, places)
}

/// The name of the component that `schema` refers to.
#[track_caller]
pub(crate) fn name(schema: &'static Value) -> &'static str {
    let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/components/schemas/"));
    assert!(name.is_some(), "a reply must refer to a component: {schema}");
    name.unwrap_or_default()
}

fn visit(schema: &'static Value, path: &Path, required: bool, reply: &mut Value, places: &mut Vec<Place>) {
    let schema = spec::resolve(schema);
    let kind = kind(schema, path);
    if let (Kind::Enum, Some(value)) = (kind, reply.pointer_mut(&path.pointer())) {
        *value = schema["x-extensible-enum"][0].clone();
    }
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let members: Vec<String> = names.map(str::to_owned).collect();
    places.push(Place { path: path.clone(), kind, required, members: members.clone() });
    if kind == Kind::Array {
        visit(&schema["items"], &path.item(), true, reply, places);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        visit(property, &path.member(name), members.contains(name), reply, places);
    }
}

#[track_caller]
fn kind(schema: &'static Value, path: &Path) -> Kind {
    let is =
        |name: &str| spec::SPEC["components"]["schemas"].get(name).is_some_and(|known| std::ptr::eq(schema, known));
    let in_money = path.parent().is_some_and(|(_, name)| matches!(name, Some("amount" | "currency")))
        && std::ptr::eq(schema, &raw const spec::schema("Money")["properties"][last(path)]);
    match (schema["type"].as_str(), schema["format"].as_str()) {
        _ if is("Price") => Kind::Price,
        _ if is("Decimal") => Kind::Decimal,
        _ if in_money && last(path) == "amount" => Kind::Amount,
        _ if in_money => Kind::Currency,
        (Some("string"), _) if schema["x-extensible-enum"].is_array() => Kind::Enum,
        (Some("string"), Some("uuid")) => Kind::Id,
        (Some("string"), Some("date")) => Kind::Date,
        (Some("string"), Some("date-time")) => Kind::Timestamp,
        (Some("string"), _) => Kind::Text,
        (Some("boolean"), _) => Kind::Boolean,
        (Some("integer"), Some("int32")) => Kind::SmallInteger,
        (Some("integer"), _) => Kind::Integer,
        (Some("number"), _) => Kind::Number,
        (Some("array"), _) => Kind::Array,
        (Some("object"), _) if schema["properties"].is_object() => Kind::Object,
        (Some("object"), _) => Kind::FreeForm,
        _ => panic!("tests/tests/tolerance/places.rs does not know what is at {path}: {schema}"),
    }
}

fn last(path: &Path) -> &str {
    match path.0.last() {
        Some(Step::Member(name)) => name,
        _ => "",
    }
}

#[test]
fn the_places_of_a_reply_are_those_of_its_schema() {
    let (reply, places) = of(spec::schema("Investment"));
    let found = |path: &str| {
        places.iter().find(|place| place.path.to_string() == path).map(|place| (place.kind, place.required))
    };
    assert_eq!(found(""), Some((Kind::Object, true)));
    assert_eq!(found("status"), Some((Kind::Enum, true)));
    assert_eq!(found("units"), Some((Kind::Integer, false)));
    assert_eq!(found("natural_person.birth_date"), Some((Kind::Date, false)));
    assert_eq!(found("payment_details.amount.amount"), Some((Kind::Amount, true)));
    assert_eq!(found("payment_details.amount.currency"), Some((Kind::Currency, true)));
    for place in &places {
        assert!(reply.pointer(&place.path.pointer()).is_some(), "{} is in no instance", place.path);
    }
    let (_, survey) = of(spec::schema("Invitation"));
    assert!(survey.iter().any(|place| place.path.to_string() == "survey[0]" && place.kind == Kind::FreeForm));
}
