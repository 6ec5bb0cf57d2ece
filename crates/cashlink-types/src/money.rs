//! Exact money: digits, scale and currency, as the API sends them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{Currency, CurrencyError, Decimal};

#[cfg(test)]
mod tests;

/// What is wrong with an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The digits are not a whole number of at most 38 digits.
    #[error("an amount is a whole number of at most 38 digits, without a decimal point")]
    Digits,
    /// The scale is over the limit.
    #[error("an amount has at most {} decimals", Money::MAX_DECIMALS)]
    Decimals,
    /// The currency is not a code.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// Two amounts of different currencies met.
    #[error("amounts in {0} and {1} cannot be combined")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit.
    #[error("the result of the arithmetic does not fit into 38 digits")]
    Overflow,
    /// The text is not of the form `EUR 40,000.000`.
    #[error("money is written as code, space, digits, such as `EUR 40,000.000`")]
    Format,
}

/// An exact amount of money: `amount` ÷ 10^`decimals` in `currency`.
///
/// This is the API's own form (contract of the API: amount as a whole number in a string, scale, ISO 4217 code). The
/// scale is kept as it was received: `EUR 5.00` and `EUR 5.000` are different values of equal worth, so use
/// [`checked_cmp`](Self::checked_cmp) to compare worth. Arithmetic is checked and never crosses currencies.
///
/// Never use a binary floating-point number for money; there is no conversion to or from one.
///
/// ```
/// use cashlink_types::{Currency, Money};
///
/// let price = Money::parse("40000000", 3, Currency::EUR)?;
/// assert_eq!(price.to_string(), "EUR 40,000.000");
/// assert_eq!("EUR 40,000.000".parse::<Money>()?, price);
/// assert_eq!(price.checked_mul(3)?.to_string(), "EUR 120,000.000");
/// # Ok::<(), cashlink_types::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Money {
    #[serde(serialize_with = "as_text")]
    amount: i128,
    decimals: u8,
    currency: Currency,
}

impl Money {
    /// The largest scale: every scale up to it keeps `10^decimals` inside 38 digits.
    pub const MAX_DECIMALS: u8 = 30;

    /// The largest absolute amount, 38 nines.
    const MAX_AMOUNT: i128 = 99_999_999_999_999_999_999_999_999_999_999_999_999;

    /// Makes an amount of `amount` ÷ 10^`decimals`.
    ///
    /// # Errors
    ///
    /// Fails if `amount` has more than 38 digits or `decimals` is over [`MAX_DECIMALS`](Self::MAX_DECIMALS).
    pub fn new(amount: i128, decimals: u8, currency: Currency) -> Result<Self, MoneyError> {
        if decimals > Self::MAX_DECIMALS {
            return Err(MoneyError::Decimals);
        }
        if !(-Self::MAX_AMOUNT..=Self::MAX_AMOUNT).contains(&amount) {
            return Err(MoneyError::Digits);
        }
        Ok(Self { amount, decimals, currency })
    }

    /// Reads the digits as the API writes them: an optional minus sign and decimal digits, nothing else.
    ///
    /// # Errors
    ///
    /// Fails like [`new`](Self::new), and if `amount` has anything but digits.
    pub fn parse(amount: &str, decimals: u8, currency: Currency) -> Result<Self, MoneyError> {
        Self::new(whole_number(amount)?, decimals, currency)
    }

    /// The digits: the worth is this number ÷ 10^[`decimals`](Self::decimals).
    pub const fn amount(&self) -> i128 {
        self.amount
    }

    /// The scale.
    pub const fn decimals(&self) -> u8 {
        self.decimals
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether the amount is nothing at all.
    pub const fn is_zero(&self) -> bool {
        self.amount == 0
    }

    /// Adds, in the finer of the two scales.
    ///
    /// # Errors
    ///
    /// Fails if the currencies differ or the result has more than 38 digits.
    pub fn checked_add(&self, other: &Self) -> Result<Self, MoneyError> {
        let (left, right, decimals) = self.aligned(other)?;
        let sum = left.checked_add(right).ok_or(MoneyError::Overflow)?;
        Self::new(sum, decimals, self.currency).map_err(|_| MoneyError::Overflow)
    }

    /// Subtracts, in the finer of the two scales.
    ///
    /// # Errors
    ///
    /// Fails if the currencies differ or the result has more than 38 digits.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, MoneyError> {
        let negated = Self { amount: -other.amount, ..*other };
        self.checked_add(&negated)
    }

