//! The same call in three ways: an investor is created under a key.

use std::{future::Future, sync::Arc};

use anyhow::{Result, ensure};
use cashlink::{Cashlink, IdempotencyKey, model};
use cashlink_api::{BoxFuture, Client, Exchange, Inner};
use reqwest::header::{AUTHORIZATION, HeaderValue};

/// What is compared.
pub(crate) trait Contestant: Send + Sync + 'static {
    /// Creates an investor under `key`.
    fn call(&self, key: String) -> impl Future<Output = Result<()>> + Send;
}

/// The facade as a program gets it: token, key, limits, time limits and repetitions.
pub(crate) struct Facade {
    client: Cashlink,
    investor: model::InvestorCreate,
}

impl Facade {
    pub(crate) fn new(url: &str) -> Result<Self> {
        Ok(Self { client: client(url, None)?, investor: investor()? })
    }
}

impl Contestant for Facade {
    async fn call(&self, key: String) -> Result<()> {
        let key = IdempotencyKey::new(key)?;
        let created = self.client.platform().investors().create(&self.investor).key(key).send().await?;
        std::hint::black_box(created);
        Ok(())
    }
}

/// The raw client with no policy but a token.
pub(crate) struct Raw {
    client: Client,
    investor: model::InvestorCreate,
}

impl Raw {
    pub(crate) fn new(url: &str) -> Result<Self> {
        let exchange = TokenOnly { authorization: HeaderValue::from_static("Bearer benchmark") };
        let client = Client::new_with_client(url, http()?, Inner::new(Arc::new(exchange)));
        Ok(Self { client, investor: investor()? })
    }
}

impl Contestant for Raw {
    async fn call(&self, key: String) -> Result<()> {
        std::hint::black_box(self.client.v2_investors_create(&key, &self.investor).await?.into_inner());
        Ok(())
    }
}

#[derive(Debug)]
struct TokenOnly {
    authorization: HeaderValue,
}

impl Exchange for TokenOnly {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        mut request: reqwest::Request,
        _operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        request.headers_mut().insert(AUTHORIZATION, self.authorization.clone());
        Box::pin(http.execute(request))
    }
}

/// What one would write without this library.
pub(crate) struct ByHand {
    http: reqwest::Client,
    url: String,
    investor: model::InvestorCreate,
}

impl ByHand {
    pub(crate) fn new(url: &str) -> Result<Self> {
        Ok(Self { http: http()?, url: format!("{url}/v2/investors/"), investor: investor()? })
    }
}

impl Contestant for ByHand {
    async fn call(&self, key: String) -> Result<()> {
        let request = self.http.post(&self.url).bearer_auth("benchmark").header("X-Idempotency-Key", key);
        let response = request.json(&self.investor).send().await?;
        ensure!(response.status().is_success(), "the server answered {}", response.status());
        std::hint::black_box(response.json::<model::Investor>().await?);
        Ok(())
    }
}

/// A client of the facade with every policy that it has unless told otherwise, but for the size of documents.
pub(crate) fn client(url: &str, max_document_bytes: Option<u64>) -> Result<Cashlink> {
    let mut builder = Cashlink::builder().base_url(url).credentials("benchmark", "benchmark");
    if let Some(bytes) = max_document_bytes {
        builder = builder.max_document_bytes(bytes);
    }
    Ok(builder.build()?)
}

/// The HTTP client of the others: no proxy and no trust store, as the facade has it on this machine.
pub(crate) fn http() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().user_agent("cashlink-bench").no_proxy().tls_certs_only([]).build()?)
}

fn investor() -> Result<model::InvestorCreate> {
    Ok(serde_json::from_str(include_str!("contestant/investor_create.json"))?)
}
