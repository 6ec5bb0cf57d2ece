//! Compares the JSON Schemas of the facade's inputs with the schemas of the API.

mod guide;
mod shape;

use std::collections::BTreeSet;

pub use self::{
    guide::Guide,
    shape::{Field, Shape, kinds_of},
};
use crate::spec;

/// An input type, and what it is to the API.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name; behind that of the guide if another guide has another type of the same name.
    pub input: &'static str,
    /// The schema that it becomes; empty if its fields go to different calls.
    pub component: &'static str,
    /// In what the two differ by intent.
    pub known: &'static [Known],
}

/// A difference by intent.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// The input has the file, under its first name, that becomes the document whose id the API wants under the second.
    File(&'static str, &'static str),
    /// The field of the input has another name in the API, the second.
    Renamed(&'static str, &'static str),
    /// The input does not ask for an optional field of the API.
    Left(&'static str),
    /// The guide fills in the field of the API.
    Filled(&'static str),
    /// The input wants what the API does not require.
    Demanded(&'static str),
    /// The API requires what the input may leave to the caller, or to another form of the call.
    Open(&'static str),
    /// The field of the input goes to another call: `Component`, `Component.property` or `list of Component`.
    Elsewhere(&'static str, &'static str),
}

/// In what `input` differs from `api`, apart from what is `known`. That must be true, too.
pub fn differences(input: &Shape, api: &Shape, known: &[Known]) -> Vec<String> {
    let mut expected = api.clone();
    let mut found: Vec<String> = known.iter().filter_map(|known| known.apply(&mut expected).err()).collect();
    let names: BTreeSet<&String> = input.fields.keys().chain(expected.fields.keys()).collect();
    for name in names {
        match (input.fields.get(name), expected.fields.get(name)) {
            (Some(_), None) => found.push(format!("{name} is unknown to the API")),
            (None, Some(_)) => found.push(format!("{name} is missing in the input")),
            (Some(ours), Some(theirs)) => found.extend(ours.misfit(theirs).map(|misfit| format!("{name} {misfit}"))),
            (None, None) => {}
        }
    }
    found
}

impl Known {
    /// Makes `expected`, a shape of the API, what an input with this difference looks like.
    fn apply(self, expected: &mut Shape) -> Result<(), String> {
        match self {
            Self::File(input, api) => {
                let field = expected.take(api)?;
                if field.kinds != kinds(&["id of Document"]) {
                    return Err(format!("{api} is not the id of a document but {:?}", field.kinds));
                }
                expected.fields.insert(input.to_owned(), Field { kinds: kinds(&["file"]), ..field });
            }
            Self::Renamed(input, api) => {
                let field = expected.take(api)?;
                expected.fields.insert(input.to_owned(), field);
            }
            Self::Left(api) => {
                if expected.take(api)?.is_required {
                    return Err(format!("{api} cannot be left out: the API requires it"));
                }
            }
            Self::Filled(api) => {
                expected.take(api)?;
            }
            Self::Demanded(api) | Self::Open(api) => {
                let field = expected.fields.get_mut(api).ok_or_else(|| format!("{api} is not a field of the API"))?;
                let is_open = matches!(self, Self::Open(_));
                if field.is_required != is_open {
                    return Err(format!("{api} needs no exception: required is {} in the API", field.is_required));
                }
                field.is_required = !is_open;
            }
            Self::Elsewhere(input, place) => {
                expected.fields.insert(input.to_owned(), elsewhere(place)?);
            }
        }
        Ok(())
    }
}

/// The field at `place` of the API. Whether the input requires it is for the input to say.
fn elsewhere(place: &str) -> Result<Field, String> {
    let component = place.trim_start_matches("list of ");
    let Some((component, property)) = component.split_once('.') else {
        spec::schema(component);
        return Ok(Field { kinds: kinds(&[place]), minimum: None, is_required: false, may_differ: true });
    };
    let field = Shape::of_api(component).take(property)?;
    Ok(Field { is_required: false, may_differ: true, ..field })
}

fn kinds(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}
