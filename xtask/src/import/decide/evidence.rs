//! How sure the curated description is of what it says.

use std::fmt;

use serde_json::Value;

use crate::import::merge::{CHANGED_BY, assumed_before};

/// The evidence that counts for one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    level: String,
    refs: Vec<String>,
    note: String,
}

impl Evidence {
    /// The evidence at `pointer`, or of the nearest place around it that has some.
    pub(super) fn of(document: &Value, pointer: &str) -> Self {
        let mut pointer = pointer;
        loop {
            if let Some((place, evidence)) =
                document.pointer(pointer).and_then(|place| Some((place, place.get("x-evidence")?)))
            {
                let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
                let refs = evidence.get("refs").and_then(Value::as_array).into_iter().flatten();
                return Self {
                    level: text(evidence.get("level")),
                    refs: refs.filter_map(Value::as_str).map(str::to_owned).collect(),
                    note: text(place.get("x-evidence-note")),
                };
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return Self::default(),
            }
        }
    }

    /// Whether it is nothing but a guess.
    pub(super) fn is_assumed(&self) -> bool {
        self.level == "I"
    }

    /// Whether `source` is part of it.
    pub(super) fn has(&self, source: &str) -> bool {
        self.refs.iter().any(|known| known == source)
    }

    /// What it was before `source`.
    pub(super) fn without(&self, source: &str) -> Self {
        let mut before = self.clone();
        before.refs.retain(|known| known != source);
        if self.note.contains(&assumed_before(source)) {
            "I".clone_into(&mut before.level);
        }
        before
    }

    /// Whether `source` is all of it, from the beginning.
    pub(super) fn is_only(&self, source: &str) -> bool {
        self.refs == [source] && !self.note.contains(CHANGED_BY)
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.level.as_str(), self.refs.is_empty()) {
            ("I", true) => formatter.write_str("assumed"),
            ("I", false) => write!(formatter, "assumed from {}", self.refs.join(", ")),
            ("", _) => formatter.write_str("without evidence"),
            (_, true) => formatter.write_str("known from other parts of it"),
            (level, _) => write!(formatter, "evidenced ({level}: {})", self.refs.join(", ")),
        }
    }
}
