//! Chance that can be repeated: a probability, and draws that follow from a seed.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Probability(f64);

/// It is never NaN, so it equals itself.
impl Eq for Probability {}

impl Probability {
    /// The number from 0 to 1 that is nearest to `value`; 0 if it is none.
    pub(super) fn new(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    pub(super) fn as_f64(self) -> f64 {
        self.0
    }
}

/// Draws one after the other; the same seed draws the same.
#[derive(Clone, Debug)]
pub(super) struct Chance {
    probability: Probability,
    generator: Rng,
}

impl Chance {
    pub(super) fn new(probability: Probability, seed: u64) -> Self {
        Self { probability, generator: Rng::with_seed(seed) }
    }

    /// Whether it happens this time: never with 0, always with 1.
    pub(super) fn draw(&mut self) -> bool {
        self.generator.f64() < self.probability.as_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_counts_as_the_nearer_end() {
        check(-0.1, 0.0);
        check(0.25, 0.25);
        check(1.5, 1.0);
        check(f64::INFINITY, 1.0);
        check(f64::NEG_INFINITY, 0.0);
        check(f64::NAN, 0.0);

        #[track_caller]
        fn check(value: f64, expected: f64) {
            assert_eq!(Probability::new(value), Probability(expected));
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_and_as_often_as_it_should() {
        let draws = |probability: f64, seed: u64| -> Vec<bool> {
            let mut chance = Chance::new(Probability::new(probability), seed);
            (0..1_000).map(|_| chance.draw()).collect()
        };
        let count = |draws: Vec<bool>| draws.into_iter().filter(|is_drawn| *is_drawn).count();
        assert_eq!(draws(0.3, 7), draws(0.3, 7));
        assert_ne!(draws(0.3, 7), draws(0.3, 8));
        assert_eq!((count(draws(0.0, 7)), count(draws(1.0, 7))), (0, 1_000));
        // Ten standard deviations to either side.
        assert!((155..=445).contains(&count(draws(0.3, 7))));
    }
}
