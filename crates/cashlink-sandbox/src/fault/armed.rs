//! Faults that wait for calls and events.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::chance::Chance;
use super::{CallHead, EventHead, Fault, Kind, Mishap};
use crate::world::Refusal;

/// How many faults there may be before another one is armed.
const MAX: usize = 1_000;

/// How much text they may answer, in bytes.
const MAX_TEXT: usize = 16 * 1024 * 1024;

/// Names an armed fault. A number that a sandbox gives out once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// A fault that waits for calls or events, and what it did so far.
///
/// Its JSON is what `GET /_sandbox/faults` shows of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ArmedFault {
    /// Its name, for [`Sandbox::disarm`](crate::Sandbox::disarm).
    pub id: FaultId,
    /// What was armed; with the seed that is drawn from, also if none was given.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many calls or events it will still strike; without a bound if there is none.
    pub left: Option<u32>,
    /// How many it struck.
    pub struck: u64,
}

/// A fault that a call took.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Struck {
    pub(crate) id: FaultId,
    pub(crate) fault: Fault,
}

/// Armed faults in the order of arming.
///
/// The same calls of its methods in the same order bring about the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    queue: VecDeque<Armed>,
    given: u64,
}

#[derive(Clone, Debug)]
struct Armed {
    id: FaultId,
    fault: Fault,
    /// How many calls or events that fit it still spares.
    skip: u32,
    left: Option<u32>,
    struck: u64,
    /// Of those that it struck, the calls of which it is not known yet whether there is anything to strike.
    under_way: u32,
    chance: Option<Chance>,
}

impl Faults {
    pub(crate) fn arm(&mut self, mut fault: Fault) -> FaultId {
        self.given += 1;
        let id = FaultId(self.given);
        if fault.probability.is_some() {
            fault.seed.get_or_insert(id.0);
        }
        let chance = fault.probability.zip(fault.seed).map(|(probability, seed)| Chance::new(probability, seed));
        // Without a chance, "any number of times" would end the test for good.
        let left = if chance.is_none() { Some(fault.times.unwrap_or(1)) } else { fault.times };
        if left != Some(0) {
            self.queue.push_back(Armed { id, skip: fault.skip, fault, left, struck: 0, under_way: 0, chance });
        }
        id
    }

    /// Whether a call could meet one.
    pub(crate) fn await_calls(&self) -> bool {
        self.queue.iter().any(|armed| !armed.fault.is_of_events())
    }

    /// Whether there is room for another fault.
    pub(crate) fn room(&self) -> Result<(), Refusal> {
        let text: usize = self.queue.iter().filter_map(|armed| armed.fault.body.as_ref()).map(|body| body.len()).sum();
        let count = self.queue.len();
        if count < MAX && text < MAX_TEXT {
            return Ok(());
        }
        Err(Refusal::rule(&format!("{count} faults are armed that answer {text} bytes: disarm some first.")))
    }

    /// Whether it was there.
    pub(crate) fn disarm(&mut self, id: FaultId) -> bool {
        let was_armed = self.queue.iter().any(|armed| armed.id == id && !armed.is_spent());
        self.queue.retain(|armed| armed.id != id);
        was_armed
    }

    pub(crate) fn clear(&mut self) {
        self.queue.clear();
    }

    pub(crate) fn list(&self) -> Vec<ArmedFault> {
        self.queue.iter().filter(|armed| !armed.is_spent()).map(Armed::show).collect()
    }

    /// How many calls and events may still be struck; as many as there are numbers if one has no bound.
    pub(crate) fn left(&self) -> u64 {
        self.queue.iter().map(|armed| armed.left.map_or(u64::MAX, u64::from)).fold(0, u64::saturating_add)
    }

    /// Takes the first fault that strikes this call.
    ///
    /// One that may miss is kept until [`spend`](Self::spend) or [`give_back`](Self::give_back) says what became of it.
    pub(crate) fn take(&mut self, head: &CallHead<'_>) -> Option<Struck> {
        self.strike(|fault| fault.fits(head))
    }

    /// Takes the first fault that strikes this event, for good.
    pub(crate) fn take_for_event(&mut self, head: &EventHead<'_>) -> Option<(FaultId, Mishap)> {
        let Struck { id, fault } = self.strike(|fault| fault.fits_event(head))?;
        match fault.kind {
            Kind::Event(mishap) => Some((id, mishap)),
            _ => None,
        }
    }

