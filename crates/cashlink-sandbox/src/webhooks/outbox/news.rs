//! How what has become of investments gets into line, and what faults make of that.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::{Kept, Outbox};
use crate::clock::later;
use crate::fault::{EventHead, FaultId, Faults, Mishap};
use crate::requests::StruckFault;
use crate::webhooks::{DeliveryId, WebhookId};
use crate::world::{StatusChange, World};

/// How long what is told after the next change waits for one.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

impl Outbox {
    /// Puts what has become of investments of `world` into the lines of the webhooks that are told of it. An event for
    /// which there is one takes the first of the `faults` that strikes it.
    pub(crate) fn take_news(&mut self, world: &mut World, faults: &mut Faults) {
        for change in world.take_changes() {
            let Some(client) = world.client_of_investment(change.investment).filter(|client| self.tells(client)) else {
                continue;
            };
            let fault = faults.take_for_event(&EventHead { client_id: client, status: change.status });
            self.queue(change, client, fault);
        }
    }

    fn tells(&self, client: &str) -> bool {
        self.webhooks.values().any(|webhook| webhook.client_id == client)
    }

    /// Puts a change of an investment of `client` into the line of each webhook that is told of it.
    pub(super) fn queue(&mut self, change: StatusChange, client: &str, fault: Option<(FaultId, Mishap)>) {
        let told = self.webhooks.iter().filter(|(_, webhook)| webhook.client_id == client);
        let told: Vec<WebhookId> = told.map(|(id, _)| *id).collect();
        for webhook in told {
            let place = self.make_way(webhook, &change);
            self.enqueue(Kept::new(webhook, change, fault), place);
            if let Some((_, Mishap::Duplicate(copies))) = fault {
                for copy in 1..=copies as usize {
                    self.enqueue(Kept::new(webhook, change, fault), place + copy);
                }
            }
        }
    }

    /// Where in its line a change belongs: before the one that waits for it, if there is one, or else at the end.
    fn make_way(&mut self, webhook: WebhookId, change: &StatusChange) -> usize {
        let Some(line) = self.lines.get(&(webhook, change.investment)) else {
            return 0;
        };
        for (place, id) in line.iter().enumerate() {
            let kept = self.deliveries.get_mut(id);
            let waits = kept.filter(|kept| kept.lets_pass_until.is_some_and(|until| change.at < until));
            if let Some(kept) = waits.map(Arc::make_mut) {
                self.due.remove(&(kept.due, *id));
                (kept.due, kept.lets_pass_until) = (kept.change.at, None);
                return place;
            }
        }
        line.len()
    }

    fn enqueue(&mut self, kept: Kept, place: usize) {
        self.given.1 += 1;
        let id = DeliveryId(self.given.1);
        if place == 0 {
            self.due.insert((kept.due, id));
        }
        self.lines.entry((kept.webhook, kept.change.investment)).or_default().insert(place, id);
        self.deliveries.insert(id, Arc::new(kept));
    }
}

impl Kept {
    fn new(webhook: WebhookId, change: StatusChange, fault: Option<(FaultId, Mishap)>) -> Self {
        let mishap = fault.map(|(_, mishap)| mishap);
        let lets_pass_until = matches!(mishap, Some(Mishap::Reorder)).then(|| later(change.at, LONGEST_WAIT));
        let due = match mishap {
            Some(Mishap::Delay(delay)) => later(change.at, delay),
            _ => lets_pass_until.unwrap_or(change.at),
        };
        Self {
            webhook,
            change,
            due,
            lets_pass_until,
            fault: fault.map(|(id, mishap)| StruckFault { id, kind: mishap.name() }),
            is_delivered: false,
            attempts: VecDeque::new(),
            count: 0,
            failures: 0,
        }
    }
}
