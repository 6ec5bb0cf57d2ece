//! Schemas of the document in the form of ours.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Merge, names};
use crate::{
    generate::variants,
    import::{
        compare::Direction,
        shape::{Field, Kind, Shape, Site},
    },
};

/// What to do about a UUID of which nobody knows what it identifies, and about what may be of any type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Nothing can be written.
    Refuse,
    /// A UUID is written as a plain text, and no type where there is none.
    Text,
}

/// What a schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is the content of a property, which a reply need not have.
    Property,
    /// It is a body or an item of a list.
    Whole,
}

/// Writes schemas into one file.
pub(super) struct Draft<'m, 'a> {
    pub(super) merge: &'m mut Merge<'a>,
    pub(super) file: String,
    pub(super) direction: Direction,
    pub(super) unknown: Unknown,
}

impl<'a> Draft<'_, 'a> {
    /// A whole property of the object `owner`, among `neighbors`.
    pub(super) fn property(
        &mut self,
        field: &Field<'a>,
        owner: &str,
        neighbors: &Map<String, Value>,
    ) -> Result<Map<String, Value>, String> {
        let shape = Shape::new(self.merge.upstream, &field.site);
        let is_reply = self.direction == Direction::Received;
        let nullable = if is_reply { !field.required } else { shape.nullable };
        let mut map = self.kind(&field.site, nullable, (field.name, owner))?;
        let access = if is_reply { "readOnly" } else { "writeOnly" };
        if shape.is(access) && !map.contains_key("allOf") {
            map.insert(access.to_owned(), json!(true));
        }
        let text = field.site.value.get("description").and_then(Value::as_str).map(names::sentence);
        let text = text.filter(|text| !text.is_empty());
        map.insert(
            "description".to_owned(),
            json!(text.unwrap_or_else(|| "Not described in the document.".to_owned())),
        );
        move_to_end(&mut map, "x-id");
        let marked = neighbors.iter().map(|(name, value)| (name.as_str(), value.get("x-sensitive").is_some()));
        if names::is_personal(field.name, marked) && !map.contains_key("x-id") {
            map.insert("x-sensitive".to_owned(), json!(true));
        }
        map.insert("x-evidence".to_owned(), self.merge.evidence());
        if shape.kind == (Kind::Plain { kind: "string", format: Some("uuid") }) && !map.contains_key("x-id") {
            let note = "The document says that it is a UUID; what it identifies is for a person to say.";
            map.insert("x-evidence-note".to_owned(), json!(note));
        }
        Ok(map)
    }

    /// What says the type of a property: without text and evidence.
    pub(super) fn kind(
        &mut self,
        site: &Site<'a>,
        nullable: bool,
        (name, owner): (&str, &str),
    ) -> Result<Map<String, Value>, String> {
        let shape = Shape::new(self.merge.upstream, site);
        let mut map = match &shape.kind {
            Kind::Any if self.unknown == Unknown::Refuse => {
                return Err(format!("the document does not say of which one type `{name}` is"));
            }
            Kind::Any => Map::new(),
            Kind::Plain { kind, format } => self.plain(kind, *format, (name, owner))?,
            Kind::Enum => return self.enumeration(&shape, nullable, (name, owner)),
            Kind::Money | Kind::Price if self.merge.files.component("schemas", "Money").is_some() => {
                return Ok(refer(&self.merge.shared(&self.file, "schemas", "Money")?));
            }
            Kind::Object | Kind::Money | Kind::Price if shape.owner().is_none() => object(&json!({ "type": "object" })),
            Kind::Object | Kind::Money | Kind::Price => {
                let reference = self.named(&shape, Use::Property, (name, owner))?;
                return Ok(refer(&reference));
            }
            Kind::Array => {
                let items = shape.items().ok_or_else(|| format!("the document does not say what `{name}` holds"))?;
                object(&json!({ "type": "array", "items": self.part(&items, (name, owner))? }))
            }
        };
        if nullable {
            let index = map.keys().position(|key| key == "x-id" || key == "items").unwrap_or(map.len());
            map.shift_insert(index, "nullable".to_owned(), json!(true));
        }
        Ok(map)
    }

    /// A schema that is an item of a list, a parameter or a body: a reference where ours have a name.
    pub(super) fn part(&mut self, site: &Site<'a>, (name, owner): (&str, &str)) -> Result<Value, String> {
        let shape = Shape::new(self.merge.upstream, site);
        match &shape.kind {
            Kind::Enum => {
                let enumeration = self.listed(&shape, false, (name, owner))?;
                self.merge.shared(&self.file, "schemas", &enumeration)
            }
            Kind::Object | Kind::Money | Kind::Price if shape.owner().is_some() => {
                self.named(&shape, Use::Whole, (name, owner))
            }
            _ => Ok(Value::Object(self.kind(site, false, (name, owner))?)),
        }
    }

    fn plain(
        &self,
        kind: &str,
        format: Option<&str>,
        (name, owner): (&str, &str),
    ) -> Result<Map<String, Value>, String> {
        if !["boolean", "integer", "number", "string"].contains(&kind) {
            return Err(format!("the type of `{name}` is `{kind}`, which JSON does not know"));
        }
        let mut map = object(&json!({ "type": kind }));
        let noun = if format == Some("uuid") { names::noun(name, owner) } else { None };
        match (format, noun) {
            (Some("uuid"), None) if self.unknown == Unknown::Text => {}
            (Some("uuid"), None) => {
                return Err(format!("nothing says what `{name}` identifies, and `x-id` has to"));
            }
            (Some(format), noun) => {
                map.insert("format".to_owned(), json!(format));
                map.extend(noun.map(|noun| ("x-id".to_owned(), json!(noun))));
            }
            (None, _) => {}
        }
        Ok(map)
    }

    fn enumeration(
        &mut self,
        shape: &Shape<'a>,
        nullable: bool,
        (name, owner): (&str, &str),
    ) -> Result<Map<String, Value>, String> {
        let found = self.listed(shape, nullable, (name, owner))?;
        let (_, value) = self.merge.files.component("schemas", &found).ok_or("the enum is gone")?;
        if value.get("nullable").is_some_and(|value| *value == true) == nullable {
            return Ok(refer(&self.merge.shared(&self.file, "schemas", &found)?));
        }
        let list = value.get("x-extensible-enum").cloned().unwrap_or_default();
        let mut map = object(&json!({ "type": "string" }));
        if nullable {
            map.insert("nullable".to_owned(), json!(true));
        }
        map.insert("x-extensible-enum".to_owned(), list);
        map.insert("x-enum".to_owned(), json!(found));
        Ok(map)
    }

    /// The name of our enum for `shape`, which is written if there is none.
    fn listed(&mut self, shape: &Shape<'a>, nullable: bool, (name, owner): (&str, &str)) -> Result<String, String> {
        let (values, _) = shape.values();
        if values.is_empty() {
            return Err(format!("the values of `{name}` are no texts"));
        }
        let component = shape.component.clone();
        let known = component.iter().flat_map(|component| self.known(component)).find(|known| self.is_enum(known));
        if let Some(known) = known {
            return Ok(known);
        }
        let wanted = component.as_deref().map_or_else(|| format!("{owner}{}", names::pascal(name)), names::enumeration);
        if self.is_enum(&wanted)
            && self
                .merge
                .files
                .component("schemas", &wanted)
                .is_some_and(|(_, value)| value["x-extensible-enum"] == json!(values))
        {
            return Ok(wanted);
        }
        let texts: Vec<Value> = values.iter().map(|value| json!(value)).collect();
        variants(&texts).map_err(|problem| format!("the values of `{name}`: {problem}"))?;
        let fresh = self.fresh(&wanted, &format!("{owner}{}", names::pascal(name)));
        let mut schema = object(&json!({ "type": "string" }));
        if nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
        let listed: BTreeSet<&str> = values.iter().copied().collect();
        let values: Vec<&str> = values.into_iter().filter(|value| listed.contains(value)).collect();
        let text = format!("Values of `{name}`. Further values may exist.");
        schema.insert("description".to_owned(), json!(text));
        schema.insert("x-extensible-enum".to_owned(), json!(values));
        schema.insert("x-evidence".to_owned(), self.merge.evidence());
        let file = self.merge.file_of(component.as_deref(), &fresh, &self.file);
        self.merge.files.section(&file, "schemas")?.insert(fresh.clone(), Value::Object(schema));
        if let Some(component) = component {
            for direction in [Direction::Sent, Direction::Received] {
                self.merge.made.insert((component.clone(), direction), fresh.clone());
            }
        }
        Ok(fresh)
    }

    /// A reference to our object for `shape`, which is written if there is none.
    fn named(&mut self, shape: &Shape<'a>, place: Use, (name, owner): (&str, &str)) -> Result<Value, String> {
        let must_be_nullable = place == Use::Property && self.direction == Direction::Received;
        if let Some(component) = &shape.component {
            if let Some(made) = self.merge.made.get(&(component.clone(), self.direction)).cloned() {
                if must_be_nullable {
                    self.allow_null(&made)?;
                }
                return self.merge.shared(&self.file, "schemas", &made);
            }
            for known in self.mapped(component) {
                let found = self.merge.files.component("schemas", &known);
                let fits =
                    |value: &Value| !must_be_nullable || value.get("nullable").is_some_and(|value| *value == true);
                if found.is_some_and(|(_, value)| fits(value)) {
                    return self.merge.shared(&self.file, "schemas", &known);
                }
            }
        }
        let sent = self.direction == Direction::Sent;
        let other = format!("{owner}{}", names::pascal(name));
        let wanted = shape.component.as_deref().map(|component| names::schema(component, sent));
        if let Some(alike) = wanted.as_ref().filter(|wanted| !must_be_nullable && self.is_alike(shape, wanted)) {
            return self.merge.shared(&self.file, "schemas", alike);
        }
        let fresh = self.fresh(wanted.as_deref().unwrap_or(&other), &other);
        let file = self.merge.file_of(shape.component.as_deref(), &fresh, &self.file);
        self.merge.files.section(&file, "schemas")?.insert(fresh.clone(), json!({}));
        if let Some(component) = &shape.component {
            self.merge.made.insert((component.clone(), self.direction), fresh.clone());
        }
        let (direction, unknown) = (self.direction, self.unknown);
        let mut inside = Draft { merge: &mut *self.merge, file: file.clone(), direction, unknown };
        let mut schema = inside.content(shape, &fresh)?;
        // One that holds itself may have been found to be null meanwhile.
        let is_nullable =
            self.merge.files.component("schemas", &fresh).is_some_and(|(_, value)| value["nullable"] == true);
        schema.shift_insert(1, "description".to_owned(), json!(names::about(&fresh, sent)));
        schema.insert("x-evidence".to_owned(), self.merge.evidence());
        self.merge.files.section(&file, "schemas")?.insert(fresh.clone(), Value::Object(schema));
        if must_be_nullable || is_nullable {
            self.allow_null(&fresh)?;
        }
        self.merge.shared(&self.file, "schemas", &fresh)
    }

    /// Type, required properties and properties of an object.
    pub(super) fn content(&mut self, shape: &Shape<'a>, name: &str) -> Result<Map<String, Value>, String> {
        let sent = self.direction == Direction::Sent;
        let hidden = if sent { "readOnly" } else { "writeOnly" };
        let mut properties = Map::new();
        let mut required = Vec::new();
        for mut field in shape.fields() {
            if Shape::new(self.merge.upstream, &field.site).is(hidden) {
                continue;
            }
            // Replies promise what identifies an object, and the content of a page.
            field.required &= sent || field.name == "id" || (field.name == "results" && name.ends_with("Page"));
            let property = self.property(&field, name, &properties)?;
            properties.insert(field.name.to_owned(), Value::Object(property));
            required.extend(field.required.then(|| json!(field.name)));
        }
        let mut map = object(&json!({ "type": "object" }));
        if !required.is_empty() {
            map.insert("required".to_owned(), Value::Array(required));
        }
        map.insert("properties".to_owned(), Value::Object(properties));
        Ok(map)
    }

    fn allow_null(&mut self, name: &str) -> Result<(), String> {
        let file = self.merge.files.component("schemas", name).map(|(file, _)| file.to_owned());
        let map = self.merge.files.section(&file.ok_or("the schema is gone")?, "schemas")?;
        let schema = map.get_mut(name).and_then(Value::as_object_mut).ok_or("the schema is gone")?;
        if !schema.contains_key("nullable") {
            schema.shift_insert(schema.len().min(1), "nullable".to_owned(), json!(true));
        }
        Ok(())
    }

    /// Our names for a component of the document, whichever way it is used.
    fn known(&self, component: &str) -> Vec<String> {
        let both =
            [self.direction, if self.direction == Direction::Sent { Direction::Received } else { Direction::Sent }];
        let made =
            both.iter().filter_map(|direction| self.merge.made.get(&(component.to_owned(), *direction)).cloned());
        let named = both.iter().filter_map(|direction| self.merge.names.get(&(component.to_owned(), *direction)));
        made.chain(named.flatten().cloned()).collect()
    }

    /// Our names for a component of the document that is used in this direction: those of this folder first.
    fn mapped(&self, component: &str) -> Vec<String> {
        let named = self.merge.names.get(&(component.to_owned(), self.direction)).into_iter().flatten().cloned();
        let mut named: Vec<String> = named.collect();
        let folder = self.file.split('/').next().unwrap_or_default().to_owned();
        let is_elsewhere = |name: &String| {
            self.merge.files.component("schemas", name).is_none_or(|(file, _)| !file.starts_with(&folder))
        };
        named.sort_by_key(is_elsewhere);
        named
    }

    fn is_enum(&self, name: &str) -> bool {
        self.merge.files.component("schemas", name).is_some_and(|(_, value)| value.get("x-extensible-enum").is_some())
    }

    /// Whether our schema `name` has the same properties as `shape`. How they differ is another entry.
    fn is_alike(&self, shape: &Shape<'a>, name: &str) -> bool {
        let hidden = if self.direction == Direction::Sent { "readOnly" } else { "writeOnly" };
        let fields = shape.fields().into_iter();
        let visible = fields.filter(|field| !Shape::new(self.merge.upstream, &field.site).is(hidden));
        let theirs: BTreeSet<&str> = visible.map(|field| field.name).collect();
        let found =
            self.merge.files.component("schemas", name).and_then(|(_, value)| value.get("properties")?.as_object());
        found.is_some_and(|ours| ours.keys().map(String::as_str).collect::<BTreeSet<_>>() == theirs)
    }

    /// `name`, or `other` if it is taken, or with a number behind it.
    fn fresh(&self, name: &str, other: &str) -> String {
        let is_free = |name: &str| self.merge.files.component("schemas", name).is_none();
        let numbered = (2_u32..).map(|number| format!("{other}{number}"));
        let names = [name.to_owned(), other.to_owned()].into_iter().chain(numbered);
        names.into_iter().find(|name| !name.is_empty() && is_free(name)).unwrap_or_default()
    }
}

/// A property that refers to a schema.
fn refer(reference: &Value) -> Map<String, Value> {
    object(&json!({ "allOf": [reference] }))
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn move_to_end(map: &mut Map<String, Value>, key: &str) {
    if let Some(value) = map.shift_remove(key) {
        map.insert(key.to_owned(), value);
    }
}
