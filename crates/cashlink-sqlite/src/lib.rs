//! What the Cashlink SDK keeps in SQLite: a durable journal, and with the feature `webhook` an inbox for events.
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

//!
#![cfg_attr(feature = "webhook", doc = "An inbox is a [`SqliteInbox`].")]

mod check;
mod column;
mod failure;
mod file;
#[cfg(feature = "webhook")]
mod inbox;
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

#[cfg(feature = "webhook")]
pub use inbox::{InboxOptions, InboxTransaction, SqliteInbox};
pub use options::Options;
/// The library by which a handler writes: its types stand in the signature of one.
#[cfg(feature = "webhook")]
pub use rusqlite;
pub use store::SqliteStore;
