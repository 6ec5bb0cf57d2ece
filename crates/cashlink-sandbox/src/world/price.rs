//! Prices and decimal numbers, which the API takes in more than one form.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::money::Money;

const INVALID: &str = "A valid number is required.";

/// A price: sent as money or as a plain number of euros, shown as money.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Value", into = "Value")]
pub(super) struct Price(pub(super) Money);

/// A decimal number: sent as text or as a JSON number, shown as text with the digits it was sent with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Value", into = "String")]
pub(super) struct Decimal {
    digits: i128,
    text: String,
    /// How many of the digits stand after the point.
    scale: u32,
}

impl TryFrom<Value> for Price {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        if value.is_object() {
            return serde_json::from_value(value).map(Self).map_err(|error| error.to_string());
        }
        let number = Decimal::try_from(value)?;
        Money::euros(number.digits, number.scale).map(Self).ok_or_else(|| INVALID.to_owned())
    }
}

impl From<Price> for Value {
    fn from(price: Price) -> Self {
        price.0.to_json()
    }
}

impl Decimal {
    pub(super) fn is_negative(&self) -> bool {
        self.digits < 0
    }

    fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits = text.replace('.', "").parse().ok()?;
        Some(Self { digits, text: text.to_owned(), scale: scale.try_into().ok()? })
    }
}

impl TryFrom<Value> for Decimal {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => written_out(number),
            _ => String::new(),
        };
        Self::parse(&text).ok_or_else(|| INVALID.to_owned())
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.text
    }
}

/// `number` without an exponent.
fn written_out(number: &Number) -> String {
    let fraction = number.as_f64().filter(|_| number.is_f64());
    fraction.map_or_else(|| number.to_string(), |fraction| fraction.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_price_is_money_or_a_number_of_euros() {
        check(&json!({"amount": "5", "decimals": 0, "currency": "USD"}), Some(("5", 0, "USD")));
        check(&json!("12.5"), Some(("1250", 2, "EUR")));
        check(&json!("12"), Some(("1200", 2, "EUR")));
        check(&json!(0.125), Some(("125", 3, "EUR")));
        check(&json!(1e-7), Some(("1", 7, "EUR")));
        check(&json!("-1.00"), Some(("-100", 2, "EUR")));
        check(&json!("1."), None);
        check(&json!(".5"), None);
        check(&json!("+1"), None);
        check(&json!("1e3"), None);
        check(&json!(""), None);
        check(&json!({"amount": "x", "decimals": 0, "currency": "EUR"}), None);
        check(&json!("9999999999999999999999999999999999999999"), None);

        #[track_caller]
        fn check(sent: &Value, expected: Option<(&str, u32, &str)>) {
            let price = serde_json::from_value::<Price>(sent.clone()).ok().map(Value::from);
            let expected = expected.map(
                |(amount, decimals, currency)| json!({"amount": amount, "decimals": decimals, "currency": currency}),
            );
            assert_eq!(price, expected, "{sent}");
        }
    }

    #[test]
    fn a_decimal_keeps_its_digits() {
        check(&json!("2.50"), "2.50");
        check(&json!(2.5), "2.5");
        check(&json!(3), "3");

        #[track_caller]
        fn check(sent: &Value, shown: &str) {
            let number: Decimal = serde_json::from_value(sent.clone()).unwrap();
            assert_eq!(json!(number), shown);
        }
    }
}
