//! JSON as it was written: no digit, no order and no duplicate is lost on the way.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
use serde_json::{Value, value::RawValue};

/// A JSON text that is valid and otherwise untouched.
///
/// What an [`AnyCall`](crate::AnyCall) sends and receives. Numbers keep all their digits and objects the order of their
/// members, which reading into a [`Value`] does not promise. `Debug` shows no part of the text: it may be personal.
///
/// ```
/// use cashlink::Json;
///
/// let json: Json = r#"{"amount": 12345678901234567890.10}"#.parse()?;
/// assert_eq!(json.text(), r#"{"amount": 12345678901234567890.10}"#);
///
/// let json = Json::from(serde_json::json!({"units": 10}));
/// assert_eq!(json.value()?["units"], 10);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Json(Box<str>);

impl Json {
    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The text, read. Numbers that fit into no integer of 64 bits become binary floats: read money from
    /// [`text`](Self::text), or into a type that keeps its digits.
    ///
    /// # Errors
    ///
    /// Fails if it is nested more deeply than 128 levels, has a number beyond every float, or half of a surrogate pair.
    pub fn value(&self) -> serde_json::Result<Value> {
        serde_json::from_str(&self.0)
    }
}

/// Checks a JSON text. The error names line and column, and nothing of the text.
impl FromStr for Json {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

/// Keeps the text of whatever stands there. Works with `serde_json` only.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(raw.into()))
    }
}

/// Writes the text as it is. Works with `serde_json` only.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone().into()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Json({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_as_it_was_written() {
        check("123456789012345678901234567890");
        check(r#"{"b":1.10,"a":1E400,"b":"ü\u00fc"}"#);
        check("[ 1,\n\t2 ]");
        check("null");

        #[track_caller]
        fn check(text: &str) {
            let json: Json = text.parse().unwrap();
            assert_eq!(json.text(), text);
            assert_eq!(serde_json::to_string(&json).unwrap(), text);
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place_and_without_its_text() {
        check("{\n  \"surname\": Beispiel\n}", (2, 14));
        check("{} {}", (1, 4));
        check("", (1, 0));
        check("{\"a\":1,}", (1, 8));

        #[track_caller]
        fn check(text: &str, place: (usize, usize)) {
            let error = text.parse::<Json>().unwrap_err();
            assert_eq!((error.line(), error.column()), place, "{error}");
            assert!(!error.to_string().contains("Beispiel"));
        }
    }

    #[test]
    fn what_no_value_can_hold_is_kept_as_text_and_an_error_when_read() {
        for text in [format!("{}{}", "[".repeat(128), "]".repeat(128)), "1E400".to_owned(), r#""\ud800""#.to_owned()] {
            let json: Json = text.parse().unwrap();
            assert!(json.value().is_err(), "{text}");
        }
        assert_eq!("[[1]]".parse::<Json>().unwrap().value().unwrap()[0][0], 1);
    }

    #[test]
    fn debug_shows_the_size_only() {
        assert_eq!(format!("{:?}", Json::from(Value::from("Beispiel"))), "Json(10 bytes)");
    }
}
