//! Enums that may grow, by the macro of `cashlink-types`.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::docs;
use crate::spec::bundle::Bundle;

/// The file of the enums.
pub(super) fn text(bundle: &Bundle) -> Result<String> {
    let schemas = bundle.document().pointer("/components/schemas").and_then(Value::as_object);
    let mut blocks = Vec::new();
    for (name, schema) in schemas.into_iter().flatten() {
        if let Some(values) = schema.get("x-extensible-enum").and_then(Value::as_array) {
            let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let block = open_enum(name, description, values);
            blocks.push(block.with_context(|| format!("openapi/: /components/schemas/{name}: x-extensible-enum"))?);
        }
    }
    Ok(blocks.join("\n"))
}

fn open_enum(name: &str, description: &str, values: &[Value]) -> Result<String> {
    let mut text = String::from("cashlink_types::open_enum! {\n");
    let fallback = format!("Values of `{name}`.");
    let description = if description.trim().is_empty() { &fallback } else { description };
    writeln!(text, "{}", docs::comment(description, "    "))?;
    writeln!(text, "    pub enum {name} {{")?;
    for (value, variant) in variants(values)? {
        writeln!(text, "{}", docs::comment(&value_description(description, value), "        "))?;
        writeln!(text, "        {variant} = {value:?},")?;
    }
    text.push_str("    }\n}\n");
    Ok(text)
}

/// Each of `values` with the name of its variant. Fails if a value gives no name, or one that another has.
pub(crate) fn variants(values: &[Value]) -> Result<Vec<(&str, String)>> {
    let mut variants: Vec<(&str, String)> = Vec::new();
    for value in values {
        let value = value.as_str().context("a value must be text")?;
        let variant = variant(value);
        if syn::parse_str::<syn::Ident>(&variant).is_err() {
            bail!("`{value}` gives no name of a variant");
        }
        if variants.iter().any(|(_, known)| *known == variant) {
            bail!("`{value}` would be a second variant `{variant}`");
        }
        variants.push((value, variant));
    }
    Ok(variants)
}

/// `KYC_PENDING` and `eth-managed` as names of variants.
pub(super) fn variant(value: &str) -> String {
    let words = value.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
        })
        .collect();
    // `Unknown` is what every open enum calls a value that it does not know.
    if name == "Unknown" { "Undetermined".to_owned() } else { name }
}

/// What the list in `description` says about `value`, as in "- `VALUE`: meaning".
fn value_description(description: &str, value: &str) -> String {
    let start = format!("- `{value}`: ");
    let meaning = description.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default();
    let mut letters = meaning.chars();
    match letters.next() {
        Some(first) => format!("`{value}`: {first}{}", letters.as_str()),
        None => format!("`{value}`."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_becomes_a_variant() {
        assert_eq!(variant("KYC_PENDING"), "KycPending");
        assert_eq!(variant("eth-managed"), "EthManaged");
        assert_eq!(variant("IDCARD"), "Idcard");
        assert_eq!(variant("unknown"), "Undetermined");
    }

    #[test]
    fn two_values_never_share_a_variant() {
        let error = open_enum("Color", "", &["DARK_RED".into(), "dark-red".into()]).unwrap_err();
        assert_eq!(error.to_string(), "`dark-red` would be a second variant `DarkRed`");
    }

    #[test]
    fn a_value_that_gives_no_variant_is_named() {
        for value in ["~", "1.0", "self", ""] {
            let error = open_enum("Color", "", &["RED".into(), value.into()]).unwrap_err();
            assert_eq!(error.to_string(), format!("`{value}` gives no name of a variant"));
        }
    }

    #[test]
    fn the_meaning_of_a_value_comes_from_the_description() {
        let text = open_enum("Color", "A color.\n\n- `RED`: stop.", &["RED".into(), "BLUE".into()]).unwrap();
        assert!(text.contains("        /// `RED`: stop.\n        Red = \"RED\",\n"), "{text}");
        assert!(text.contains("        /// `BLUE`.\n        Blue = \"BLUE\",\n"), "{text}");
    }
}
