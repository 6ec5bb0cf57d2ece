//! Changes to an investor: objects are merged member by member, and `null` clears what need not be there.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ACCOUNT_SETUP, Facts, PARTS, Profile};
use crate::world::call::shown;
use crate::world::{Call, Family, Problems, Refusal};

const NOT_NULL: &str = "This field may not be null.";

/// The members a part must have; one that is not there yet comes with all of them.
const REQUIRED: [(&str, &[&str]); 3] = [
    ("bank_account", &["iban", "bic", "currency"]),
    ("tax_information", &["tax_identification_number", "non_assessment_certificate"]),
    ("communication", &["email"]),
];

/// The members that may be cleared; every part that may be cleared as a whole is among [`CLEARABLE`].
const OPTIONAL: [(&str, &[&str]); 4] = [
    ("natural_person", &["phone"]),
    ("legal_person", &["phone"]),
    ("bank_account", &["account_holder", "bank", "country"]),
    ("securities_deposit_account", &["account_holder", "account_number", "bic"]),
];

/// The parts that an investor need not have; those of distributors need only the last not have.
const CLEARABLE: [&str; 4] = ["bank_account", "tax_information", "communication", "securities_deposit_account"];

impl Profile {
    /// The profile after a change.
    pub(super) fn changed(&self, call: &Call<'_>) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let mut parts = self.parts();
        for (part, members) in PARTS {
            let Some(change) = call.body.get(part) else {
                continue;
            };
            let before = parts.get(part).and_then(Value::as_object);
            let after = match change.as_object() {
                Some(change) => merged(part, before, members, change, &mut problems),
                None if may_clear(part, call.family) => Value::Null,
                None => {
                    problems.field(part, NOT_NULL);
                    continue;
                }
            };
            parts.insert(part.to_owned(), after);
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
                problems.field(ACCOUNT_SETUP, NOT_NULL);
                Value::Null
            }
            Some(time) => shown(ACCOUNT_SETUP, time),
        }
    }
}

/// A part after `change`; what the result lacks or may not lose is noted.
fn merged(
    part: &str,
    before: Option<&Map<String, Value>>,
    members: &[&str],
    change: &Map<String, Value>,
    problems: &mut Problems,
) -> Value {
    if before.is_none() && part == "legal_person" {
        problems.field(part, "The investor is not a company.");
        return Value::Null;
    }
    let mut after = Map::new();
    for name in members {
        let path = format!("{part}.{name}");
        let current = before.and_then(|before| before.get(*name)).unwrap_or(&Value::Null);
        let value = match change.get(*name) {
            Some(Value::Null) if !named(&OPTIONAL, part).contains(name) => {
                problems.field(&path, NOT_NULL);
                current
            }
            Some(value) => value,
            None => current,
        };
        let is_missing = before.is_none() && !change.contains_key(*name) && named(&REQUIRED, part).contains(name);
        if is_missing {
            problems.field(&path, "This field is required.");
        }
        after.insert((*name).to_owned(), value.clone());
    }
    Value::Object(after)
}

fn may_clear(part: &str, family: Family) -> bool {
    let clearable = if family == Family::Distributor { &CLEARABLE[3..] } else { &CLEARABLE[..] };
    clearable.contains(&part)
}

fn named(table: &[(&str, &'static [&'static str])], part: &str) -> &'static [&'static str] {
    table.iter().find(|(name, _)| *name == part).map_or(&[], |(_, members)| members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_is_merged_member_by_member() {
        let before = json!({"iban": "DE1", "bic": "B", "bank": "Bank", "currency": "EUR"});
        check(&before, &json!({"iban": "DE2"}), &json!({"iban": "DE2", "bic": "B", "bank": "Bank", "currency": "EUR"}));
        check(&before, &json!({"bank": null}), &json!({"iban": "DE1", "bic": "B", "bank": null, "currency": "EUR"}));
        check(&before, &json!({"shoe_size": 44}), &before);

        #[track_caller]
        fn check(before: &Value, change: &Value, expected: &Value) {
            let mut problems = Problems::default();
            let members = ["iban", "bic", "bank", "currency"];
            let (before, change) = (before.as_object(), change.as_object().unwrap());
            assert_eq!(&merged("bank_account", before, &members, change, &mut problems), expected);
            problems.into_result().unwrap();
        }
    }

    #[test]
    fn what_must_be_there_is_neither_cleared_nor_left_out_of_a_new_part() {
        let person = json!({"forename": "A", "phone": "1"});
        let required = json!(["This field is required."]);
        check("natural_person", &person, &json!({"forename": null}), &json!({"forename": [NOT_NULL]}));
        check("natural_person", &person, &json!({"phone": null}), &Value::Null);
        check("communication", &Value::Null, &json!({"email_confirmed": true}), &json!({"email": required}));
        check("legal_person", &Value::Null, &json!({"phone": "1"}), &json!(["The investor is not a company."]));

        #[track_caller]
        fn check(part: &str, before: &Value, change: &Value, expected: &Value) {
            let mut problems = Problems::default();
            let members = PARTS.iter().find(|(name, _)| *name == part).unwrap().1;
            merged(part, before.as_object(), members, change.as_object().unwrap(), &mut problems);
            let refusal = problems.into_result().err();
            let tree = refusal.map(|refusal| match refusal {
                Refusal::Invalid(tree) => tree[part].clone(),
                other => panic!("{other:?}"),
            });
            assert_eq!(tree.unwrap_or_default(), *expected);
        }
    }
}
