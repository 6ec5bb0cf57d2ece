//! What a schema finds wrong, in the words and the shape that the API uses.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use crate::world::{NON_FIELD, Problems, Step};

/// Everything that is wrong with `body`; of several `branches` only the one that was meant counts.
pub(super) fn problems(body: &Value, validator: &Validator, branches: &[&Value]) -> Problems {
    let mut found = Collector { body, meant: meant(body, branches), problems: Problems::default() };
    for error in validator.iter_errors(body) {
        found.add(&error);
    }
    found.problems
}

/// The branch that shares most required properties with `body`, then most properties, then the first.
fn meant(body: &Value, branches: &[&Value]) -> usize {
    let shared = |branch: &Value| {
        let has = |name: &str| usize::from(body.get(name).is_some());
        let required = branch["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let properties = branch["properties"].as_object().into_iter().flat_map(|properties| properties.keys());
        (required.map(has).sum::<usize>(), properties.map(|name| has(name)).sum::<usize>())
    };
    let scores: Vec<_> = branches.iter().map(|branch| shared(branch)).collect();
    let best = scores.iter().max();
    scores.iter().position(|score| Some(score) == best).unwrap_or_default()
}

struct Collector<'a> {
    body: &'a Value,
    meant: usize,
    problems: Problems,
}

impl Collector<'_> {
    fn add(&mut self, error: &ValidationError<'_>) {
        match error.kind() {
            ValidationErrorKind::OneOfNotValid { context } if error.instance_path().as_str().is_empty() => {
                self.add_all(context.get(self.meant));
            }
            // A value in several forms, such as a price: its own form counts, or else the last and simplest.
            ValidationErrorKind::OneOfNotValid { context } => {
                let of_its_type = context.iter().find(|errors| !errors.iter().any(|found| is_other_type(found, error)));
                self.add_all(of_its_type.or(context.last()));
            }
            // Which of the two is meant is for the rules to say.
            ValidationErrorKind::OneOfMultipleValid { .. } => {}
            // The second alternative is `null`, and `null` would have been valid.
            ValidationErrorKind::AnyOf { context } => self.add_all(context.first()),
            ValidationErrorKind::Required { property } => {
                let property = property.as_str().unwrap_or(NON_FIELD);
                self.put(error, Some(property), "This field is required.");
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    self.put(error, Some(name), "There is no such field.");
                }
            }
            ValidationErrorKind::Type { kind } => {
                let (key, message) = wrong_type(error.instance(), kind);
                self.put(error, key, &message);
            }
            kind => self.put(error, None, &message(kind)),
        }
    }

    fn add_all(&mut self, errors: Option<&Vec<ValidationError<'static>>>) {
        for error in errors.into_iter().flatten() {
            self.add(error);
        }
    }

    fn put(&mut self, error: &ValidationError<'_>, key: Option<&str>, message: &str) {
        let mut steps = self.steps(error.instance_path().as_str());
        // What is wrong with a body as a whole is told as of an object, too.
        let key = key.or(steps.is_empty().then_some(NON_FIELD));
        steps.extend(key.map(|key| Step::Key(key.to_owned())));
        self.problems.at(&steps, message);
    }

    /// The way along a JSON pointer; the body tells indexes from keys.
    fn steps(&self, pointer: &str) -> Vec<Step> {
        let mut node = Some(self.body);
        let tokens = pointer.split('/').skip(1);
        tokens
            .map(|token| {
                let key = token.replace("~1", "/").replace("~0", "~");
                if let Some(Value::Array(items)) = node {
                    let index = key.parse().unwrap_or_default();
                    let length = items.len();
                    node = items.get(index);
                    Step::Item { index, length }
                } else {
                    node = node.and_then(|node| node.get(&key));
                    Step::Key(key)
                }
            })
            .collect()
    }
}

/// Whether `found` says that the value of `error` is of another type.
fn is_other_type(found: &ValidationError<'_>, error: &ValidationError<'_>) -> bool {
    let is_type = matches!(found.kind(), ValidationErrorKind::Type { .. });
    is_type && found.instance_path().as_str() == error.instance_path().as_str()
}

/// The message for a value of the wrong type, and the key it stands under for objects and lists.
fn wrong_type(value: &Value, expected: &TypeKind) -> (Option<&'static str>, String) {
    if value.is_null() {
        return (None, "This field may not be null.".to_owned());
    }
    let got = match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    };
    let expects = |wanted: JsonType| match expected {
        TypeKind::Single(single) => *single == wanted,
        TypeKind::Multiple(several) => several.contains(wanted),
    };
    if expects(JsonType::Object) {
        let message = format!("Invalid data. Expected a dictionary, but got {got}.");
        return (Some(NON_FIELD), message);
    }
    if expects(JsonType::Array) {
        return (Some(NON_FIELD), format!("Expected a list of items but got type \"{got}\"."));
    }
    let message = if expects(JsonType::Boolean) {
        "Must be a valid boolean."
    } else if expects(JsonType::Integer) {
        "A valid integer is required."
    } else if expects(JsonType::Number) {
        "A valid number is required."
    } else {
        "Not a valid string."
    };
    (None, message.to_owned())
}

