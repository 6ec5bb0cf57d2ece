//! A call as it is noted while it runs: nothing is formatted before somebody asks.

use std::time::Duration;

use axum::http::{HeaderMap, Method, StatusCode};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Capture, Ear, Fields, LoggedBody, LoggedFile, LoggedReply, LoggedRequest, Problem, Refused, RequestEntry,
    RequestOutcome, Sent, StruckFault, Validation, mask,
};

/// One call.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) seq: u64,
    pub(crate) called: Called,
    pub(crate) duration: Duration,
    pub(crate) client_id: Option<String>,
    pub(crate) operation_id: Option<&'static str>,
    pub(crate) fault: Option<StruckFault>,
    pub(crate) outcome: RequestOutcome,
    /// The file of an upload, as the world keeps it.
    pub(crate) file: Option<Value>,
    pub(crate) request: Option<Checked<Refused>>,
    pub(crate) decided: Option<Answered>,
    pub(crate) reply: Option<Checked<Problem>>,
    pub(crate) sent: Delivery,
}

/// What a call brought.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    pub(crate) target: Box<str>,
    pub(crate) fields: Fields,
    pub(crate) body: Capture,
}

/// Whether something was as described, or why not.
#[derive(Clone, Debug)]
pub(crate) enum Checked<E> {
    Passed,
    Failed(E),
}

/// A reply.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) fields: Fields,
    pub(crate) body: Capture,
}

/// What became of the reply on its way.
#[derive(Debug)]
pub(crate) enum Delivery {
    AsDecided,
    Nothing,
    /// A fault had its hands on it: what was sent is heard as it goes.
    Watched {
        status: StatusCode,
        fields: Fields,
        ear: Ear,
    },
}

impl Record {
    /// About how much memory it takes.
    pub(super) fn weight(&self) -> usize {
        let answered = |answered: &Answered| answered.fields.len() + answered.body.bytes.len();
        let watched = match &self.sent {
            Delivery::Watched { fields, .. } => fields.len() + super::KEPT,
            Delivery::AsDecided | Delivery::Nothing => 0,
        };
        let refused = match &self.request {
            Some(Checked::Failed(refused)) => refused.len(),
            Some(Checked::Passed) | None => 0,
        };
        let name = self.file.as_ref().and_then(|file| file["name"].as_str()).unwrap_or_default();
        size_of::<Self>()
            + refused
            + name.len()
            + self.called.target.len()
            + self.called.fields.len()
            + self.called.body.bytes.len()
            + self.decided.as_ref().map_or(0, answered)
            + watched
    }

    /// The status that was decided, or else what a fault answered.
    pub(crate) fn status(&self) -> Option<u16> {
        let decided = self.decided.as_ref().map(|decided| decided.status);
        let sent = match &self.sent {
            Delivery::Watched { status, .. } => Some(*status),
            Delivery::AsDecided | Delivery::Nothing => None,
        };
        decided.or(sent).map(|status| status.as_u16())
    }

