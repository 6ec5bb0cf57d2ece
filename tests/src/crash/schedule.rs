//! Kills and faults drawn from a seed.

use std::time::Duration;

use cashlink_sandbox::Fault;
use fastrand::Rng;
use uuid::Uuid;

use super::{Boundary, Setup, stage::Plan};

/// Most lives that are killed.
const MOST_KILLS: usize = 4;

/// Most faults that are armed.
const MOST_FAULTS: usize = 4;

/// One run with kills in several lives and faults. The same seed draws the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    seed: u64,
    setup: Setup,
}

impl Schedule {
    /// Draws the schedule of `seed`.
    pub fn draw(seed: u64) -> Self {
        let setups = Setup::all();
        let setup = setups[Rng::with_seed(seed).usize(..setups.len())];
        Self { seed, setup }
    }

    /// What it is drawn from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What is run.
    pub fn setup(&self) -> Setup {
        self.setup
    }

    /// Chooses among the boundaries of an undisturbed run.
    pub(super) fn plan(&self, boundaries: &[Boundary]) -> Plan {
        let mut random = Rng::with_seed(self.seed ^ 0x6b69_6c6c);
        let mut place = random.usize(..boundaries.len());
        let mut kills = Vec::new();
        for _ in 0..random.usize(1..=MOST_KILLS) {
            kills.push(boundaries[place].clone());
            // What lies behind is reached no more. A little ahead is the recovery itself.
            place = match random.u8(..4) {
                0 => place,
                1 | 2 => (place + random.usize(..8)).min(boundaries.len() - 1),
                _ => random.usize(place..boundaries.len()),
            };
        }
        let faults = (0..random.usize(..=MOST_FAULTS)).map(|_| fault(&mut random)).collect();
        Plan { setup: self.setup, run_id: Uuid::from_u64_pair(self.seed, random.u64(..)), kills, faults }
    }
}

/// A fault that passes: none of them is a verdict.
fn fault(random: &mut Rng) -> Fault {
    let status = *random.choice(&[500, 502, 503, 504]).unwrap_or(&500);
    let fault = match random.u8(..8) {
        0 => Fault::reply_lost_after_commit(),
        1 => Fault::reset_before_commit(),
        2 => Fault::error_before_commit(status),
        3 => Fault::error_after_commit(status),
        4 => Fault::throttle(Duration::from_secs(random.u64(1..100))),
        5 => Fault::token_expired(),
        6 => Fault::truncated_reply(),
        _ => Fault::html_reply(status),
    };
    let probability = *random.choice(&[0.01, 0.03, 0.1, 0.3]).unwrap_or(&0.1);
    fault.probability(probability).seed(random.u64(..))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{super::Kind, *};

    #[test]
    fn the_seeds_of_the_suite_run_every_guide_in_every_way() {
        let drawn: HashSet<_> = (1..=300).map(|seed| Schedule::draw(seed).setup()).collect();
        assert_eq!(drawn.len(), Setup::all().len());
    }

    #[test]
    fn a_seed_draws_the_same_each_time_and_another_one_does_not() {
        let boundaries: Vec<_> = (0..50).map(|number| Boundary::new(Kind::Journal, number.to_string())).collect();
        let plan = |seed| format!("{:?}", Schedule::draw(seed).plan(&boundaries));
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }
}
