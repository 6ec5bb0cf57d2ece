//! What a schema says, whichever way it is written: references followed, parts joined, alternatives taken together.

use serde_json::Value;

use crate::spec::bundle::escape;

/// More alternatives than a person would write; what is beyond is not looked at.
const MOST: usize = 64;

/// More schemas than make up one; those that hold themselves have no end.
const LONGEST: usize = 200;

/// References that lead to references, and parts within parts.
const DEEPEST: usize = 24;

/// A schema and where it stands in its document.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    /// JSON pointer.
    pub(super) pointer: String,
    /// The schema.
    pub(super) value: &'a Value,
}

impl<'a> Site<'a> {
    /// What stands under `key`.
    pub(super) fn child(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { pointer: format!("{}/{}", self.pointer, escape(key)), value })
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    fn is(&self, key: &str) -> bool {
        self.value.get(key).is_some_and(|value| *value == true)
    }

    fn list(&self, key: &str) -> impl Iterator<Item = Self> + use<'a> {
        let prefix = format!("{}/{key}", self.pointer);
        let items = self.value.get(key).and_then(Value::as_array).into_iter().flatten();
        items.enumerate().map(move |(index, value)| Self { pointer: format!("{prefix}/{index}"), value })
    }
}

/// The name of the component schema at `pointer`.
pub(super) fn component(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| name.replace("~1", "/").replace("~0", "~"))
}

/// What kind of value it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// Nothing is said, or several kinds are allowed.
    Any,
    /// A text, number or boolean.
    Plain {
        kind: &'a str,
        format: Option<&'a str>,
    },
    /// A text out of a list, by `enum` or an open list.
    Enum,
    Object,
    Array,
    /// An object with amount and currency.
    Money,
    /// Money, or a plain value.
    Price,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) site: Site<'a>,
    /// The object that lists it.
    pub(super) owner: String,
    /// Whether every alternative requires it.
    pub(super) required: bool,
}

/// A schema, looked through.
#[derive(Clone, Debug)]
pub(super) struct Shape<'a> {
    pub(super) nullable: bool,
    pub(super) kind: Kind<'a>,
    /// Each alternative with the parts that make it up.
    alternatives: Vec<Vec<Site<'a>>>,
    /// The component that it is, or refers to without more.
    pub(super) component: Option<String>,
}

impl<'a> Shape<'a> {
    /// Looks through the schema at `site` of `document`.
    pub(super) fn new(document: &'a Value, site: &Site<'a>) -> Self {
        let mut search = Search { document, nullable: false, left: LONGEST };
        let all = search.expand(site.clone(), 0);
        let alternatives: Vec<_> = all.into_iter().filter(|parts| !search.is_null(parts) && !is_blank(parts)).collect();
        let parts = || alternatives.iter().flatten();
        let named: Vec<String> = parts().filter_map(|part| component(&part.pointer)).collect();
        let kind = kind(&alternatives);
        let nullable = search.nullable;
        let component = component(&site.pointer).or_else(|| named.first().filter(|_| alternatives.len() == 1).cloned());
        Self { nullable, kind, alternatives, component }
    }

