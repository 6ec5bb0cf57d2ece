//! What is to be sent, in which order and when: without clock and network.
//!
//! Deliveries to one webhook about one investment stand in a line: only the first of it is sent, until it is delivered.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Attempted, Delivery, DeliveryAttempt, DeliveryId, DeliveryState, Webhook, WebhookId};
use crate::clock::later;
use crate::requests::StruckFault;
use crate::world::{Refusal, StatusChange};

/// How many deliveries are under way at a time, unless there are more webhooks: each has room for one.
const MAX_UNDER_WAY: usize = 64;

/// How many of them go to one webhook at most.
const MAX_TO_ONE: usize = 32;

/// How many deliveries are kept that were delivered; the newest.
const MAX_DELIVERED: usize = 10_000;

/// How many attempts are kept of each delivery; the newest.
const MAX_ATTEMPTS: usize = 20;

/// How long to wait after the first failure, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

mod news;
mod registry;

/// A webhook and an investment: what is sent to the one about the other keeps its order.
type Line = (WebhookId, Uuid);

/// Webhooks and what they are told. The same calls of its methods in the same order bring about the same.
#[derive(Clone, Default)]
pub(crate) struct Outbox {
    webhooks: BTreeMap<WebhookId, Arc<Webhook>>,
    /// Those that whoever started the sandbox has set up.
    set_up: BTreeSet<WebhookId>,
    /// How many webhooks and deliveries there have been.
    given: (u64, u64),
    deliveries: BTreeMap<DeliveryId, Arc<Kept>>,
    lines: HashMap<Line, VecDeque<DeliveryId>>,
    /// The first of each line by the time it is due.
    due: BTreeSet<(Timestamp, DeliveryId)>,
    /// How often somebody asked for each that has not been sent since.
    asked: BTreeMap<DeliveryId, u32>,
    /// Those that were delivered, in this order.
    delivered: VecDeque<DeliveryId>,
    /// Those that are being sent.
    under_way: HashMap<DeliveryId, WebhookId>,
}

#[derive(Clone)]
struct Kept {
    webhook: WebhookId,
    change: StatusChange,
    /// Not before this, if it is the first of its line.
    due: Timestamp,
    /// The next change of the investment goes before it, if it comes until then.
    lets_pass_until: Option<Timestamp>,
    fault: Option<StruckFault>,
    is_delivered: bool,
    attempts: VecDeque<DeliveryAttempt>,
    count: u64,
    /// How often it failed when it was due.
    failures: u32,
}

/// What is to be sent now.
pub(super) struct Job {
    pub(super) delivery: DeliveryId,
    pub(super) by_hand: bool,
    pub(super) webhook: (WebhookId, Arc<Webhook>),
    pub(super) change: StatusChange,
}

impl Outbox {
    /// Whether there is nobody to tell anything.
    pub(crate) fn is_idle(&self) -> bool {
        self.webhooks.is_empty()
    }

    /// How many webhooks there are, and how many deliveries have not been delivered.
    pub(crate) fn counts(&self) -> Value {
        json!({ "webhooks": self.webhooks.len(), "pending": self.deliveries.len() - self.delivered.len() })
    }

