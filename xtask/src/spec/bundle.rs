//! Joins the files of the spec into one document whose references are all local.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    finding::Finding,
    load::{Source, is_data, split},
};

/// The joined document, as it lies beside its files.
pub(crate) const FILE: &str = "cashlink.json";

/// Sections of a file whose members may be referred to; each becomes a section of `components`.
const SECTIONS: [&str; 6] = ["schemas", "parameters", "responses", "requestBodies", "headers", "examples"];

/// The joined document, and where each part of it was written.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    document: Value,
    /// Pointer into the document → file and pointer of its source.
    origins: BTreeMap<String, (String, String)>,
    entry: String,
}

impl Bundle {
    /// The joined document.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// The document as it is committed: indented, one trailing newline.
    pub(crate) fn text(&self) -> String {
        format!("{:#}\n", self.document)
    }

    /// The component schema `name`.
    pub(crate) fn schema(&self, name: &str) -> Option<&Value> {
        self.document.get("components")?.get("schemas")?.get(name)
    }

    /// A finding at `pointer` of the joined document, placed in the file where that part was written.
    pub(crate) fn finding(&self, pointer: &str, rule: &'static str, problem: impl Into<String>) -> Finding {
        let (file, pointer) = self.origin(pointer);
        Finding { file, pointer, rule, problem: problem.into() }
    }

    /// File and pointer in it of what stands at `pointer` of the joined document.
    pub(crate) fn origin(&self, pointer: &str) -> (String, String) {
        let mut prefix = pointer;
        loop {
            if let Some((file, start)) = self.origins.get(prefix) {
                return (file.clone(), format!("{start}{}", &pointer[prefix.len()..]));
            }
            let Some(end) = prefix.rfind('/') else {
                return (self.entry.clone(), pointer.to_owned());
            };
            prefix = &prefix[..end];
        }
    }

    #[cfg(test)]
    pub(crate) fn of(document: Value) -> Self {
        Self { document, origins: BTreeMap::new(), entry: "test.yaml".to_owned() }
    }
}

/// Joins `source`. What cannot be joined is left as it is and reported.
pub(crate) fn bundle(source: &Source) -> (Bundle, Vec<Finding>) {
    let mut joiner = Joiner { source, components: BTreeMap::new(), origins: BTreeMap::new(), findings: Vec::new() };
    let entry = source.entry();
    let mut document = source.file(entry).cloned().unwrap_or_default();
    joiner.paths(entry, &mut document);
    joiner.rewrite(entry, &mut document, "", false);
    joiner.place_components(&mut document);
    joiner.report_unused();
    let bundle = Bundle { document, origins: joiner.origins, entry: entry.to_owned() };
    (bundle, joiner.findings)
}

struct Component {
    value: Value,
    origin: (String, String),
}

struct Joiner<'a> {
    source: &'a Source,
    /// By section and name.
    components: BTreeMap<(String, String), Component>,
    origins: BTreeMap<String, (String, String)>,
    findings: Vec<Finding>,
}

