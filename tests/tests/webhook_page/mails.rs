//! Acts outside of the database on what counted.

use cashlink::{
    journal::StoreError,
    webhook::{Event, Inbox, Recorded},
};
use cashlink_sqlite::SqliteInbox;

/// Sends the mails that were not sent yet. Call it at the start, and whenever an event has come.
pub(crate) async fn send_all(inbox: &SqliteInbox, send: impl AsyncFn(&Event)) -> Result<(), StoreError> {
    loop {
        let slice = inbox.list(inbox.cursor("mails").await?, 100).await?;
        if slice.is_empty() {
            return Ok(());
        }
        for received in slice {
            if received.recorded == Recorded::Applied {
                // With `event.id()` as idempotency key: after a crash here it is sent once more.
                send(&received.event).await;
            }
            inbox.set_cursor("mails", received.place).await?;
        }
    }
}
