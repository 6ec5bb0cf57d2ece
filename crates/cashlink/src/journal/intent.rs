//! Intents: changes that were written down before they were sent, and what became of them.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::IdempotencyKey;

/// A SHA-256 digest of what an intent sends, salted with its key.
///
/// Two requests under one key are the same request exactly if their digests are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Wraps the bytes of a digest.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Prints it in hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

/// How far an intent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a store has to keep every state")]
pub enum IntentState {
    /// It is about to be sent, is under way, or may have happened.
    Pending,
    /// It happened.
    Applied,
    /// The API said no; nothing was changed.
    Rejected,
    /// It cannot have happened.
    NotSent,
}

impl IntentState {
    /// The state as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
        }
    }
}

impl fmt::Display for IntentState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Reads what [`as_str`](IntentState::as_str) writes.
impl FromStr for IntentState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let states = [Self::Pending, Self::Applied, Self::Rejected, Self::NotSent];
        states.into_iter().find(|state| state.as_str() == word).ok_or(UnknownWord)
    }
}

/// A stored word that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal has a word that this version does not know")]
pub struct UnknownWord;

/// What a journal keeps of the request of an intent.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store has to keep every kind")]
pub enum Content {
    /// Nothing beyond operation and path is sent.
    None,
    /// The request, encrypted.
    Sealed(Vec<u8>),
    /// Nothing, as there is no key to encrypt with: to send it again, the caller has to give it again.
    Withheld,
    /// Nothing, as it is a document: to send it again, the caller has to give it again.
    Document,
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Sealed(_) => "Sealed",
            Self::Withheld => "Withheld",
            Self::Document => "Document",
        })
    }
}

/// A change that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIntent {
    /// Names it. Sent as the idempotency key, if the operation takes one.
    pub key: IdempotencyKey,
    /// The operation, by its id in the API's OpenAPI document.
    pub operation_id: String,
    /// The address that it is sent to, with its ids filled in and without a query.
    pub address: String,
    /// What is sent, to be compared only.
    pub digest: Digest,
    /// What is sent, as far as it may be kept.
    pub content: Content,
    /// The run that it belongs to, and the step within that.
    pub step: Option<(Uuid, String)>,
    /// When it was first about to be sent.
    pub begun_at: Timestamp,
}

/// What is known of an intent after it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Ending {
    /// What became of it; [`IntentState::Pending`] if it may have happened.
    pub state: IntentState,
    /// When that was known.
    pub at: Timestamp,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// What the answer named.
    pub facts: Facts,
    /// The answer to an applied intent, encrypted.
    pub reply: Option<Vec<u8>>,
    /// Why the outcome is not known, for people. It holds nothing of what was sent or answered.
    pub note: Option<String>,
}

impl fmt::Debug for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Ending")
            .field("state", &self.state)
            .field("at", &self.at)
            .field("status", &self.status)
            .field("facts", &self.facts)
            .field("note", &self.note)
            .finish_non_exhaustive()
    }
}

/// An intent as it is in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Its place in the journal, counted up in the order in which intents began. One that begins again is the last.
    pub sequence: u64,
    /// What was about to be sent.
    pub new: NewIntent,
    /// How far it is.
    pub state: IntentState,
    /// What is known of it since it was last sent.
    pub ending: Option<Ending>,
    /// Whether a later intent of the same operation and address is in the journal.
    ///
    /// A change that sets absolute values and was overtaken must not be sent again: it would undo the later one.
    pub is_overtaken: bool,
}

/// The ids and the status that an answer named: what is kept of it in clear text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The object that was made or changed; several for a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Uuid>,
    /// The status of that object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl Facts {
    /// The longest status that is kept, in bytes.
    const LONGEST_STATUS: usize = 64;

    /// What the JSON text `reply` names at its top.
    pub(crate) fn of(reply: &[u8]) -> Self {
        // A benefiting person is the one object whose id has another name.
        let member = |value: &Value, name| value.get(name).and_then(Value::as_str)?.parse().ok();
        let id = |value: &Value| member(value, "id").or_else(|| member(value, "person_id"));
        match serde_json::from_slice::<Value>(reply) {
            Ok(Value::Array(items)) => Self { ids: items.iter().filter_map(id).collect(), status: None },
            Ok(object @ Value::Object(_)) => {
                let status = object.get("status").and_then(Value::as_str);
                let status = status.filter(|status| status.len() <= Self::LONGEST_STATUS).map(str::to_owned);
                Self { ids: id(&object).into_iter().collect(), status }
            }
            _ => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_back_as_it_was_written() {
        for state in [IntentState::Pending, IntentState::Applied, IntentState::Rejected, IntentState::NotSent] {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("done".parse::<IntentState>(), Err(UnknownWord));
    }

    #[test]
    fn facts_are_ids_and_a_status_and_nothing_else() {
        let id = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";
        check(&format!(r#"{{"id":"{id}","status":"PAID","surname":"Beispiel"}}"#), &[id], Some("PAID"));
        check(&format!(r#"[{{"id":"{id}","forename":"Max"}},{{}}]"#), &[id], None);
        check(&format!(r#"[{{"person_id":"{id}","forename":"Max"}}]"#), &[id], None);
        check(r#"{"id":"Max Beispiel","status":7}"#, &[], None);
        check(&format!(r#"{{"status":"{}"}}"#, "x".repeat(65)), &[], None);
        check("nonsense", &[], None);

        #[track_caller]
        fn check(reply: &str, ids: &[&str], status: Option<&str>) {
            let ids = ids.iter().map(|id| id.parse().unwrap()).collect();
            assert_eq!(Facts::of(reply.as_bytes()), Facts { ids, status: status.map(str::to_owned) });
        }
    }
}
