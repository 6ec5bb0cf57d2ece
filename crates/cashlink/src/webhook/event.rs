//! An event, as it was sent.

use std::{error::Error as StdError, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{InvestmentId, model::InvestmentStatus};

mod plain;

/// Makes the ids of events differ from all other ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x3d6f_0a52_9c1b_4e7a_8f25_d1c6_04b7_e893);

/// The longest status that is taken, in bytes.
const LONGEST_STATUS: usize = 64;

/// Says that the status of an investment changed.
///
/// `Debug` shows nothing of members that are not known.
///
/// ```
/// use cashlink::{model::InvestmentStatus, webhook::Event};
///
/// let event = Event::parse(
///     br#"{"investment_id": "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11", "status": "PAID",
///          "changed_at": "2025-03-04T09:15:27.104512+00:00", "reason": "new"}"#,
/// )?;
/// assert_eq!(*event.status(), InvestmentStatus::Paid);
/// assert_eq!(event.extra()["reason"], "new");
/// # Ok::<(), cashlink::webhook::EventError>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
pub struct Event {
    investment_id: InvestmentId,
    status: InvestmentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<Timestamp>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct Wire {
    investment_id: InvestmentId,
    status: InvestmentStatus,
    #[serde(default)]
    changed_at: Option<Timestamp>,
    #[serde(flatten, deserialize_with = "plain::members")]
    extra: Map<String, Value>,
}

impl Event {
    /// An event that says that `investment_id` got `status` at `changed_at`.
    pub fn new(investment_id: InvestmentId, status: InvestmentStatus, changed_at: Timestamp) -> Self {
        Self { changed_at: Some(changed_at), ..Self::observed(investment_id, status) }
    }

    /// An event for what was read: `investment_id` has `status`, and nobody knows since when.
    pub fn observed(investment_id: InvestmentId, status: InvestmentStatus) -> Self {
        Self { investment_id, status, changed_at: None, extra: Map::new() }
    }

    /// Reads the body of a delivery.
    ///
    /// Members that are not known are kept, and so is a status that is not known.
    ///
    /// # Errors
    ///
    /// Fails if it is no JSON, or no object with an id and a status of at most 64 bytes.
    pub fn parse(body: &[u8]) -> Result<Self, EventError> {
        let wire: Wire = serde_json::from_slice(body).map_err(|error| {
            // A value of another kind is told at its first byte, whatever follows it.
            let is_json = error.is_data() && serde_json::from_slice::<IgnoredAny>(body).is_ok();
            if is_json { EventError::Content } else { EventError::Json }
        })?;
        let Wire { investment_id, status, changed_at, extra } = wire;
        if status.as_str().is_empty() || status.as_str().len() > LONGEST_STATUS {
            return Err(EventError::Content);
        }
        Ok(Self { investment_id, status, changed_at, extra })
    }

    /// Names the event: the same for each delivery of it, for good. It follows from investment, status and `changed_at`.
    ///
    /// Use it as the idempotency key of what you do on the event outside of the inbox.
    pub fn id(&self) -> Uuid {
        let changed_at = self.changed_at.map(Timestamp::as_nanosecond);
        let name = format!("{} {} {changed_at:?}", self.investment_id, self.status.as_str());
        Uuid::new_v5(&NAMESPACE, name.as_bytes())
    }

    /// Whose status changed.
    pub fn investment_id(&self) -> InvestmentId {
        self.investment_id
    }

    /// What the status was then. One that this version does not know is kept.
    pub fn status(&self) -> &InvestmentStatus {
        &self.status
    }

    /// When it changed. The example in the API's documentation ends before the value; an event without one is taken.
    pub fn changed_at(&self) -> Option<Timestamp> {
        self.changed_at
    }

    /// Members that this version does not know.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("investment_id", &self.investment_id)
            .field("status", &self.status)
            .field("changed_at", &self.changed_at)
            .finish_non_exhaustive()
    }
}

/// Why a body is no event. Nothing of the body is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventError {
    /// It is no JSON, or JSON that is nested too deeply.
    Json,
    /// It is JSON, and not an event.
    Content,
}

impl fmt::Display for EventError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "the body is no JSON",
            Self::Content => "the body is JSON, and not an event",
        })
    }
}

