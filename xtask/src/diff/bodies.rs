//! Bodies of requests and replies, statuses and headers.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::Node,
    finding::{Findings, texts_of},
    operations::Call,
    parameters::place,
    rules::{self, Way},
};

/// Compares the bodies that two operations take, or that two events bring.
pub(super) fn request<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let way = new.way();
    let documents = found.documents;
    match (old.node.child("requestBody"), new.node.child("requestBody")) {
        (None, Some(site)) => {
            let is_required = documents.new.follow(&site).is("required");
            let rule = if is_required { &rules::BODY_ADDED_REQUIRED } else { &rules::BODY_ADDED };
            let text =
                if is_required { "there was no body, one is required" } else { "there was no body, one is possible" };
            found.add(rule, way, &*site.at, text);
        }
        (Some(site), None) => found.add(&rules::BODY_REMOVED, way, &*site.at, "there is no body any more"),
        (Some(old_site), Some(site)) => {
            let (old, new) = (documents.old.follow(&old_site), documents.new.follow(&site));
            let at = place(documents, &old, &new, "required", &site);
            match (old.is("required"), new.is("required")) {
                (false, true) => found.add(&rules::BODY_REQUIRED, way, at, "the body was optional and is required"),
                (true, false) => found.add(&rules::BODY_OPTIONAL, way, at, "the body was required and is optional"),
                _ => {}
            }
            content(found, &old, &new, way);
            let [olds, news] = [&old, &new].map(|node| texts_of(node, &["content", "required"]));
            found.texts(&olds, &news, &site);
        }
        (None, None) => {}
    }
}

/// Compares the replies of two operations, or what two events are answered with.
pub(super) fn replies<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let way = new.way().back();
    let [olds, mut news] = [old, new].map(|call| {
        let replies = call.node.child("responses");
        replies.iter().flat_map(Node::members).filter(|(status, _)| !status.starts_with("x-")).collect::<Vec<_>>()
    });
    for (status, old) in olds {
        if let Some(index) = news.iter().position(|(other, _)| other.eq_ignore_ascii_case(status)) {
            let (_, new) = news.remove(index);
            reply(found, &old, &new, way);
            continue;
        }
        let rule = if is_failure(status) { &rules::STATUS_REMOVED_FAILURE } else { &rules::STATUS_REMOVED };
        found.add(rule, way, &*old.at, format!("`{status}` is gone"));
    }
    for (status, new) in news {
        let rule = if is_failure(status) { &rules::STATUS_ADDED_FAILURE } else { &rules::STATUS_ADDED };
        found.add(rule, way, &*new.at, format!("`{status}` is new"));
    }
}

fn is_failure(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}

fn reply<'a>(found: &mut Findings<'a>, old: &Node<'a>, site: &Node<'a>, way: Way) {
    let (old, new) = (found.documents.old.follow(old), found.documents.new.follow(site));
    let body = |node: &Node<'a>| node.child("content").filter(|content| content.members().next().is_some());
    match (body(&old), body(&new)) {
        (None, Some(body)) => found.add(&rules::BODY_ADDED, way, &*body.at, "there was no body and there is one"),
        (Some(body), None) => found.add(&rules::BODY_REMOVED, way, &*body.at, "there was a body and there is none"),
        _ => content(found, &old, &new, way),
    }
    headers(found, &old, &new, way);
    let [olds, news] = [&old, &new].map(|node| texts_of(node, &["content", "headers"]));
    found.texts(&olds, &news, site);
}

/// Compares what is below `content` of both.
pub(super) fn content<'a>(found: &mut Findings<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) {
    let [olds, mut news] = [old, new].map(|owner| {
        let content = owner.child("content");
        content.iter().flat_map(Node::members).collect::<Vec<_>>()
    });
    for (name, old) in olds {
        if let Some(index) = news.iter().position(|(other, _)| essence(other) == essence(name)) {
            let (_, new) = news.remove(index);
            media_type(found, &old, &new, way);
        } else {
            found.add(&rules::MEDIA_TYPE_REMOVED, way, &*old.at, format!("`{name}` is gone"));
        }
    }
    for (name, new) in news {
        found.add(&rules::MEDIA_TYPE_ADDED, way, &*new.at, format!("`{name}` is new"));
    }
}

