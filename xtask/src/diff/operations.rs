//! Operations and events: which stands for which, and what is said of them as a whole.

use std::borrow::Cow;

use super::{
    bodies,
    counterparts::{self, LaidOut},
    document::{Document, Documents, Node, Said},
    finding::{Findings, texts_of},
    ledger::{Ledger, Owner},
    parameters,
    rules::{self, Way},
    security, servers,
};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Keywords that other rules than `text-changed` are about.
const RULED: [&str; 10] = [
    "deprecated",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "tags",
    "x-idempotency",
    "x-repeatable",
];

/// One operation, or an event that the server sends.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    pub(super) node: Node<'a>,
    pub(super) item: Node<'a>,
    /// The path template, or the name of the event.
    pub(super) path: &'a str,
    method: &'static str,
    is_event: bool,
}

impl<'a> Call<'a> {
    /// Which way its parameters and its body go.
    pub(super) fn way(&self) -> Way {
        if self.is_event { Way::Received } else { Way::Sent }
    }

    fn id(&self) -> String {
        self.own_id().map_or_else(|| format!("{} {}", self.method.to_uppercase(), self.path), ToOwned::to_owned)
    }

    pub(super) fn own_id(&self) -> Option<&'a str> {
        self.node.text("operationId")
    }

    /// What makes it the same on the wire: names in the path are only names.
    pub(super) fn route(&self) -> Route<'a> {
        Route { is_event: self.is_event, method: self.method, path: unnamed(self.path) }
    }
}

/// Where an operation is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Route<'a> {
    pub(super) is_event: bool,
    method: &'static str,
    path: Cow<'a, str>,
}

/// `path` without the names of its parameters.
fn unnamed(path: &str) -> Cow<'_, str> {
    variables(path).fold(Cow::Borrowed(path), |path, name| Cow::Owned(path.replace(&format!("{{{name}}}"), "{}")))
}

/// The names of the parameters in a path, in their order.
pub(super) fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// Compares the operations and events of both documents.
pub(super) fn compare<'a>(ledger: &mut Ledger<'a>, documents: Documents<'a>) {
    let [olds, news] = [documents.old, documents.new].map(all);
    let LaidOut { pairs, olds, news } = counterparts::lay_out(&olds, &news);
    for (old, new) in pairs {
        let mut found = Findings::new(documents);
        both(&mut found, old, new);
        ledger.enter(Owner { id: Some(&new.id()), pointer: &new.node.at }, &found);
    }
    let gone = olds.into_iter().map(|old| (old, &rules::OPERATION_REMOVED));
    let changes = gone.chain(news.into_iter().map(|new| (new, &rules::OPERATION_ADDED)));
    for (call, rule) in changes {
        let mut found = Findings::new(documents);
        let text = format!("`{}` ({} {})", call.id(), call.method.to_uppercase(), call.path);
        found.add(rule, call.way(), &*call.node.at, text);
        ledger.enter(Owner { id: Some(&call.id()), pointer: &call.node.at }, &found);
    }
}

fn all(document: Document<'_>) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    for (section, is_event) in [("paths", false), ("x-webhooks", true)] {
        for (path, item) in document.root().child(section).iter().flat_map(Node::members) {
            let item = document.follow(&item);
            for method in METHODS {
                if let Some(node) = item.child(method) {
                    found.push(Call { node, item: item.clone(), path, method, is_event });
                }
            }
        }
    }
    found
}

fn both<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    identity(found, old, new);
    marks(found, old, new);
    texts(found, old, new);
    security::compare(found, old, new);
    servers::of_operation(found, old, new);
    parameters::compare(found, old, new);
    bodies::request(found, old, new);
    bodies::replies(found, old, new);
}

fn identity<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let at = &*new.node.at;
    if old.route() != new.route() {
        let [was, is] = [old, new].map(|call| format!("{} {}", call.method.to_uppercase(), call.path));
        found.add(&rules::OPERATION_MOVED, new.way(), at, format!("was {was} and is {is}"));
    } else if old.path != new.path {
        found.texts.push((at.to_owned(), "names in the path".to_owned()));
    }
    if old.own_id() != new.own_id() {
        let text = format!("was `{}` and is `{}`", old.id(), new.id());
        found.add(&rules::OPERATION_ID_CHANGED, new.way(), at, text);
    }
}

fn marks<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let (way, at) = (new.way(), &*new.node.at);
    match (old.node.is("deprecated"), new.node.is("deprecated")) {
        (false, true) => found.add(&rules::OPERATION_DEPRECATED, way, at, "is deprecated"),
        (true, false) => found.texts.push((at.to_owned(), "deprecated".to_owned())),
        _ => {}
    }
    let [was, is] = [old, new].map(|call| call.node.text("x-idempotency").unwrap_or("none"));
    match (was == "none", is == "none") {
        (false, true) => found.add(&rules::IDEMPOTENCY_LOST, way, at, "takes no idempotency key any more"),
        (true, false) => found.add(&rules::IDEMPOTENCY_GAINED, way, at, "takes an idempotency key"),
        _ if was == is => {}
        _ => found.texts.push((at.to_owned(), "x-idempotency".to_owned())),
    }
    match (old.node.is("x-repeatable"), new.node.is("x-repeatable")) {
        (true, false) => found.add(&rules::REPEATABLE_LOST, way, at, "must no longer be repeated without a key"),
        (false, true) => found.add(&rules::REPEATABLE_GAINED, way, at, "may be repeated without a key"),
        _ => {}
    }
}

fn texts<'a>(found: &mut Findings<'a>, old: &Call<'a>, new: &Call<'a>) {
    let [olds, news] = [old, new].map(|call| {
        let mut texts = texts_of(&call.node, &RULED);
        let shared = METHODS.iter().chain(&["parameters", "servers", "$ref"]).copied().collect::<Vec<_>>();
        texts.extend(texts_of(&call.item, &shared));
        if let Some(tags) = call.node.child("tags") {
            // Each by itself: their order has no meaning.
            texts.extend(tags.items().map(|tag| Said { key: "tags", value: tag.value, place: tag.at }));
        }
        texts
    });
    found.texts(&olds, &news, &new.node);
}
