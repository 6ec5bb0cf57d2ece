//! A durable journal of the Cashlink SDK in one SQLite file.
//!
//! Give a [`SqliteStore`] to [`Journal::new`](cashlink::journal::Journal::new). What it promises, which files there are and
//! what to do when it says that it is damaged stands in the README of the crate.
//!
//! ```
//! use cashlink::journal::{IntentStore, Journal, Which};
//! use cashlink_sqlite::SqliteStore;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("journal.db");
//! let store = SqliteStore::open(&path)?;
//! let journal = Journal::new(store.clone());
//! assert!(journal.intents().list(Which::Open, 0, 100).await?.is_empty());
//! drop(journal);
//! store.close().await?;
//! # Ok(())
//! # }
//! ```

mod check;
mod column;
mod failure;
mod file;
mod intents;
mod ledger;
mod options;
mod prune;
mod reader;
mod runs;
mod schema;
mod steps;
mod store;
mod sum;
mod transaction;
mod writer;

pub use options::Options;
pub use store::SqliteStore;
