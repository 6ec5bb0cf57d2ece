//! Every operation of the API, called through the facade and answered by the sandbox.
//!
//! `docs/coverage.md` points here: an operation that is not called in one of these three walks fails a test.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod distributor;
mod issuer;
mod platform;

use std::collections::BTreeSet;

use cashlink::{Cashlink, DocumentSource, Listing, Mutation, Query};
use cashlink_sandbox::{LedgerOutcome, Sandbox};
use cashlink_tests::{
    scripted::{Reply, ScriptedServer},
    session, spec,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A walk through the operations of one family.
struct Walk {
    sandbox: Sandbox,
    client: Cashlink,
    called: BTreeSet<&'static str>,
}

impl Walk {
    async fn begin() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let client = session::builder(&sandbox).build().unwrap();
        Self { sandbox, client, called: BTreeSet::new() }
    }

    /// Sends a change; the sandbox must have applied that very operation.
    #[track_caller]
    fn change<T: DeserializeOwned>(
        &mut self,
        operation: &'static str,
        change: Mutation<T>,
    ) -> impl Future<Output = T> + use<'_, T> {
        assert_eq!(change.operation_id(), operation);
        self.called.insert(operation);
        async move {
            let reply = change.send().await.unwrap_or_else(|error| panic!("{operation}: {error:?}"));
            let entry = self.sandbox.ledger().pop().unwrap();
            assert_eq!((entry.operation_id.as_str(), entry.outcome), (operation, LedgerOutcome::Applied));
            reply
        }
    }

    #[track_caller]
    fn read<T: DeserializeOwned>(
        &mut self,
        operation: &'static str,
        query: Query<T>,
    ) -> impl Future<Output = T> + use<T> {
        assert_eq!(query.operation_id(), operation);
        self.called.insert(operation);
        async move { query.send().await.unwrap_or_else(|error| panic!("{operation}: {error:?}")) }
    }

    #[track_caller]
    fn list<T: Send + 'static>(
        &mut self,
        operation: &'static str,
        list: Listing<T>,
    ) -> impl Future<Output = Vec<T>> + use<T> {
        assert_eq!(list.operation_id(), operation);
        self.called.insert(operation);
        async move { list.all().await.unwrap_or_else(|error| panic!("{operation}: {error:?}")) }
    }

    /// Everything in the description whose path begins with `prefix` must have been called.
    #[track_caller]
    fn end(self, prefix: &str) {
        let all = spec::operations().filter(|(path, ..)| path.starts_with(prefix));
        let all: BTreeSet<_> = all.filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect();
        assert_eq!(self.called, all);
    }
}

/// The request that the description gives as an example, with `changes` made to it by pointer.
#[track_caller]
fn example<T: DeserializeOwned>(operation: &str, changes: &[(&str, Value)]) -> T {
    let content = &spec::operation(operation).2["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    let mut example = examples.map_or(&content["example"], |example| &example["value"]).clone();
    for (pointer, value) in changes {
        *example.pointer_mut(pointer).unwrap_or_else(|| panic!("{operation}: no {pointer}")) = value.clone();
    }
    serde_json::from_value(example).unwrap()
}

fn document() -> DocumentSource {
    DocumentSource::bytes("document.pdf", "application/pdf", b"%PDF-1.4".as_slice())
}

/// Every other operation needs the token that this one gives.
#[tokio::test]
async fn oauth_token_create() {
    let walk = Walk::begin().await;
    let (path, method, _) = spec::operation("oauth_token_create");
    assert_eq!((path, method), ("/oauth/token", "post"));
    assert!(walk.client.platform().investors().list().all().await.is_ok());
}

#[tokio::test]
async fn a_list_asks_for_the_size_of_its_pages_and_for_its_product() {
    const ID: &str = "00000000-0000-0000-0000-000000000007";
    let server = ScriptedServer::start([]).await.unwrap();
    let client = Cashlink::builder().base_url(server.url()).credentials("id", "secret").build().unwrap();
    let (platform, distributor, issuer) = (client.platform(), client.distributor(), client.issuer());
    let product = ID.parse().unwrap();
    (0..5).for_each(|_| server.then(Reply::json(200, "[]")));

    platform.investors().list().page_size(7).all().await.unwrap();
    platform.investments().list().page_size(7).all().await.unwrap();
    platform.investments().list_of_product(product).all().await.unwrap();
    distributor.investments().list_of_product(product).all().await.unwrap();
    issuer.investments().list_of_product(product).page_size(7).all().await.unwrap();
    let received = server.received();
    let queries: Vec<_> = received.iter().filter_map(|request| Some(request.target.split_once('?')?.1)).collect();
    let product = format!("product_id={ID}");
    assert_eq!(queries, ["page_size=7", "page_size=7", &product, &product, &format!("page_size=7&{product}")]);
}
