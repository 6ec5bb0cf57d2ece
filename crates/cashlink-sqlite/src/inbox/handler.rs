//! The handler: what an application does on an event, in the transaction in which the event is taken down.

use std::{
    fmt,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use cashlink::webhook::{Change, HandlerError};
use rusqlite::Connection;

use crate::failure::{Failure, Result};

type Work = dyn Fn(&InboxTransaction<'_>, &Change<'_>) -> std::result::Result<(), HandlerError> + Send + Sync;

/// The transaction in which an event is taken down. What a handler writes by it is committed together with the event, or
/// neither is.
///
/// It is a [`Connection`] on which a transaction is open. A savepoint of your own is fine; ending the transaction is not,
/// and fails the event: leave `COMMIT` and `ROLLBACK` to the inbox.
pub struct InboxTransaction<'event>(&'event Connection);

impl Deref for InboxTransaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl fmt::Debug for InboxTransaction<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("InboxTransaction").finish_non_exhaustive()
    }
}

/// What is done on each event that counts.
#[derive(Clone)]
pub(super) struct Handler(Arc<Work>);

impl Handler {
    pub(super) fn new(
        work: impl Fn(&InboxTransaction<'_>, &Change<'_>) -> std::result::Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(work))
    }

    /// Has it act on `change`. Without a transaction afterwards, it or SQLite has ended the one that there was.
    pub(super) fn act(&self, connection: &Connection, change: &Change<'_>) -> Result<()> {
        let id = change.event.id();
        let transaction = InboxTransaction(connection);
        // What it has written is rolled back, so nothing that it left half done is seen by anybody.
        match catch_unwind(AssertUnwindSafe(|| (self.0)(&transaction, change))) {
            Ok(Ok(())) if connection.is_autocommit() => Err(ended()),
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Failure::unavailable(format!("the handler failed on the event {id}")).because(error)),
            Err(_) => Err(Failure::unavailable(format!("the handler panicked on the event {id}"))),
        }
    }
}

/// The failure of an event after which its transaction is not there any more.
pub(super) fn ended() -> Failure {
    Failure::unavailable("the handler ended the transaction that the event is taken down in: leave that to the inbox")
}

impl fmt::Debug for Handler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Handler").finish_non_exhaustive()
    }
}
