//! The inbox against real files.

#![cfg(test)]

mod effects;
mod files;
mod several;
mod trail;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use cashlink::{
    InvestmentId,
    journal::{StoreError, StoreErrorKind},
    time::Clock,
    webhook::{Event, Inbox, Recorded},
};
use cashlink_sqlite::{InboxOptions, SqliteInbox, rusqlite::Connection};
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A folder of a test, which is removed in the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the database of an application, which has a table of `effects`.
    fn with_effects() -> Self {
        let folder = Self::new();
        folder.sql("CREATE TABLE effects (investment INTEGER, before TEXT, status TEXT)");
        folder
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("application.db")
    }

    fn sql(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    /// A connection of the application's own.
    fn connection(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// What the application has of effects, in their order.
    fn effects(&self) -> Vec<String> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT investment, before, status FROM effects").unwrap();
        let rows = statement.query_map([], |row| {
            let (investment, before, status) =
                (row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
            Ok(format!("{investment} {before}>{status}"))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

/// Options by which it is a minute after the epoch, which is when the tests write.
fn options() -> InboxOptions {
    SqliteInbox::options().clock(Hands::at(60))
}

/// Options with a handler that writes a row of `effects`.
fn writing() -> InboxOptions {
    options().handled_by(|transaction, change| {
        let investment = i64::try_from(Uuid::from(change.event.investment_id()).as_u128())?;
        let before = change.before.map_or("", |before| before.status.as_str());
        let values = (investment, before, change.event.status().as_str());
        transaction.execute("INSERT INTO effects VALUES (?1, ?2, ?3)", values)?;
        Ok(())
    })
}

fn id(investment: u128) -> InvestmentId {
    InvestmentId::new(Uuid::from_u128(investment))
}

fn event(investment: u128, status: &str, second: i64) -> Event {
    Event::new(id(investment), status.into(), at(second))
}

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

async fn record(inbox: &SqliteInbox, event: Event) -> Result<Recorded, StoreError> {
    inbox.record(event, at(60)).await
}

/// The kind of failure, and that its text has `parts`.
#[track_caller]
fn refused<T>(outcome: Result<T, StoreError>, kind: StoreErrorKind, parts: &[&str]) {
    let error = outcome.err().expect("it was not refused");
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    for part in parts {
        assert!(text.contains(part), "{text:?} lacks {part:?}");
    }
}

/// A clock that is moved by hand; it shows seconds since the epoch.
#[derive(Clone, Debug)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn at(second: i64) -> Self {
        Self(Arc::new(AtomicI64::new(second)))
    }

    fn set(&self, second: i64) {
        self.0.store(second, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Instant {
        unimplemented!("an inbox asks for the wall clock only")
    }

    fn wall(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        unimplemented!("an inbox does not wait by its clock")
    }
}
