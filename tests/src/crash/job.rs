//! What a child process is told to do.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Guide;

/// One run of a guide, as a line of JSON on the child's standard input. No argument or variable shows what it holds.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) url: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) guide: Guide,
    pub(super) run_id: Uuid,
    pub(super) journal: PathBuf,
    /// What the journal is sealed with, if it is.
    pub(super) sealing_key: Option<[u8; 32]>,
    /// Where the documents are, unless they are made in memory.
    pub(super) documents: Option<PathBuf>,
    pub(super) seeds: Seeds,
}

/// What the sandbox has before the first run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Seeds {
    pub(super) campaign: Uuid,
    pub(super) product: Uuid,
    pub(super) investor: Uuid,
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Job").field("guide", &self.guide).field("run_id", &self.run_id).finish_non_exhaustive()
    }
}

/// What a child process says, one line each.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Word {
    /// It has come to this boundary of the journal and goes on when it gets a line.
    At(String),
    /// The guide has come to its end, with this report.
    Done(serde_json::Value),
    /// The guide has failed.
    Failed(String),
}
