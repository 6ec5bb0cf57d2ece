//! Changes to an investor: objects are merged member by member, and `null` clears what need not be there.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ACCOUNT_SETUP, Facts, PARTS, Profile};
use crate::world::call::shown;
use crate::world::{Call, Family, Problems, Refusal};

/// The parts that an investor need not have; distributors demand all but the last.
const CLEARABLE: [&str; 4] = ["bank_account", "tax_information", "communication", "securities_deposit_account"];

/// A part of a profile and what may become of it.
struct Part {
    name: &'static str,
    members: &'static [&'static str],
    /// What it comes with if it was not there yet.
    required: &'static [&'static str],
    /// What `null` clears.
    optional: &'static [&'static str],
    may_be_cleared: bool,
}

impl Part {
    fn new((name, members): (&'static str, &'static [&'static str]), family: Family) -> Self {
        let is_demanding = family == Family::Distributor;
        let required: &[&str] = match name {
            "bank_account" => &["iban", "bic", "currency"],
            "tax_information" if is_demanding => members,
            "tax_information" => &["tax_identification_number", "non_assessment_certificate"],
            "communication" => &["email"],
            _ => &[],
        };
        let optional: &[&str] = match name {
            "natural_person" | "legal_person" => &["phone"],
            "bank_account" => &["account_holder", "bank", "country"],
            "securities_deposit_account" => members,
            _ => &[],
        };
        let clearable = if is_demanding { &CLEARABLE[3..] } else { &CLEARABLE[..] };
        Self { name, members, required, optional, may_be_cleared: clearable.contains(&name) }
    }

    /// The part after `change`; what it then lacks or may not lose is noted.
    fn after(&self, before: &Value, change: &Value, problems: &mut Problems) -> Value {
        let Some(change) = change.as_object() else {
            if !self.may_be_cleared {
                problems.not_null(self.name);
            }
            return Value::Null;
        };
        if before.is_null() && self.name == "legal_person" {
            problems.field(self.name, "The investor is not a company.");
            return Value::Null;
        }
        let mut after = Map::new();
        for name in self.members {
            let path = || format!("{}.{name}", self.name);
            match change.get(*name) {
                Some(Value::Null) if !self.optional.contains(name) => problems.not_null(&path()),
                None if before.is_null() && self.required.contains(name) => problems.required(&path()),
                _ => {}
            }
            let value = change.get(*name).or_else(|| before.get(*name)).cloned().unwrap_or_default();
            after.insert((*name).to_owned(), value);
        }
        Value::Object(after)
    }
}

impl Profile {
    /// The profile after a change.
    pub(super) fn changed(&self, call: &Call<'_>) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let mut parts = self.parts();
        for part in PARTS.map(|part| Part::new(part, call.family)) {
            if let (Some(change), Some(current)) = (call.body.get(part.name), parts.get_mut(part.name)) {
                *current = part.after(current, change, &mut problems);
            }
        }
        let account_setup = self.account_setup_after(call, &mut problems);
        problems.into_result()?;
        let invalid = |_| Refusal::rule("The investor cannot be changed like this.");
        let facts = Facts::deserialize(&Value::Object(parts.clone())).map_err(invalid)?;
        Ok(Self { parts, account_setup, facts })
    }

    fn account_setup_after(&self, call: &Call<'_>, problems: &mut Problems) -> Value {
        match call.body.get(ACCOUNT_SETUP).filter(|_| call.family == Family::Platform) {
            None => self.account_setup.clone(),
            Some(Value::Null) => {
                problems.not_null(ACCOUNT_SETUP);
                Value::Null
            }
            Some(time) => shown(ACCOUNT_SETUP, time),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOT_NULL: &str = "This field may not be null.";
    const REQUIRED: &str = "This field is required.";

    #[test]
    fn a_part_is_merged_member_by_member() {
        let before = json!({
            "account_holder": "A", "iban": "DE1", "bic": "B", "bank": "C", "country": "DEU", "currency": "EUR",
        });
        check(&before, &json!({"iban": "DE2"}), &json!({"iban": "DE2"}));
        check(&before, &json!({"bank": null}), &json!({"bank": null}));
        check(&before, &json!({"shoe_size": 44}), &json!({}));

        #[track_caller]
        fn check(before: &Value, change: &Value, differences: &Value) {
            let mut expected = before.clone();
            expected.as_object_mut().unwrap().extend(differences.as_object().unwrap().clone());
            let mut problems = Problems::default();
            assert_eq!(part("bank_account", Family::Platform).after(before, change, &mut problems), expected);
            problems.into_result().unwrap();
        }
    }

    #[test]
    fn what_must_be_there_is_neither_cleared_nor_left_out_of_a_new_part() {
        let person = json!({"forename": "A", "phone": "1"});
        check("natural_person", &person, &json!({"forename": null}), &json!({"forename": [NOT_NULL]}));
        check("natural_person", &person, &json!({"phone": null}), &Value::Null);
        check("communication", &Value::Null, &json!({"email_confirmed": true}), &json!({"email": [REQUIRED]}));
        check("communication", &json!({"email": "a"}), &Value::Null, &json!([NOT_NULL]));
        check("securities_deposit_account", &json!({"bic": "B"}), &Value::Null, &Value::Null);
        check("legal_person", &Value::Null, &json!({"phone": "1"}), &json!(["The investor is not a company."]));
        let tax = json!({"tax_identification_number": "1", "non_assessment_certificate": true});
        check("tax_information", &Value::Null, &tax, &json!({"is_subject_to_german_tax": [REQUIRED]}));

        #[track_caller]
        fn check(name: &str, before: &Value, change: &Value, expected: &Value) {
            let mut problems = Problems::default();
            part(name, Family::Distributor).after(before, change, &mut problems);
            let found = match problems.into_result() {
                Err(Refusal::Invalid(tree)) => tree[name].clone(),
                _ => Value::Null,
            };
            assert_eq!(found, *expected, "{name}");
        }
    }

    fn part(name: &str, family: Family) -> Part {
        Part::new(PARTS.into_iter().find(|(part, _)| *part == name).unwrap(), family)
    }
}
