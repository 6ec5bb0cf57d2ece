//! One life of a child process: from its birth to its end, or to the boundary where it is killed.

use std::{fmt, io, path::Path, process::Stdio, sync::Arc};

use cashlink_sandbox::Sandbox;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{ChildStdin, Command},
};

use super::{
    Boundary, Kind,
    job::{Job, Word},
    relay::Relay,
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

/// A life that is over.
pub(super) struct Life {
    pub(super) fate: Fate,
    /// The boundaries that it came to.
    pub(super) trace: Vec<Boundary>,
}

/// Runs `program` as a child with `job`, and kills it at `target` if it comes there.
pub(super) async fn live(
    program: &Path,
    job: &Job,
    sandbox: &Arc<Sandbox>,
    target: Option<Boundary>,
) -> io::Result<Life> {
    let scene = Arc::new(Scene::new(target.clone()));
    let relay = Relay::start(sandbox, &scene).await?;
    let job = Job { url: relay.url(), ..job.clone() };
    let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    tell(&mut input, &serde_json::to_string(&job)?).await?;
    let mut words = BufReader::new(output).lines();
    let word = loop {
        tokio::select! {
            word = words.next_line() => match word?.map(|word| serde_json::from_str(&word)).transpose()? {
                Some(Word::At(name)) => {
                    if scene.reach(Boundary::new(Kind::Journal, name)) {
                        break None;
                    }
                    tell(&mut input, "").await?;
                }
                word => break Some(word),
            },
            () = scene.doom() => break None,
        }
    };
    let fate = match word {
        None => {
            // SIGKILL: no destructor runs, nothing is flushed.
            child.kill().await?;
            target.map_or_else(|| Fate::Failed("killed without a reason".to_owned()), Fate::Killed)
        }
        Some(word) => {
            drop(input);
            let status = child.wait().await?;
            match word {
                Some(Word::Done(report)) if status.success() => Fate::Done(report),
                Some(Word::Failed(text)) if status.success() => Fate::Failed(text),
                _ => Fate::Failed(format!("the process ended with {status}")),
            }
        }
    };
    scene.bury();
    relay.end().await?;
    Ok(Life { fate, trace: scene.trace() })
}

async fn tell(child: &mut ChildStdin, line: &str) -> io::Result<()> {
    child.write_all(format!("{line}\n").as_bytes()).await
}
