//! An answer of the API that is not a success.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::KEPT_BODY;

/// The most field errors that are listed; a hostile body may hold any number.
const MAX_FIELDS: usize = 100;

/// The most of a message that is kept, in characters.
const MAX_MESSAGE: usize = 2000;

/// The deepest nesting that is searched for field errors.
const MAX_DEPTH: usize = 16;

/// An answer of the API that is not a success.
///
/// No source states the form of the API's error bodies; this reads the customary one of Django REST Framework: an
/// object with `detail`, or a map from field to messages, nested like the request. Any other body, such as a gateway's
/// HTML page, is kept as it came.
///
/// Messages may quote what was sent, so `Debug` and `Display` show the status and the fields, never a message: read
/// those with [`detail`](Self::detail) and [`fields`](Self::fields) and decide where they may go.
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    body: Bytes,
    detail: Option<String>,
    fields: Vec<FieldError>,
    is_structured: bool,
}

/// What the API says about one field of a request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// Where the field is, such as `natural_person.birth_date` or `signed_documents[1].document_id`; empty for the
    /// request as a whole.
    pub path: String,
    /// The API's message, up to 2,000 characters. It may quote the value.
    pub message: String,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, body: &Bytes) -> Self {
        let json = serde_json::from_slice::<Value>(body).ok();
        let json = json.filter(|value| value.is_object() || value.is_array());
        let (detail, fields) = json.as_ref().map(read).unwrap_or_default();
        // A copy, so that a small part does not keep a large reply in memory.
        let body = Bytes::copy_from_slice(&body[..body.len().min(KEPT_BODY)]);
        Self {
            status,
            request_id: None,
            retry_after: None,
            body,
            detail,
            fields,
            is_structured: json.as_ref().is_some_and(is_own_form),
        }
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.request_id = request_id;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(crate) fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Whether the body is JSON of the API's form, and not a page of something in front of it.
    pub(crate) fn is_structured(&self) -> bool {
        self.is_structured
    }

    /// The API's own explanation, if it gave one for the request as a whole, up to 2,000 characters. It may quote what
    /// was sent.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What the API says about single fields, in the order of the body; 100 at most.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// How long the API asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The id that the API or a gateway gave the request, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The first 64 KiB of the body as it came. It may hold personal data.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "status {}", self.status.as_u16())?;
        if let Some(reason) = self.status.canonical_reason() {
            write!(formatter, " {reason}")?;
        }
        let mut separator = ", fields: ";
        for field in self.fields.iter().filter(|field| !field.path.is_empty()) {
            write!(formatter, "{separator}{}", field.path)?;
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiError")
            .field("status", &self.status.as_u16())
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .field("fields", &self.fields)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FieldError").field("path", &self.path).finish_non_exhaustive()
    }
}

fn read(body: &Value) -> (Option<String>, Vec<FieldError>) {
    let detail = body.get("detail").and_then(Value::as_str).map(kept);
    let mut fields = Vec::new();
    if detail.is_none() {
        collect(body, &mut String::new(), 0, &mut fields);
    }
    (detail, fields)
}

fn collect(value: &Value, path: &mut String, depth: usize, fields: &mut Vec<FieldError>) {
    if fields.len() >= MAX_FIELDS || depth > MAX_DEPTH {
        return;
    }
    let length = path.len();
    match value {
        Value::String(message) => fields.push(FieldError { path: path.clone(), message: kept(message) }),
        Value::Object(members) => {
            for (name, member) in members {
                if name != "non_field_errors" {
                    path.push_str(if length == 0 { "" } else { "." });
                    path.push_str(if is_field_name(name) { name } else { "?" });
                }
                collect(member, path, depth + 1, fields);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                // A list of messages belongs to the field itself, a list of objects to its items.
                if !item.is_string() {
                    path.extend(["[", &index.to_string(), "]"]);
                }
                collect(item, path, depth + 1, fields);
                path.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn kept(message: &str) -> String {
    message.chars().take(MAX_MESSAGE).collect()
}

/// Field names are printed, so a name that could hold anything else is not taken for one.
/// Whether a refusal has the form of the API's own: an explanation, or messages in lists below the names of fields. A
/// gateway in front of it speaks JSON, too, but puts its text below a name such as `message`.
fn is_own_form(body: &Value) -> bool {
    let is_nested = |value: &Value| value.is_array() || value.is_object();
    match body {
        Value::Object(members) if members.get("detail").is_some_and(Value::is_string) => true,
        Value::Object(members) => !members.is_empty() && members.values().all(is_nested),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

pub(crate) fn is_field_name(name: &str) -> bool {
    let all_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (1..=64).contains(&name.len()) && all_plain && !name.as_bytes()[0].is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(body: &str) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn field_errors_are_listed_by_path() {
        check(r#"{"units":["Too few.","Odd."]}"#, &[("units", "Too few."), ("units", "Odd.")]);
        check(r#"{"natural_person":{"zip":["Required."]}}"#, &[("natural_person.zip", "Required.")]);
        check(r#"{"docs":[{},{"id":["Unknown."]}]}"#, &[("docs[1].id", "Unknown.")]);
        check(r#"[{},{"is_pep":["Required."]}]"#, &[("[1].is_pep", "Required.")]);
        check(r#"{"non_field_errors":["No."]}"#, &[("", "No.")]);
        check(r#"["No."]"#, &[("", "No.")]);
        check(r#"{"max@example.org":["No."]}"#, &[("?", "No.")]);
        check(r#"{"detail":"Gone."}"#, &[]);
        check("<html>Bad gateway</html>", &[]);
        check("", &[]);

        #[track_caller]
        fn check(body: &str, expected: &[(&str, &str)]) {
            let error = error(body);
            let found: Vec<_> =
                error.fields().iter().map(|field| (field.path.as_str(), field.message.as_str())).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_refusal_of_the_api_itself_has_its_form() {
        for body in [r#"{"detail":"No."}"#, r#"{"units":["No."]}"#, r#"{"person":{"zip":["No."]}}"#, r#"["No."]"#] {
            assert!(error(body).is_structured(), "{body}");
        }
        for body in
            [r#"{"message":"no Route matched"}"#, r#"{"error":"x","path":[]}"#, "{}", "[]", "\"No.\"", "<p>No.</p>"]
        {
            assert!(!error(body).is_structured(), "{body}");
        }
    }

    #[test]
    fn neither_debug_nor_display_shows_a_message() {
        let error = error(r#"{"iban":["DE89370400440532013000 is not valid"]}"#);
        assert_eq!(error.to_string(), "status 400 Bad Request, fields: iban");
        assert!(!format!("{error:?}").contains("DE89"));
    }

    #[test]
    fn a_hostile_body_is_read_within_bounds() {
        let many: Vec<String> = (0..10_000).map(|index| format!("\"f{index}\":[\"x\"]")).collect();
        assert_eq!(error(&format!("{{{}}}", many.join(","))).fields().len(), MAX_FIELDS);
        let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
        assert!(error(&deep).fields().is_empty());
        assert_eq!(error(&"x".repeat(1_000_000)).body().len(), KEPT_BODY);
        let long = "ü".repeat(100_000);
        let kept = |message: &str| message.chars().count();
        assert_eq!(error(&format!(r#"{{"detail":"{long}"}}"#)).detail().map(kept), Some(MAX_MESSAGE));
        assert_eq!(kept(&error(&format!(r#"["{long}"]"#)).fields()[0].message), MAX_MESSAGE);
    }
}
