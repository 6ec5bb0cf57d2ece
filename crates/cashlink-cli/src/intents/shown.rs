//! What was sent or answered, as far as it may be shown.

use cashlink::{Json, journal::SealError};
use serde::Serialize;
use serde_json::Value;

use crate::{journal, layout, mask};

/// How much of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reveal {
    /// The names of its fields.
    Names,
    /// All, personal data included.
    Values,
}

/// A body or a reply.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Shown {
    Values { value: Json },
    Names { fields: Vec<String> },
    Hidden { reason: String },
}

impl Shown {
    /// `kept` as far as `reveal` allows; `absent` says why there may be nothing.
    pub(super) fn of(kept: Result<Option<Json>, SealError>, reveal: Reveal, absent: &str) -> Self {
        match (kept, reveal) {
            (Ok(Some(value)), Reveal::Values) => Self::Values { value },
            (Ok(Some(json)), Reveal::Names) => {
                let mut fields = Vec::new();
                json.value().ok().iter().for_each(|value| name(value, "", &mut fields));
                Self::Names { fields }
            }
            (Ok(None), _) => Self::Hidden { reason: absent.to_owned() },
            (Err(error), _) => Self::Hidden { reason: journal::key_hint(&error) },
        }
    }

    /// The lines below the heading `name`, for a person.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        match self {
            Self::Values { value } => vec![format!("{name}:"), layout::pretty(value.text())],
            Self::Names { fields } => {
                let heading = format!("{name} (--reveal shows the values):");
                let fields = fields.iter().map(|field| format!("  {field}: …"));
                std::iter::once(heading).chain(fields).collect()
            }
            Self::Hidden { reason } => vec![format!("{name}: {reason}")],
        }
    }
}

/// Adds the paths of all values in `value`, which is at `path`.
fn name(value: &Value, path: &str, fields: &mut Vec<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (member, value) in members {
                let member = mask::plain(member);
                let path = if path.is_empty() { member } else { format!("{path}.{member}") };
                name(value, &path, fields);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                name(item, &format!("{path}[{index}]"), fields);
            }
        }
        _ => fields.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_asking_for_it_only_the_names_of_fields_are_shown() {
        let json = r#"{"person":{"surname":"Beispiel","tax":[{"id":"12"},{}]},"units":10,"signed":[]}"#;
        let shown = Shown::of(Ok(Some(json.parse().unwrap())), Reveal::Names, "");
        let text = shown.lines("body").join("\n");
        for name in ["person.surname: …", "person.tax[0].id: …", "person.tax[1]: …", "units: …", "signed: …"]
        {
            assert!(text.contains(name), "{text}");
        }
        assert!(!text.contains("Beispiel") && !text.contains("10"), "{text}");
        assert!(!serde_json::to_string(&shown).unwrap().contains("Beispiel"));
    }

    #[test]
    fn what_is_revealed_keeps_its_digits_and_its_order() {
        let json = r#"{"b":1.10,"a":123456789012345678901234567890}"#;
        let shown = Shown::of(Ok(Some(json.parse().unwrap())), Reveal::Values, "");
        assert_eq!(serde_json::to_string(&shown).unwrap(), format!(r#"{{"value":{json}}}"#));
        assert_eq!(shown.lines("body")[1], layout::pretty(json));
    }

    #[test]
    fn why_there_is_nothing_is_said() {
        assert_eq!(Shown::of(Ok(None), Reveal::Values, "not kept").lines("body"), ["body: not kept"]);
    }
}
