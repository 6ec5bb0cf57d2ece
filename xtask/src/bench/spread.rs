//! The least, the middle and the greatest of what several rounds gave.
#![expect(clippy::float_arithmetic, reason = "measurements are not exact")]

use serde_json::{Value, json};

/// Minimum, median and maximum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) min: f64,
    pub(super) median: f64,
    pub(super) max: f64,
}

impl Spread {
    /// Of at least one value; none of them may be missing.
    pub(super) fn of(values: impl IntoIterator<Item = Option<f64>>) -> Option<Self> {
        let mut values = values.into_iter().collect::<Option<Vec<_>>>()?;
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let upper = *values.get(middle)?;
        let is_odd = values.len() % 2 == 1;
        let lower = if is_odd { upper } else { *values.get(middle - 1)? };
        Some(Self { min: *values.first()?, median: f64::midpoint(lower, upper), max: *values.last()? })
    }

    /// Of what `combine` makes of the two values of each round.
    pub(super) fn of_pairs(ours: &[Option<f64>], peers: &[Option<f64>], combine: fn(f64, f64) -> f64) -> Option<Self> {
        let pairs = ours.iter().zip(peers);
        Self::of(pairs.map(|(ours, peers)| Some(combine((*ours)?, (*peers)?))))
    }

    pub(super) fn as_json(self) -> Value {
        json!({ "min": self.min, "median": self.median, "max": self.max })
    }
}

/// What is added to a peer.
pub(super) fn difference(ours: f64, peers: f64) -> f64 {
    ours - peers
}

/// How many times a peer.
pub(super) fn ratio(ours: f64, peers: f64) -> f64 {
    ours / peers
}

/// The share of a peer, in per cent.
pub(super) fn percent(ours: f64, peers: f64) -> f64 {
    ours / peers * 100.0
}

/// Divides; nothing by nothing.
pub(super) fn per(amount: f64, divisor: f64) -> Option<f64> {
    (divisor > 0.0).then(|| amount / divisor)
}

/// The number at `key` of a measurement, if it has one.
pub(super) fn number(measurement: &Value, key: &str) -> Option<f64> {
    measurement.get(key)?.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_least_middle_and_greatest_whatever_the_order() {
        check(&[3.0, 1.0, 2.0], Some((1.0, 2.0, 3.0)));
        check(&[4.0, 1.0, 2.0, 3.0], Some((1.0, 2.5, 4.0)));
        check(&[7.0], Some((7.0, 7.0, 7.0)));
        check(&[], None);

        #[track_caller]
        fn check(values: &[f64], expected: Option<(f64, f64, f64)>) {
            let spread = Spread::of(values.iter().copied().map(Some));
            assert_eq!(spread, expected.map(|(min, median, max)| Spread { min, median, max }));
        }
    }

    #[test]
    fn what_one_round_lacks_has_no_spread() {
        assert_eq!(Spread::of([Some(1.0), None]), None);
    }

    #[test]
    fn rounds_are_compared_one_by_one() {
        let (ours, peers) = ([Some(12.0), Some(33.0), Some(21.0)], [Some(10.0), Some(30.0), Some(20.0)]);
        let added = Spread::of_pairs(&ours, &peers, difference).unwrap();
        assert_eq!((added.min, added.median, added.max), (1.0, 2.0, 3.0));
        let share = Spread::of_pairs(&peers, &peers, percent).unwrap();
        assert_eq!((share.min, share.median, share.max), (100.0, 100.0, 100.0));
        assert_eq!(Spread::of_pairs(&ours, &[None, None, None], difference), None);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(per(6.0, 3.0), Some(2.0));
        assert_eq!(per(6.0, 0.0), None);
    }
}
