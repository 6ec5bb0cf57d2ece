//! Lays the operations of two documents beside each other, by method and whole path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::spec::operations::{self, Operation};

/// The families of the API, each with what its paths start with.
const FAMILIES: [(&str, &str); 4] =
    [("auth", "oauth"), ("distributor", "distributor"), ("issuer", "issuer"), ("platform", "v")];

/// An operation that both documents have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub(super) upstream: Operation<'a>,
    pub(super) curated: Operation<'a>,
}

/// The operations of two documents.
#[derive(Debug, Default)]
pub(super) struct Matching<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    /// In the document only; each with its path as the curated description would write it.
    pub(super) added: Vec<(String, Operation<'a>)>,
    /// In the curated description only.
    pub(super) removed: Vec<Operation<'a>>,
    /// Families of ours that the document leaves out.
    pub(super) families: BTreeSet<&'static str>,
}

/// Matches the operations of the document `upstream` with those of `curated`.
pub(super) fn matching<'a>(upstream: &'a Value, curated: &'a Value) -> Matching<'a> {
    let prefix = server_path(curated);
    let ours: BTreeMap<_, _> = operations::all(curated)
        .into_iter()
        .map(|operation| ((operation.method, nameless(operation.path)), operation))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Matching::default();
    let mut present = BTreeSet::new();
    for operation in operations::all(upstream) {
        let path = relative(operation.path, &server_path(upstream), &prefix);
        present.extend(family(&path));
        let key = (operation.method, nameless(&path));
        if !seen.insert(key.clone()) {
            continue;
        }
        match ours.get(&key) {
            Some(curated) => found.pairs.push(Pair { upstream: operation, curated: *curated }),
            None => found.added.push((path, operation)),
        }
    }
    for operation in operations::all(curated) {
        if seen.contains(&(operation.method, nameless(operation.path))) {
            continue;
        }
        match family(operation.path).filter(|family| !present.contains(family)) {
            Some(family) => found.families.extend([family]),
            None => found.removed.push(operation),
        }
    }
    found
}

/// The family that `path`, without the path of the server, belongs to.
pub(super) fn family(path: &str) -> Option<&'static str> {
    let first = path.split('/').find(|part| !part.is_empty())?;
    let is_version = first.strip_prefix('v').is_some_and(|rest| rest.parse::<u8>().is_ok());
    let first = if is_version { "v" } else { first };
    FAMILIES.iter().find(|(_, start)| *start == first).map(|(family, _)| *family)
}

/// `path` with every parameter without its name.
pub(super) fn nameless(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// `path` of the document `upstream`, as `curated` would write it.
pub(super) fn below(path: &str, upstream: &Value, curated: &Value) -> String {
    relative(path, &server_path(upstream), &server_path(curated))
}

/// The path of the first server.
fn server_path(document: &Value) -> String {
    let address = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    rest.trim_end_matches('/').to_owned()
}

/// `path` of a document whose server has the path `own`, as it is called below a server with the path `ours`.
fn relative(path: &str, own: &str, ours: &str) -> String {
    let whole = if starts_with(path, own) { path.to_owned() } else { format!("{own}{path}") };
    if starts_with(&whole, ours) { whole[ours.len()..].to_owned() } else { path.to_owned() }
}

fn starts_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_same_whether_the_server_has_its_start_or_not() {
        check("/v2/investors/", "/api/external", "/v2/investors/");
        check("/api/external/v2/investors/", "", "/v2/investors/");
        check("/api/external/v2/investors/", "/api/external", "/v2/investors/");
        check("/external/v2/investors/", "/api", "/v2/investors/");
        check("/v2/investors/", "", "/v2/investors/");
        check("/api/externals/", "", "/api/externals/");
        check("/api/schema/", "", "/api/schema/");

        #[track_caller]
        fn check(path: &str, own: &str, expected: &str) {
            assert_eq!(relative(path, own, "/api/external"), expected);
        }
    }

    #[test]
    fn the_start_of_a_path_names_its_family() {
        check("/v2/investors/", Some("platform"));
        check("/v3/investors/", Some("platform"));
        check("/distributor/v2/investors/", Some("distributor"));
        check("/oauth/token", Some("auth"));
        check("/validators/", None);
        check("/", None);

        #[track_caller]
        fn check(path: &str, expected: Option<&str>) {
            assert_eq!(family(path), expected);
        }
    }

    #[test]
    fn the_path_of_a_server_may_be_missing() {
        check("https://demo.example/api/external", "/api/external");
        check("https://demo.example/api/external/", "/api/external");
        check("https://demo.example", "");
        check("/api/external", "/api/external");
        check("", "");

        #[track_caller]
        fn check(url: &str, expected: &str) {
            assert_eq!(server_path(&serde_json::json!({ "servers": [{ "url": url }] })), expected);
        }
    }
}
