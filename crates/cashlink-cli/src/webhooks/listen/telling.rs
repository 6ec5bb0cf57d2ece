//! An inbox that tells what becomes of each event.

use std::sync::Arc;

use cashlink::{
    InvestmentId,
    journal::{StoreError, StoreErrorKind},
    webhook::{Event, Inbox, Received, Recorded, Standing},
};
use cashlink_sqlite::SqliteInbox;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::Notify;

use super::line::{Line, Lines};
use crate::webhooks::told::{Told, word};

/// Takes events down, tells of each, and wakes whoever sends them on.
#[derive(Clone, Debug)]
pub(super) struct TellingInbox {
    pub(super) inbox: SqliteInbox,
    pub(super) lines: Lines,
    pub(super) news: Arc<Notify>,
}

impl TellingInbox {
    async fn take_down(self, event: Event, received_at: Timestamp) -> Result<Recorded, StoreError> {
        let told = Told::of(&event);
        let recorded = self.inbox.record(event, received_at).await?;
        self.lines.tell(Line::Received { received_at, event: told, recorded: word(recorded) }).await;
        if recorded == Recorded::Applied {
            self.news.notify_one();
        }
        Ok(recorded)
    }
}

impl Inbox for TellingInbox {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        // A task of its own: a sender that hangs up must not keep an event that counts from being told.
        let taken = tokio::spawn(self.clone().take_down(event, received_at));
        Box::pin(async move {
            let failed = || StoreError::new(StoreErrorKind::Unavailable, "the event was not taken down");
            taken.await.map_err(|error| failed().with_source(Box::new(error)))?
        })
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        self.inbox.standing(investment)
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        self.inbox.list(after, limit)
    }
}