    /// The whole path as it was sent, with the query.
    pub(crate) fn path(&self) -> std::borrow::Cow<'_, str> {
        mask::target(&self.called.target)
    }

    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        self.called.fields.get("x-idempotency-key")
    }

    pub(crate) fn request(&self) -> LoggedRequest {
        let fields = &self.called.fields;
        let file = self.file.as_ref().and_then(file);
        let body = body(&self.called.body, fields.get("content-type"), file);
        LoggedRequest { headers: fields.shown(), content_type: fields.get("content-type").map(str::to_owned), body }
    }

    /// All that is known of the call, for people to see.
    pub(crate) fn entry(&self) -> RequestEntry {
        let (sent, sent_reply) = self.sent();
        RequestEntry {
            seq: self.seq,
            at: self.called.at,
            duration_us: u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX),
            client_id: self.client_id.clone(),
            operation_id: self.operation_id.map(str::to_owned),
            method: self.called.method.to_string(),
            path: self.path().into_owned(),
            idempotency_key: self.idempotency_key().map(str::to_owned),
            outcome: self.outcome,
            status: self.status(),
            fault: self.fault,
            request: self.request(),
            request_validation: self.request.as_ref().map(|checked| validation(checked, Refused::problems)),
            reply: self.decided.as_ref().map(Answered::shown),
            reply_validation: self.reply.as_ref().map(|checked| validation(checked, |problem| vec![problem.clone()])),
            sent,
            sent_reply,
        }
    }

    fn sent(&self) -> (Sent, Option<LoggedReply>) {
        let (status, fields, ear) = match &self.sent {
            Delivery::AsDecided => return (Sent::AsDecided, None),
            Delivery::Nothing => return (Sent::Nothing, None),
            Delivery::Watched { status, fields, ear } => (*status, fields, ear),
        };
        let (heard, is_whole) = ear.peek();
        let is_decided = self.decided.as_ref().is_some_and(|decided| {
            let is_same_body = decided.body.size == heard.size && decided.body.bytes == heard.bytes;
            let content_type = |fields: &Fields| fields.get("content-type").map(str::to_owned);
            decided.status == status && is_same_body && content_type(&decided.fields) == content_type(fields)
        });
        let sent = match (is_whole, is_decided) {
            (false, _) => Sent::Cut,
            (true, true) => return (Sent::AsDecided, None),
            (true, false) => Sent::Altered,
        };
        let body = body(&heard, fields.get("content-type"), None);
        (sent, Some(LoggedReply { status: status.as_u16(), headers: fields.shown(), body }))
    }
}

