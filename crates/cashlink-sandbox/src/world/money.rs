//! Exact amounts: digits, scale and currency.

use std::cmp::Ordering;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value, json};

/// What is said about numbers that cannot be taken, in the words of the API.
const MESSAGES: [&str; 7] =
    [NOT_AN_INTEGER, NOT_A_NUMBER, TOO_MANY_DIGITS, TOO_MANY_PLACES, TOO_FINE, BELOW_ZERO, NO_CURRENCY];

const NOT_AN_INTEGER: &str = "A valid integer is required.";
pub(super) const NOT_A_NUMBER: &str = "A valid number is required.";
pub(super) const TOO_MANY_DIGITS: &str = "Ensure that there are no more than 38 digits in total.";
pub(super) const TOO_MANY_PLACES: &str = "Ensure that there are no more than 30 decimal places.";
const TOO_FINE: &str = "Ensure this value is less than or equal to 30.";
pub(super) const BELOW_ZERO: &str = "Ensure this value is greater than or equal to 0.";
const NO_CURRENCY: &str = "Enter three capital letters.";

/// The largest amount, 38 nines.
const LARGEST: u128 = 10_u128.pow(38) - 1;

/// The largest number of decimals.
pub(super) const MAX_DECIMALS: u32 = 30;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Money {
    #[serde(deserialize_with = "amount")]
    amount: i128,
    #[serde(deserialize_with = "decimals")]
    decimals: u32,
    #[serde(deserialize_with = "currency")]
    currency: String,
}

/// The message for a number that cannot be taken, if `problem` is one.
pub(super) fn explanation(problem: &str) -> Option<&'static str> {
    MESSAGES.into_iter().find(|message| *message == problem)
}

impl Money {
    /// Euros with two decimals, given in cents.
    pub(super) fn cents(amount: i128) -> Self {
        Self { amount, decimals: 2, currency: "EUR".to_owned() }
    }

    /// Euros with at least two decimals; `None` if that is too large to hold.
    pub(super) fn euros(amount: i128, decimals: u32) -> Option<Self> {
        let exact = Self { amount, decimals, currency: "EUR".to_owned() };
        let shown = decimals.max(2);
        Some(Self { amount: fitting(exact.at(shown)?)?, decimals: shown, ..exact })
    }

    /// The same number in the currency of `other`.
    pub(super) fn in_currency_of(self, other: &Self) -> Self {
        Self { currency: other.currency.clone(), ..self }
    }

    /// `self` times a number of units; `None` if that is too large to hold.
    pub(super) fn times(&self, units: u64) -> Option<Self> {
        Some(Self { amount: fitting(self.amount.checked_mul(units.into())?)?, ..self.clone() })
    }

    /// `self` and `other` together; `None` across currencies or if that is too large to hold.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        self.minus(&Self { amount: -other.amount, ..other.clone() })
    }

    /// `self` less `other`; `None` across currencies or if that is too large to hold.
    pub(super) fn minus(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let decimals = self.decimals.max(other.decimals);
        let rest = self.at(decimals)?.checked_sub(other.at(decimals)?)?;
        Some(Self { amount: fitting(rest)?, decimals, currency: self.currency.clone() })
    }

    /// `self` times `digits`, of which `scale` stand after the point, rounded half up to two decimals.
    ///
    /// `None` if that is too large to hold. Neither may be negative.
    pub(super) fn share(&self, digits: i128, scale: u32) -> Option<Self> {
        let exact = Self { amount: self.amount.checked_mul(digits)?, decimals: self.decimals + scale, ..self.clone() };
        let amount = match exact.decimals.checked_sub(2).filter(|surplus| *surplus > 0) {
            None => exact.at(2)?,
            // What has that many decimals beyond the second is worth nothing.
            Some(surplus) => 10_i128.checked_pow(surplus).map_or(0, |unit| {
                let (whole, rest) = (exact.amount / unit, exact.amount % unit);
                if rest >= unit - rest { whole + 1 } else { whole }
            }),
        };
        Some(Self { amount: fitting(amount)?, decimals: 2, ..exact })
    }

    /// Whether `self` is worth more than `limit`; `None` across currencies.
    pub(super) fn exceeds(&self, limit: &Self) -> Option<bool> {
        Some(self.compare(limit)?.is_gt())
    }

    /// Whether both are worth the same, however many decimals they have.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    pub(super) fn is_positive(&self) -> bool {
        self.amount > 0
    }

    pub(super) fn is_negative(&self) -> bool {
        self.amount < 0
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "amount": self.amount.to_string(),
            "decimals": self.decimals,
            "currency": self.currency,
        })
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.currency != other.currency {
            return None;
        }
        let decimals = self.decimals.max(other.decimals);
        Some(match (self.at(decimals), other.at(decimals)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // Only the one with fewer decimals grows, and what is too large to hold outweighs what is not.
            (None, _) => self.amount.cmp(&0),
            (_, None) => 0.cmp(&other.amount),
        })
    }

    fn at(&self, decimals: u32) -> Option<i128> {
        let factor = 10_i128.checked_pow(decimals.checked_sub(self.decimals)?)?;
        self.amount.checked_mul(factor)
    }
}

