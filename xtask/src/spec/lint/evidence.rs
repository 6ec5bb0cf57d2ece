//! Where a statement comes from, and the spelling of our extensions.

use serde_json::{Map, Value};

use super::Report;

/// Every extension that the spec may use.
const KNOWN: [&str; 11] = [
    "x-client-body",
    "x-enum",
    "x-evidence",
    "x-evidence-note",
    "x-evidence-sources",
    "x-extensible-enum",
    "x-id",
    "x-idempotency",
    "x-repeatable",
    "x-sensitive",
    "x-webhooks",
];

/// `map`, at `pointer`, must say where it comes from.
pub(super) fn must_have(report: &mut Report<'_>, pointer: &str, map: &Value) {
    let Some(evidence) = map.get("x-evidence") else {
        return report.add(pointer, "evidence", "`x-evidence: {level, refs}` is missing");
    };
    for key in
        evidence.as_object().into_iter().flat_map(Map::keys).filter(|key| !["level", "refs"].contains(&key.as_str()))
    {
        report.add(pointer, "evidence", format!("`{key}` is neither `level` nor `refs`"));
    }
    let level = evidence.get("level").and_then(Value::as_str).unwrap_or_default();
    if !["S", "D", "P", "I"].contains(&level) {
        report.add(pointer, "evidence", format!("level `{level}` is none of S, D, P and I"));
    }
    let Some(refs) = evidence.get("refs").and_then(Value::as_array) else {
        return report.add(pointer, "evidence", "`refs` must be a list");
    };
    if refs.is_empty() && level != "I" {
        report.add(pointer, "evidence", format!("level {level} needs a source in `refs`"));
    }
    let sources =
        report.bundle.document().get("x-evidence-sources").and_then(Value::as_object).cloned().unwrap_or_default();
    for source in refs {
        let known = source.as_str().is_some_and(|text| names(text).iter().any(|name| sources.contains_key(*name)));
        if !known {
            report.add(pointer, "evidence", format!("source {source} is not in `x-evidence-sources` of the entry"));
        }
    }
}

/// The names that `source` may stand for: as it is, or without the letter of a revision.
pub(super) fn names(source: &str) -> [&str; 2] {
    [source, source.split('(').next().unwrap_or(source).trim()]
}

/// No key of `map` may be an extension that nobody knows.
pub(super) fn known_extensions(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>) {
    for key in map.keys().filter(|key| key.starts_with("x-") && !KNOWN.contains(&key.as_str())) {
        report.add(pointer, "extension-known", format!("`{key}` is none of {KNOWN:?}"));
    }
}
