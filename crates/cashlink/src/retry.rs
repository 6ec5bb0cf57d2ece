//! When to repeat a call, decided without a clock, a network or a random number of its own.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::{
    Outcome,
    failure::{Failure, Proof},
};

#[cfg(test)]
mod tests;

/// How a call is repeated after a failure that may pass.
///
/// Delays grow by doubling and are drawn evenly between nothing and their bound (full jitter). Only what is repeatable
/// is repeated: reads, calls under an idempotency key, and changes that set absolute values. A request that did not
/// reach the API is always repeatable.
///
/// ```
/// use std::time::Duration;
/// use cashlink::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8).max_delay(Duration::from_secs(20));
/// let never = RetryPolicy::never();
/// # let _ = (patient, never);
/// ```
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
    max_retry_after: Duration,
    budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(200),
            max_delay: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(30),
            budget: 50,
        }
    }
}

impl RetryPolicy {
    /// Sends every call once; once more only if the API turns away its access token.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// How often a call is sent at most, the first time included; at least 1, 4 unless set. The first time that the API
    /// turns away the access token does not count as the last.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The bound of the first delay, doubled for each further one; 200 ms unless set.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The bound of every delay; 5 s unless set.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` that is waited for; a longer one ends the call. 30 s unless set.
    #[must_use]
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// How many repetitions all clones of a client share; five successful calls earn one back. 50 unless set.
    ///
    /// When an outage has used them up, calls fail after their first attempt instead of multiplying the load.
    #[must_use]
    pub fn budget(mut self, repetitions: u32) -> Self {
        self.budget = repetitions;
        self
    }

    pub(crate) fn new_budget(&self) -> Budget {
        Budget::new(self.budget)
    }

    /// The bound of the delay after attempt `number`, counted from 1.
    fn delay_bound(&self, number: u32) -> Duration {
        let factor = 2_u32.saturating_pow(number.saturating_sub(1));
        self.base_delay.saturating_mul(factor).min(self.max_delay)
    }
}

/// Repetitions that all clones of a client share, counted in fifths.
#[derive(Debug)]
pub(crate) struct Budget {
    fifths: AtomicU32,
    full: u32,
}

impl Budget {
    fn new(repetitions: u32) -> Self {
        let full = repetitions.saturating_mul(5);
        Self { fifths: AtomicU32::new(full), full }
    }

    /// Takes one repetition, if there is one.
    pub(crate) fn take(&self) -> bool {
        self.fifths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |fifths| fifths.checked_sub(5)).is_ok()
    }

    /// Gives back a fifth for a call that succeeded.
    pub(crate) fn earn(&self) {
        // A full budget is the usual case: no write, so that parallel calls do not contend for the line.
        if self.fifths.load(Ordering::Relaxed) < self.full {
            let up_to_full = |fifths: u32| (fifths < self.full).then_some(fifths + 1);
            let _ = self.fifths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, up_to_full);
        }
    }
}

/// What the attempts of one intent have shown so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    may_have_applied: bool,
    was_rejected: bool,
}

impl History {
    /// The history of an intent that may have been applied before.
    pub(crate) fn in_doubt(may_have_applied: bool) -> Self {
        Self { may_have_applied, was_rejected: false }
    }

    /// Takes one more attempt into account. `judged_once`: a verdict on one attempt is the verdict on all.
    pub(crate) fn record(&mut self, proof: Proof, judged_once: bool) {
        match proof {
            Proof::NotArrived => {}
            Proof::Verdict if judged_once || !self.may_have_applied => {
                self.may_have_applied = false;
                self.was_rejected = true;
            }
            Proof::Verdict | Proof::TurnedAway => self.was_rejected = true,
            Proof::Nothing => self.may_have_applied = true,
        }
    }

    pub(crate) fn may_have_applied(self) -> bool {
        self.may_have_applied
    }

    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self { may_have_applied: true, .. } => Outcome::Unknown,
            Self { was_rejected: true, .. } => Outcome::Rejected,
            Self { .. } => Outcome::NotSent,
        }
    }
}

/// One attempt, as far as repeating it is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// Counted from 1.
    pub(crate) number: u32,
    /// A second arrival does no harm.
    pub(crate) repeatable: bool,
    /// An earlier attempt or this one may have been applied.
    pub(crate) may_have_applied: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Stop,
    /// Repeat after a delay drawn evenly from nothing to this bound.
    Jittered(Duration),
    /// Repeat after exactly this time, which the API asked for.
    After(Duration),
}

pub(crate) fn decide(attempt: Attempt, failure: &Failure, policy: &RetryPolicy) -> Decision {
    if attempt.number >= policy.max_attempts {
        return Decision::Stop;
    }
    let proof = failure.proof();
    let safe = attempt.repeatable || matches!(proof, Proof::NotArrived | Proof::TurnedAway);
    // A conflict after an uncertain attempt is that attempt, still being handled under the same key.
    let conflicts_with_itself = attempt.may_have_applied && is_conflict(failure);
    if !safe || !(failure.is_transient() || conflicts_with_itself) {
        return Decision::Stop;
    }
    match failure.retry_after() {
        Some(delay) if delay > policy.max_retry_after => Decision::Stop,
        Some(delay) => Decision::After(delay),
        None => Decision::Jittered(policy.delay_bound(attempt.number)),
    }
}

fn is_conflict(failure: &Failure) -> bool {
    matches!(failure, Failure::Status(reply) if reply.status_code() == http::StatusCode::CONFLICT)
}
