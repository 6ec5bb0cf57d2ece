//! What is said in a document beside its operations and schemas.

use serde_json::{Map, Value};

use super::{
    document::{Document, Node, same},
    finding::{Findings, texts_of},
    servers::TOKEN_ADDRESSES,
};

/// Something said, by which key and where.
#[derive(Debug)]
struct Prose<'a> {
    key: &'a str,
    value: Value,
    at: String,
}

/// Compares the texts of both documents.
pub(super) fn compare(found: &mut Findings<'_>) {
    let [olds, news] = [found.documents.old, found.documents.new].map(all);
    for (these, others) in [(&olds, &news), (&news, &olds)] {
        let is_same = |left: &Prose<'_>, right: &Prose<'_>| left.key == right.key && same(&left.value, &right.value);
        for prose in these.iter().filter(|prose| !others.iter().any(|other| is_same(prose, other))) {
            found.texts.push((prose.at.clone(), prose.key.to_owned()));
        }
    }
}

fn all(document: Document<'_>) -> Vec<Prose<'_>> {
    let root = document.root();
    let ruled = ["components", "paths", "security", "servers", "tags", "x-webhooks"];
    let said = texts_of(&root, &ruled).into_iter();
    let mut all: Vec<Prose<'_>> =
        said.map(|said| Prose { key: said.key, value: said.value.clone(), at: String::new() }).collect();
    let list = |key: &str| root.child(key).map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
    for (key, addresses) in [("tags", &[][..]), ("servers", &["url", "variables"])] {
        let items = list(key).into_iter();
        all.extend(items.map(|item| Prose { key, value: without(&item, addresses), at: String::new() }));
    }
    let components = root.child("components");
    let schemes = components.and_then(|components| components.child("securitySchemes"));
    for (_, scheme) in schemes.iter().flat_map(Node::members) {
        let mut add = |value| all.push(Prose { key: "securitySchemes", value, at: scheme.at.to_string() });
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
