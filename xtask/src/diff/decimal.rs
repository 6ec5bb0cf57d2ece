//! Numbers of a document, exactly.

use std::cmp::Ordering;

use serde_json::Value;

/// An exact number: binary ones cannot say 0.01.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    digits: i128,
    /// How many of the digits stand behind the point.
    scale: u32,
}

impl Decimal {
    /// `None` if it is no number, or one far from any limit that has a meaning.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let text = value.as_number()?.to_string();
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
        if let Ok(scale) = u32::try_from(places) {
            return Some(Self { digits, scale });
        }
        let factor = 10_i128.checked_pow(places.unsigned_abs())?;
        Some(Self { digits: digits.checked_mul(factor)?, scale: 0 })
    }

    /// `None` if the two are too far apart.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        let (left, right) = self.aligned(other)?;
        Some(left.cmp(&right))
    }

    /// Whether it is `other` some number of times.
    pub(super) fn is_multiple_of(self, other: Self) -> bool {
        self.aligned(other).and_then(|(left, right)| left.checked_rem(right)) == Some(0)
    }

    /// The digits of both with as many of them behind the point.
    fn aligned(self, other: Self) -> Option<(i128, i128)> {
        let scale = self.scale.max(other.scale);
        let digits = |number: Self| number.digits.checked_mul(10_i128.checked_pow(scale - number.scale)?);
        Some((digits(self)?, digits(other)?))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}
