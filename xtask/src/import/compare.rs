//! Collects what the document says of everything that the curated description has, without judging it.

mod body;
mod operation;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::body::Bodies;
pub(super) use self::operation::{KEY, content, parameters};
use super::{
    entry::{Conventions, What},
    matching::Pair,
    shape::Site,
};
use crate::spec::operations::Operation;

/// Who writes the value that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    /// The client.
    Sent,
    /// The server.
    Received,
}

/// A place of the curated description.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Its pointer in the joined document.
    pub(super) pointer: String,
    /// Its name in the report.
    pub(super) at: String,
}

/// What the document says of one curated place, seen from one operation.
#[derive(Clone, Debug)]
pub(super) struct Said<'a> {
    pub(super) what: What,
    pub(super) place: Place,
    pub(super) direction: Direction,
    pub(super) upstream: String,
    pub(super) curated: String,
    /// Whether the curated side may stay as it is.
    pub(super) agrees: bool,
    /// What the document has there.
    pub(super) site: Option<Site<'a>>,
}

/// A property that only the document has.
#[derive(Clone, Debug)]
pub(super) struct Added<'a> {
    /// The curated object.
    pub(super) owner: Place,
    pub(super) name: &'a str,
    pub(super) direction: Direction,
    pub(super) site: Site<'a>,
    pub(super) required: bool,
}

/// Something that an operation has beyond schemas.
#[derive(Clone, Debug)]
pub(super) struct OnOperation<'a> {
    pub(super) pair: Pair<'a>,
    pub(super) said: Said<'a>,
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    /// Of operations: deprecation, scope, status, key, parameters that are added or missing.
    pub(super) operations: Vec<OnOperation<'a>>,
    /// Of bodies: types, what is required, what may be null; and whether a property is there at all.
    pub(super) said: Vec<Said<'a>>,
    pub(super) added: Vec<Added<'a>>,
    /// Values that the document lists, by the curated enum and one list for each place where it is used.
    pub(super) values: BTreeMap<Place, BTreeSet<Vec<String>>>,
    pub(super) conventions: Conventions,
    /// Component of the document and direction → components of ours.
    pub(super) names: BTreeMap<(String, Direction), BTreeSet<String>>,
}

/// Compares every pair.
pub(super) fn compare<'a>(upstream: &'a Value, curated: &'a Value, pairs: &[Pair<'a>]) -> Seen<'a> {
    let mut bodies = Bodies::new(upstream, curated);
    for pair in pairs {
        operation::compare(&mut bodies, *pair);
    }
    bodies.seen
}

/// The curated operation as a place.
pub(super) fn place(operation: &Operation<'_>) -> Place {
    Place { pointer: operation.pointer(), at: operation.text("operationId").unwrap_or_default().to_owned() }
}