/// `amount`, if it has no more digits than the API takes.
fn fitting(amount: i128) -> Option<i128> {
    (amount.unsigned_abs() <= LARGEST).then_some(amount)
}

/// Decimal digits with an optional minus sign, as the API writes whole numbers.
pub(super) fn whole_number(text: &str) -> Result<i128, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NOT_AN_INTEGER);
    }
    text.parse().ok().and_then(fitting).ok_or(TOO_MANY_DIGITS)
}

fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
    whole_number(&String::deserialize(deserializer)?).map_err(Error::custom)
}

fn decimals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = Number::deserialize(deserializer)?;
    if number.to_string().starts_with('-') {
        return Err(Error::custom(BELOW_ZERO));
    }
    let decimals = number.as_u64().and_then(|number| u32::try_from(number).ok());
    decimals.filter(|decimals| *decimals <= MAX_DECIMALS).ok_or_else(|| Error::custom(TOO_FINE))
}

fn currency<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let code = String::deserialize(deserializer)?;
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(code) } else { Err(Error::custom(NO_CURRENCY)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_another_scale_are_subtracted_exactly() {
        let rest = Money::cents(100).minus(&money("1", 3, "EUR")).unwrap();
        assert_eq!(rest.to_json(), json!({"amount": "999", "decimals": 3, "currency": "EUR"}));
    }

    #[test]
    fn a_share_is_exact_and_then_rounded_half_up_to_cents() {
        check(("30000", 2), (250, 4), Some("750"));
        check(("100", 2), (50, 4), Some("1"));
        check(("99", 2), (50, 4), Some("0"));
        check(("3", 0), (250, 4), Some("8"));
        check(("7", 0), (2, 0), Some("1400"));
        check((&"9".repeat(38), 30), (1, 32), Some("0"));
        check((&"9".repeat(38), 0), (0, 2), Some("0"));
        check((&"9".repeat(38), 0), (1, 2), Some(&"9".repeat(38)));
        check((&"9".repeat(38), 0), (1, 1), None);
        check((&"9".repeat(38), 0), (250, 4), None);
        check((&"9".repeat(38), 2), (1, 38), Some("1"));
        check((&"4".repeat(38), 2), (1, 38), Some("0"));

        #[track_caller]
        fn check((amount, decimals): (&str, u32), (digits, scale): (i128, u32), expected: Option<&str>) {
            let share = money(amount, decimals, "EUR").share(digits, scale);
            assert_eq!(share, expected.map(|expected| money(expected, 2, "EUR")));
        }
    }

    #[test]
    fn currencies_do_not_mix_and_nothing_wraps() {
        assert_eq!(Money::cents(1).minus(&money("1", 2, "USD")), None);
        assert_eq!(Money::cents(1).exceeds(&money("1", 2, "USD")), None);
        assert_eq!(money(&"9".repeat(38), 2, "EUR").times(2), None);
        assert_eq!(money("-1", 0, "EUR").minus(&money(&"9".repeat(38), 0, "EUR")), None);
    }

    #[test]
    fn any_two_amounts_of_a_currency_can_be_compared() {
        let (large, fine) = (&"9".repeat(38), 30);
        check(("1", 0), ("100", 2), Ordering::Equal);
        check(("101", 2), ("1", 0), Ordering::Greater);
        check((large, 0), (large, fine), Ordering::Greater);
        check((large, fine), (large, 0), Ordering::Less);
        check((&format!("-{large}"), 0), (&format!("-{large}"), fine), Ordering::Less);
        check(("0", 0), (large, fine), Ordering::Less);

        #[track_caller]
        fn check(left: (&str, u32), right: (&str, u32), expected: Ordering) {
            let (left, right) = (money(left.0, left.1, "EUR"), money(right.0, right.1, "EUR"));
            assert_eq!(left.compare(&right), Some(expected));
            assert_eq!(left.equals(&right), expected == Ordering::Equal);
        }
    }

    fn money(amount: &str, decimals: u32, currency: &str) -> Money {
        serde_json::from_value(json!({"amount": amount, "decimals": decimals, "currency": currency})).unwrap()
    }
}
