//! What is said in a document beside its operations and schemas.

use serde_json::{Map, Value};

use super::{
    document::{Document, Node, same},
    finding::{Findings, texts_of},
    servers::TOKEN_ADDRESSES,
};

/// Something said, and by which key.
#[derive(Debug)]
struct Prose<'a> {
    key: &'a str,
    value: Value,
}

/// Compares the texts of both documents.
pub(super) fn compare(found: &mut Findings<'_>) {
    let documents = [found.documents.old, found.documents.new];
    let [old_urls, new_urls] = documents.map(urls);
    let common: Vec<&str> = old_urls.into_iter().filter(|url| new_urls.contains(url)).collect();
    let [olds, news] = documents.map(|document| all(document, &common));
    for (these, others) in [(&olds, &news), (&news, &olds)] {
        let is_same = |left: &Prose<'_>, right: &Prose<'_>| left.key == right.key && same(&left.value, &right.value);
        for prose in these.iter().filter(|prose| !others.iter().any(|other| is_same(prose, other))) {
            found.texts.push((String::new(), prose.key.to_owned()));
        }
    }
}

fn urls(document: Document<'_>) -> Vec<&str> {
    let servers = document.root().child("servers");
    servers.iter().flat_map(Node::items).filter_map(|server| server.text("url")).collect()
}

/// What `document` says; of its servers, what it says of those at `urls`.
fn all<'a>(document: Document<'a>, urls: &[&str]) -> Vec<Prose<'a>> {
    let root = document.root();
    let ruled = ["components", "paths", "security", "servers", "tags", "x-webhooks"];
    let said = texts_of(&root, &ruled).into_iter();
    let mut all: Vec<Prose<'_>> = said.map(|said| Prose { key: said.key, value: said.value.clone() }).collect();
    let list = |key: &str| root.child(key).map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
    all.extend(list("tags").iter().map(|tag| Prose { key: "tags", value: tag.value.clone() }));
    // An address that comes or goes is told by itself, not by its description.
    let stays = |server: &&Node<'_>| server.text("url").is_some_and(|url| urls.contains(&url));
    let servers = list("servers");
    let text = |server: &Node<'_>| Prose { key: "servers", value: without(server, &["url", "variables"]) };
    all.extend(servers.iter().filter(stays).map(text));
    let components = root.child("components");
    let schemes = components.and_then(|components| components.child("securitySchemes"));
    for (_, scheme) in schemes.iter().flat_map(Node::members) {
        let mut add = |value| all.push(Prose { key: "securitySchemes", value });
        add(without(&scheme, &["flows", "openIdConnectUrl"]));
        let flows = scheme.child("flows");
        flows.iter().flat_map(Node::members).for_each(|(_, flow)| add(without(&flow, &TOKEN_ADDRESSES)));
    }
    all
}

/// A copy of `node` without `keys`.
fn without(node: &Node<'_>, keys: &[&str]) -> Value {
    let members = node.map().into_iter().flatten().filter(|(key, _)| !keys.contains(&key.as_str()));
    Value::Object(members.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>())
}
