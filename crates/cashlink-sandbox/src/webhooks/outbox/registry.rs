//! Who is told.

use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;

use super::Outbox;
use crate::webhooks::{RegisteredWebhook, Webhook, WebhookId};
use crate::world::Refusal;

/// How many webhooks there may be.
pub(super) const MAX: usize = 100;

impl Outbox {
    /// Tells `webhook` of what happens from now on.
    pub(crate) fn add(&mut self, webhook: Webhook) -> Result<WebhookId, Refusal> {
        if self.webhooks.len() >= MAX {
            return Err(Refusal::rule(&format!("There are {MAX} webhooks already: remove one first.")));
        }
        Ok(self.insert(webhook))
    }

    fn insert(&mut self, webhook: Webhook) -> WebhookId {
        self.given.0 += 1;
        let id = WebhookId(self.given.0);
        self.webhooks.insert(id, Arc::new(webhook));
        id
    }

    /// Tells a webhook nothing any more, not even what it was to be told; whether it was there.
    pub(crate) fn remove(&mut self, id: WebhookId) -> bool {
        for (_, line) in self.lines.extract_if(|(webhook, _), _| *webhook == id) {
            for delivery in line {
                if let Some(kept) = self.deliveries.remove(&delivery) {
                    self.due.remove(&(kept.due, delivery));
                }
            }
        }
        self.asked.retain(|delivery, _| self.deliveries.get(delivery).is_some_and(|kept| kept.webhook != id));
        self.set_up.remove(&id);
        self.webhooks.remove(&id).is_some()
    }

    /// Tells those who are `wanted` in the place of those who were the last time.
    ///
    /// Who has the same address for the same client keeps what it is to be told, and may authenticate otherwise.
    pub(crate) fn set_up(&mut self, wanted: &[Webhook]) -> Result<(), Refusal> {
        if self.webhooks.len() - self.set_up.len() + wanted.len() > MAX {
            return Err(Refusal::rule(&format!("There can be {MAX} webhooks at most.")));
        }
        let mut before = mem::take(&mut self.set_up);
        let mut kept = BTreeSet::new();
        let mut new = Vec::new();
        for webhook in wanted {
            let is_same = |id: &WebhookId| self.webhooks.get(id).is_some_and(|known| known.is_at_place_of(webhook));
            match before.iter().copied().find(is_same) {
                Some(id) => {
                    before.remove(&id);
                    self.webhooks.insert(id, Arc::new(webhook.clone()));
                    kept.insert(id);
                }
                None => new.push(webhook),
            }
        }
        for id in before {
            self.remove(id);
        }
        for webhook in new {
            kept.insert(self.insert(webhook.clone()));
        }
        self.set_up = kept;
        Ok(())
    }

    /// Who is told, oldest first, without secrets.
    pub(crate) fn webhooks(&self) -> impl Iterator<Item = RegisteredWebhook> {
        self.webhooks.iter().map(|(id, webhook)| RegisteredWebhook { id: *id, webhook: webhook.masked() })
    }
}
