//! The journal's own store, given what the facade would give it; nothing is encrypted here.

use std::path::Path;

use anyhow::{Result, ensure};
use cashlink::journal::{Begun, Content, Digest, Ending, Facts, IntentState, IntentStore, NewIntent};
use cashlink_sqlite::SqliteStore;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Contestant, body, key};

/// What is opened in a folder.
pub(super) const FILE: &str = "journal.sqlite3";

/// Begins an intent.
pub(super) struct Begin(SqliteStore);

impl Begin {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        Ok(Self(SqliteStore::open(folder.join(FILE))?))
    }

    pub(super) fn store(&self) -> &SqliteStore {
        &self.0
    }
}

impl Contestant for Begin {
    async fn intend(&self, number: u64) -> Result<()> {
        let intent = NewIntent {
            key: key(number),
            operation_id: "v2_investors_create".to_owned(),
            address: "https://api.example.org/v2/investors/".to_owned(),
            digest: Digest::from_bytes([7; 32]),
            content: Content::Sealed(body()),
            step: None,
            begun_at: Timestamp::now(),
        };
        ensure!(self.0.begin(intent).await? == Begun::New, "the intent was there already");
        Ok(())
    }
}

/// Begins an intent and takes note of its end.
pub(super) struct BeginAndFinish(Begin);

impl BeginAndFinish {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        Ok(Self(Begin::open(folder)?))
    }
}

impl Contestant for BeginAndFinish {
    async fn intend(&self, number: u64) -> Result<()> {
        self.0.intend(number).await?;
        finish(self.0.store(), number).await
    }
}

/// Takes note that the intent of this number was applied.
pub(super) async fn finish(store: &SqliteStore, number: u64) -> Result<()> {
    let ending = Ending {
        state: IntentState::Applied,
        at: Timestamp::now(),
        status: Some(201),
        facts: Facts { ids: vec![Uuid::from_u64_pair(number, number)], status: Some("pending".to_owned()) },
        reply: Some(body()),
        note: None,
    };
    Ok(store.finish(&key(number), ending).await?)
}
