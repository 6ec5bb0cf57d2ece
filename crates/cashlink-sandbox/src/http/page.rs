//! Lists in pages: what the query asks for, and the links to the neighbours.

use std::net::SocketAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use form_urlencoded::Serializer;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::settings::MAX_PAGE;
use crate::spec::Operation;
use crate::world::{Page, Refusal};

/// The query of a list.
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    pub(super) page: Page,
    pub(super) product: Option<Uuid>,
}

impl Query {
    /// Reads the query; a malformed page is not there, a malformed size is not heeded.
    pub(super) fn read(uri: &Uri, operation: &Operation, default_size: usize) -> Result<Self, Refusal> {
        let pairs: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let number = match get("page") {
            None => 1,
            Some(text) => positive(text).ok_or(Refusal::InvalidPage)?,
        };
        let asked = get("page_size").and_then(positive).map(|size| size.min(MAX_PAGE));
        let product = match get("product_id").filter(|text| operation.has_product_filter && !text.is_empty()) {
            None => None,
            Some(text) => Some(parse_id(text).ok_or_else(|| Refusal::field("product_id", "Must be a valid UUID."))?),
        };
        let page = Page { number, size: asked.unwrap_or(default_size) };
        Ok(Self { pairs, page, product })
    }

    /// The page as it is sent, with absolute links.
    ///
    /// `server` is where the list is if the headers do not say it.
    pub(super) fn envelope(
        &self,
        server: SocketAddr,
        (headers, uri): (&HeaderMap, &Uri),
        count: usize,
        results: Vec<Value>,
    ) -> Value {
        let host = host(headers).unwrap_or_else(|| server.to_string());
        let link = |number: usize| self.link(&host, uri, number);
        let Page { number, size } = self.page;
        let next = (number.saturating_mul(size) < count).then(|| link(number + 1));
        let previous = (number > 1).then(|| link(number - 1));
        let mut page = Map::new();
        page.insert("count".to_owned(), count.into());
        page.insert("next".to_owned(), next.into());
        page.insert("previous".to_owned(), previous.into());
        page.insert("results".to_owned(), results.into());
        Value::Object(page)
    }

    /// The address of another page of the same list; the first page needs no number.
    fn link(&self, host: &str, uri: &Uri, number: usize) -> String {
        let others = self.pairs.iter().filter(|(key, _)| key != "page");
        let mut query = Serializer::new(String::new());
        if number > 1 {
            query.append_pair("page", &number.to_string());
        }
        let query = query.extend_pairs(others).finish();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("http://{host}{}{separator}{query}", uri.path())
    }
}

/// Where the call was sent to, if that can stand in an address.
pub(super) fn host(headers: &HeaderMap) -> Option<String> {
    let host: Authority = headers.get(header::HOST)?.to_str().ok()?.parse().ok()?;
    let name = Some(host.host()).filter(|name| !name.is_empty())?;
    Some(host.port_u16().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")))
}

fn positive(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number > 0)
}

/// A UUID in its hyphenated form.
pub(super) fn parse_id(text: &str) -> Option<Uuid> {
    let is_hyphenated = text.len() == 36;
    is_hyphenated.then(|| text.parse().ok()).flatten()
}