    fn strike(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<Struck> {
        let armed = self.queue.iter_mut().find_map(|armed| armed.strikes(&fits).then_some(armed))?;
        armed.struck += 1;
        armed.left = armed.left.map(|left| left - 1);
        armed.under_way += 1;
        let struck = Struck { id: armed.id, fault: armed.fault.clone() };
        if !struck.fault.kind.may_miss() {
            self.spend(struck.id);
        }
        Some(struck)
    }

    /// A call was struck for good. Forgets a fault that has struck as often as it was to.
    pub(crate) fn spend(&mut self, id: FaultId) {
        if let Some(armed) = self.queue.iter_mut().find(|armed| armed.id == id) {
            armed.under_way = armed.under_way.saturating_sub(1);
        }
        self.queue.retain(|armed| armed.id != id || !armed.is_over());
    }

    /// Takes back that a call took a fault, for there was nothing that it could have struck. What was drawn stays drawn.
    pub(crate) fn give_back(&mut self, id: FaultId) {
        let taken = self.queue.iter_mut().find(|armed| armed.id == id);
        if let Some(armed) = taken.filter(|armed| armed.under_way > 0) {
            armed.give_back(1);
        }
    }

    /// Takes back what calls under way took, as there are none any more; whether any was.
    pub(crate) fn give_all_back(&mut self) -> bool {
        let any = self.queue.iter().any(|armed| armed.under_way > 0);
        for armed in &mut self.queue {
            armed.give_back(armed.under_way);
        }
        any
    }

    /// A copy that calls under way have nothing to do with.
    pub(crate) fn without_calls_under_way(&self) -> Self {
        let mut copy = self.clone();
        copy.give_all_back();
        copy
    }
}

impl Armed {
    /// Counts and draws only for what fits, so that others do not change what becomes of these.
    fn strikes(&mut self, fits: impl Fn(&Fault) -> bool) -> bool {
        if self.is_spent() || !fits(&self.fault) {
            return false;
        }
        if let Some(skip) = self.skip.checked_sub(1) {
            self.skip = skip;
            return false;
        }
        self.chance.as_mut().is_none_or(Chance::draw)
    }

    fn is_spent(&self) -> bool {
        self.left == Some(0)
    }

    fn is_over(&self) -> bool {
        self.is_spent() && self.under_way == 0
    }

    fn give_back(&mut self, calls: u32) {
        self.under_way -= calls;
        self.struck -= u64::from(calls);
        self.left = self.left.map(|left| left + calls);
    }