    /// The next one to be sent at `now`, which is under way from then on.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<Job> {
        let is_free = self.is_free();
        let asked = self.asked.keys().copied().find(&is_free);
        let due = || self.due.range(..=(now, DeliveryId(u64::MAX))).map(|(_, id)| *id).find(&is_free);
        let id = asked.or_else(due)?;
        let kept = self.deliveries.get(&id)?;
        let webhook = (kept.webhook, Arc::clone(self.webhooks.get(&kept.webhook)?));
        let job = Job { delivery: id, by_hand: asked.is_some(), change: kept.change, webhook };
        let to = kept.webhook;
        drop(is_free);
        self.under_way.insert(id, to);
        Some(job)
    }

    /// How many may be under way to one webhook. All have the same room, so that none waits for others that do not answer.
    fn share(&self) -> usize {
        (MAX_UNDER_WAY / self.webhooks.len().max(1)).clamp(1, MAX_TO_ONE)
    }

    /// Which deliveries can be sent: none that is under way, and none to a webhook that has all its room.
    fn is_free(&self) -> impl Fn(&DeliveryId) -> bool {
        let share = self.share();
        let mut room: HashMap<WebhookId, usize> = HashMap::new();
        for webhook in self.under_way.values() {
            let room = room.entry(*webhook).or_insert(share);
            // There may be more under way than now would be sent: there were fewer webhooks then.
            *room = room.saturating_sub(1);
        }
        move |id| {
            let is_full = |kept: &Arc<Kept>| room.get(&kept.webhook) == Some(&0);
            !self.under_way.contains_key(id) && !self.deliveries.get(id).is_some_and(is_full)
        }
    }

    /// When the next one is to be sent that can be.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let is_free = self.is_free();
        self.due.iter().find(|(_, id)| is_free(id)).map(|(due, _)| *due)
    }

    /// Whether at `now` nothing is due and nothing is under way.
    pub(super) fn is_settled(&self, now: Timestamp) -> bool {
        self.under_way.is_empty() && self.asked.is_empty() && self.next_due().is_none_or(|due| due > now)
    }

    /// Takes down what came of sending once, at `now`.
    pub(crate) fn attempted(&mut self, attempted: &Attempted, now: Timestamp) {
        let Attempted { delivery: id, by_hand, attempt } = attempted;
        self.under_way.remove(id);
        if *by_hand {
            self.answer(*id);
        }
        let Some(kept) = self.deliveries.get_mut(id).map(Arc::make_mut) else {
            return;
        };
        kept.note(attempt.clone());
        if kept.is_delivered {
            return;
        }
        if attempt.is_success() {
            kept.is_delivered = true;
            self.leave_line(*id);
            self.delivered.push_back(*id);
            self.forget_oldest();
        } else if !by_hand {
            let before = kept.due;
            kept.failures += 1;
            kept.due = later(now, pause(kept.failures));
            let due = kept.due;
            self.due.remove(&(before, *id));
            self.due.insert((due, *id));
        }
    }

    /// One of those who asked for it has got it.
    fn answer(&mut self, id: DeliveryId) {
        if let Some(times) = self.asked.get_mut(&id) {
            *times -= 1;
            if *times == 0 {
                self.asked.remove(&id);
            }
        }
    }

    /// Lets the next of the line be sent.
    fn leave_line(&mut self, id: DeliveryId) {
        let Some(kept) = self.deliveries.get(&id) else {
            return;
        };
        self.due.remove(&(kept.due, id));
        let key = (kept.webhook, kept.change.investment);
        let Some(line) = self.lines.get_mut(&key) else {
            return;
        };
        line.retain(|waiting| *waiting != id);
        let Some(first) = line.front() else {
            self.lines.remove(&key);
            return;
        };
        if let Some(kept) = self.deliveries.get(first) {
            self.due.insert((kept.due, *first));
        }
    }

    fn forget_oldest(&mut self) {
        if self.delivered.len() > MAX_DELIVERED
            && let Some(oldest) = self.delivered.pop_front()
        {
            self.deliveries.remove(&oldest);
            self.asked.remove(&oldest);
        }
    }

    /// Lets a delivery be sent once more, at once and whatever became of it.
    pub(crate) fn resend(&mut self, id: DeliveryId) -> Result<(), Refusal> {
        let kept = self.deliveries.get(&id).ok_or(Refusal::NotFound)?;
        if !self.webhooks.contains_key(&kept.webhook) {
            return Err(Refusal::rule("The webhook has been removed."));
        }
        let times = self.asked.entry(id).or_default();
        *times = times.saturating_add(1);
        Ok(())
    }

    /// The deliveries that came after `id`, oldest first.
    pub(crate) fn deliveries(&self, after: DeliveryId) -> impl DoubleEndedIterator<Item = Delivery> {
        let later = self.deliveries.range(DeliveryId(after.0.saturating_add(1))..);
        later.map(|(id, kept)| kept.show(*id, self.due.contains(&(kept.due, *id))))
    }

    /// A copy that nothing is under way of.
    pub(crate) fn without_attempts_under_way(&self) -> Self {
        Self { under_way: HashMap::new(), ..self.clone() }
    }
}

impl Kept {
    fn note(&mut self, attempt: DeliveryAttempt) {
        self.count += 1;
        if self.attempts.len() >= MAX_ATTEMPTS {
            self.attempts.pop_front();
        }
        self.attempts.push_back(attempt);
    }

    fn show(&self, id: DeliveryId, is_first: bool) -> Delivery {
        let StatusChange { investment, status, changed_at, .. } = self.change;
        Delivery {
            id,
            webhook_id: self.webhook,
            investment_id: investment,
            status: status.to_string(),
            changed_at,
            state: if self.is_delivered { DeliveryState::Delivered } else { DeliveryState::Pending },
            attempts: self.attempts.iter().cloned().collect(),
            attempt_count: self.count,
            next_attempt_at: is_first.then_some(self.due),
            fault: self.fault,
        }
    }
}

/// How long to wait after so many failures: twice as long after each.
fn pause(failures: u32) -> Duration {
    let doubled = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests;
