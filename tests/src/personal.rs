//! Personal values: which an input holds, and whether any of them was printed.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::spec;

/// Fields whose form is checked, so that nothing can be added to their values; countries aside.
const OF_FIXED_FORM: [&str; 9] = [
    "address",
    "bic",
    "birth_date",
    "document_valid_from",
    "document_valid_to",
    "email",
    "iban",
    "salutation",
    "verified_at",
];

/// The same input with unmistakable personal values, so that none is found by chance.
///
/// # Errors
///
/// Fails if the input cannot be written and read back, such as one with documents in memory.
pub fn unmistakable<T: Serialize + DeserializeOwned>(input: &T) -> serde_json::Result<T> {
    let mut json = serde_json::to_value(input)?;
    visit(&mut json, &mut |name, value| match name {
        // A country that no message names as an example.
        "citizenship" | "country" => "TUV".clone_into(value),
        _ if OF_FIXED_FORM.contains(&name) => {}
        _ => value.push_str(" Zq7"),
    });
    serde_json::from_value(json)
}

/// The personal text in an input or a model: every string in a field that the spec marks as sensitive.
///
/// # Errors
///
/// Fails if the input cannot be written.
pub fn values<T: Serialize>(input: &T) -> serde_json::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    visit(&mut serde_json::to_value(input)?, &mut |_, value| {
        found.insert(value.clone());
    });
    Ok(found)
}

fn visit(value: &mut Value, found: &mut impl FnMut(&str, &mut String)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if spec::sensitive_names().contains(name.as_str()) => found(name, text),
                    _ => visit(member, found),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, found)),
        _ => {}
    }
}

/// A credential in every form that a client may give it: as it is, in a form body, and in base64.
pub fn forms(secret: &str) -> BTreeSet<String> {
    let engines = [&general_purpose::STANDARD_NO_PAD, &general_purpose::URL_SAFE_NO_PAD];
    let encoded = engines.into_iter().map(|engine| engine.encode(secret));
    let escaped = secret.bytes().map(|byte| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.chain([secret.to_owned(), escaped.collect()]).collect()
}

/// Which of the values `text` holds, each with the first line that holds it. Values of a few letters, such as country
/// codes, count as whole words only.
pub fn printed(text: &str, values: &BTreeSet<String>) -> Vec<String> {
    let first_line = |value: &String| text.lines().find(|line| holds(line, value));
    let found = values.iter().filter_map(|value| Some(format!("{value} in: {}", first_line(value)?)));
    found.collect()
}

fn holds(text: &str, value: &str) -> bool {
    let short = value.len() < 5;
    let is_part_of_a_word = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + value.len()..].chars().next();
        [before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    !value.is_empty() && text.match_indices(value).any(|(at, _)| !(short && is_part_of_a_word(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_collected_from_sensitive_fields_at_any_depth() {
        let input = serde_json::json!({
            "natural_person": {"forename": "Erika", "is_pep": false, "country": "DEU"},
            "signed_documents": [{"subject": "Subscription"}],
            "persons": [{"surname": "Muster"}],
        });
        let found = values(&input).unwrap();
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["DEU", "Erika", "Muster"]);

        let changed: Value = unmistakable(&input).unwrap();
        assert_eq!(changed["natural_person"]["forename"], "Erika Zq7");
        assert_eq!(changed["natural_person"]["country"], "TUV");
        assert_eq!(changed["signed_documents"][0]["subject"], "Subscription");
    }

    #[test]
    fn a_printed_value_is_found() {
        check("surname=Muster", "Muster", true);
        check("surname=Mus", "Muster", false);
        check("country: \"DEU\"", "DEU", true);
        check("DEUTSCH", "DEU", false);
        check("AMADEU DEU", "DEU", true);

        #[track_caller]
        fn check(text: &str, value: &str, expected: bool) {
            let values = BTreeSet::from([value.to_owned()]);
            assert_eq!(!printed(text, &values).is_empty(), expected);
        }
    }

    #[test]
    fn a_credential_is_known_in_its_encoded_forms() {
        let forms = forms("a/b?");
        for form in ["a/b?", "a%2Fb%3F", "YS9iPw", "YS9iPw"] {
            assert!(forms.contains(form), "{form}");
        }
    }
}
