//! Parameters of operations.

use serde_json::Value;

use super::{
    bodies,
    document::{Document, Documents, Node, Said},
    finding::{Findings, texts_of},
    operations::{Call, variables},
    rules,
};

/// Keywords that other rules than `text-changed` are about.
const RULED: [&str; 9] = ["$ref", "allowReserved", "content", "explode", "in", "name", "required", "schema", "style"];

/// A parameter, and what makes it the same as another one.
#[derive(Debug)]
struct Parameter<'a> {
    identity: Identity<'a>,
    /// Where the operation or its path lists it.
    site: Node<'a>,
    /// Where it is written.
    node: Node<'a>,
}

#[derive(Debug, PartialEq, Eq)]
enum Identity<'a> {
    /// By its place in the path: its name is only a name.
    Path(usize),
    Header(String),
    Named(&'a str, &'a str),
}

/// Compares the parameters of two operations.
pub(super) fn compare<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let olds = all(found.documents.old, old);
    let mut news = all(found.documents.new, new);
    let way = new.way();
    for old in olds {
        if let Some(index) = news.iter().position(|new| new.identity == old.identity) {
            let new = news.remove(index);
            both(found, &old, &new, way);
        } else if !matches!(old.identity, Identity::Path(_)) {
            found.add(&rules::PARAMETER_REMOVED, way, &*old.site.at, format!("{} is gone", described(&old)));
        }
    }
    // One in the path that is only declared now was always sent.
    for new in news.iter().filter(|new| !matches!(new.identity, Identity::Path(_))) {
        let (rule, text) = if new.node.is("required") {
            (&rules::PARAMETER_ADDED_REQUIRED, "is new and required")
        } else {
            (&rules::PARAMETER_ADDED, "is new")
        };
        found.add(rule, way, &*new.site.at, format!("{} {text}", described(new)));
    }
}

/// Parameters of the path item, with those of the operation in the place of equal ones.
fn all<'a>(document: Document<'a>, call: &Call<'a>) -> Vec<Parameter<'a>> {
    let mut all: Vec<Parameter<'a>> = Vec::new();
    let lists = [&call.node, &call.item].map(|owner| owner.child("parameters"));
    for site in lists.iter().flatten().flat_map(Node::items) {
        let node = document.follow(&site);
        let (Some(place), Some(name)) = (node.text("in"), node.text("name")) else {
            continue;
        };
        let identity = identity(call.path, place, name);
        if !all.iter().any(|known| known.identity == identity) {
            all.push(Parameter { identity, site, node });
        }
    }
    all
}

fn identity<'a>(path: &str, place: &'a str, name: &'a str) -> Identity<'a> {
    let position = variables(path).position(|variable| variable == name);
    match (place, position) {
        ("path", Some(position)) => Identity::Path(position),
        ("header", _) => Identity::Header(name.to_lowercase()),
        _ => Identity::Named(place, name),
    }
}

fn both<'a>(found: &mut Findings<'a>, old: &Parameter<'a>, new: &Parameter<'a>, way: rules::Way) {
    let documents = found.documents;
    let place = |key: &str| place(documents, &old.node, &new.node, key, &new.site);
    let name = described(new);
    let is_in_path = matches!(new.identity, Identity::Path(_));
    match (old.node.is("required"), new.node.is("required")) {
        (false, true) if !is_in_path => {
            let at = place("required");
            found.add(&rules::PARAMETER_REQUIRED, way, at, format!("{name} was optional and is required"));
        }
        (true, false) if !is_in_path => {
            let at = place("required");
            found.add(&rules::PARAMETER_OPTIONAL, way, at, format!("{name} was required and is optional"));
        }
        _ => {}
    }
    let [(old_style, old_key), (new_style, _)] = [style(&old.node), style(&new.node)];
    if old_style == new_style {
        found.pair_or_any(old.node.child("schema"), new.node.child("schema"), way);
        bodies::content(found, &old.node, &new.node, way);
    } else {
        let text = format!("{name} was written {old_style} and is written {new_style}");
        found.add(&rules::PARAMETER_STYLE_CHANGED, way, place(old_key), text);
        if let (Some(old), Some(new)) = (old.node.child("schema"), new.node.child("schema")) {
            found.pair(&old, &new, way);
        }
    }
    let [olds, news] = [old, new].map(|parameter| texts_of(&parameter.node, &RULED));
    found.texts(&olds, &news, &new.site);
}

/// Where `key` of a part changed that may be written in place or referred to.
pub(super) fn place<'a>(
    documents: Documents<'a>,
    old: &Node<'a>,
    new: &Node<'a>,
    key: &str,
    site: &Node<'a>,
) -> String {
    let [old_said, new_said] = [old, new].map(|node| {
        let (key, value) = node.map()?.get_key_value(key)?;
        Some(Said { key, value, place: node.at.clone() })
    });
    documents.part(old_said.as_ref(), new_said.as_ref(), site)
}

/// How its value is written, and the keyword that says so.
fn style(node: &Node<'_>) -> (String, &'static str) {
    if node.value.get("content").is_some() {
        return ("as a document".to_owned(), "content");
    }
    let usual = if matches!(node.text("in"), Some("query" | "cookie")) { "form" } else { "simple" };
    let style = node.text("style").unwrap_or(usual);
    let explodes = node.value.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let each = if explodes { "one by one" } else { "together" };
    let reserved = if node.is("allowReserved") { ", reserved characters as they are" } else { "" };
    let key = ["style", "explode", "allowReserved"].into_iter().find(|key| node.value.get(key).is_some());
    (format!("`{style}`, values {each}{reserved}"), key.unwrap_or("style"))
}

fn described(parameter: &Parameter<'_>) -> String {
    let text = |key| parameter.node.text(key).unwrap_or_default();
    format!("`{}` ({})", text("name"), text("in"))
}