impl Answered {
    pub(crate) fn of(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Self {
        Self { status, fields: Fields::of(headers), body: Capture::of(body) }
    }

    fn shown(&self) -> LoggedReply {
        let body = body(&self.body, self.fields.get("content-type"), None);
        LoggedReply { status: self.status.as_u16(), headers: self.fields.shown(), body }
    }
}

fn validation<E>(checked: &Checked<E>, problems: impl FnOnce(&E) -> Vec<Problem>) -> Validation {
    match checked {
        Checked::Passed => Validation::Ok,
        Checked::Failed(failed) => Validation::Failed(problems(failed)),
    }
}

fn file(file: &Value) -> Option<LoggedFile> {
    let text = |name: &str| file[name].as_str().map(str::to_owned);
    Some(LoggedFile {
        name: text("name")?,
        content_type: text("content_type")?,
        size: file["size"].as_u64()?,
        sha256: text("sha256")?,
    })
}

/// A body for people to see; none if there is none.
fn body(capture: &Capture, content_type: Option<&str>, file: Option<LoggedFile>) -> Option<LoggedBody> {
    if capture.size == 0 {
        return None;
    }
    let is_truncated = capture.is_truncated() && file.is_none();
    let mut shown = LoggedBody { size: capture.size, is_truncated, file, ..LoggedBody::default() };
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    let is_form = essence.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let json = if is_truncated { None } else { serde_json::from_slice(&capture.bytes).ok() };
    if let Some(mut value) = json.filter(|_| !is_form) {
        mask::json(&mut value);
        shown.json = Some(value);
    } else if is_form {
        shown.text = Some(mask::form(&capture.bytes));
    } else {
        shown.text = text(capture).filter(|text| !mask::mentions_secret(text)).map(str::to_owned);
    }
    Some(shown)
}

/// What was kept as text; a letter that was cut in two is left out.
fn text(capture: &Capture) -> Option<&str> {
    let bytes = &capture.bytes[..];
    match str::from_utf8(bytes) {
        _ if bytes.is_empty() => None,
        Ok(text) => Some(text),
        Err(error) if capture.is_truncated() && error.error_len().is_none() => {
            str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A call with this body.
    pub(in crate::requests) fn record(body: &[u8]) -> Record {
        Record {
            seq: 0,
            called: Called {
                at: Timestamp::UNIX_EPOCH,
                method: Method::POST,
                target: "/a?client_secret=s".into(),
                fields: Fields::default(),
                body: Capture { bytes: Bytes::copy_from_slice(body), size: body.len() as u64 },
            },
            duration: Duration::from_micros(7),
            client_id: None,
            operation_id: None,
            fault: None,
            outcome: RequestOutcome::None,
            file: None,
            request: None,
            decided: None,
            reply: None,
            sent: Delivery::Nothing,
        }
    }

    #[test]
    fn a_body_is_shown_as_what_it_is() {
        check(Some("application/json"), br#"{"a":1,"password":"b"}"#, &json!({"json": {"a": 1, "password": "***"}}));
        check(None, b"[1]", &json!({"json": [1]}));
        check(Some("application/json"), b"{\"a\":", &json!({"text": "{\"a\":"}));
        check(Some("application/json"), b"{\"client_secret\":", &json!({}));
        let form = b"client_id=a&client_secret=b";
        check(
            Some("Application/X-www-form-urlencoded; charset=x"),
            form,
            &json!({"text": "client_id=a&client_secret=***"}),
        );
        check(Some("application/x-www-form-urlencoded"), b"1", &json!({"text": "1="}));
        check(Some("text/plain"), form, &json!({}));
        check(Some("text/plain"), "Jörg".as_bytes(), &json!({"text": "Jörg"}));
        check(Some("text/plain"), b"J\xf6rg", &json!({}));

        #[track_caller]
        fn check(content_type: Option<&str>, bytes: &'static [u8], expected: &Value) {
            let capture = Capture::of(&Bytes::from_static(bytes));
            let mut shown = serde_json::to_value(body(&capture, content_type, None)).unwrap();
            let map = shown.as_object_mut().unwrap();
            assert_eq!(map.remove("size"), Some(json!(bytes.len())));
            assert_eq!(map.remove("is_truncated"), Some(json!(false)));
            assert_eq!(&shown, expected);
        }
    }

    #[test]
    fn a_truncated_body_is_text_up_to_its_last_whole_letter() {
        let long = Bytes::from(format!("{}{}", "x".repeat(super::super::KEPT - 1), "öö"));
        let shown = body(&Capture::of(&long), Some("application/json"), None).unwrap();
        assert_eq!((shown.size, shown.is_truncated, shown.json), (long.len() as u64, true, None));
        assert_eq!(shown.text.map(|text| text.len()), Some(super::super::KEPT - 1));
    }

    #[test]
    fn what_was_sent_is_compared_with_what_was_decided() {
        check(b"{}", 200, true, Sent::AsDecided);
        check(b"{}", 201, true, Sent::Altered);
        check(b"[]", 200, true, Sent::Altered);
        check(b"{", 200, false, Sent::Cut);
        check(b"{}", 200, false, Sent::Cut);

        #[track_caller]
        fn check(sent: &[u8], status: u16, is_whole: bool, expected: Sent) {
            let ear = Ear::new(100);
            ear.hear(sent);
            if is_whole {
                ear.end();
            }
            let status = StatusCode::from_u16(status).unwrap();
            let decided = Answered::of(StatusCode::OK, &HeaderMap::new(), &Bytes::from_static(b"{}"));
            let sent = Delivery::Watched { status, fields: Fields::default(), ear };
            let entry = Record { decided: Some(decided), sent, ..record(b"") }.entry();
            assert_eq!(entry.sent, expected);
            assert_eq!(entry.sent_reply.is_none(), expected == Sent::AsDecided);
            assert_eq!(entry.status, Some(200));
        }
    }

    #[test]
    fn what_people_typed_in_is_not_printed() {
        let entry = record(br#"{"forename":"Max"}"#).entry();
        assert_eq!(entry.path, "/a?client_secret=***");
        assert_eq!(entry.request.body.as_ref().unwrap().json, Some(json!({"forename": "Max"})));
        let printed = format!("{entry:?}");
        assert!(!printed.contains("Max") && !printed.contains('?'), "{printed}");
        assert!(printed.contains("path: \"/a\"") && printed.contains("size: 18"), "{printed}");
    }
}
