//! Catching up: what investments came to while nothing was received.

use std::{error::Error as StdError, fmt, pin::pin, sync::Arc};

use futures_util::{StreamExt, stream};

use super::{Event, Inbox, Recorded, Waiter};
use crate::{Error, Listing, Result as ApiResult, journal::StoreError, model::Investment, time::Clock};

/// How many investments are looked up in the inbox at the same time.
const AT_ONCE: usize = 16;

/// Puts what `investments` came to into `inbox`, where no event told of it: to be called after an outage, when the
/// receiver is up again.
///
/// For each investment whose status is not the one that the inbox knows an [observed](Event::observed) event is recorded,
/// so its effect happens as if it had been delivered. What is known already is left alone, so it may be broken off and
/// done again at any time, also while events arrive. It reads all of the list, page by page, and keeps none of it.
///
/// # Limits
///
/// - Only the status of now is told. Statuses that an investment passed meanwhile have no event here, and no effect. The
///   API repeats their events until they are answered, but those that come after this are [`Recorded::Late`]: if such
///   effects matter to you, let the repetitions come first.
/// - When the status changed is not known. Its own event, if it comes after all, is [`Recorded::Repeated`]. Until then an
///   event with a status that this version does not know is [`Recorded::Late`], as it may be of before.
/// - An empty inbox knows of no investment, so all of them are news to it.
/// - Which of two statuses is the later one is decided by the way of an investment. So a status that this version does not
///   know is left out: nobody could tell later what comes after it. And what is listed does not count for an investment
///   of which the inbox knows something further on, or a status that this version does not know.
///
/// # Example
///
/// ```
/// use cashlink::{Cashlink, webhook::{CatchUpError, Inbox, catch_up}};
///
/// # async fn run(cashlink: Cashlink, inbox: &dyn Inbox) -> Result<(), CatchUpError> {
/// let investments = cashlink.platform().investments().list();
/// let caught_up = catch_up(investments, inbox).observe(|so_far| println!("{} …", so_far.looked_at)).send().await?;
/// println!("{} of {} investments had changed", caught_up.counted, caught_up.looked_at);
/// # Ok(())
/// # }
/// ```
pub fn catch_up(investments: Listing<Investment>, inbox: &dyn Inbox) -> CatchUp<'_> {
    CatchUp { investments, recorder: Recorder { inbox, waiter: None }, observer: None }
}

/// What [`catch_up`] does when it is [sent](Self::send).
#[must_use = "nothing is caught up with before `send`"]
pub struct CatchUp<'a> {
    investments: Listing<Investment>,
    recorder: Recorder<'a>,
    observer: Option<Box<Observer<'a>>>,
}

type Observer<'a> = dyn FnMut(&CaughtUp) + Send + 'a;

/// What was caught up with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaughtUp {
    /// How many investments were looked at.
    pub looked_at: u64,
    /// How many of them had changed, so that the effect of that happened.
    pub counted: u64,
    /// How many have a status that this version does not know. Nothing was recorded of them.
    pub unknown: u64,
    /// How many are further on by what the inbox knows than by what was listed: an event came meanwhile, or one told of a
    /// status that this version does not know. Nothing happened because of them.
    pub ahead: u64,
    /// How many entries of the list could not be read. The log says why; look at these investments by hand.
    pub unreadable: u64,
}

/// Why a [`CatchUp`] did not come to its end. What counted until then stays; do it again.
#[derive(Debug)]
pub struct CatchUpError {
    cause: Cause,
    so_far: CaughtUp,
}

#[derive(Debug)]
enum Cause {
    List(Error),
    Inbox(StoreError),
}

/// Puts what was listed into an inbox.
#[derive(Clone, Copy)]
struct Recorder<'a> {
    inbox: &'a dyn Inbox,
    waiter: Option<&'a Waiter>,
}

/// What became of one entry of the list.
enum Looked {
    Known,
    Counted,
    Unknown,
    Ahead,
    Unreadable,
}

