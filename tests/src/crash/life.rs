//! One life of a child process: from its birth to its end, or to the boundary where it is killed.

use std::{fmt, io, path::PathBuf, sync::Arc};

use cashlink_sandbox::Sandbox;
use serde_json::Value;

use super::{
    Boundary, Kind,
    handle::Child,
    job::{Job, Word},
    relay::{Door, Relay},
    scene::Scene,
};

/// How a life ended.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the matrix treats every end")]
pub enum Fate {
    /// It was killed at this boundary.
    Killed(Boundary),
    /// The guide came to its end with this report.
    Done(Value),
    /// The guide failed, or the process ended in a way that was not foreseen.
    Failed(String),
}

impl fmt::Display for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Killed(boundary) => write!(formatter, "killed {boundary}"),
            Self::Done(_) => formatter.write_str("done"),
            Self::Failed(text) => write!(formatter, "failed: {text}"),
        }
    }
}

/// How the lives of a run ended, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lives(pub(super) Vec<Fate>);

impl Lives {
    /// How many processes were killed.
    pub fn kills(&self) -> usize {
        self.0.iter().filter(|fate| matches!(fate, Fate::Killed(_))).count()
    }

    /// How many processes there were.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The report of the last one, if it came to its end.
    pub(super) fn report(&self) -> Option<&Value> {
        match self.0.last() {
            Some(Fate::Done(report)) => Some(report),
            _ => None,
        }
    }
}

/// Where children live.
pub(super) struct Place {
    /// What they are.
    pub(super) program: PathBuf,
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) door: Door,
}

/// A life that is over.
pub(super) struct Life {
    pub(super) fate: Fate,
    /// The boundaries that it came to.
    pub(super) trace: Vec<Boundary>,
    /// A request of it that is still under way.
    pub(super) late: Option<Vec<u8>>,
}

/// Runs a child with `job` in front of `place`, and kills it at `target` if it comes there.
pub(super) async fn live(place: &Place, job: &Job, target: Option<Boundary>) -> io::Result<Life> {
    let scene = Arc::new(Scene::new(target.clone()));
    let relay = Relay::start(&place.door, &place.sandbox, &scene)?;
    let mut child = Child::start(&place.program, job).await?;
    let word = loop {
        tokio::select! {
            word = child.word() => match word? {
                Some(Word::At(name)) => {
                    if scene.reach(Boundary::new(Kind::Journal, name)) {
                        break None;
                    }
                    child.go_on().await?;
                }
                word => break Some(word),
            },
            () = scene.doom() => break None,
        }
    };
    let fate = match word {
        None => {
            child.kill().await?;
            target.map_or_else(|| Fate::Failed("killed without a reason".to_owned()), Fate::Killed)
        }
        Some(word) => child.end(word).await?,
    };
    scene.bury();
    relay.end().await?;
    Ok(Life { fate, trace: scene.trace(), late: scene.late() })
}
