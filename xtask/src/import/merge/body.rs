//! Properties of bodies: added ones, other types, what is required.

use serde_json::{Map, Value, json};

use super::{
    Merge,
    draft::{Draft, Unknown},
};
use crate::import::{
    compare::{Added, Direction, Place},
    files::put,
    shape::{Field, Site},
};

/// What a property says beside its type: it stays when the type changes.
const STAYS: [&str; 6] = ["readOnly", "writeOnly", "description", "x-sensitive", "x-evidence", "x-evidence-note"];

impl<'a> Merge<'a> {
    pub(super) fn property(&mut self, added: &Added<'a>) -> Result<(), String> {
        let (file, pointer) = self.bundle.origin(&added.owner.pointer);
        let object = self.files.at(&file, &pointer)?;
        let neighbors = object.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let field = Field {
            name: added.name,
            site: added.site.clone(),
            owner: String::new(),
            required: added.required && added.direction == Direction::Sent,
        };
        let owner = added.owner.at.clone();
        let mut draft = Draft { merge: self, file: file.clone(), direction: added.direction, unknown: Unknown::Refuse };
        let property = draft.property(&field, &owner, &neighbors)?;
        let object = self.files.at(&file, &pointer)?;
        if field.required {
            require(object, added.name);
        }
        let properties = object.get_mut("properties").and_then(Value::as_object_mut);
        properties.ok_or("the object has no properties")?.insert(added.name.to_owned(), Value::Object(property));
        Ok(())
    }

    pub(super) fn kind(&mut self, place: &Place, direction: Direction, site: &Site<'a>) -> Result<(), String> {
        let Some((owner, name)) = place.pointer.rsplit_once("/properties/") else {
            return Err("another type of a whole body, or of a parameter, is for a person".to_owned());
        };
        let owner = super::super::shape::component(owner).unwrap_or_default();
        let (file, pointer) = self.bundle.origin(&place.pointer);
        let (name, items) = name.split_once('/').map_or((name, None), |(name, rest)| (name, Some(rest)));
        let old = self.files.at(&file, &pointer)?.clone();
        let required = self.is_required(&place.pointer);
        let upstream = crate::import::shape::Shape::new(self.upstream, site);
        let nullable = if direction == Direction::Received { !required } else { upstream.nullable };
        let mut draft = Draft { merge: self, file: file.clone(), direction, unknown: Unknown::Refuse };
        if items.is_some() {
            let part = draft.part(site, (name, &owner))?;
            let target = self.files.get_mut(&file, &pointer).ok_or("the list is gone")?;
            *target = part;
            let end = place.pointer.find("/items").unwrap_or(place.pointer.len());
            return self.changed(&place.pointer[..end], "the type");
        }
        let mut new = draft.kind(site, nullable, (name, &owner))?;
        let id = new.shift_remove("x-id");
        for key in STAYS {
            let stays = old.get(key).filter(|_| !(key == "x-sensitive" && id.is_some()));
            new.extend(stays.map(|value| (key.to_owned(), value.clone())));
        }
        if let Some(id) = id {
            put(&mut new, "x-id", id, &["description"]);
        }
        *self.files.at(&file, &pointer)? = new;
        self.changed(&place.pointer, "the type")
    }

    pub(super) fn required(&mut self, place: &Place, required: bool) -> Result<(), String> {
        let Some((owner, name)) = place.pointer.rsplit_once("/properties/") else {
            return Err("what is required of a parameter is for a person".to_owned());
        };
        let is_reply = self.is_reply(&place.pointer);
        let object = self.object(owner)?;
        if required {
            require(object, name);
        } else if let Some(list) = object.get_mut("required").and_then(Value::as_array_mut) {
            list.retain(|known| known != name);
            if list.is_empty() {
                object.shift_remove("required");
            }
        }
        if !required && is_reply {
            self.nullable(place, true)?;
        }
        self.changed(&place.pointer, if required { "required" } else { "optional" })
    }

    fn is_required(&self, pointer: &str) -> bool {
        let Some((owner, name)) = pointer.rsplit_once("/properties/") else {
            return false;
        };
        let (file, owner) = self.bundle.origin(owner);
        let required = self.files.get(&file, &owner).and_then(|owner| owner.get("required")?.as_array());
        required.into_iter().flatten().any(|known| known == name)
    }
}

/// Adds `name` to what `object` requires.
fn require(object: &mut Map<String, Value>, name: &str) {
    if !object.contains_key("required") {
        put(object, "required", json!([]), &["type", "nullable", "description"]);
    }
    if let Some(list) = object.get_mut("required").and_then(Value::as_array_mut)
        && !list.iter().any(|known| known == name)
    {
        list.push(json!(name));
    }
}
