//! Whether a property may be null: said of it, or of the schema that it refers to.

use serde_json::json;

use super::Merge;
use crate::{
    import::{compare::Place, files::put},
    spec::{normalize::collect_schema_names, operations},
};

impl Merge<'_> {
    pub(super) fn nullable(&mut self, place: &Place, nullable: bool) -> Result<(), String> {
        let map = self.object(&place.pointer)?;
        let target = map.get("allOf").and_then(|parts| parts.get(0)).and_then(|part| part.get("$ref")?.as_str());
        let Some(target) = target.map(str::to_owned) else {
            if nullable {
                put(map, "nullable", json!(true), &["type", "format"]);
            } else {
                map.shift_remove("nullable");
            }
            return self.changed(&place.pointer, if nullable { "may be null" } else { "is not null" });
        };
        let name = target.rsplit('/').next().unwrap_or_default().to_owned();
        let (file, schema) = self.files.component("schemas", &name).ok_or("the schema is gone")?;
        let (file, list) = (file.to_owned(), schema.get("x-extensible-enum").cloned());
        let pointer = format!("/components/schemas/{name}");
        let fits_all = self.uses(&name) <= 1 || (nullable && list.is_none() && self.is_reply(&pointer));
        match list {
            _ if fits_all => {
                let schema = self.files.at(&file, &format!("/schemas/{name}"))?;
                if nullable {
                    put(schema, "nullable", json!(true), &["type", "format"]);
                } else {
                    schema.shift_remove("nullable");
                }
            }
            // A list that others need otherwise is repeated.
            Some(list) => {
                let map = self.object(&place.pointer)?;
                map.shift_remove("allOf");
                let mut keys = vec![("type", json!("string"))];
                keys.extend(nullable.then(|| ("nullable", json!(true))));
                keys.extend([("x-extensible-enum", list), ("x-enum", json!(name))]);
                for (index, (key, value)) in keys.into_iter().enumerate() {
                    map.shift_insert(index, key.to_owned(), value);
                }
            }
            None => return Err(format!("`{name}` says whether it may be null, and is used elsewhere too")),
        }
        self.changed(&place.pointer, if nullable { "may be null" } else { "is not null" })
    }

    /// How often the joined document refers to the schema `name`.
    fn uses(&self, name: &str) -> usize {
        let mut names = Vec::new();
        collect_schema_names(self.bundle.document(), &mut names);
        names.iter().filter(|known| *known == name).count()
    }

    /// Whether the schema at `pointer` is used in replies and nowhere else.
    pub(super) fn is_reply(&self, pointer: &str) -> bool {
        let Some(name) = pointer.strip_prefix("/components/schemas/").and_then(|rest| rest.split('/').next()) else {
            return pointer.contains("/responses/");
        };
        let document = self.bundle.document();
        let mut sent = Vec::new();
        document.get("x-webhooks").into_iter().for_each(|events| collect_schema_names(events, &mut sent));
        for operation in operations::all(document) {
            let keys = ["requestBody", "parameters"];
            keys.iter()
                .filter_map(|key| operation.value.get(*key))
                .for_each(|part| collect_schema_names(part, &mut sent));
        }
        let mut reached = std::collections::BTreeSet::new();
        while let Some(next) = sent.pop() {
            let schema = document.pointer("/components/schemas").and_then(|schemas| schemas.get(&next));
            if let Some(schema) = schema.filter(|_| reached.insert(next)) {
                collect_schema_names(schema, &mut sent);
            }
        }
        !reached.contains(name)
    }
}
