//! Why a sandbox could not start or do what a test asked.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::world::Refusal;

/// The result of what can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a sandbox could not start or do what a test asked.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

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
    #[error(
        "the sandbox would answer {operation_id} in line {line} of its log otherwise than it did: another version \
         wrote it, so begin with another folder"
    )]
    DataDiffers { line: usize, operation_id: String },
}