    fn show(&self) -> ArmedFault {
        ArmedFault { id: self.id, fault: self.fault.clone(), left: self.left, struck: self.struck }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Kind;
    use crate::spec::Spec;

    const CREATE: &str = "v2_investors_create";
    const LIST: &str = "v2_investors_list";

    #[test]
    fn faults_are_taken_in_order_by_the_calls_that_fit() {
        let mut faults = Faults::default();
        faults.arm(Fault::error_before_commit(500).on(LIST));
        faults.arm(Fault::error_before_commit(501).on(CREATE).on("v2_issuers_create").times(2));
        faults.arm(Fault::error_before_commit(502));
        faults.arm(Fault::error_before_commit(503).times(0));

        let mut take = |id| faults.take(&head(id)).map(|struck| struck.fault.kind);
        assert_eq!(take(CREATE), Some(Kind::ErrorBefore(501)));
        assert_eq!(take(CREATE), Some(Kind::ErrorBefore(501)));
        assert_eq!(take(CREATE), Some(Kind::ErrorBefore(502)));
        assert_eq!(take(CREATE), None);
        assert_eq!(take(LIST), Some(Kind::ErrorBefore(500)));
        assert_eq!(faults.left(), 0);
    }

    #[test]
    fn all_that_is_said_of_a_call_must_fit() {
        let call = CallHead {
            path: "/api/external/v2/investors/",
            client_id: Some("me"),
            idempotency_key: Some("k"),
            ..head(CREATE)
        };
        check(&call, &Fault::reset_before_commit().on(LIST).on(CREATE), true);
        check(&call, &Fault::reset_before_commit().on(LIST), false);
        check(&call, &Fault::reset_before_commit().on_method("post"), true);
        check(&call, &Fault::reset_before_commit().on_method("GET"), false);
        check(&call, &Fault::reset_before_commit().on_path("/v2/*/"), true);
        check(&call, &Fault::reset_before_commit().on_path("/v2/*/*/"), false);
        check(&call, &Fault::reset_before_commit().from_client("me"), true);
        check(&call, &Fault::reset_before_commit().from_client("you"), false);
        check(&call, &Fault::reset_before_commit().with_key("k"), true);
        check(&call, &Fault::reset_before_commit().with_key("K"), false);
        check(&call, &Fault::reset_before_commit().on(CREATE).on_method("POST").from_client("me").with_key("k"), true);
        check(&call, &Fault::reset_before_commit().on(CREATE).on_method("POST").from_client("me").with_key("l"), false);
        check(&head(CREATE), &Fault::reset_before_commit().from_client("me"), false);
        check(&head(CREATE), &Fault::reset_before_commit().with_key("k"), false);
        check(&call, &Fault::key_in_flight(), true);
        check(&head(CREATE), &Fault::key_mismatch(), false);
        check(&call, &Fault::unknown_enum_value().property("natural_person.salutation"), true);
        check(&call, &Fault::unknown_enum_value().property("forename"), false);
        check(&call, &Fault::null_optional().property("forename"), true);
        check(&call, &Fault::null_optional().property("id"), false);

        #[track_caller]
        fn check(call: &CallHead<'_>, fault: &Fault, expected: bool) {
            let mut faults = Faults::default();
            faults.arm(fault.clone());
            assert_eq!(faults.take(call).is_some(), expected, "{fault:?}");
        }
    }

    #[test]
    fn a_call_that_one_fault_spares_is_left_to_the_next() {
        let mut faults = Faults::default();
        faults.arm(Fault::error_before_commit(500).probability(0.0));
        faults.arm(Fault::error_before_commit(501).skip(1));
        faults.arm(Fault::error_before_commit(502).probability(1.0).times(1));
        assert_eq!(faults.left(), u64::MAX);
        let mut take = || faults.take(&head(LIST)).map(|struck| struck.fault.kind);
        assert_eq!([take(), take(), take()], [Some(Kind::ErrorBefore(502)), Some(Kind::ErrorBefore(501)), None]);
        assert_eq!(faults.list().len(), 1);
    }

    #[test]
    fn calls_that_do_not_fit_change_no_draw_and_do_not_count() {
        let strikes = |others: usize| {
            let mut faults = Faults::default();
            faults.arm(Fault::reset_before_commit().on(CREATE).probability(0.5).seed(1).skip(10));
            let mut take = |_| {
                (0..others).for_each(|_| assert_eq!(faults.take(&head(LIST)), None));
                faults.take(&head(CREATE)).is_some()
            };
            (0..100).map(&mut take).collect::<Vec<_>>()
        };
        assert_eq!(strikes(0), strikes(3));
        assert!(!strikes(0)[..10].contains(&true) && strikes(0)[10..].contains(&true));
    }

    #[test]
    fn a_copy_goes_on_as_the_original_does() {
        let mut faults = Faults::default();
        faults.arm(Fault::reset_before_commit().probability(0.5).skip(3));
        faults.arm(Fault::extra_field().probability(0.5).times(20));
        let take = |faults: &mut Faults| -> Vec<_> {
            (0..50).map(|_| faults.take(&head(LIST)).map(|struck| struck.id)).collect()
        };
        take(&mut faults);
        let mut copy = faults.clone();
        assert_eq!(take(&mut faults), take(&mut copy));
        assert_eq!((faults.list(), faults.arm(Fault::extra_field())), (copy.list(), copy.arm(Fault::extra_field())));
    }

    #[test]
    fn a_number_names_one_fault_for_good() {
        let mut faults = Faults::default();
        let (first, second) = (faults.arm(Fault::truncated_reply()), faults.arm(Fault::token_expired().times(2)));
        assert!(faults.disarm(first));
        assert!(!faults.disarm(first));
        assert_ne!(faults.arm(Fault::truncated_reply()), first);
        faults.take(&head(LIST));
        let left = faults.list().into_iter().map(|armed| (armed.id, armed.left, armed.struck)).next();
        assert_eq!(left, Some((second, Some(1), 1)));
    }

    #[test]
    fn what_is_given_back_strikes_another_call_unless_it_was_disarmed() {
        let mut faults = Faults::default();
        let id = faults.arm(Fault::extra_field());
        let struck = faults.take(&head(LIST)).unwrap();
        assert_eq!((faults.take(&head(LIST)), faults.list(), faults.left()), (None, vec![], 0));
        faults.give_back(struck.id);
        assert_eq!(faults.list().iter().map(|armed| (armed.left, armed.struck)).collect::<Vec<_>>(), [(Some(1), 0)]);

        assert_eq!(faults.take(&head(LIST)), Some(struck.clone()));
        assert!(!faults.disarm(id), "it has struck as often as it was to");
        faults.give_back(struck.id);
        assert_eq!(faults.list(), []);

        faults.arm(Fault::extra_field());
        let struck = faults.take(&head(LIST)).unwrap();
        faults.spend(struck.id);
        faults.give_back(struck.id);
        assert_eq!(faults.list(), []);
    }

    /// The head of a call without a key.
    fn head(id: &str) -> CallHead<'static> {
        let operation = Spec::get().unwrap().operations.iter().find(|operation| operation.id == id).unwrap();
        CallHead { operation, path: &operation.path, client_id: None, idempotency_key: None }
    }
}