impl Joiner<'_> {
    /// Puts each path item in the place of the reference to it: few tools follow those.
    fn paths(&mut self, entry: &str, document: &mut Value) {
        let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
            return;
        };
        for (path, item) in paths.iter_mut() {
            let pointer = format!("/paths/{}", escape(path));
            let Some(reference) = item.get("$ref").and_then(Value::as_str) else {
                continue;
            };
            let (file, start) = split(entry, reference);
            let Some(target) = self.source.file(&file).and_then(|value| value.pointer(&start)) else {
                self.report(entry, &pointer, "ref-resolves", format!("nothing is at `{reference}`"));
                continue;
            };
            *item = target.clone();
            self.rewrite(&file, item, &start, false);
            self.origins.insert(pointer, (file, start));
        }
    }

    /// Makes every reference in `value`, which was written in `file` at `pointer`, a local one.
    fn rewrite(&mut self, file: &str, value: &mut Value, pointer: &str, names: bool) {
        if file == self.source.entry() && self.origins.contains_key(pointer) {
            // A path item, put here from a file in which it was rewritten.
            return;
        }
        match value {
            Value::Object(map) if !names && map.contains_key("$ref") => self.reference(file, map, pointer),
            Value::Object(map) => {
                for (key, child) in map.iter_mut().filter(|(key, _)| names || !is_data(key)) {
                    let pointer = format!("{pointer}/{}", escape(key));
                    self.rewrite(file, child, &pointer, !names && key == "properties");
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.rewrite(file, item, &format!("{pointer}/{index}"), false);
                }
            }
            _ => {}
        }
    }

    fn reference(&mut self, file: &str, map: &mut Map<String, Value>, pointer: &str) {
        if map.len() > 1 {
            let problem = "OpenAPI 3.0 ignores what stands beside `$ref`: wrap the reference in `allOf`";
            self.report(file, pointer, "ref-alone", problem.to_owned());
        }
        let Some(reference) = map["$ref"].as_str().map(ToOwned::to_owned) else {
            return self.report(file, pointer, "ref-resolves", "`$ref` must be text".to_owned());
        };
        let (target_file, target) = split(file, &reference);
        let Some(value) = self.source.file(&target_file).and_then(|value| value.pointer(&target)) else {
            return self.report(file, pointer, "ref-resolves", format!("nothing is at `{reference}`"));
        };
        let tokens: Vec<&str> = target.split('/').skip(1).collect();
        let &[section, name] = tokens.as_slice() else {
            return self.report(file, pointer, "ref-target", format!("`{reference}` must name `#/<section>/<name>`"));
        };
        if !SECTIONS.contains(&section) {
            return self.report(file, pointer, "ref-target", format!("`{section}` is none of {SECTIONS:?}"));
        }
        map.insert("$ref".to_owned(), json!(format!("#/components/{section}/{name}")));
        let origin = (target_file, target.clone());
        self.add(section, name, value.clone(), origin, file, pointer);
    }

    fn add(&mut self, section: &str, name: &str, value: Value, origin: (String, String), file: &str, pointer: &str) {
        let key = (section.to_owned(), name.to_owned());
        if let Some(known) = self.components.get(&key) {
            if known.origin != origin {
                let problem = format!("`{name}` is also a name in openapi/{}", known.origin.0);
                self.report(file, pointer, "component-name-unique", problem);
            }
            return;
        }
        // Entered before its content, so that a schema may refer to itself.
        self.components.insert(key.clone(), Component { value: Value::Null, origin: origin.clone() });
        let mut value = value;
        self.rewrite(&origin.0, &mut value, &origin.1, false);
        self.components.insert(key, Component { value, origin });
    }

    /// Adds the components to `document`, sorted by name.
    fn place_components(&mut self, document: &mut Value) {
        let Some(root) = document.as_object_mut() else {
            return;
        };
        let written = root.remove("components").and_then(|value| value.as_object().cloned()).unwrap_or_default();
        let mut components = Map::new();
        for ((section, name), component) in std::mem::take(&mut self.components) {
            let pointer = format!("/components/{section}/{}", escape(&name));
            self.origins.insert(pointer, component.origin);
            let section = components.entry(section).or_insert_with(|| json!({}));
            if let Some(section) = section.as_object_mut() {
                section.insert(name, component.value);
            }
        }
        components.extend(written);
        root.insert("components".to_owned(), Value::Object(components));
    }

    /// Reports what a file defines and nothing reaches.
    fn report_unused(&mut self) {
        let used: Vec<(String, String)> = self.origins.values().cloned().collect();
        for (file, value) in self.source.files() {
            if file == self.source.entry() {
                continue;
            }
            for key in value.as_object().into_iter().flat_map(Map::keys) {
                if key != "paths" && !SECTIONS.contains(&key.as_str()) {
                    let problem = format!("nothing reads `{key}`: a file has `paths` and {SECTIONS:?}");
                    self.report(file, &format!("/{}", escape(key)), "component-used", problem);
                }
            }
            for section in SECTIONS.into_iter().chain(["paths"]) {
                let names = value.get(section).and_then(Value::as_object).into_iter().flat_map(Map::keys);
                for name in names {
                    let origin = (file.to_owned(), format!("/{section}/{}", escape(name)));
                    if !used.contains(&origin) {
                        let problem = "no operation reaches it: refer to it or delete it".to_owned();
                        self.report(&origin.0, &origin.1, "component-used", problem);
                    }
                }
            }
        }
    }

    fn report(&mut self, file: &str, pointer: &str, rule: &'static str, problem: String) {
        let (file, pointer) = (file.to_owned(), pointer.to_owned());
        self.findings.push(Finding { file, pointer, rule, problem });
    }
}

/// Writes `token` as one step of a JSON pointer.
pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
