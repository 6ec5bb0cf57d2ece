//! Walks over the operations of a document.

use serde_json::Value;

use super::bundle::escape;

/// The methods that the API uses, in the order of a path item.
pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// One operation and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    /// Path template.
    pub(crate) path: &'a str,
    /// Method in lower case.
    pub(crate) method: &'a str,
    /// The operation itself.
    pub(crate) value: &'a Value,
    /// The path item around it.
    pub(crate) item: &'a Value,
}

impl<'a> Operation<'a> {
    /// Its pointer in the document.
    pub(crate) fn pointer(&self) -> String {
        format!("/paths/{}/{}", escape(self.path), self.method)
    }

    /// Text under `key`.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// Scopes that its token needs, in the `oauth2` scheme.
    pub(crate) fn scopes(&self) -> Vec<&'a str> {
        let security = self.value.get("security").and_then(Value::as_array).into_iter().flatten();
        let scopes = security.filter_map(|entry| entry.get("oauth2")?.as_array()).flatten();
        scopes.filter_map(Value::as_str).collect()
    }

    /// Its success reply.
    pub(crate) fn success(&self) -> Option<(&'a str, &'a Value)> {
        let replies = self.value.get("responses")?.as_object()?;
        replies.iter().find(|(status, _)| status.starts_with('2')).map(|(status, reply)| (status.as_str(), reply))
    }
}

/// Every operation of `document`, in its order.
pub(crate) fn all(document: &Value) -> Vec<Operation<'_>> {
    below(document, "paths")
}

/// What the server sends; the name of an event stands in the place of a path.
pub(crate) fn events(document: &Value) -> Vec<Operation<'_>> {
    below(document, "x-webhooks")
}

fn below<'a>(document: &'a Value, key: &str) -> Vec<Operation<'a>> {
    let paths = document.get(key).and_then(Value::as_object);
    let mut found = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(value) = item.get(method) {
                found.push(Operation { path, method, value, item });
            }
        }
    }
    found
}

/// What `value` refers to in `document`, or itself.
pub(crate) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

/// Whether the property `schema` may be null: by itself, as the schema that it refers to, or as an alternative of that.
pub(crate) fn is_nullable(document: &Value, schema: &Value) -> bool {
    let target = resolve(document, schema.get("allOf").and_then(|parts| parts.get(0)).unwrap_or(schema));
    let says_so = |schema: &Value| schema.get("nullable").is_some_and(|value| value == true);
    let mut alternatives = target.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    says_so(schema) || says_so(target) || alternatives.any(|schema| says_so(resolve(document, schema)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_property_may_be_null_if_anything_that_it_refers_to_may() {
        check(&json!({ "type": "string", "nullable": true }), true);
        check(&json!({ "type": "string" }), false);
        check(&json!({ "allOf": [{ "$ref": "#/Null" }] }), true);
        check(&json!({ "allOf": [{ "$ref": "#/Text" }] }), false);
        check(&json!({ "allOf": [{ "$ref": "#/Either" }] }), true);
        check(&json!({ "oneOf": [{ "$ref": "#/Text" }, { "type": "number" }] }), false);

        #[track_caller]
        fn check(schema: &Value, expected: bool) {
            let document = json!({
                "Null": { "type": "object", "nullable": true },
                "Text": { "type": "string" },
                "Either": { "oneOf": [{ "$ref": "#/Text" }, { "$ref": "#/Null" }] },
            });
            assert_eq!(is_nullable(&document, schema), expected, "{schema}");
        }
    }
}
