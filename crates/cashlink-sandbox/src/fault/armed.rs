//! Faults that wait for calls.

use std::collections::VecDeque;
use std::fmt;

use serde::Serialize;

use super::chance::Chance;
use super::{Fault, Kind, whole_seconds};

/// Names an armed fault. A number that a sandbox gives out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FaultId(u64);

impl FaultId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for FaultId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A fault that waits for calls, and what it did so far.
///
/// Its JSON is what `GET /_sandbox/faults` shows of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ArmedFault {
    /// Its name, for [`Sandbox::disarm`](crate::Sandbox::disarm).
    pub id: FaultId,
    /// What goes wrong, as it is called over HTTP.
    pub kind: &'static str,
    /// The operation whose calls it is for; all of them if there is none.
    pub operation_id: Option<String>,
    /// How many calls it will still strike; without a bound if there is none.
    pub left: Option<u32>,
    /// How many calls it struck.
    pub struck: u64,
    /// The chance with which it strikes a call that fits.
    pub probability: Option<f64>,
    /// What that chance is drawn from.
    pub seed: Option<u64>,
    /// The status that it answers, if that can be chosen.
    pub status: Option<u16>,
    /// After how many seconds a throttled caller is to come back.
    pub retry_after: Option<u64>,
    /// How long it holds a call, in milliseconds of real time.
    pub delay_ms: Option<u64>,
}

/// Armed faults in the order of arming.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    queue: VecDeque<Armed>,
    given: u64,
}

#[derive(Debug)]
struct Armed {
    id: FaultId,
    fault: Fault,
    left: Option<u32>,
    struck: u64,
    chance: Option<Chance>,
}

impl Faults {
    pub(crate) fn arm(&mut self, fault: Fault) -> FaultId {
        self.given += 1;
        let id = FaultId(self.given);
        let chance = fault.probability.map(|probability| Chance::new(probability, fault.seed.unwrap_or(id.0)));
        // Without a chance, "any number of times" would end the test for good.
        let left = if chance.is_none() { Some(fault.times.unwrap_or(1)) } else { fault.times };
        if left != Some(0) {
            self.queue.push_back(Armed { id, fault, left, struck: 0, chance });
        }
        id
    }

    /// Whether it was there.
    pub(crate) fn disarm(&mut self, id: FaultId) -> bool {
        let before = self.queue.len();
        self.queue.retain(|armed| armed.id != id);
        self.queue.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.queue.clear();
    }

    pub(crate) fn list(&self) -> Vec<ArmedFault> {
        self.queue.iter().map(Armed::show).collect()
    }

    /// How many calls may still fail; as many as there are numbers if one has no bound.
    pub(crate) fn left(&self) -> u64 {
        self.queue.iter().map(|armed| armed.left.map_or(u64::MAX, u64::from)).fold(0, u64::saturating_add)
    }

    /// Takes the first fault that strikes a call of this operation.
    pub(crate) fn take(&mut self, operation_id: &str) -> Option<(FaultId, Fault)> {
        let position = self.queue.iter_mut().position(|armed| armed.strikes(operation_id))?;
        let armed = self.queue.get_mut(position)?;
        armed.struck += 1;
        armed.left = armed.left.map(|left| left - 1);
        if armed.left == Some(0) {
            return self.queue.remove(position).map(|armed| (armed.id, armed.fault));
        }
        Some((armed.id, armed.fault.clone()))
    }
}

impl Armed {
    /// Draws only for calls that fit, so that others do not change what is drawn for these.
    fn strikes(&mut self, operation_id: &str) -> bool {
        self.fault.fits(operation_id) && self.chance.as_mut().is_none_or(Chance::draw)
    }

    fn show(&self) -> ArmedFault {
        let kind = &self.fault.kind;
        ArmedFault {
            id: self.id,
            kind: kind.name(),
            operation_id: self.fault.operation_id.clone(),
            left: self.left,
            struck: self.struck,
            probability: self.chance.as_ref().map(Chance::probability),
            seed: self.chance.as_ref().map(Chance::seed),
            status: match kind {
                Kind::ErrorBefore(status)
                | Kind::ErrorAfter(status)
                | Kind::Html(status)
                | Kind::Reply { status, .. } => Some(*status),
                _ => None,
            },
            retry_after: match kind {
                Kind::Throttle(duration) => Some(whole_seconds(*duration)),
                _ => None,
            },
            delay_ms: match kind {
                Kind::Delay(duration) => Some(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_taken_in_order_by_the_operation_they_name() {
        let mut faults = Faults::default();
        faults.arm(Fault::error_before_commit(500).on("b"));
        faults.arm(Fault::error_before_commit(501).on("a").times(2));
        faults.arm(Fault::error_before_commit(502));
        faults.arm(Fault::error_before_commit(503).times(0));

        let mut take = |operation| faults.take(operation).map(|(_, fault)| fault.kind);
        assert_eq!(take("a"), Some(Kind::ErrorBefore(501)));
        assert_eq!(take("a"), Some(Kind::ErrorBefore(501)));
        assert_eq!(take("a"), Some(Kind::ErrorBefore(502)));
        assert_eq!(take("a"), None);
        assert_eq!(take("b"), Some(Kind::ErrorBefore(500)));
        assert_eq!(faults.left(), 0);
    }

    #[test]
    fn a_call_that_one_fault_spares_is_left_to_the_next() {
        let mut faults = Faults::default();
        faults.arm(Fault::error_before_commit(500).probability(0.0));
        faults.arm(Fault::error_before_commit(501).probability(1.0).times(1));
        assert_eq!(faults.left(), u64::MAX);
        assert_eq!(faults.take("a").map(|(_, fault)| fault.kind), Some(Kind::ErrorBefore(501)));
        assert_eq!(faults.take("a"), None);
        assert_eq!(faults.list().len(), 1);
    }

    #[test]
    fn calls_that_do_not_fit_change_no_draw() {
        let strikes = |others: usize| {
            let mut faults = Faults::default();
            faults.arm(Fault::reset_before_commit().on("a").probability(0.5).seed(1));
            let mut take = |_| {
                (0..others).for_each(|_| assert_eq!(faults.take("b"), None));
                faults.take("a").is_some()
            };
            (0..100).map(&mut take).collect::<Vec<_>>()
        };
        assert_eq!(strikes(0), strikes(3));
    }

    #[test]
    fn a_number_names_one_fault_for_good() {
        let mut faults = Faults::default();
        let (first, second) = (faults.arm(Fault::truncated_reply()), faults.arm(Fault::token_expired().times(2)));
        assert!(faults.disarm(first));
        assert!(!faults.disarm(first));
        assert_ne!(faults.arm(Fault::truncated_reply()), first);
        faults.take("a");
        let left = faults.list().into_iter().map(|armed| (armed.id, armed.left, armed.struck)).next();
        assert_eq!(left, Some((second, Some(1), 1)));
    }
}