fn message(kind: &ValidationErrorKind) -> String {
    match kind {
        ValidationErrorKind::Format { format } => wrong_format(format).to_owned(),
        ValidationErrorKind::Minimum { limit } => format!("Ensure this value is greater than or equal to {limit}."),
        ValidationErrorKind::Maximum { limit } => format!("Ensure this value is less than or equal to {limit}."),
        ValidationErrorKind::MinLength { limit: 1 } => "This field may not be blank.".to_owned(),
        ValidationErrorKind::MinLength { limit } => format!("Ensure this field has at least {limit} characters."),
        ValidationErrorKind::MaxLength { limit } => format!("Ensure this field has no more than {limit} characters."),
        ValidationErrorKind::MinItems { limit } => format!("Ensure this field has at least {limit} elements."),
        ValidationErrorKind::MaxItems { limit } => format!("Ensure this field has no more than {limit} elements."),
        ValidationErrorKind::Enum { options } => not_a_choice(options),
        ValidationErrorKind::Pattern { .. } => "This value does not match the required pattern.".to_owned(),
        _ => "Invalid value.".to_owned(),
    }
}

fn not_a_choice(options: &Value) -> String {
    let options = options.as_array().into_iter().flatten().filter_map(Value::as_str);
    format!("Not a valid choice. Must be one of: {}.", options.collect::<Vec<_>>().join(", "))
}

fn wrong_format(format: &str) -> &'static str {
    match format {
        "uuid" => "Must be a valid UUID.",
        "date" => "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        "date-time" => {
            "Datetime has wrong format. Use one of these formats instead: \
             YYYY-MM-DDThh:mm[:ss[.uuuuuu]](+HH:MM|-HH:MM|Z)."
        }
        _ => "Enter a valid URL.",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::spec::{Request, Spec};
    use crate::world::Refusal;

    #[test]
    fn a_problem_stands_where_its_value_stands() {
        check(
            "v2_investments_create",
            &json!({"investor_id": "x", "campaign_id": null, "units": "1", "signed_documents": [
                {"document_id": "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e", "category": "c", "subject": "s"},
                {"category": 5},
            ], "disagio": {"amount": "1", "decimals": 2}}),
            &json!({
                "investor_id": ["Must be a valid UUID."],
                "campaign_id": ["This field may not be null."],
                "units": ["A valid integer is required."],
                "signed_documents": [{}, {
                    "category": ["Not a valid string."],
                    "document_id": ["This field is required."],
                    "subject": ["This field is required."],
                }],
                "disagio": {"currency": ["This field is required."]},
            }),
        );
    }

    #[test]
    fn of_the_forms_of_a_price_the_one_that_was_sent_is_explained() {
        let body = |disagio: serde_json::Value| {
            let id = "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e";
            json!({"investor_id": id, "campaign_id": id, "units": 1, "disagio": disagio})
        };
        for operation in ["v2_investments_create", "distributor_v2_investments_create"] {
            let half = json!({"amount": 1, "decimals": 2});
            let expected = json!({"amount": ["Not a valid string."], "currency": ["This field is required."]});
            check(operation, &body(half), &json!({"disagio": expected}));
            check(operation, &body(json!([1])), &json!({"disagio": ["A valid number is required."]}));
        }
    }

    #[test]
    fn of_two_forms_the_one_that_was_meant_is_explained() {
        check(
            "v2_investments_create",
            &json!({"invitation_id": "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e"}),
            &json!({"signed_at": ["This field is required."]}),
        );
        check(
            "v2_investments_create",
            &json!({"units": 0, "campaign_id": "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e"}),
            &json!({
                "units": ["Ensure this value is greater than or equal to 1."],
                "investor_id": ["This field is required."],
            }),
        );
    }

    #[test]
    fn a_list_of_persons_is_answered_with_a_list() {
        let mut tree = problems("distributor_v2_investors_benefiting_persons_create", &json!([{"forename": 1}]));
        assert_eq!(tree[0]["forename"].take(), json!(["Not a valid string."]));
        assert_eq!(tree[0]["surname"].take(), json!(["This field is required."]));
        check(
            "distributor_v2_investors_benefiting_persons_create",
            &json!({}),
            &json!({"non_field_errors": ["Expected a list of items but got type \"dict\"."]}),
        );
    }

    #[test]
    fn an_object_must_be_an_object() {
        check(
            "v2_investors_create",
            &json!({"natural_person": "me", "is_beneficiary": "yes"}),
            &json!({
                "natural_person": {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]},
                "is_beneficiary": ["Must be a valid boolean."],
            }),
        );
        let nothing = json!({"non_field_errors": ["This field may not be null."]});
        check("v2_investors_create", &json!(null), &nothing);
    }

    #[track_caller]
    fn check(operation_id: &str, body: &serde_json::Value, expected: &serde_json::Value) {
        assert_eq!(&problems(operation_id, body), expected);
    }

    #[track_caller]
    fn problems(operation_id: &str, body: &serde_json::Value) -> serde_json::Value {
        let operations = &Spec::get().unwrap().operations;
        let operation = operations.iter().find(|operation| operation.id == operation_id).unwrap();
        let Request::Json { schema, .. } = &operation.request else {
            panic!("{operation_id} takes no JSON");
        };
        match schema.check(body) {
            Err(Refusal::Invalid(tree)) => tree,
            other => panic!("{other:?}"),
        }
    }
}
