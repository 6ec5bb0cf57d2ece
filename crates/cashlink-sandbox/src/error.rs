//! Why a sandbox could not start or do what a test asked.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::engine::NotKept;
use crate::world::Refusal;

/// The result of what can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a sandbox could not start or do what a test asked.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

impl Error {
    /// Whether a scenario is the reason: it cannot be read, or a step of it was refused.
    ///
    /// Then whoever wrote the scenario can mend it; the text says where.
    pub fn is_scenario(&self) -> bool {
        matches!(self.0, Kind::Scenario(_) | Kind::ScenarioFile { .. })
    }

    /// Whether a webhook is the reason: its address or what it is sent cannot be used, or there are too many.
    pub fn is_webhook(&self) -> bool {
        matches!(self.0, Kind::Webhook(_))
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("cannot listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the bundled description of the API is broken: {0}")]
    Description(String),
    #[error("the seeded objects break a rule: {0}")]
    Seed(String),
    #[error("this cannot be set: {0:?}")]
    Setting(Refusal),
    #[error("the scenario cannot be taken: {0}")]
    Scenario(Refusal),
    #[error("the scenario {} cannot be read", path.display())]
    ScenarioFile { path: PathBuf, source: io::Error },
    #[error("the webhook cannot be registered: {0}")]
    Webhook(Refusal),
    #[error("{0} cannot happen now")]
    Impossible(String),
    #[error("the sandbox cannot keep its data in {}", folder.display())]
    Data { folder: PathBuf, source: io::Error },
    #[error("another sandbox keeps its data in {}: stop it, or give another folder", folder.display())]
    DataInUse { folder: PathBuf },
    #[error("line {line} of the log in {} cannot be read, so begin with another folder: {reason}", folder.display())]
    DataUnreadable { folder: PathBuf, line: usize, reason: String },
    #[error("the data was begun with seed {seed}: give that one or none, or another folder")]
    DataSeed { seed: u64 },
    #[error("the clock of the data stands at {now} already: hold it then or later, or give another folder")]
    DataTime { now: Timestamp },
    #[error("the sandbox cannot keep its data, so nothing was done")]
    NotKept,
    #[error("the folder was begun with other scenarios: give those, or none")]
    DataScenarios,
    #[error(
        "the log in {} cannot be continued: in line {line}, {what} would come to something else than it did. Another \
         version wrote it, so begin with another folder",
        folder.display()
    )]
    DataDiffers { folder: PathBuf, line: usize, what: String },
}

impl Kind {
    /// The error of a refusal: that it cannot be written down, or else what `otherwise` makes of it.
    pub(crate) fn of(refusal: Refusal, otherwise: impl FnOnce(Refusal) -> Self) -> Self {
        match refusal {
            Refusal::NotKept => Self::NotKept,
            other => otherwise(other),
        }
    }
}

impl From<NotKept> for Kind {
    fn from(_: NotKept) -> Self {
        Self::NotKept
    }
}
