//! Why a sandbox could not start or do what a test asked.

use std::io;
use std::net::SocketAddr;

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
    #[error("{0} cannot happen now")]
    Impossible(String),
}