    /// Multiplies by a whole number, such as a number of units.
    ///
    /// # Errors
    ///
    /// Fails if the result has more than 38 digits.
    pub fn checked_mul(&self, factor: i128) -> Result<Self, MoneyError> {
        let product = self.amount.checked_mul(factor).ok_or(MoneyError::Overflow)?;
        Self::new(product, self.decimals, self.currency).map_err(|_| MoneyError::Overflow)
    }

    /// Compares the worth of two amounts, whatever their scales.
    ///
    /// # Errors
    ///
    /// Fails if the currencies differ, or if bringing both to one scale needs more than 38 digits.
    pub fn checked_cmp(&self, other: &Self) -> Result<std::cmp::Ordering, MoneyError> {
        let (left, right, _) = self.aligned(other)?;
        Ok(left.cmp(&right))
    }

    /// The same worth with `decimals` decimals.
    ///
    /// # Errors
    ///
    /// Fails if digits other than zero would be lost, or the result has more than 38 digits. Nothing is rounded.
    pub fn rescale(&self, decimals: u8) -> Result<Self, MoneyError> {
        if decimals > Self::MAX_DECIMALS {
            return Err(MoneyError::Decimals);
        }
        let amount = if decimals >= self.decimals {
            scaled(self.amount, decimals - self.decimals)?
        } else {
            let divisor = 10_i128.pow(u32::from(self.decimals - decimals));
            if self.amount % divisor != 0 {
                return Err(MoneyError::Decimals);
            }
            self.amount / divisor
        };
        Self::new(amount, decimals, self.currency).map_err(|_| MoneyError::Overflow)
    }

    fn aligned(&self, other: &Self) -> Result<(i128, i128, u8), MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let decimals = self.decimals.max(other.decimals);
        let left = scaled(self.amount, decimals - self.decimals)?;
        let right = scaled(other.amount, decimals - other.decimals)?;
        Ok((left, right, decimals))
    }
}

/// Code, space, thousands separated by commas, all decimals: `EUR 40,000.000`.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.decimals);
        let digits = format!("{:0>width$}", self.amount.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.amount < 0 { "-" } else { "" };

        write!(formatter, "{} {sign}", self.currency)?;
        for (position, digit) in whole.char_indices() {
            let left = whole.len() - position;
            let starts_group = position > 0 && left.is_multiple_of(3);
            write!(formatter, "{}{digit}", if starts_group { "," } else { "" })?;
        }
        if decimals > 0 { write!(formatter, ".{fraction}") } else { Ok(()) }
    }
}

/// Reads what [`Display`](fmt::Display) writes; the thousands commas may be left out, but not misplaced.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (currency, number) = text.split_once(' ').ok_or(MoneyError::Format)?;
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return Err(MoneyError::Format),
            Some((whole, fraction)) => (whole, fraction),
            None => (number, ""),
        };
        let whole = ungrouped(whole)?;
        whole_number(&whole).map_err(|_| MoneyError::Format)?;
        let digits = whole + fraction;
        let amount = whole_number(&digits).map_err(|_| MoneyError::Format)?;
        let decimals = u8::try_from(fraction.len()).map_err(|_| MoneyError::Decimals)?;
        Self::new(amount, decimals, currency.parse()?)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            amount: Amount,
            decimals: u8,
            currency: Currency,
        }
        let wire = Wire::deserialize(deserializer)?;
        Self::new(wire.amount.0, wire.decimals, wire.currency).map_err(de::Error::custom)
    }
}

/// The digits on the wire: text as documented, or a JSON number, which some servers send. It is a whole number, though
/// one that counts in floats may write it as `4200.0`.
struct Amount(i128);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Decimal::deserialize(deserializer)?;
        if number.decimals() > 0 { Err(de::Error::custom(MoneyError::Digits)) } else { Ok(Self(number.digits())) }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "amount": { "type": "string" },
                "decimals": { "type": "integer" },
                "currency": { "type": "string" },
            },
            "required": ["amount", "decimals", "currency"],
        })
    }
}

fn as_text<S: serde::Serializer>(amount: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

fn whole_number(text: &str) -> Result<i128, MoneyError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits {
        return Err(MoneyError::Digits);
    }
    text.parse().map_err(|_| MoneyError::Digits)
}

fn scaled(amount: i128, by: u8) -> Result<i128, MoneyError> {
    10_i128.checked_pow(by.into()).and_then(|factor| amount.checked_mul(factor)).ok_or(MoneyError::Overflow)
}

fn ungrouped(whole: &str) -> Result<String, MoneyError> {
    if !whole.contains(',') {
        return Ok(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let leading = first.strip_prefix('-').unwrap_or(first);
    let well_grouped = (1..=3).contains(&leading.len()) && groups.all(|group| group.len() == 3);
    if well_grouped { Ok(whole.replace(',', "")) } else { Err(MoneyError::Format) }
}
