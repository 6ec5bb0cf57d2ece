//! Addresses of servers and of tokens.

use serde_json::Value;

use super::{
    document::{Document, Node},
    finding::Findings,
    operations::Call,
    rules::{self, Way},
};

/// Addresses inside of a security scheme.
pub(super) const TOKEN_ADDRESSES: [&str; 4] = ["tokenUrl", "authorizationUrl", "refreshUrl", "openIdConnectUrl"];

/// Compares the addresses of two documents.
pub(super) fn of_document(found: &mut Findings<'_>) {
    let [olds, news] = [found.documents.old, found.documents.new].map(|document| servers(&document.root()));
    compare(found, &olds, &news);
    let [olds, news] = [found.documents.old, found.documents.new].map(token_addresses);
    compare(found, &olds, &news);
}

/// Compares the addresses of two operations, if one of them has some to itself, in the place of the document's.
pub(super) fn of_operation<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let [old_own, new_own] = [old, new].map(|call| {
        let owners = [&call.node, &call.item];
        owners.into_iter().find(|owner| owner.child("servers").is_some_and(|list| list.items().next().is_some()))
    });
    // What the document has is written elsewhere: for this operation, it came or went with the list of its own.
    let Some(place) = new_own.or(old_own).map(|owner| format!("{}/servers", owner.at)) else {
        return;
    };
    let all = |document: Document<'a>, own: Option<&Node<'a>>| -> Vec<Address> {
        let Some(own) = own else {
            let shared = servers(&document.root()).into_iter();
            return shared.map(|address| Address { at: place.clone(), ..address }).collect();
        };
        servers(own)
    };
    let [olds, news] = [all(found.documents.old, old_own), all(found.documents.new, new_own)];
    compare(found, &olds, &news);
}

/// An address as it is compared, and its place.
#[derive(Debug)]
struct Address {
    value: Value,
    shown: String,
    at: String,
}

fn compare(found: &mut Findings<'_>, olds: &[Address], news: &[Address]) {
    let only = |these: &[Address], others: &[Address]| -> Vec<(String, String)> {
        let missing = these.iter().filter(|address| !others.iter().any(|other| other.value == address.value));
        missing.map(|address| (address.at.clone(), address.shown.clone())).collect()
    };
    for (at, address) in only(olds, news) {
        found.add(&rules::SERVER_REMOVED, Way::Sent, at, format!("`{address}` is gone"));
    }
    for (at, address) in only(news, olds) {
        found.add(&rules::SERVER_ADDED, Way::Sent, at, format!("`{address}` is new"));
    }
}

fn servers(owner: &Node<'_>) -> Vec<Address> {
    let servers = owner.child("servers");
    let address = |server: Node<'_>| {
        let url = server.text("url").unwrap_or_default();
        let value = serde_json::json!([url, server.value.get("variables")]);
        Address { value, shown: url.to_owned(), at: server.at.to_string() }
    };
    servers.iter().flat_map(Node::items).map(address).collect()
}

fn token_addresses(document: Document<'_>) -> Vec<Address> {
    let mut found = Vec::new();
    let root = document.root();
    let schemes = root.child("components").and_then(|components| components.child("securitySchemes"));
    for (_, scheme) in schemes.iter().flat_map(Node::members) {
        let flows = scheme.child("flows");
        let flows = flows.iter().flat_map(Node::members);
        for (flow, place) in flows.chain([("", scheme.clone())]) {
            for key in TOKEN_ADDRESSES {
                if let Some(url) = place.text(key) {
                    let at = format!("{}/{key}", place.at);
                    found.push(Address { value: serde_json::json!([flow, key, url]), shown: url.to_owned(), at });
                }
            }
        }
    }
    found
}
