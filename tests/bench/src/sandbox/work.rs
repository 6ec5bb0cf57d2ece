//! The kinds of calls that are measured.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Uri,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
    http::HeaderValue,
};

use super::target::Target;

const INVESTOR: &str = include_str!("../contestant/investor_create.json");
const CREDENTIALS: &str = "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret";
const KEY: &str = "x-idempotency-key";

/// What is asked, again and again.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// One investment.
    Get,
    /// A page of 100 investments.
    List,
    /// A new investor, each under a key of its own.
    Create,
    Token,
}

/// A request that is sent many times: all that need not be made anew.
pub(super) struct Template {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    has_key: bool,
}

impl Work {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "get" => Self::Get,
            "list" => Self::List,
            "create" => Self::Create,
            "token" => Self::Token,
            _ => return None,
        })
    }

    pub(super) fn prepare(self, target: &Target) -> Result<Template> {
        let Target { prefix, investment, .. } = target;
        match self {
            Self::Get => target.template(Method::GET, &format!("{prefix}/v2/investments/{investment}/"), Bytes::new()),
            Self::List => {
                target.template(Method::GET, &format!("{prefix}/v2/investments/?page_size=100"), Bytes::new())
            }
            Self::Create => target.template(
                Method::POST,
                &format!("{prefix}/v2/investors/"),
                Bytes::from_static(INVESTOR.as_bytes()),
            ),
            Self::Token => {
                let form = Bytes::from_static(CREDENTIALS.as_bytes());
                let mut template = target.template(Method::POST, &format!("{prefix}/oauth/token"), form)?;
                template.has_key = false;
                template.headers.remove(AUTHORIZATION);
                template.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
                Ok(template)
            }
        }
    }
}

impl Target {
    /// A call with a token, and with a key and JSON if it is to change something.
    pub(super) fn template(&self, method: Method, path: &str, body: Bytes) -> Result<Template> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.authorization.clone());
        let has_key = method != Method::GET;
        if has_key {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(Template { method, uri: path.parse()?, headers, body, has_key })
    }
}

impl Template {
    /// The request of this number, which stands in its key.
    pub(super) fn request(&self, number: u64) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        request.headers_mut().clone_from(&self.headers);
        if self.has_key {
            // Runs are processes: with its id no two of them have a key in common.
            let key = format!("benchmark-{}-{number}", std::process::id());
            request.headers_mut().insert(KEY, HeaderValue::try_from(key)?);
        }
        Ok(request)
    }
}
