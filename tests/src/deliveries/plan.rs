//! What is sent, drawn from a seed: events, how often each is delivered, and in what order.

use fastrand::Rng;
use uuid::Uuid;

use super::event::{Event, STATUSES};

/// The first moment of all events, in microseconds since the epoch.
const ORIGIN: i64 = 1_740_000_000_000_000;

/// One time that an event is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    /// Which event of the plan.
    pub(super) event: usize,
    /// How it is written.
    pub(super) form: u8,
}

/// Events, and their deliveries in the order in which they are sent first.
pub(super) struct Plan {
    pub(super) events: Vec<Event>,
    pub(super) deliveries: Vec<Delivery>,
}

impl Plan {
    /// Draws a plan of so many deliveries.
    pub(super) fn draw(random: &mut Rng, deliveries: usize) -> Self {
        let mut plan = Self { events: Vec::new(), deliveries: Vec::new() };
        let mut keys = Vec::new();
        let mut places = 0;
        while plan.deliveries.len() < deliveries {
            for event in way(random) {
                for _ in 0..random.u8(1..=4) {
                    places += 1;
                    plan.deliveries.push(Delivery { event: plan.events.len(), form: random.u8(..) });
                    keys.push(places + delay(random));
                }
                plan.events.push(event);
            }
        }
        // Whole ways were drawn; what is too much goes, and with it perhaps all deliveries of the last events.
        plan.deliveries.truncate(deliveries);
        plan.events.truncate(plan.deliveries.last().map_or(0, |last| last.event + 1));
        let mut order: Vec<_> = keys.into_iter().zip(plan.deliveries).collect();
        order.sort_by_key(|(key, _)| *key);
        plan.deliveries = order.into_iter().map(|(_, delivery)| delivery).collect();
        plan
    }
}

/// How many places behind its own a delivery is sent: few, for events that overtake each other, or as many as there are.
fn delay(random: &mut Rng) -> usize {
    match random.u8(..10) {
        0..5 => 0,
        5..8 => random.usize(..40),
        8 => random.usize(..2_000),
        _ => random.usize(..50_000),
    }
}

/// What happens to one investment: statuses in any order, some at the same moment, some again.
fn way(random: &mut Rng) -> Vec<Event> {
    let investment = Uuid::from_u128(random.u128(..));
    let mut events: Vec<Event> = Vec::new();
    let mut changed_at = ORIGIN + random.i64(0..1_000_000_000);
    let mut status = random.usize(..3);
    for _ in 0..random.u8(2..=12) {
        events.push(Event { investment, status, changed_at });
        // Of what is at the same moment, each has a place of its own: only then it is said which counts.
        let is_next = STATUSES.get(status + 1).is_some_and(|(_, place)| *place > STATUSES[status].1);
        if is_next && random.u8(..6) == 0 {
            status += 1;
            continue;
        }
        changed_at += if random.bool() { 1 } else { random.i64(1..3_000_000_000) };
        status = match random.u8(..5) {
            0 => random.usize(..STATUSES.len()),
            1 => status,
            _ => (status + 1) % STATUSES.len(),
        };
    }
    events
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_plan_has_what_the_run_is_about() {
        let plan = Plan::draw(&mut Rng::with_seed(1), 10_000);
        assert_eq!(plan.deliveries.len(), 10_000);
        assert_eq!(plan.events.iter().collect::<HashSet<_>>().len(), plan.events.len(), "events are drawn twice");
        let sent: HashSet<_> = plan.deliveries.iter().map(|delivery| delivery.event).collect();
        assert_eq!(sent.len(), plan.events.len(), "events are not sent");
        let pairs = || plan.events.windows(2).filter(|pair| pair[0].investment == pair[1].investment);
        assert!(pairs().filter(|pair| pair[0].changed_at == pair[1].changed_at).count() > 100, "too few ties");
        assert!(pairs().filter(|pair| pair[0].status == pair[1].status).count() > 100, "too few repetitions");
        let overtaken = plan.deliveries.windows(2).filter(|pair| pair[0].event > pair[1].event).count();
        assert!(overtaken > 1_000, "{overtaken}");
    }

    #[test]
    fn of_events_of_an_investment_one_is_always_the_greater() {
        let plan = Plan::draw(&mut Rng::with_seed(2), 10_000);
        let ranks: HashSet<_> = plan.events.iter().map(|event| (event.investment, event.rank())).collect();
        assert_eq!(ranks.len(), plan.events.len());
    }
}
