//! How long the ledger is waited for, and how often it is asked.

use std::{sync::Arc, time::Duration};

use super::news::Announcer;
use crate::InvestmentId;

/// How to wait for something that the API does in its own time.
///
/// It is asked for at once, then after 0.5 s, and half as long again each time, up to 10 s. A
/// [`Wait`](crate::Wait) shortens each pause by a random part of up to half of it. In a guide the deadline bounds the
/// time slept between the questions, not the time on a clock, so a run that was interrupted has it still.
///
/// ```
/// use std::time::Duration;
/// use cashlink::Waiting;
///
/// let patient = Waiting::default().deadline(Duration::from_secs(3600));
/// # let _ = patient;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    first_pause: Duration,
    longest_pause: Duration,
    deadline: Duration,
    announcer: Option<Arc<dyn Announcer>>,
    investment: Option<InvestmentId>,
}

impl Waiting {
    /// Sets how much time there is in all; 10 minutes unless set.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the first pause; 0.5 s unless set. A shorter one than a millisecond is taken as that.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause.max(Duration::from_millis(1));
        self
    }

    /// Sets what pauses grow up to; 10 s unless set. A shorter one than a millisecond is taken as that.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause.max(Duration::from_millis(1));
        self
    }

    /// Has `waiter` end waits for investments: while webhooks may tell of the end, it is not asked for.
    ///
    /// A wait then begins with what the waiter's inbox knows, and reads the investment once its end was announced. If
    /// nothing new was told for as long as the [patience](crate::webhook::Waiter::patience) of the waiter lasts, the
    /// investment is read all the same, and again after each further patience. If it has not ended by what is read then,
    /// although that was announced, it is asked for after pauses as it is without webhooks.
    ///
    /// The deadline stays what it is. For redemptions and transfers, which no webhook tells of, nothing changes.
    #[cfg(feature = "webhook")]
    #[must_use]
    pub fn webhooks(mut self, waiter: &crate::webhook::Waiter) -> Self {
        self.announcer = Some(waiter.announcer());
        self
    }

    /// The same wait, for `investment`.
    pub(crate) fn of_investment(self, investment: Option<InvestmentId>) -> Self {
        Self { investment, ..self }
    }

    /// What it is a wait for, if that is an investment.
    pub(super) fn investment(&self) -> Option<InvestmentId> {
        self.investment
    }

    /// Who announces the end, and of which investment.
    pub(super) fn announced(&self) -> Option<(&dyn Announcer, InvestmentId)> {
        self.announcer.as_deref().zip(self.investment)
    }

    /// The pauses, which add up to the deadline.
    pub(crate) fn pauses(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        let waiting = self.clone();
        let mut left = self.deadline;
        std::iter::successors(Some(self.first()), move |pause| Some(waiting.after(*pause))).map_while(move |pause| {
            let pause = pause.min(left);
            left -= pause;
            (!pause.is_zero()).then_some(pause)
        })
    }

    /// The first pause.
    pub(super) fn first(&self) -> Duration {
        self.first_pause.min(self.longest_pause)
    }

    /// The pause after `pause`.
    pub(super) fn after(&self, pause: Duration) -> Duration {
        self.longest_pause.min(pause.saturating_mul(3) / 2)
    }

    pub(super) fn time_allowed(&self) -> Duration {
        self.deadline
    }
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
            deadline: Duration::from_secs(600),
            announcer: None,
            investment: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_by_half_up_to_the_longest_and_end_at_the_deadline() {
        let waiting = Waiting::default().longest_pause(Duration::from_secs(1)).deadline(Duration::from_secs(4));
        let pauses: Vec<_> = waiting.pauses().map(|pause| pause.as_millis()).collect();
        assert_eq!(pauses, [500, 750, 1000, 1000, 750]);
        assert_eq!(Waiting::default().pauses().sum::<Duration>(), Duration::from_secs(600));
        assert_eq!(Waiting::default().deadline(Duration::ZERO).pauses().count(), 0);
    }

    #[test]
    fn pauses_end_even_if_they_were_set_to_nothing() {
        let waiting = Waiting::default().first_pause(Duration::ZERO).longest_pause(Duration::ZERO);
        assert_eq!(waiting.deadline(Duration::from_millis(5)).pauses().count(), 5);
    }
}
