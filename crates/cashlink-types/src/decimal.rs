//! Exact decimal numbers without a currency, such as a percentage.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Currency, Money, MoneyError};

#[cfg(test)]
mod tests;

/// As many digits as every binary float of 64 bits gives back as they were written.
const CERTAIN_DIGITS: usize = 15;

/// What is wrong with a decimal number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a decimal number has at most 38 digits, {} of them after the point, such as `2.50`", Decimal::MAX_DECIMALS)]
pub struct DecimalError;

/// An exact decimal number: `digits` ÷ 10^`decimals`, such as the percentage of an agio.
///
/// The scale is kept as it was received: `2.5` and `2.50` are different values of equal worth. On the wire it is text.
/// A JSON number is read too. JSON libraries give fractions as binary floats, which keep 15 digits: one that shows more
/// is refused. The `cashlink` crate reads replies with all their digits.
///
/// ```
/// use cashlink_types::Decimal;
///
/// let agio: Decimal = "2.50".parse()?;
/// assert_eq!(agio, Decimal::new(250, 2)?);
/// assert_eq!(agio.to_string(), "2.50");
/// # Ok::<(), cashlink_types::DecimalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    digits: i128,
    decimals: u8,
}

impl Decimal {
    /// The largest scale, the same as that of [`Money`].
    pub const MAX_DECIMALS: u8 = Money::MAX_DECIMALS;

    /// Makes `digits` ÷ 10^`decimals`.
    ///
    /// # Errors
    ///
    /// Fails if `digits` has more than 38 digits or `decimals` is over [`MAX_DECIMALS`](Self::MAX_DECIMALS).
    pub fn new(digits: i128, decimals: u8) -> Result<Self, DecimalError> {
        // The limits of money, so that every decimal number can become an amount.
        Money::new(digits, decimals, Currency::EUR).map_err(|_| DecimalError)?;
        Ok(Self { digits, decimals })
    }

    /// The digits: the value is this number ÷ 10^[`decimals`](Self::decimals).
    pub const fn digits(&self) -> i128 {
        self.digits
    }

    /// The scale.
    pub const fn decimals(&self) -> u8 {
        self.decimals
    }

    /// This number as an amount of money.
    ///
    /// # Errors
    ///
    /// None today: every decimal number is within the limits of money.
    pub fn in_currency(&self, currency: Currency) -> Result<Money, MoneyError> {
        Money::new(self.digits, self.decimals, currency)
    }
}

/// Optional minus sign, digits, and a point before the decimals if there are any: `-1234.50`.
impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.decimals);
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.digits < 0 { "-" } else { "" };
        let point = if decimals > 0 { "." } else { "" };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Decimal({self})")
    }
}

/// Reads what [`Display`](fmt::Display) writes.
impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let has_bare_point = unsigned.contains('.') && fraction.is_empty();
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || has_bare_point || !all_digits(whole) || !all_digits(fraction) {
            return Err(DecimalError);
        }
        let magnitude: i128 = [whole, fraction].concat().parse().map_err(|_| DecimalError)?;
        let digits = if text.starts_with('-') { -magnitude } else { magnitude };
        Self::new(digits, u8::try_from(fraction.len()).map_err(|_| DecimalError)?)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor)
    }
}

/// Reads text, or a JSON number whose digits are certain.
struct DecimalVisitor;

impl de::Visitor<'_> for DecimalVisitor {
    type Value = Decimal;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a decimal number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
        self.visit_i128(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
        self.visit_i128(number.into())
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Decimal, E> {
        Decimal::new(number, 0).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
        // The shortest form that reads back as the same number is what was written, if that had 15 digits at most. Of
        // more digits some may be lost already.
        let text = number.to_string();
        let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
        if digits > CERTAIN_DIGITS {
            return Err(E::custom("a number of so many digits must be text"));
        }
        self.visit_str(&text)
    }
}

/// A price: money, or a plain decimal number.
///
/// No public source shows the form of prices on the wire. Money is what this library sends; replies may hold either.
///
/// ```
/// use cashlink_types::{Currency, Money, Price};
///
/// let price = Price::from(Money::parse("10000", 2, Currency::EUR)?);
/// assert_eq!(price.in_currency(Currency::EUR)?.to_string(), "EUR 100.00");
/// # Ok::<(), cashlink_types::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Price {
    /// An amount with its currency.
    Money(Money),
    /// A number whose currency is known from elsewhere.
    Decimal(Decimal),
}

impl Price {
    /// The price as money; `currency` is that of a plain number.
    ///
    /// # Errors
    ///
    /// Fails if it is money in another currency.
    pub fn in_currency(&self, currency: Currency) -> Result<Money, MoneyError> {
        match self {
            Self::Money(money) if money.currency() == currency => Ok(*money),
            Self::Money(money) => Err(MoneyError::CurrencyMismatch(money.currency(), currency)),
            Self::Decimal(decimal) => decimal.in_currency(currency),
        }
    }
}

/// As money or as a decimal number: `EUR 99.50`, or `99.50` where the currency is known from elsewhere.
impl fmt::Display for Price {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(money) => money.fmt(formatter),
            Self::Decimal(decimal) => decimal.fmt(formatter),
        }
    }
}

impl From<Money> for Price {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<Decimal> for Price {
    fn from(decimal: Decimal) -> Self {
        Self::Decimal(decimal)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Price;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("money, or a decimal number")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Price, A::Error> {
                Money::deserialize(de::value::MapAccessDeserializer::new(map)).map(Price::Money)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Price, E> {
                DecimalVisitor.visit_str(text).map(Price::Decimal)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Price, E> {
                DecimalVisitor.visit_i64(number).map(Price::Decimal)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Price, E> {
                DecimalVisitor.visit_u64(number).map(Price::Decimal)
            }

            fn visit_i128<E: de::Error>(self, number: i128) -> Result<Price, E> {
                DecimalVisitor.visit_i128(number).map(Price::Decimal)
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Price, E> {
                DecimalVisitor.visit_f64(number).map(Price::Decimal)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Decimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"], "format": "decimal" })
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Price {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Price".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (money, decimal) = (generator.subschema_for::<Money>(), generator.subschema_for::<Decimal>());
        schemars::json_schema!({ "oneOf": [money, decimal] })
    }
}
