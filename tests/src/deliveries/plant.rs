//! Mistakes that a receiver could make. Each has to be caught, or the run proves nothing.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use cashlink::{
    InvestmentId,
    journal::{StoreError, StoreErrorKind},
    webhook::{Event, HandlerError, Inbox, Received, Recorded, Standing, Weight},
};
use cashlink_sqlite::{SqliteInbox, rusqlite::Connection};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::Result;

/// A mistake of the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// It answers before the event is durable.
    AnswerFirst,
    /// The effect is written in a transaction of its own, before the event is taken down.
    EffectBefore,
    /// The effect is written in a transaction of its own, after the event was taken down.
    EffectAfter,
    /// A late event has its effect, too.
    ActOnLate,
    /// An event has its effect each time it comes.
    ActOnDuplicate,
}

impl Plant {
    /// All of them, by name.
    pub const ALL: [(&str, Self); 5] = [
        ("answer-first", Self::AnswerFirst),
        ("effect-before", Self::EffectBefore),
        ("effect-after", Self::EffectAfter),
        ("act-on-late", Self::ActOnLate),
        ("act-on-duplicate", Self::ActOnDuplicate),
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, plant)| *plant == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Plant {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        let names = || Self::ALL.map(|(name, _)| name).join(", ");
        found.map(|(_, plant)| *plant).ok_or_else(|| format!("`{text}` is none of {}", names()))
    }
}

/// The inbox in the database at `path`, whose effects are rows; with a mistake if there is to be one.
pub(super) fn inbox(path: &Path, plant: Option<Plant>) -> Result<Arc<dyn Inbox>> {
    let application = Connection::open(path)?;
    application.busy_timeout(Duration::from_secs(10))?;
    application.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS effects (
             number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT, investment_id TEXT, status TEXT, changed_at TEXT
         );",
    )?;
    let right = SqliteInbox::options().handled_by(|transaction, change| write(transaction, change.event));
    let Some(plant) = plant else {
        return Ok(Arc::new(right.open(path)?));
    };
    let has_own_effects = matches!(plant, Plant::EffectBefore | Plant::EffectAfter);
    let inbox = if has_own_effects { SqliteInbox::open(path)? } else { right.open(path)? };
    Ok(Arc::new(Planted { inbox, application: Mutex::new(application), plant }))
}

/// Has the effect of `event` happen.
fn write(connection: &Connection, event: &Event) -> std::result::Result<(), HandlerError> {
    let sql = "INSERT INTO effects (event_id, investment_id, status, changed_at) VALUES (?1, ?2, ?3, ?4)";
    let changed_at = event.changed_at().map(|at| at.to_string());
    connection.prepare_cached(sql)?.execute((
        event.id().to_string(),
        event.investment_id().to_string(),
        event.status().as_str(),
        changed_at,
    ))?;
    Ok(())
}

/// An inbox that makes a mistake. It does one event after the other, so that nothing but its mistake is wrong with it.
#[derive(Debug)]
struct Planted {
    inbox: SqliteInbox,
    application: Mutex<Connection>,
    plant: Plant,
}

impl Planted {
    async fn record(&self, event: Event, received_at: Timestamp) -> std::result::Result<Recorded, StoreError> {
        if self.plant == Plant::AnswerFirst {
            let inbox = self.inbox.clone();
            tokio::spawn(async move { inbox.record(event, received_at).await });
            return Ok(Recorded::Applied);
        }
        let application = self.application.lock().await;
        if self.plant == Plant::EffectBefore {
            let standing = self.inbox.standing(event.investment_id()).await?;
            if matches!(Standing::weigh(standing.as_ref(), &event), Weight::Applies(_)) {
                act(&application, &event)?;
            }
        }
        let recorded = self.inbox.record(event.clone(), received_at).await?;
        match (self.plant, recorded) {
            (Plant::EffectAfter, Recorded::Applied)
            | (Plant::ActOnLate, Recorded::Late)
            | (Plant::ActOnDuplicate, Recorded::Duplicate) => act(&application, &event)?,
            _ => {}
        }
        Ok(recorded)
    }
}

fn act(application: &Connection, event: &Event) -> std::result::Result<(), StoreError> {
    let written = write(application, event);
    written.map_err(|error| StoreError::new(StoreErrorKind::Unavailable, "the effect").with_source(error))
}

impl Inbox for Planted {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, std::result::Result<Recorded, StoreError>> {
        Box::pin(self.record(event, received_at))
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, std::result::Result<Option<Standing>, StoreError>> {
        self.inbox.standing(investment)
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, std::result::Result<Vec<Received>, StoreError>> {
        self.inbox.list(after, limit)
    }
}
