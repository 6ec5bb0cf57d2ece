//! Waits for investments that are ended by webhook or by asking, whichever comes first.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, pending};
use tokio::sync::watch;

use super::Inbox;
use crate::{
    InvestmentId,
    model::InvestmentStatus,
    waiter::{Announcer, Ear},
};

#[cfg(test)]
mod tests;

/// Tells waits of the events that came.
///
/// Give it to the receiver by [`ReceiverBuilder::waiter`](super::ReceiverBuilder::waiter), and to a single wait by `webhooks`
/// of [`Wait`](crate::Wait) or to a guide by [`Waiting::webhooks`](crate::Waiting::webhooks).
///
/// A wait begins with what the inbox knows, so it makes no difference whether the event came before it. Its end is
/// announced by an event and then read from the API, once. Where nothing new is told for a while, be it that the receiver
/// is down or runs in another process, the wait asks the API by itself, and the inbox, too: see
/// [`patience`](Self::patience). An inbox that cannot be read has no news.
///
/// Clones are cheap and share the waits. What is kept grows with the waits that are under way, not with investments.
///
/// ```
/// use std::sync::Arc;
/// use cashlink::{Cashlink, InvestmentId, webhook::{MemoryInbox, Receiver, Waiter}};
///
/// # async fn run(cashlink: Cashlink, id: InvestmentId, token: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = Arc::new(MemoryInbox::new());
/// let waiter = Waiter::new(inbox.clone());
/// let receiver = Receiver::builder(inbox).bearer(token).waiter(&waiter).build()?;
/// // Deliveries reach the receiver: see there.
/// # let _ = receiver;
/// let investment = cashlink.platform().investments().wait_for_delivery(id).webhooks(&waiter).send().await?;
/// println!("{} units were delivered", investment.units.unwrap_or_default());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Waiter(Arc<Settings>);

struct Settings {
    board: Arc<Board>,
    patience: Duration,
}

impl Waiter {
    /// Reads in `inbox` what the events of an investment came to.
    pub fn new(inbox: Arc<dyn Inbox>) -> Self {
        let board = Arc::new(Board { inbox, watched: Mutex::default() });
        Self(Arc::new(Settings { board, patience: Duration::from_secs(30) }))
    }

    /// Sets how long a wait is told nothing new before it asks the API; 30 s unless set. A shorter time than a millisecond
    /// is taken as that.
    ///
    /// Take a time that is longer than a delivery on the ledger usually takes: nothing is asked then while events arrive.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        let patience = patience.max(Duration::from_millis(1));
        Self(Arc::new(Settings { board: Arc::clone(&self.0.board), patience }))
    }

    /// Says that the inbox may know something new of `investment`. A receiver does it after each event that was taken down,
    /// also after one that came again. Do it yourself if you put events into the inbox by other ways.
    pub fn tell(&self, investment: InvestmentId) {
        if let Some(watched) = self.0.board.watched().get(&investment) {
            watched.changes.send_replace(());
        }
    }

    pub(crate) fn announcer(&self) -> Arc<dyn Announcer> {
        Arc::clone(&self.0) as Arc<dyn Announcer>
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waited_for = self.0.board.watched().len();
        formatter
            .debug_struct("Waiter")
            .field("patience", &self.0.patience)
            .field("waited_for", &waited_for)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Settings").field("patience", &self.patience).finish_non_exhaustive()
    }
}

impl Announcer for Settings {
    fn listen(&self, investment: InvestmentId) -> Box<dyn Ear> {
        Box::new(self.board.watch(investment))
    }

    fn patience(&self) -> Duration {
        self.patience
    }
}

/// Where waits leave word which investment they wait for.
struct Board {
    inbox: Arc<dyn Inbox>,
    watched: Mutex<HashMap<InvestmentId, Watched>>,
}

/// An investment that somebody waits for.
struct Watched {
    changes: watch::Sender<()>,
    waits: usize,
}

impl Board {
    fn watched(&self) -> MutexGuard<'_, HashMap<InvestmentId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(self: &Arc<Self>, investment: InvestmentId) -> Watch {
        let mut watched = self.watched();
        let entry = watched.entry(investment);
        let entry = entry.or_insert_with(|| Watched { changes: watch::Sender::new(()), waits: 0 });
        entry.waits += 1;
        Watch { board: Arc::clone(self), investment, changes: entry.changes.subscribe(), heard: None }
    }
}

/// One wait.
struct Watch {
    board: Arc<Board>,
    investment: InvestmentId,
    changes: watch::Receiver<()>,
    heard: Option<InvestmentStatus>,
}

impl Watch {
    /// The status that the inbox knows, if it was not heard before.
    async fn look(&mut self) -> Option<InvestmentStatus> {
        let standing = match self.board.inbox.standing(self.investment).await {
            Ok(standing) => standing?,
            Err(error) => {
                tracing::warn!(%error, "the inbox cannot be read: the investment is asked for instead");
                return None;
            }
        };
        if self.heard.as_ref() == Some(&standing.status) {
            return None;
        }
        self.heard = Some(standing.status.clone());
        Some(standing.status)
    }
}

impl Ear for Watch {
    fn hear(&mut self) -> BoxFuture<'_, InvestmentStatus> {
        Box::pin(async move {
            loop {
                // Before the look: what is told during it is looked at again.
                self.changes.mark_unchanged();
                if let Some(status) = self.look().await {
                    return status;
                }
                if self.changes.changed().await.is_err() {
                    return pending().await;
                }
            }
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.board.watched();
        if let Some(entry) = watched.get_mut(&self.investment) {
            entry.waits -= 1;
            if entry.waits == 0 {
                watched.remove(&self.investment);
            }
        }
    }
}
