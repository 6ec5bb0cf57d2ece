//! Prices and decimal numbers, which the API takes in more than one form.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

use super::money::{MAX_DECIMALS, Money, NOT_A_NUMBER, TOO_MANY_DIGITS, TOO_MANY_PLACES, whole_number};

/// A price: sent as money or as a plain number, which means euros unless the place says otherwise; shown as money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "Value")]
pub(super) struct Price {
    pub(super) money: Money,
    /// Whether it was sent without a currency.
    is_plain: bool,
}

/// A decimal number: sent as text or as a JSON number, shown as text with the digits it was sent with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Value", into = "String")]
pub(super) struct Decimal {
    digits: i128,
    text: String,
    /// How many of the digits stand after the point.
    scale: u32,
}

impl Price {
    /// As money; a plain number has the currency of `other`.
    pub(super) fn beside(self, other: &Money) -> Money {
        if self.is_plain { self.money.in_currency_of(other) } else { self.money }
    }
}

/// By hand, so that a problem is reported at the member of the money that has it.
impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PriceVisitor)
    }
}

struct PriceVisitor;

impl PriceVisitor {
    fn plain<E: Error>(text: &str) -> Result<Price, E> {
        let number = Decimal::parse(text).map_err(E::custom)?;
        let money = Money::euros(number.digits, number.scale).ok_or_else(|| E::custom(TOO_MANY_DIGITS))?;
        Ok(Price { money, is_plain: true })
    }
}

impl<'de> Visitor<'de> for PriceVisitor {
    type Value = Price;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("money or a decimal number")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Price, A::Error> {
        let money = Money::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Price { money, is_plain: false })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Price, E> {
        Self::plain(text)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Price, E> {
        Self::plain(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Price, E> {
        Self::plain(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Price, E> {
        Self::plain(&number.to_string())
    }
}

impl From<Price> for Value {
    fn from(price: Price) -> Self {
        price.money.to_json()
    }
}

impl Decimal {
    pub(super) fn is_negative(&self) -> bool {
        self.digits < 0
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits == 0
    }

    /// So many percent of `amount`, rounded half up to two decimals; `None` if that is too large to hold.
    pub(super) fn percent_of(&self, amount: &Money) -> Option<Money> {
        amount.share(self.digits, self.scale + 2)
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole.strip_prefix('-').unwrap_or(whole)) || !is_number(fraction) {
            return Err(NOT_A_NUMBER);
        }
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let scale = u32::try_from(scale).ok().filter(|scale| *scale <= MAX_DECIMALS).ok_or(TOO_MANY_PLACES)?;
        Ok(Self { digits: whole_number(&text.replace('.', ""))?, text: text.to_owned(), scale })
    }
}

impl TryFrom<Value> for Decimal {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, &'static str> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => written_out(number),
            _ => String::new(),
        };
        Self::parse(&text)
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
        check(&json!("9".repeat(36)), Some((&format!("{}00", "9".repeat(36)), 2, "EUR")));
        check(&json!("9".repeat(37)), None);
        check(&json!(format!("0.{}", "1".repeat(31))), None);

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