impl StdError for EventError {}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";

    #[test]
    fn what_is_not_known_is_kept_and_written_back() {
        let body = format!(
            r#"{{"investment_id":"{ID}","status":"MOVED","changed_at":"2025-03-04T09:15:27.104512Z","a":{{"b":[1]}}}}"#
        );
        let event = Event::parse(body.as_bytes()).unwrap();
        assert_eq!(event.status().as_str(), "MOVED");
        assert!(event.status().is_unknown());
        assert_eq!(serde_json::to_string(&event).unwrap(), body);
        assert!(!format!("{event:?}").contains("[1]"));
    }

    #[test]
    fn what_is_not_known_is_kept_as_it_was_sent_and_can_be_read_again() {
        let value = r#"{"a":[null,true,-1,18446744073709551615,0.5,"\u00e9",[],{}],"$":"$serde_json"}"#;
        let event = Event::parse(with(value).as_bytes()).unwrap();
        assert_eq!(event.extra()["extra"], serde_json::from_str::<Value>(value).unwrap());
        // As deep as anything may be nested.
        let deepest = with(&format!("{}{}", "[".repeat(126), "]".repeat(126)));
        let event = Event::parse(deepest.as_bytes()).unwrap();
        assert_eq!(Event::parse(&serde_json::to_vec(&event).unwrap()), Ok(event));
    }

    #[test]
    fn text_that_would_be_read_as_json_again_is_not_however_deep_it_goes() {
        let mut value = "1".to_owned();
        for _ in 0..12 {
            let text = format!("{}{value}{}", "[".repeat(120), "]".repeat(120));
            value = serde_json::json!({ "$serde_json::private::RawValue": text }).to_string();
        }
        assert_eq!(Event::parse(with(&value).as_bytes()), Err(EventError::Content));
    }

    #[test]
    fn the_id_follows_from_the_three_values_alone() {
        let id = |status: &str, changed_at: &str, extra: &str| {
            let body = format!(r#"{{"investment_id":"{ID}","status":"{status}","changed_at":{changed_at}{extra}}}"#);
            Event::parse(body.as_bytes()).unwrap().id()
        };
        let paid = id("PAID", r#""2025-03-04T09:15:27.104512+00:00""#, "");
        assert_eq!(paid, id("PAID", r#""2025-03-04T10:15:27.104512000+01:00""#, r#","attempt":2"#));
        assert_ne!(paid, id("PAID", r#""2025-03-04T09:15:27.104513Z""#, ""));
        assert_ne!(paid, id("PAID", "null", ""));
        assert_ne!(paid, id("ACCEPTED", r#""2025-03-04T09:15:27.104512Z""#, ""));
        // It is written down in other people's databases.
        assert_eq!(paid.to_string(), "499dd84c-dfd3-5be4-b86c-8df6ac40b0f0");
    }

    #[test]
    fn what_is_no_event_is_told_apart_from_what_is_no_json() {
        check(b"", EventError::Json);
        check(b"{", EventError::Json);
        check(b"\xff", EventError::Json);
        check("[".repeat(100_000).as_bytes(), EventError::Json);
        check(br#""abc"#, EventError::Json);
        check(br#"{"investment_id":1,"status":"PAID""#, EventError::Json);
        check(format!(r#"{{"a":{}"#, "[".repeat(60_000)).as_bytes(), EventError::Json);
        check(b"null", EventError::Content);
        check(b"[]", EventError::Content);
        check(br#"{"status":"PAID"}"#, EventError::Content);
        check(format!(r#"{{"investment_id":"{ID}"}}"#).as_bytes(), EventError::Content);
        check(format!(r#"{{"investment_id":"{ID}","status":""}}"#).as_bytes(), EventError::Content);
        check(format!(r#"{{"investment_id":"{ID}","status":"{}"}}"#, "A".repeat(65)).as_bytes(), EventError::Content);
        check(format!(r#"{{"investment_id":"{ID}","status":"A","status":"B"}}"#).as_bytes(), EventError::Content);
        check(br#"{"investment_id":"4711","status":"PAID"}"#, EventError::Content);
        check(
            format!(r#"{{"investment_id":"{ID}","status":"A","changed_at":"soon"}}"#).as_bytes(),
            EventError::Content,
        );
        check(with(r#"{"$serde_json::private::RawValue":"[1]"}"#).as_bytes(), EventError::Content);
        check(with(r#"[{"\u0024serde_json::private::Number":"1"}]"#).as_bytes(), EventError::Content);

        #[track_caller]
        fn check(body: &[u8], expected: EventError) {
            assert_eq!(Event::parse(body), Err(expected));
        }
    }

    /// A body with a member that is not known.
    fn with(extra: &str) -> String {
        format!(r#"{{"investment_id":"{ID}","status":"PAID","extra":{extra}}}"#)
    }
}
