//! Digests of what calls ask for: of a body as it was sent, and of an effect whatever ids were given out.

use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The SHA-256 of `value` in lower-case hexadecimal digits. The order of properties does not matter.
pub(crate) fn digest(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    digest_of_bytes(value.to_string().as_bytes())
}

/// The SHA-256 of `bytes` in lower-case hexadecimal digits.
pub(crate) fn digest_of_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// What the ids that calls were given stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    names: HashMap<Uuid, String>,
}

impl Names {
    /// The digest of what a call asks for, in which an id that an earlier call was given stands for that call's effect.
    pub(crate) fn effect(&self, operation_id: &str, path: &[(String, Uuid)], body: &Value) -> String {
        let path: Vec<_> = path.iter().map(|(name, id)| json!([name, self.of(*id)])).collect();
        let mut body = body.clone();
        self.replace(&mut body);
        digest(&json!([operation_id, path, body]))
    }

    /// Names the ids that `effect` was given.
    pub(crate) fn add(&mut self, effect: &str, ids: &[Uuid]) {
        for (index, id) in ids.iter().enumerate() {
            self.names.insert(*id, format!("{effect}/{index}"));
        }
    }

    fn of(&self, id: Uuid) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn replace(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(name) = Uuid::parse_str(text).ok().and_then(|id| self.names.get(&id)) {
                    text.clone_from(name);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(item)),
            Value::Object(map) => map.values_mut().for_each(|value| self.replace(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_properties_does_not_matter_and_that_of_items_does() {
        check(&json!({"a": 1, "b": {"c": 2, "d": 3}}), &json!({"b": {"d": 3, "c": 2}, "a": 1}), true);
        check(&json!([1, 2]), &json!([2, 1]), false);
        check(&json!({"a": null}), &json!({}), false);
        check(&json!("1"), &json!(1), false);

        #[track_caller]
        fn check(one: &Value, other: &Value, is_same: bool) {
            assert_eq!(digest(one) == digest(other), is_same);
        }
    }

    #[test]
    fn an_effect_is_the_same_whatever_ids_it_builds_on() {
        let run = |investor: Uuid, document: Uuid| {
            let mut names = Names::default();
            let made = names.effect("make", &[], &json!({"name": "Max"}));
            names.add(&made, &[investor]);
            let uploaded = names.effect("upload", &[], &json!({"sha256": "00"}));
            names.add(&uploaded, &[document]);
            let path = [("investor_id".to_owned(), investor)];
            names.effect("identify", &path, &json!({"proofs": [{"id": document}]}))
        };
        let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
        assert_eq!(run(one, two), run(three, one));

        let none = Names::default();
        let of = |id: Uuid| none.effect("identify", &[("investor_id".to_owned(), id)], &Value::Null);
        assert_ne!(of(one), of(two));
    }
}