/// A media type without what may be written in several ways, or goes without saying.
fn essence(name: &str) -> String {
    let name = name.to_lowercase().replace([' ', '"'], "");
    name.strip_suffix(";charset=utf-8").map_or_else(|| name.clone(), ToOwned::to_owned)
}

fn media_type<'a>(found: &mut Findings<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) {
    found.pair_or_any(old.child("schema"), new.child("schema"), way);
    parts(found, old, new, way);
    let documents = found.documents;
    let [olds, news] = [(documents.old, old), (documents.new, new)].map(|(document, node)| {
        let mut texts = texts_of(node, &["encoding", "examples", "schema"]);
        let encoding = node.child("encoding");
        for (_, part) in encoding.iter().flat_map(Node::members) {
            texts.extend(texts_of(&part, &["contentType"]));
        }
        let examples = node.child("examples");
        for (_, example) in examples.iter().flat_map(Node::members) {
            texts.extend(texts_of(&document.follow(&example), &["$ref"]));
        }
        texts
    });
    found.texts(&olds, &news, new);
}

/// Compares the media types that the parts of a form may have.
fn parts<'a>(found: &mut Findings<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) {
    let [olds, news] = [old, new].map(|node| {
        let encoding = node.child("encoding");
        encoding.iter().flat_map(Node::members).collect::<BTreeMap<_, _>>()
    });
    let names: BTreeSet<&str> = olds.keys().chain(news.keys()).copied().collect();
    for name in names {
        let [old, new] = [&olds, &news].map(|parts| parts.get(name).and_then(|part| part.child("contentType")));
        let [old_types, new_types] = [&old, &new].map(|types| {
            let text = types.as_ref().and_then(|types| types.value.as_str()).unwrap_or("*/*");
            text.split(',').map(essence).collect::<BTreeSet<String>>()
        });
        let Some(at) = new.or(old).map(|types| types.at) else {
            continue;
        };
        for gone in old_types.difference(&new_types) {
            found.add(&rules::MEDIA_TYPE_REMOVED, way, &*at, format!("`{name}` may no longer be `{gone}`"));
        }
        for added in new_types.difference(&old_types) {
            found.add(&rules::MEDIA_TYPE_ADDED, way, &*at, format!("`{name}` may be `{added}`"));
        }
    }
}

fn headers<'a>(found: &mut Findings<'a>, old: &Node<'a>, new: &Node<'a>, way: Way) {
    let [olds, mut news] = [old, new].map(|owner| {
        let headers = owner.child("headers");
        headers.iter().flat_map(Node::members).collect::<Vec<_>>()
    });
    for (name, old) in olds {
        if let Some(index) = news.iter().position(|(other, _)| other.eq_ignore_ascii_case(name)) {
            let (_, new) = news.remove(index);
            header(found, &old, &new, way);
        } else {
            found.add(&rules::HEADER_REMOVED, way, &*old.at, format!("`{name}` is gone"));
        }
    }
    for (name, new) in news {
        found.add(&rules::HEADER_ADDED, way, &*new.at, format!("`{name}` is new"));
    }
}

fn header<'a>(found: &mut Findings<'a>, old: &Node<'a>, site: &Node<'a>, way: Way) {
    let documents = found.documents;
    let (old, new) = (documents.old.follow(old), documents.new.follow(site));
    let at = place(documents, &old, &new, "required", site);
    match (old.is("required"), new.is("required")) {
        (false, true) => found.add(&rules::HEADER_REQUIRED, way, at, "was optional and is always there"),
        (true, false) => found.add(&rules::HEADER_OPTIONAL, way, at, "was always there and is optional"),
        _ => {}
    }
    found.pair_or_any(old.child("schema"), new.child("schema"), way);
    content(found, &old, &new, way);
    let [olds, news] = [&old, &new].map(|node| texts_of(node, &["content", "required", "schema"]));
    found.texts(&olds, &news, site);
}
