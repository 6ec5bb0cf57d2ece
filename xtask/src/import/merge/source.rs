//! The document as a source of what it changed.

use serde_json::{Map, Value, json};

use super::Merge;
use crate::import::files::put;

/// How a note begins that says what a document changed: what has one was there before the document.
pub(in crate::import) const CHANGED_BY: &str = "Changed by";

/// How a note says that the rest of it is no more than was assumed until `source` came.
pub(in crate::import) fn assumed_before(source: &str) -> String {
    format!("Assumed before {source}")
}

impl Merge<'_> {
    /// Says at `pointer` of the joined document that `what` is known from the document.
    pub(super) fn changed(&mut self, pointer: &str, what: &str) -> Result<(), String> {
        let source = self.source;
        let map = self.object(pointer)?;
        let start = format!("{CHANGED_BY} {source} (");
        let old = map.get("x-evidence-note").and_then(Value::as_str).unwrap_or_default().trim_end();
        let is_assumed = map.get("x-evidence").is_some_and(|evidence| evidence["level"] == "I");
        let old = match (is_assumed, old) {
            (false, old) => old.to_owned(),
            (true, "") => format!("{}.", assumed_before(source)),
            (true, old) => format!("{}: {old}", assumed_before(source)),
        };
        evidenced(map, source);
        let note = match old.strip_suffix(").").filter(|old| old.contains(&start)) {
            Some(open) if open.ends_with(what) => old.clone(),
            Some(open) => format!("{open}, {what})."),
            None => format!("{old} {start}{what}).").trim_start().to_owned(),
        };
        put(map, "x-evidence-note", json!(note), &["x-evidence"]);
        Ok(())
    }

    /// Lists the document among the sources, in the entry.
    pub(in crate::import) fn list_source(&mut self) -> Result<(), String> {
        let version = self.upstream.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
        let version: String = version.chars().filter(|character| !character.is_control()).take(60).collect();
        let source = self.source.to_owned();
        let text = match version.trim() {
            "" => "The document of the API's makers, without a version; not linked.".to_owned(),
            version => format!("The document of the API's makers, version {version}; not linked."),
        };
        let entry = self.files.entry()?;
        if !entry.contains_key("x-evidence-sources") {
            entry.insert("x-evidence-sources".to_owned(), json!({}));
        }
        let sources = entry.get_mut("x-evidence-sources").and_then(Value::as_object_mut);
        sources.ok_or("`x-evidence-sources` is no object")?.entry(source).or_insert_with(|| json!(text));
        Ok(())
    }

    /// Evidence that is the document alone.
    pub(super) fn evidence(&self) -> Value {
        json!({ "level": "D", "refs": [self.source] })
    }
}

/// Adds `source` to the evidence of `map`. What was assumed is evidenced now.
fn evidenced(map: &mut Map<String, Value>, source: &str) {
    let evidence = map.get("x-evidence");
    let level = evidence.and_then(|evidence| evidence.get("level")?.as_str()).filter(|level| *level != "I");
    let known = evidence.and_then(|evidence| evidence.get("refs")?.as_array()).cloned();
    let mut refs = known.unwrap_or_default();
    if !refs.iter().any(|known| known == source) {
        refs.push(json!(source));
    }
    let evidence = json!({ "level": level.unwrap_or("D"), "refs": refs });
    put(map, "x-evidence", evidence, &[]);
}
