//! How a request leaves: whoever makes a client brings it along.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;
use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::Url;

use crate::Client;

/// Carries one request to the API and brings the response back.
///
/// Implement it to add what the raw client lacks: a token, a time limit, a look at the response. It can fail only with
/// an error of `reqwest`; other findings must travel beside it.
pub trait Exchange: fmt::Debug + Send + Sync {
    /// The address that every path is appended to, without query and fragment, if it is at hand in its parts: the host
    /// is then not parsed again for each request.
    fn base(&self) -> Option<&Url> {
        None
    }

    /// Sends `request`, which belongs to the operation `operation_id`, by `http`.
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>>;
}

/// What a [`Client`] sends its requests through.
#[derive(Clone, Debug)]
pub struct Inner(Arc<dyn Exchange>);

impl Inner {
    /// Sends everything through `exchange`.
    pub fn new(exchange: Arc<dyn Exchange>) -> Self {
        Self(exchange)
    }

    /// The parts of `address`.
    #[expect(clippy::result_large_err, reason = "it is the error of the calls that need the address")]
    pub(crate) fn parsed(&self, address: &str) -> Result<Url, Error> {
        let parsed = self.0.base().and_then(|base| below(base, address));
        parsed.map_or_else(|| Url::parse(address).map_err(|error| Error::InvalidRequest(error.to_string())), Ok)
    }
}

/// The parts of an `address` that differs from `base` in its path alone.
fn below(base: &Url, address: &str) -> Option<Url> {
    let origin = base.as_str().strip_suffix(base.path())?;
    let path = address.strip_prefix(origin).filter(|path| path.starts_with('/') && !path.contains(['?', '#']))?;
    let mut parsed = base.clone();
    parsed.set_path(path);
    Some(parsed)
}

impl ClientHooks<Inner> for Client {
    async fn exec(&self, request: reqwest::Request, operation: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        self.inner.0.exchange(&self.client, request, operation.operation_id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_below_the_base_is_what_parsing_it_gives() {
        check("http://127.0.0.1:8080", "http://127.0.0.1:8080/v2/investors/", true);
        check("https://demo.example/api/external", "https://demo.example/api/external/v2/investors/", true);
        check("https://demo.example/api", "https://demo.example/api/v2/a%2F..%20b/", true);
        check("https://demo.example/api", "https://demo.example/api/v2/../../x/", true);
        check("https://demo.example", "https://demo.example/v2/?a=b", false);
        check("https://demo.example", "https://demo.example:8443/v2/", false);
        check("https://demo.example", "https://demo.example.org/v2/", false);
        check("https://demo.example?a=b", "https://demo.example/v2/", false);

        #[track_caller]
        fn check(base: &str, address: &str, is_below: bool) {
            let parsed = below(&Url::parse(base).unwrap(), address);
            assert_eq!(parsed, is_below.then(|| Url::parse(address).unwrap()));
        }
    }
}
