//! Many lives, and what was counted in them.

use std::fmt;

use super::{Program, Result, folder::Folder};

/// How many sandboxes are killed in a folder before another one is taken: what there is to compare grows.
const OF_A_FOLDER: u64 = 20;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sandboxes that were killed while clients worked with them.
    pub kills: u64,
    /// Sandboxes that were killed as they started after that.
    pub starting: u64,
    /// Sandboxes that were killed while nobody asked for anything.
    pub resting: u64,
    /// All answers, those of reads too.
    pub calls: u64,
    /// Answers to what the API has no call for.
    pub actions: u64,
    /// Calls that were answered and made once more.
    pub confirmed: u64,
    /// Calls of which nobody knew what became of them.
    pub open: u64,
    /// How many of these had happened.
    pub happened: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, starting, resting, calls, actions, confirmed, open, happened } = self;
        write!(
            formatter,
            "{kills} kills under load, {starting} while starting, {resting} at rest; {calls} answers, {actions} of them to \
             actions; {confirmed} verdicts were given again byte for byte; of {open} calls without an answer {happened} had \
             happened, once each"
        )
    }
}

/// Sandboxes to be killed.
#[derive(Clone, Debug)]
pub struct Kills {
    /// What is killed.
    pub program: Program,
    /// How many are killed under load.
    pub count: u64,
    /// What everything is drawn from, but for what the system decides: who is answered first.
    pub seed: u64,
}

impl Kills {
    /// Kills them all; `told` hears after each folder what was counted.
    ///
    /// # Errors
    ///
    /// Says what was lost or happened otherwise, with the seed of its folder.
    pub async fn run(&self, mut told: impl FnMut(&Tally)) -> Result<Tally> {
        let mut tally = Tally::default();
        for number in 0..self.count.div_ceil(OF_A_FOLDER) {
            let seed = self.seed.wrapping_add(number);
            let lives = OF_A_FOLDER.min(self.count - number * OF_A_FOLDER);
            if let Err(error) = lives_of(&self.program, seed, lives, &mut tally).await {
                return Err(format!("seed {seed}, after {tally}: {error}").into());
            }
            told(&tally);
        }
        Ok(tally)
    }
}

async fn lives_of(program: &Program, seed: u64, lives: u64, tally: &mut Tally) -> Result<()> {
    let mut folder = Folder::new(program, seed).await?;
    for _ in 0..lives {
        folder = folder.live(tally).await?;
    }
    Ok(())
}
