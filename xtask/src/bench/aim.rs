//! What is aimed at, and whether it was reached.

use std::fmt;

use serde_json::{Value, json};

use super::spread::Spread;

/// The better side of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    AtMost,
    AtLeast,
}

/// A number that a benchmark is run for.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    pub(super) about: &'static str,
    pub(super) unit: &'static str,
    pub(super) bound: Bound,
    pub(super) target: f64,
    /// Nothing if it could not be measured here.
    pub(super) measured: Option<Spread>,
}

impl Aim {
    /// Whether the median is on the better side. Nothing if it was not measured.
    fn is_reached(&self) -> Option<bool> {
        let median = self.measured?.median;
        Some(match self.bound {
            Bound::AtMost => median <= self.target,
            Bound::AtLeast => median >= self.target,
        })
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "about": self.about,
            "unit": self.unit,
            "bound": match self.bound { Bound::AtMost => "at most", Bound::AtLeast => "at least" },
            "target": self.target,
            "measured": self.measured.map(Spread::as_json),
            "reached": self.is_reached(),
        })
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.is_reached() {
            Some(true) => "reached",
            Some(false) => "MISSED",
            None => "not measured here",
        };
        let sign = if self.bound == Bound::AtMost { '≤' } else { '≥' };
        write!(formatter, "{verdict}: {}, aim {sign} {} {}", self.about, self.target, self.unit)?;
        if let Some(Spread { min, median, max }) = self.measured {
            write!(formatter, ", measured {median:.2} ({min:.2} to {max:.2})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_decides() {
        check(Bound::AtMost, Some(1.5), "reached: added time, aim ≤ 2 µs, measured 1.50 (0.50 to 9.00)");
        check(Bound::AtMost, Some(2.5), "MISSED: added time, aim ≤ 2 µs, measured 2.50 (0.50 to 9.00)");
        check(Bound::AtLeast, Some(2.0), "reached: added time, aim ≥ 2 µs, measured 2.00 (0.50 to 9.00)");
        check(Bound::AtLeast, None, "not measured here: added time, aim ≥ 2 µs");

        #[track_caller]
        fn check(bound: Bound, median: Option<f64>, expected: &str) {
            let measured = median.map(|median| Spread { min: 0.5, median, max: 9.0 });
            let aim = Aim { about: "added time", unit: "µs", bound, target: 2.0, measured };
            assert_eq!(aim.to_string(), expected);
        }
    }
}