    /// The properties, each from the first alternative that has it.
    pub(super) fn fields(&self) -> Vec<Field<'a>> {
        let mut fields: Vec<Field<'a>> = Vec::new();
        for part in self.parts() {
            let properties = part.value.get("properties").and_then(Value::as_object);
            for (name, value) in properties.into_iter().flatten() {
                if fields.iter().all(|field| field.name != name) {
                    let pointer = format!("{}/properties/{}", part.pointer, escape(name));
                    let (owner, required) = (part.pointer.clone(), self.requires(name));
                    fields.push(Field { name, site: Site { pointer, value }, owner, required });
                }
            }
        }
        fields
    }

    /// The first part that is an object: where a property would be added.
    pub(super) fn owner(&self) -> Option<&Site<'a>> {
        self.parts().find(|part| part.value.get("properties").is_some_and(Value::is_object))
    }

    /// What an array holds.
    pub(super) fn items(&self) -> Option<Site<'a>> {
        self.parts().find_map(|part| part.child("items"))
    }

    /// The values of an enum, null and the empty text excepted, and whether more may come.
    pub(super) fn values(&self) -> (Vec<&'a str>, bool) {
        let mut values = Vec::new();
        let mut open = false;
        for part in self.parts() {
            open |= part.value.get("x-extensible-enum").is_some();
            for key in ["enum", "x-extensible-enum"] {
                let listed = part.value.get(key).and_then(Value::as_array).into_iter().flatten();
                values.extend(listed.filter_map(Value::as_str).filter(|value| !value.is_empty()));
            }
        }
        values.dedup();
        (values, open)
    }

    /// Where the list of values stands, and the schema whose list it repeats.
    pub(super) fn list(&self) -> Option<(String, Option<&'a str>)> {
        let has = |part: &&Site<'a>| part.value.get("enum").or_else(|| part.value.get("x-extensible-enum")).is_some();
        self.parts().find(has).map(|part| (part.pointer.clone(), part.text("x-enum")))
    }

    /// Whether a part says `key: true`.
    pub(super) fn is(&self, key: &str) -> bool {
        self.parts().any(|part| part.is(key))
    }

    /// The type in short.
    pub(super) fn says(&self) -> String {
        match &self.kind {
            Kind::Any => "any".to_owned(),
            Kind::Plain { kind, format: Some(format) } => format!("{kind} {format}"),
            Kind::Plain { kind, format: None } => (*kind).to_owned(),
            Kind::Enum => "enum".to_owned(),
            Kind::Object => "object".to_owned(),
            Kind::Array => "array".to_owned(),
            Kind::Money => "money".to_owned(),
            Kind::Price => "price".to_owned(),
        }
    }

    fn requires(&self, name: &str) -> bool {
        let lists = |part: &Site<'a>| {
            let required = part.value.get("required").and_then(Value::as_array);
            required.into_iter().flatten().any(|value| value == name)
        };
        self.alternatives.iter().all(|parts| parts.iter().any(lists))
    }

    fn parts(&self) -> impl Iterator<Item = &Site<'a>> {
        self.alternatives.iter().flatten()
    }
}

struct Search<'a> {
    document: &'a Value,
    nullable: bool,
    /// How many more schemas are looked at.
    left: usize,
}

impl<'a> Search<'a> {
    /// The alternatives of `site`, each a list of parts.
    fn expand(&mut self, site: Site<'a>, depth: usize) -> Vec<Vec<Site<'a>>> {
        if depth > DEEPEST || self.left == 0 {
            return vec![vec![site]];
        }
        self.left -= 1;
        self.nullable |= site.is("nullable") || site.text("type") == Some("null");
        let target = site.text("$ref").and_then(|text| text.strip_prefix('#'));
        if let Some(pointer) = target {
            let Some(value) = self.document.pointer(pointer) else {
                return vec![vec![site]];
            };
            return self.expand(Site { pointer: pointer.to_owned(), value }, depth + 1);
        }
        let parts: Vec<_> = site.list("allOf").collect();
        let choices: Vec<_> = site.list("oneOf").chain(site.list("anyOf")).take(MOST).collect();
        let mut found = vec![vec![site]];
        for part in parts.into_iter().take(MOST) {
            found = cross(found, &self.expand(part, depth + 1));
        }
        let mut alternatives = Vec::new();
        for choice in choices {
            alternatives.extend(self.expand(choice, depth + 1));
            alternatives.truncate(MOST);
        }
        if alternatives.is_empty() { found } else { cross(found, &alternatives) }
    }

    /// Whether an alternative is null and nothing else.
    fn is_null(&mut self, parts: &[Site<'a>]) -> bool {
        let is_null = parts.iter().any(|part| {
            let listed = part.value.get("enum").and_then(Value::as_array);
            listed.is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_null))
                || part.text("type") == Some("null")
        });
        self.nullable |= is_null;
        is_null
    }
}

fn is_blank(parts: &[Site<'_>]) -> bool {
    parts.iter().any(|part| {
        let listed = part.value.get("enum").and_then(Value::as_array);
        listed.is_some_and(|values| !values.is_empty() && values.iter().all(|value| value == ""))
    })
}

fn cross<'a>(left: Vec<Vec<Site<'a>>>, right: &[Vec<Site<'a>>]) -> Vec<Vec<Site<'a>>> {
    let mut found = Vec::new();
    for one in left {
        for other in right.iter().take(MOST - found.len().min(MOST)) {
            found.push(one.iter().chain(other).cloned().collect());
        }
    }
    found
}

fn kind<'a>(alternatives: &[Vec<Site<'a>>]) -> Kind<'a> {
    let kinds: Vec<Kind<'a>> = alternatives.iter().map(|parts| of_parts(parts)).collect();
    let Some(first) = kinds.first() else {
        return Kind::Any;
    };
    let is_plain = |kind: &Kind<'a>| matches!(kind, Kind::Plain { .. } | Kind::Enum);
    let is_object = |kind: &Kind<'a>| matches!(kind, Kind::Object | Kind::Money);
    if kinds.iter().all(|kind| kind == first) {
        first.clone()
    } else if kinds.contains(&Kind::Money) && kinds.iter().all(|kind| *kind == Kind::Money || is_plain(kind)) {
        Kind::Price
    } else if kinds.iter().all(is_object) {
        Kind::Object
    } else {
        Kind::Any
    }
}

