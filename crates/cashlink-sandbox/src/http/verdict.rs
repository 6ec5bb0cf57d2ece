//! What a call is answered: a status and a body, decided once and repeatable byte for byte.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

use crate::engine::NotKept;
use crate::world::Refusal;

/// A final answer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Verdict {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Verdict {
    pub(crate) fn new(status: StatusCode, body: &Value) -> Self {
        // Into memory, and with texts as keys, nothing keeps a value from being written.
        Self { status, body: serde_json::to_vec(body).unwrap_or_default().into() }
    }

    pub(crate) fn detail(status: StatusCode, detail: &str) -> Self {
        Self::new(status, &json!({ "detail": detail }))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::detail(StatusCode::UNAUTHORIZED, "Authentication credentials were not provided.")
    }

    pub(crate) fn not_found() -> Self {
        Self::detail(StatusCode::NOT_FOUND, "Not found.")
    }

    pub(crate) fn into_response(self) -> Response {
        let is_unauthorized = self.status == StatusCode::UNAUTHORIZED;
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if is_unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"api\""));
        }
        response
    }
}

/// Written down as its status and the text of its body, which is always JSON.
impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.status.as_u16(), String::from_utf8_lossy(&self.body)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Verdict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (status, body) = <(u16, String)>::deserialize(deserializer)?;
        Ok(Self { status: StatusCode::from_u16(status).map_err(de::Error::custom)?, body: body.into() })
    }
}

impl From<NotKept> for Verdict {
    fn from(_: NotKept) -> Self {
        let detail = "Nothing was done, for the sandbox cannot keep its data: see its log.";
        Self::detail(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }
}

impl From<Refusal> for Verdict {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::InvalidPage => Self::detail(StatusCode::NOT_FOUND, "Invalid page."),
            Refusal::Invalid(errors) => Self::new(StatusCode::BAD_REQUEST, &errors),
            Refusal::NotKept => NotKept.into(),
        }
    }
}
