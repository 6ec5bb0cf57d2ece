//! Whom calls go to, and the investments that they ask for.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use bytes::Bytes;
use hyper::http::HeaderValue;
use serde_json::{Value, json};

use super::{connection::Connection, work::Work};

/// What a page holds, so that a list is long enough for that.
const INVESTMENTS: usize = 100;

/// A server, and what calls to it need.
pub(crate) struct Target {
    pub(super) address: SocketAddr,
    /// What comes before the family in a path.
    pub(super) prefix: String,
    pub(super) host: HeaderValue,
    pub(super) authorization: HeaderValue,
    pub(super) investment: String,
    token: String,
}

impl Target {
    /// A server at `url`, such as `http://127.0.0.1:4000/api/external`.
    pub(crate) fn new(url: &str, token: &str, investment: &str) -> Result<Self> {
        let rest = url.strip_prefix("http://").with_context(|| format!("`{url}` is no address"))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self {
            address: host.parse().with_context(|| format!("`{host}` is no address"))?,
            prefix: if path.is_empty() { String::new() } else { format!("/{path}") },
            host: HeaderValue::from_str(host)?,
            authorization: HeaderValue::from_str(&format!("Bearer {token}"))?,
            investment: investment.to_owned(),
            token: token.to_owned(),
        })
    }

    pub(crate) fn as_json(&self) -> Value {
        json!({ "token": self.token, "investment": self.investment })
    }
}

/// Fetches a token from the sandbox at `url` and makes the investments of a list there.
pub(crate) async fn prepare(url: &str, campaign: &str, investor: &str) -> Result<Target> {
    let target = Target::new(url, "", "")?;
    let mut connection = Connection::open(target.address).await?;
    let reply = connection.read(Work::Token.prepare(&target)?.request(0)?).await?;
    let token = reply["access_token"].as_str().context("a reply without a token")?;
    let target = Target::new(url, token, "")?;

    let signed_and_paid = json!({
        "campaign_id": campaign,
        "investor_id": investor,
        "units": 10,
        "signed_at": "2026-01-15T09:30:00Z",
        "accepted_at": "2026-01-15T09:30:00Z",
        "paid_at": "2026-01-15T09:30:00Z",
    });
    let path = format!("{}/v2/investments/", target.prefix);
    let create = target.template(hyper::Method::POST, &path, Bytes::from(signed_and_paid.to_string()))?;
    let mut investment = Value::Null;
    for number in 0..INVESTMENTS {
        investment = connection.read(create.request(u64::try_from(number)?)?).await?;
    }
    let investment = investment["id"].as_str().context("an investment without an id")?;
    Target::new(url, token, investment)
}
