//! Waits for what the API does in its own time: tasks on the ledger, and the delivery of an investment.

use std::{fmt, time::Duration};

use serde::de::DeserializeOwned;

use crate::{
    InvestmentId, Query,
    model::{Investment, InvestmentStatus},
};

mod error;
mod news;
mod pace;
mod stage;
mod waiting;

use error::{Cause, Status};
use news::News;

pub use error::WaitError;
#[cfg(feature = "webhook")]
pub(crate) use news::{Announcer, Ear};
pub(crate) use pace::Pace;
pub(crate) use stage::{Goal, Stage, delivery, task};
pub use waiting::Waiting;

/// A wait until something has ended, or an investment has come as far as a status.
///
/// The status is read at once and then after growing pauses, until it is final or the deadline has passed. A status that
/// is not known yet is waited through, and so is a failure of reading that may pass. Waiting only reads: it never starts
/// anything, and dropping it stops nothing.
///
/// A wait for an investment may be told of its end by webhook instead of asking for it: see [`Waiting`].
///
/// ```no_run
/// use std::time::Duration;
///
/// # async fn run(cashlink: cashlink::Cashlink, id: cashlink::RedemptionId) -> Result<(), cashlink::WaitError> {
/// let redemption = cashlink.platform().redemptions().wait(id).deadline(Duration::from_secs(60)).send().await?;
/// println!("{:?}", redemption.status);
/// # Ok(())
/// # }
/// ```
#[must_use = "a wait begins with `send`"]
pub struct Wait<T> {
    question: Query<T>,
    status: fn(&T) -> Option<&str>,
    goal: Goal,
    waiting: Waiting,
}

impl<T: DeserializeOwned> Wait<T> {
    pub(crate) fn new(question: Query<T>, status: fn(&T) -> Option<&str>, goal: Goal) -> Self {
        Self { question, status, goal, waiting: Waiting::default() }
    }

    /// Sets when to stop, counted from [`send`](Self::send); 10 minutes unless set.
    ///
    /// The status is read a last time when the deadline has come, and a call that is under way then is not broken off.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.waiting = self.waiting.deadline(deadline);
        self
    }

    /// Sets deadline and pauses, and whether webhooks may end the wait.
    pub fn waiting(mut self, waiting: Waiting) -> Self {
        self.waiting = waiting.of_investment(self.waiting.investment());
        self
    }

    /// Waits, and returns what was read last: it has ended well.
    ///
    /// # Errors
    ///
    /// Fails if it ended badly, if the API itself does not know how it ended, if the deadline passed, or if the status
    /// cannot be read.
    pub async fn send(self) -> Result<T, WaitError> {
        let client = self.question.client().clone();
        let clock = &client.exchanger().clock;
        // A deadline beyond what the clock can count to is none.
        let deadline = clock.now().checked_add(self.waiting.time_allowed());
        let time_left = || deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(clock.now()));
        let fail = |cause| Err(WaitError::new(self.question.operation_id(), cause));

        let mut news = News::new(&self.waiting, self.goal.clone());
        news.wait(&**clock, time_left()).await;
        let mut longest = self.waiting.first();
        loop {
            let (cause, shortest) = match self.look().await {
                Look::Done(value) => return Ok(value),
                Look::Ended(cause) => return fail(cause),
                Look::Pending(cause, shortest) => (cause, shortest),
            };
            let left = time_left();
            if left.is_zero() {
                return fail(cause);
            }
            if news.is_expected() {
                if !shortest.is_zero() {
                    clock.sleep(shortest.min(left)).await;
                }
                news.wait(&**clock, time_left()).await;
            } else {
                let pause = client.exchanger().jittered(longest).max(shortest);
                clock.sleep(pause.min(left)).await;
                longest = self.waiting.after(longest);
            }
        }
    }

    /// Reads the status once.
    async fn look(&self) -> Look<T> {
        let value = match self.question.again().send().await {
            Ok(value) => value,
            Err(error) if error.is_transient() => {
                let shortest = error.retry_after().unwrap_or_default();
                return Look::Pending(Cause::Call(error), shortest);
            }
            Err(error) => return Look::Ended(Cause::Call(error)),
        };
        let status = (self.status)(&value).map(|status| Status(status.to_owned()));
        match (status.as_ref().map_or(Stage::Pending, |status| self.goal.stage(&status.0)), status) {
            (Stage::Done, _) => Look::Done(value),
            (Stage::Failed, Some(status)) => Look::Ended(Cause::Failed(status)),
            (Stage::Unclear, Some(status)) => Look::Ended(Cause::Unclear(status)),
            (_, status) => Look::Pending(Cause::TimedOut(status), Duration::ZERO),
        }
    }
}

impl Wait<Investment> {
    /// A wait until the investment `id`, which `question` reads, has reached `status`.
    pub(crate) fn until(question: Query<Investment>, id: InvestmentId, status: InvestmentStatus) -> Self {
        let wait = Self::new(question, |investment| Some(investment.status.as_str()), Goal::Reached(status));
        Self { waiting: wait.waiting.of_investment(Some(id)), ..wait }
    }
}

#[cfg(feature = "webhook")]
impl Wait<Investment> {
    /// Has `waiter` end the wait, as [`Waiting::webhooks`] says.
    pub fn webhooks(mut self, waiter: &crate::webhook::Waiter) -> Self {
        self.waiting = self.waiting.webhooks(waiter);
        self
    }
}

/// What reading the status once has shown.
enum Look<T> {
    Done(T),
    Ended(Cause),
    /// What to say if this was the last time, and how long to wait at least if it was not.
    Pending(Cause, Duration),
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Wait")
            .field("question", &self.question)
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}
