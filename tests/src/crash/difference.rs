//! A run that did not end as an undisturbed one.

use std::fmt;

use super::{Boundary, Lives, Setup};

/// What is to be said of a run that differs from an undisturbed one.
#[derive(Clone, Debug)]
pub struct Difference {
    pub(super) setup: Setup,
    /// Where it was to be killed.
    pub(super) kills: Vec<Boundary>,
    /// The seed that draws it again, if it was drawn.
    pub(super) seed: Option<u64>,
    pub(super) lives: Lives,
    pub(super) found: Vec<String>,
    pub(super) intents: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}:", self.setup)?;
        if let Some(seed) = self.seed {
            writeln!(formatter, "  seed {seed}: cargo xtask crash --schedules 1 --seed {seed}")?;
        }
        for kill in &self.kills {
            writeln!(formatter, "  to be killed: {kill}")?;
        }
        for fate in &self.lives.0 {
            writeln!(formatter, "  life: {fate}")?;
        }
        for found in &self.found {
            writeln!(formatter, "  difference: {found}")?;
        }
        self.intents.iter().try_for_each(|intent| writeln!(formatter, "  intent: {intent}"))
    }
}