fn of_parts<'a>(parts: &[Site<'a>]) -> Kind<'a> {
    let has = |key: &str| parts.iter().any(|part| part.value.get(key).is_some());
    let property = |name: &str| {
        parts.iter().any(|part| part.value.get("properties").is_some_and(|properties| properties.get(name).is_some()))
    };
    let kind = parts.iter().find_map(|part| part.text("type"));
    match kind {
        Some("array") => Kind::Array,
        Some("object") | None if property("amount") && property("currency") => Kind::Money,
        Some("object") => Kind::Object,
        None if has("properties") => Kind::Object,
        None if has("items") => Kind::Array,
        Some("string") | None if has("enum") || has("x-extensible-enum") => Kind::Enum,
        None => Kind::Any,
        Some(kind) => {
            // Decimal numbers are written as texts; the word says nothing that ours does not.
            let format = parts.iter().find_map(|part| part.text("format")).filter(|format| *format != "decimal");
            Kind::Plain { kind, format }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The document that the schemas of the tests refer to.
    fn document() -> Value {
        json!({ "components": { "schemas": {
            "Color": { "type": "string", "enum": ["RED", "BLUE"] },
            "Blank": { "enum": [""] },
            "Null": { "enum": [null] },
            "Money": { "type": "object", "properties": { "amount": {}, "currency": {} } },
            "A": { "type": "object", "required": ["id", "a"], "properties": { "id": {}, "a": {} } },
            "B": { "type": "object", "required": ["id"], "properties": { "id": {}, "b": {} } },
            "Loop": { "allOf": [{ "$ref": "#/components/schemas/Loop" }] },
        } } })
    }

    fn refer(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn a_kind_is_the_same_whichever_way_it_is_written() {
        check(&json!({ "type": "string", "format": "date" }), "string date", false);
        check(&json!({ "type": "string", "format": "decimal", "nullable": true }), "string", true);
        check(&json!({ "allOf": [refer("Color")], "nullable": true }), "enum", true);
        check(&json!({ "oneOf": [refer("Color"), refer("Blank"), refer("Null")] }), "enum", true);
        check(&json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] }), "integer", true);
        check(&json!({ "oneOf": [refer("Money"), { "type": "string" }] }), "price", false);
        check(&refer("Money"), "money", false);
        check(&json!({ "oneOf": [refer("A"), refer("B")] }), "object", false);
        check(&json!({ "oneOf": [refer("A"), { "type": "array" }] }), "any", false);
        check(&json!({ "items": {} }), "array", false);
        check(&refer("Loop"), "any", false);
        check(&refer("Nothing"), "any", false);
        check(&json!(["no", "schema"]), "any", false);

        #[track_caller]
        fn check(schema: &Value, kind: &str, nullable: bool) {
            let document = document();
            let shape = Shape::new(&document, &Site { pointer: "/x".to_owned(), value: schema });
            assert_eq!((shape.says().as_str(), shape.nullable), (kind, nullable), "{schema}");
        }
    }

    #[test]
    fn a_property_is_there_if_an_alternative_has_it_and_required_if_all_require_it() {
        check(&json!({ "oneOf": [refer("B"), refer("A")] }), &["B.b", "B.id!", "A.a"]);
        check(&json!({ "allOf": [refer("B"), refer("A")] }), &["B.b", "B.id!", "A.a!"]);
        check(
            &json!({ "properties": { "c": {} }, "required": ["c"], "allOf": [refer("A")] }),
            &["x.c!", "A.a!", "A.id!"],
        );

        #[track_caller]
        fn check(schema: &Value, expected: &[&str]) {
            let document = document();
            let shape = Shape::new(&document, &Site { pointer: "/x".to_owned(), value: schema });
            let fields = shape.fields().into_iter().map(|field| {
                let owner = field.owner.rsplit('/').next().unwrap().to_owned();
                format!("{owner}.{}{}", field.name, if field.required { "!" } else { "" })
            });
            let (mut found, mut expected) = (fields.collect::<Vec<_>>(), expected.to_vec());
            found.sort();
            expected.sort_unstable();
            assert_eq!(found, expected, "{schema}");
        }
    }
}
