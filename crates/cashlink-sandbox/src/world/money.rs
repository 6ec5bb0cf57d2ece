//! Exact amounts: digits, scale and currency.

use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Wire")]
pub(super) struct Money {
    amount: i128,
    decimals: u32,
    currency: String,
}

#[derive(Deserialize)]
struct Wire {
    amount: String,
    decimals: u32,
    currency: String,
}

impl TryFrom<Wire> for Money {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        let amount = wire.amount.parse().map_err(|_| "A valid integer is required.".to_owned())?;
        Ok(Self { amount, decimals: wire.decimals, currency: wire.currency })
    }
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
        Some(Self { amount: exact.at(shown)?, decimals: shown, ..exact })
    }

    /// `self` times a number of units; `None` if that is too large to hold.
    pub(super) fn times(&self, units: u64) -> Option<Self> {
        Some(Self { amount: self.amount.checked_mul(units.into())?, ..self.clone() })
    }

    /// `self` less `other`; `None` across currencies or if that is too large to hold.
    pub(super) fn minus(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let decimals = self.decimals.max(other.decimals);
        Some(Self {
            amount: self.at(decimals)?.checked_sub(other.at(decimals)?)?,
            decimals,
            currency: self.currency.clone(),
        })
    }

    /// Whether `self` is more than `limit`; `None` if the two cannot be compared.
    pub(super) fn exceeds(&self, limit: &Self) -> Option<bool> {
        Some(self.minus(limit)?.amount > 0)
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

    fn at(&self, decimals: u32) -> Option<i128> {
        let factor = 10_i128.checked_pow(decimals.checked_sub(self.decimals)?)?;
        self.amount.checked_mul(factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_another_scale_are_subtracted_exactly() {
        let paid: Money = serde_json::from_value(json!({"amount": "1", "decimals": 3, "currency": "EUR"})).unwrap();
        let rest = Money::cents(100).minus(&paid).unwrap();
        assert_eq!(rest.to_json(), json!({"amount": "999", "decimals": 3, "currency": "EUR"}));
    }

    #[test]
    fn currencies_do_not_mix_and_nothing_wraps() {
        let dollars: Money = serde_json::from_value(json!({"amount": "1", "decimals": 2, "currency": "USD"})).unwrap();
        assert_eq!(Money::cents(1).minus(&dollars), None);
        assert_eq!(Money::cents(i128::MAX).times(2), None);
        let fine: Money = serde_json::from_value(json!({"amount": "1", "decimals": 4000, "currency": "EUR"})).unwrap();
        assert_eq!(Money::cents(1).minus(&fine), None);
    }
}
