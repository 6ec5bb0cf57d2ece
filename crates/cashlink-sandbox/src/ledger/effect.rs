//! Digests of what calls ask for: of a body as it was sent, and of an effect whatever ids were given out.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The SHA-256 of `value` in lower-case hexadecimal digits. The order of properties does not matter.
pub(crate) fn digest(value: &Value) -> String {
    let mut text = Vec::new();
    Names::default().write(&mut text, value);
    digest_of_bytes(&text)
}

/// The SHA-256 of `bytes` in lower-case hexadecimal digits.
pub(crate) fn digest_of_bytes(bytes: &[u8]) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 0xf].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
    Sha256::digest(bytes).iter().flat_map(|byte| digits(*byte)).collect()
}

/// What the ids that calls were given stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    names: HashMap<Uuid, String>,
}

impl Names {
    /// The digest of what a call asks for, in which an id that an earlier call was given stands for that call's effect.
    pub(crate) fn effect(&self, operation_id: &str, path: &[(String, Uuid)], body: &Value) -> String {
        // `[operation, [[name, id], …], body]`
        let mut text = vec![b'['];
        push(&mut text, operation_id);
        text.extend_from_slice(b",[");
        for (index, (name, id)) in path.iter().enumerate() {
            text.extend_from_slice(if index == 0 { b"[" } else { b",[" });
            push(&mut text, name);
            text.push(b',');
            match self.names.get(id) {
                Some(name) => push(&mut text, name),
                None => push(&mut text, id),
            }
            text.push(b']');
        }
        text.extend_from_slice(b"],");
        self.write(&mut text, body);
        text.push(b']');
        digest_of_bytes(&text)
    }

    /// Names the ids that `effect` was given.
    pub(crate) fn add(&mut self, effect: &str, ids: &[Uuid]) {
        for (index, id) in ids.iter().enumerate() {
            self.names.insert(*id, format!("{effect}/{index}"));
        }
    }

    /// The name of the id that `text` is.
    fn of(&self, text: &str) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        Uuid::parse_str(text).ok().and_then(|id| self.names.get(&id)).map(String::as_str)
    }

    /// Writes `value` as JSON with sorted properties, and names in the place of ids.
    fn write(&self, text: &mut Vec<u8>, value: &Value) {
        match value {
            Value::String(string) => push(text, self.of(string).unwrap_or(string)),
            Value::Array(items) => {
                text.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push(b',');
                    }
                    self.write(text, item);
                }
                text.push(b']');
            }
            Value::Object(map) => {
                let mut members: Vec<_> = map.iter().collect();
                members.sort_unstable_by_key(|(name, _)| *name);
                text.push(b'{');
                for (index, (name, member)) in members.into_iter().enumerate() {
                    if index > 0 {
                        text.push(b',');
                    }
                    push(text, name);
                    text.push(b':');
                    self.write(text, member);
                }
                text.push(b'}');
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => push(text, value),
        }
    }
}

/// Adds `value` as JSON.
fn push<T: Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    // Into memory nothing keeps it from being written.
    let _ = serde_json::to_writer(text, value);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn digests_are_those_of_the_sorted_text() {
        check(
            &json!({"b": [1, 2.5, {"d": null, "c": true}], "a": "ä\n\""}),
            r#"{"a":"ä\n\"","b":[1,2.5,{"c":true,"d":null}]}"#,
        );
        check(&json!({}), "{}");
        check(&json!([]), "[]");
        check(&json!("x"), r#""x""#);
        let id = Uuid::from_u128(1);
        let path = [("a".to_owned(), id), ("b".to_owned(), id)];
        let text = format!(r#"["make",[["a","{id}"],["b","{id}"]],{{"c":1}}]"#);
        assert_eq!(Names::default().effect("make", &path, &json!({"c": 1})), digest_of_bytes(text.as_bytes()));
        assert_eq!(digest_of_bytes(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

        #[track_caller]
        fn check(value: &Value, text: &str) {
            assert_eq!(digest(value), digest_of_bytes(text.as_bytes()));
        }
    }

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
