//! Plays many runs and compares each with an undisturbed one.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    Boundary, Counts, Difference, Lives, Schedule, Setup,
    stage::{Plan, Stage, is_killed_once},
    truth::Truth,
};

/// How many children run at a time.
const AT_ONCE: usize = 2;

/// What came of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finding {
    /// How its lives ended.
    pub lives: Lives,
    /// How many calls met a fault.
    pub struck: u64,
    /// In what it differs from an undisturbed run, if it does.
    pub difference: Option<Difference>,
}

/// Runs that nobody disturbed, and how the others are compared with them.
#[derive(Debug)]
pub struct Matrix {
    program: PathBuf,
    undisturbed: Mutex<HashMap<Setup, Arc<OnceCell<Undisturbed>>>>,
}

#[derive(Clone, Debug)]
struct Undisturbed {
    boundaries: Vec<Boundary>,
    truth: Truth,
}

/// What is to be played.
#[derive(Clone, Debug)]
enum Case {
    /// One kill in a run with this number.
    Kill(Setup, Boundary, u64),
    Drawn(Schedule),
}

impl Matrix {
    /// A matrix in which `program`, built from `src/bin/crash.rs`, is killed as a child.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), undisturbed: Mutex::default() }
    }

    /// The boundaries of an undisturbed run, in order.
    ///
    /// # Errors
    ///
    /// Fails if the run cannot be played, or does not come to its end by itself.
    pub async fn boundaries(&self, setup: Setup) -> io::Result<Vec<Boundary>> {
        let mut stage = Stage::new(&self.program).await?;
        Ok(self.undisturbed(&mut stage, setup).await?.boundaries)
    }

    /// Kills a run at each of its boundaries, and calls `each` with what came of it.
    ///
    /// # Errors
    ///
    /// Fails if a run cannot be played. A difference is no error.
    pub async fn enumerate(&self, setup: Setup, each: impl Fn(&Finding)) -> io::Result<Counts> {
        let boundaries = self.boundaries(setup).await?;
        let cases = (1..).zip(&boundaries).map(|(number, boundary)| Case::Kill(setup, boundary.clone(), number));
        self.play_all(cases.collect(), &each).await?;
        Ok(Counts::of(&boundaries))
    }

    /// Plays the schedules of these seeds, and calls `each` with what came of each.
    ///
    /// # Errors
    ///
    /// Fails if a run cannot be played. A difference is no error.
    pub async fn draw(&self, seeds: impl Iterator<Item = u64>, each: impl Fn(&Finding)) -> io::Result<()> {
        self.play_all(seeds.map(|seed| Case::Drawn(Schedule::draw(seed))).collect(), &each).await
    }

    async fn play_all(&self, cases: Vec<Case>, each: &impl Fn(&Finding)) -> io::Result<()> {
        let cases = Mutex::new(cases.into_iter());
        let next = || cases.lock().unwrap_or_else(PoisonError::into_inner).next();
        let players = (0..AT_ONCE).map(|_| async {
            let mut stage = Stage::new(&self.program).await?;
            while let Some(case) = next() {
                each(&self.play(&mut stage, &case).await?);
            }
            Ok(())
        });
        futures_util::future::try_join_all(players).await.map(|_: Vec<()>| ())
    }

    async fn play(&self, stage: &mut Stage, case: &Case) -> io::Result<Finding> {
        let setup = case.setup();
        let undisturbed = self.undisturbed(stage, setup).await?;
        let plan = case.plan(&undisturbed.boundaries);
        let played = stage.play(&plan).await?;
        let mut found = played.truth.differences(&undisturbed.truth);
        if let Case::Kill(_, boundary, _) = case
            && !is_killed_once(&played.lives, boundary)
        {
            found.push("it was to be killed once, and then to come to its end".to_owned());
        }
        let lives = played.lives.clone();
        let difference = (!found.is_empty()).then(|| Difference {
            setup,
            kills: plan.kills,
            seed: case.seed(),
            lives: played.lives,
            found,
            intents: played.truth.intents,
        });
        Ok(Finding { lives, struck: played.struck, difference })
    }

    async fn undisturbed(&self, stage: &mut Stage, setup: Setup) -> io::Result<Undisturbed> {
        let cell = {
            let mut known = self.undisturbed.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(setup).or_default())
        };
        let found = cell.get_or_try_init(|| async {
            // A run id of its own: the sandbox remembers the keys of every other run.
            let number = Setup::all().iter().position(|known| *known == setup).unwrap_or_default();
            let run_id = Uuid::from_u64_pair(u64::MAX, number as u64);
            let plan = Plan { setup, run_id, kills: Vec::new(), faults: Vec::new() };
            let played = stage.play(&plan).await?;
            let problems = played.truth.differences(&played.truth);
            if played.lives.count() != 1 || !played.truth.has_effects() || !problems.is_empty() {
                let text = format!("{setup}: the undisturbed run went wrong: {:?}: {problems:?}", played.lives);
                return Err(io::Error::other(text));
            }
            Ok(Undisturbed { boundaries: played.trace, truth: played.truth })
        });
        Ok(found.await?.clone())
    }
}

impl Case {
    fn setup(&self) -> Setup {
        match self {
            Self::Kill(setup, ..) => *setup,
            Self::Drawn(schedule) => schedule.setup(),
        }
    }

    fn seed(&self) -> Option<u64> {
        match self {
            Self::Kill(..) => None,
            Self::Drawn(schedule) => Some(schedule.seed()),
        }
    }

    fn plan(&self, boundaries: &[Boundary]) -> Plan {
        match self {
            Self::Kill(setup, boundary, number) => {
                let run_id = Uuid::from_u64_pair(u64::MAX - 1, *number);
                Plan { setup: *setup, run_id, kills: vec![boundary.clone()], faults: Vec::new() }
            }
            Self::Drawn(schedule) => schedule.plan(boundaries),
        }
    }
}
