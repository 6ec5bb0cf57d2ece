//! Makes an instance of any schema of the spec, with every field set and the sensitive ones to choose.

use serde_json::{Map, Value, json};

use crate::spec;

/// Which of two sets of values the sensitive fields get. All other fields are the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitive {
    /// One set.
    First,
    /// Another set; no value is in both.
    Second,
}

impl Sensitive {
    fn pick<T>(self, first: T, second: T) -> T {
        if self == Self::First { first } else { second }
    }
}

/// An instance of the schema of a name.
#[track_caller]
pub fn instance(name: &str, sensitive: Sensitive) -> Value {
    instance_of(spec::schema(name), sensitive)
}

/// An instance of a schema.
pub fn instance_of(schema: &'static Value, sensitive: Sensitive) -> Value {
    of(schema, false, sensitive)
}

fn of(schema: &'static Value, is_sensitive: bool, sensitive: Sensitive) -> Value {
    let is_sensitive = is_sensitive || schema["x-sensitive"] == true;
    let resolved = spec::resolve(schema);
    if std::ptr::eq(resolved, spec::schema("Money")) {
        return json!({"amount": "4200", "decimals": 2, "currency": "EUR"});
    }
    if std::ptr::eq(resolved, spec::schema("Decimal")) {
        return json!("0.5");
    }
    if let Some(first) = resolved["oneOf"].as_array().and_then(|alternatives| alternatives.first()) {
        return of(first, is_sensitive, sensitive);
    }
    match resolved["type"].as_str() {
        Some("object") => object(resolved, is_sensitive, sensitive),
        Some("array") => json!([of(&resolved["items"], is_sensitive, sensitive)]),
        Some("boolean") => json!(!is_sensitive || sensitive.pick(true, false)),
        Some("number") => json!(if is_sensitive { sensitive.pick(7.25, 7.5) } else { 0.5 }),
        Some("integer") => json!(if is_sensitive { sensitive.pick(71, 72) } else { 7 }),
        _ => json!(text(resolved["format"].as_str(), is_sensitive.then_some(sensitive))),
    }
}

fn object(schema: &'static Value, is_sensitive: bool, sensitive: Sensitive) -> Value {
    let mut members = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        members.insert(name.clone(), of(property, is_sensitive, sensitive));
    }
    // A free form: whatever is in it belongs to what it is part of.
    if members.is_empty() && is_sensitive {
        members
            .insert(sensitive.pick("this", "that").to_owned(), json!(sensitive.pick("these-answers", "those-answers")));
    }
    Value::Object(members)
}

fn text(format: Option<&str>, sensitive: Option<Sensitive>) -> &'static str {
    let pick = |plain, first, second| sensitive.map_or(plain, |sensitive| sensitive.pick(first, second));
    match format {
        Some("uuid") => "00000000-0000-0000-0000-000000000007",
        Some("date") => pick("2007-07-07", "2011-01-01", "2012-02-02"),
        Some("date-time") => pick("2007-07-07T07:07:07Z", "2011-01-01T01:01:01Z", "2012-02-02T02:02:02Z"),
        Some("uri") => pick("https://plain.example", "https://these.example", "https://those.example"),
        Some("email") => pick("plain@plain.example", "this@these.example", "that@those.example"),
        _ => pick("plain", "these-letters", "those-letters"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_has_every_field_and_only_the_sensitive_ones_vary() {
        let (first, second) =
            (instance("InvestorCreate", Sensitive::First), instance("InvestorCreate", Sensitive::Second));
        let (one, other) = (&first["natural_person"], &second["natural_person"]);
        for field in ["forename", "birth_date", "is_pep", "salutation"] {
            assert_ne!(one[field], other[field], "{field}");
        }
        assert_eq!(first["is_beneficiary"], second["is_beneficiary"]);
        assert_eq!(first["bank_account"]["currency"], second["bank_account"]["currency"]);
        assert_ne!(first["bank_account"]["iban"], second["bank_account"]["iban"]);
    }
}
