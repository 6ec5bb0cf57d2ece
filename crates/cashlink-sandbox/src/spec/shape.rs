//! What the description says of the parts of a reply beyond what makes one valid: where values come from a list, and
//! what may be left out.

use std::collections::BTreeMap;

use serde_json::Value;

/// Deeper than any schema goes; one that contains itself ends here.
const DEEPEST: usize = 12;

/// One level of a reply.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Whether its value is one of a list, also one that may grow.
    pub(crate) is_enum: bool,
    properties: BTreeMap<String, Property>,
    items: Option<Box<Shape>>,
}

#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) shape: Shape,
    pub(crate) is_optional: bool,
}

/// A described property on the way through a reply.
pub(crate) struct Place<'a> {
    pub(crate) name: &'a str,
    /// The names that lead to it from the thing that the reply shows, with dots between them.
    pub(crate) path: &'a str,
    pub(crate) property: &'a Property,
}

impl Place<'_> {
    /// Whether `wanted` is its name or its path; each place is if nothing is wanted.
    pub(crate) fn is_called(&self, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| wanted == self.name || wanted == self.path)
    }
}

impl Shape {
    /// The shape that `schema` gives, whose references are into `document`.
    pub(super) fn read(document: &Value, schema: &Value) -> Self {
        let mut shape = Self::default();
        shape.merge(document, schema, DEEPEST);
        shape
    }

    fn merge(&mut self, document: &Value, schema: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let pointer = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        let schema = pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema);
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.merge(document, part, depth);
        }
        self.is_enum |= schema["enum"].is_array() || schema["x-extensible-enum"].is_array();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut shape = Self::default();
            shape.merge(document, property, depth);
            let is_optional = !required.contains(&name.as_str());
            self.properties.insert(name.clone(), Property { shape, is_optional });
        }
        if schema["items"].is_object() {
            self.items.get_or_insert_default().merge(document, &schema["items"], depth);
        }
    }

    /// Whether a described property of the things that the reply shows passes `test`.
    pub(crate) fn has(&self, test: &dyn Fn(&Place<'_>) -> bool) -> bool {
        self.thing().has_below("", test)
    }

    /// Shows every described property in `reply` to `change`, outer ones first.
    pub(crate) fn visit(&self, reply: &mut Value, change: &mut dyn FnMut(&Place<'_>, &mut Value)) {
        let thing = self.thing();
        for value in self.things(reply) {
            thing.visit_below("", value, change);
        }
    }

    /// The things that a reply shows: those on a page or in a list, or else the reply itself.
    pub(crate) fn things<'a>(&self, reply: &'a mut Value) -> Vec<&'a mut Value> {
        let things = if self.page_item().is_some() { reply.get_mut("results") } else { Some(reply) };
        match things {
            Some(Value::Array(items)) => items.iter_mut().collect(),
            Some(whole @ Value::Object(_)) => vec![whole],
            _ => Vec::new(),
        }
    }

    fn thing(&self) -> &Self {
        self.page_item().or(self.items.as_deref()).unwrap_or(self)
    }

    /// The shape of what is on the page, if this is one.
    fn page_item(&self) -> Option<&Self> {
        let results = self.properties.contains_key("count").then(|| self.properties.get("results")).flatten();
        results.and_then(|results| results.shape.items.as_deref())
    }

    fn has_below(&self, path: &str, test: &dyn Fn(&Place<'_>) -> bool) -> bool {
        let in_items = self.items.as_ref().is_some_and(|items| items.has_below(path, test));
        in_items
            || self.properties.iter().any(|(name, property)| {
                let path = &joined(path, name);
                test(&Place { name, path, property }) || property.shape.has_below(path, test)
            })
    }

    fn visit_below(&self, path: &str, value: &mut Value, change: &mut dyn FnMut(&Place<'_>, &mut Value)) {
        if let (Some(items), Value::Array(values)) = (&self.items, &mut *value) {
            for value in values {
                items.visit_below(path, value, change);
            }
        }
        for (name, property) in &self.properties {
            if let Some(value) = value.get_mut(name) {
                let path = &joined(path, name);
                change(&Place { name, path, property }, value);
                property.shape.visit_below(path, value, change);
            }
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_values_and_what_may_be_left_out_are_found_through_references_and_parts() {
        let document = json!({
            "Status": {"type": "string", "x-extensible-enum": ["A"]},
            "Base": {"required": ["id"], "properties": {"id": {"type": "string"}}},
            "Thing": {"allOf": [{"$ref": "#/Base"}], "required": ["status"], "properties": {
                "status": {"allOf": [{"$ref": "#/Status"}]},
                "parts": {"type": "array", "items": {"properties": {"kind": {"enum": ["x"]}}}},
                "itself": {"$ref": "#/Thing"},
            }},
        });
        let thing = json!({"$ref": "#/Thing"});
        check(&document, &thing);
        check(&document, &json!({"type": "array", "items": thing}));
        check(&document, &json!({"properties": {"count": {}, "results": {"type": "array", "items": thing}}}));

        #[track_caller]
        fn check(document: &Value, schema: &Value) {
            let shape = Shape::read(document, schema);
            let is = |path: &str, is_enum: bool, is_optional: bool| {
                shape.has(&|place| {
                    (place.path, place.property.shape.is_enum, place.property.is_optional)
                        == (path, is_enum, is_optional)
                })
            };
            assert!(is("id", false, false) && is("status", true, false), "{shape:?}");
            assert!(is("parts", false, true) && is("parts.kind", true, true), "{shape:?}");
            assert!(is("itself.itself.parts.kind", true, true) && !shape.has(&|place| place.name == "results"));
        }
    }

    #[test]
    fn every_property_of_every_thing_is_visited_and_nothing_else() {
        let item = json!({"properties": {"a": {}, "b": {"properties": {"c": {}}}}});
        let list = json!({"type": "array", "items": item});
        let page = json!({"properties": {"count": {}, "next": {}, "results": list}});
        let things = json!([{"a": 1, "b": {"c": 2}}, {"b": null, "z": {"c": 3}}]);
        check(&item, things[0].clone(), &["a", "b", "b.c"]);
        check(&list, things.clone(), &["a", "b", "b.c", "b"]);
        check(&page, json!({"count": 2, "next": null, "results": things}), &["a", "b", "b.c", "b"]);
        check(&page, json!({"count": 0, "results": []}), &[]);
        check(&page, json!([]), &[]);

        #[track_caller]
        fn check(schema: &Value, mut reply: Value, expected: &[&str]) {
            let mut visited = Vec::new();
            Shape::read(&Value::Null, schema).visit(&mut reply, &mut |place, _| visited.push(place.path.to_owned()));
            assert_eq!(visited, expected);
        }
    }
}