impl<'a> CatchUp<'a> {
    /// Tells `waiter` of what counts, so that waits for it end.
    pub fn waiter(mut self, waiter: &'a Waiter) -> Self {
        self.recorder.waiter = Some(waiter);
        self
    }

    /// Tells `observer` after each page of the list what was caught up with so far.
    pub fn observe(mut self, observer: impl FnMut(&CaughtUp) + Send + 'a) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Reads the list, and records what is news.
    ///
    /// # Errors
    ///
    /// Fails if a page of the list cannot be read, or the inbox fails.
    pub async fn send(self) -> Result<CaughtUp, CatchUpError> {
        let Self { investments, recorder, mut observer } = self;
        let clock = Arc::clone(&investments.client().exchanger().clock);
        let mut pages = pin!(investments.rows());
        let mut so_far = CaughtUp::default();
        while let Some(page) = pages.next().await {
            let rows = page.map_err(|error| CatchUpError { cause: Cause::List(error), so_far })?;
            let looks = rows.items.into_iter().map(|row| recorder.look(row, &*clock));
            let mut looks = pin!(stream::iter(looks).buffer_unordered(AT_ONCE));
            let mut failure = None;
            while let Some(looked) = looks.next().await {
                match looked {
                    Ok(looked) => so_far.add(&looked),
                    // The others of the page are under way.
                    Err(error) => failure = Some(error),
                }
            }
            if let Some(error) = failure {
                return Err(CatchUpError { cause: Cause::Inbox(error), so_far });
            }
            if let Some(observer) = &mut observer {
                observer(&so_far);
            }
        }
        Ok(so_far)
    }
}

impl Recorder<'_> {
    async fn look(self, row: ApiResult<Investment>, clock: &dyn Clock) -> Result<Looked, StoreError> {
        let investment = match row {
            Ok(investment) => investment,
            Err(error) => {
                tracing::warn!(%error, "an investment cannot be read, and is not caught up with");
                return Ok(Looked::Unreadable);
            }
        };
        let (id, status) = (investment.id, investment.status);
        let standing = self.inbox.standing(id).await?;
        if standing.is_some_and(|standing| standing.status == status) {
            return Ok(Looked::Known);
        }
        if status.is_unknown() {
            return Ok(Looked::Unknown);
        }
        Ok(match self.inbox.record(Event::observed(id, status), clock.wall()).await? {
            Recorded::Applied => {
                self.waiter.into_iter().for_each(|waiter| waiter.tell(id));
                Looked::Counted
            }
            // Its event came at this moment.
            Recorded::Repeated => Looked::Known,
            Recorded::Late | Recorded::Duplicate => Looked::Ahead,
        })
    }
}

impl CaughtUp {
    fn add(&mut self, looked: &Looked) {
        self.looked_at += 1;
        match looked {
            Looked::Known => {}
            Looked::Counted => self.counted += 1,
            Looked::Unknown => self.unknown += 1,
            Looked::Ahead => self.ahead += 1,
            Looked::Unreadable => self.unreadable += 1,
        }
    }
}

impl CatchUpError {
    /// What was caught up with before.
    pub fn so_far(&self) -> CaughtUp {
        self.so_far
    }

    /// The error of the call that reads the list, if that was it.
    pub fn call(&self) -> Option<&Error> {
        match &self.cause {
            Cause::List(error) => Some(error),
            Cause::Inbox(_) => None,
        }
    }
}

impl fmt::Display for CatchUpError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.cause {
            Cause::List(_) => "the list cannot be read further",
            Cause::Inbox(_) => "the inbox failed",
        };
        write!(formatter, "{what} after {} investments; catch up again", self.so_far.looked_at)
    }
}

impl StdError for CatchUpError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Cause::List(error) => Some(error),
            Cause::Inbox(error) => Some(error),
        }
    }
}

impl fmt::Debug for CatchUp<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CatchUp")
            .field("investments", &self.investments)
            .field("inbox", &self.recorder.inbox)
            .finish_non_exhaustive()
    }
}
