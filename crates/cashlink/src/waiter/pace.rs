//! When a poll asks.

use std::time::Duration;

use super::{Goal, Waiting, news::News};
use crate::{model::InvestmentStatus, time::Clock};

/// The time between the questions of a poll: growing pauses, or as long as their answer may be announced instead.
///
/// It counts the time that was waited between questions, and nothing of what they took themselves.
pub(crate) struct Pace {
    waiting: Waiting,
    news: News,
    next: Duration,
    left: Duration,
}

impl Pace {
    /// For a poll as `waiting` says. If it is of an investment, that is to be delivered.
    pub(crate) fn new(waiting: &Waiting) -> Self {
        let news = News::new(waiting, Goal::Reached(InvestmentStatus::Delivered));
        Self { news, next: waiting.first(), left: waiting.time_allowed(), waiting: waiting.clone() }
    }

    /// Waits until the first question: not at all, unless its answer may be announced.
    pub(crate) async fn begin(&mut self, clock: &dyn Clock) {
        self.left = self.left.saturating_sub(self.news.wait(clock, self.left).await);
    }

    /// Waits until the next question. There is none if the time is up.
    pub(crate) async fn goes_on(&mut self, clock: &dyn Clock) -> bool {
        if self.left.is_zero() {
            return false;
        }
        if self.news.is_expected() {
            self.begin(clock).await;
        } else {
            let pause = self.next.min(self.left);
            clock.sleep(pause).await;
            self.left -= pause;
            self.next = self.waiting.after(self.next);
        }
        true
    }
}
