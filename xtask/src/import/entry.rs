//! What the report says: one entry for each difference, and what differs by intent, counted by name.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// Which part of the description differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// All operations of one family.
    Family,
    /// An operation.
    Operation,
    /// What its token needs.
    Scope,
    /// Its success status.
    Status,
    /// Whether it takes an idempotency key.
    Idempotency,
    /// A query parameter.
    Parameter,
    /// A property.
    Property,
    /// Its type or format.
    Type,
    /// Whether it must be there.
    Required,
    /// Whether it may be null.
    Nullable,
    /// A value of an enum.
    Value,
}

/// How it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Change {
    /// It is in the document only.
    Added,
    /// It is in the curated description only.
    Removed,
    /// Both have it.
    Changed,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// Nothing: a person has to look.
    Decide,
    /// It is written into the curated description.
    Taken,
    /// Nothing: the curated description is right.
    Kept,
}

/// One difference. The order of fields is that of the report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Entry {
    /// Which part.
    pub(crate) what: What,
    /// How it differs.
    pub(crate) change: Change,
    /// Name of the curated thing.
    pub(crate) at: String,
    /// What the document says.
    pub(crate) upstream: String,
    /// What the curated description says.
    pub(crate) curated: String,
    /// What is done.
    pub(crate) action: Action,
    /// The reason, for a person.
    pub(crate) why: String,
    /// File and line below the workspace, if the curated description has it.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    /// The curated place in the joined document; empty if there is none.
    #[serde(skip)]
    pub(crate) pointer: String,
}

/// Differences that are meant: places by the name of the convention.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conventions(BTreeMap<&'static str, BTreeSet<String>>);

impl Conventions {
    /// Counts `place` under `name`, once.
    pub(super) fn count(&mut self, name: &'static str, place: &str) {
        self.0.entry(name).or_default().insert(place.to_owned());
    }

    /// Name and number of places.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, usize> {
        self.0.iter().map(|(name, places)| (*name, places.len())).collect()
    }
}
