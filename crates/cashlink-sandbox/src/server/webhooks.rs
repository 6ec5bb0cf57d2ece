//! Who is told of changes, and what came of telling them.

use super::Sandbox;
use crate::engine::{Action, Done};
use crate::error::{Kind, Result};
use crate::webhooks::{Delivery, DeliveryId, RegisteredWebhook, Webhook, WebhookId};

impl Sandbox {
    /// Tells `webhook` of every change of an investment's status from now on.
    ///
    /// What it is told is sent again until it answers 2xx: a second after the first failure, then after twice as long each
    /// time, at most an hour, by the sandbox's clock. What is sent about one investment keeps its order.
    ///
    /// # Errors
    ///
    /// Fails if an address or a secret cannot be used, there is no such client, or there are a hundred webhooks already.
    pub fn add_webhook(&self, webhook: &Webhook) -> Result<WebhookId> {
        match self.app.add_webhook(webhook.clone()) {
            Ok(Done::Webhook(id)) => Ok(id),
            Ok(_) => Err(Kind::Impossible("a webhook".to_owned()).into()),
            Err(refusal) => Err(Kind::of(refusal, Kind::Webhook).into()),
        }
    }

    /// Tells a webhook nothing any more, not even what it was to be told. What was delivered stays in the list.
    ///
    /// # Errors
    ///
    /// Fails if there is no such webhook.
    pub fn remove_webhook(&self, id: WebhookId) -> Result<()> {
        self.act(&Action::RemoveWebhook(id), &format!("removing webhook {id}"))
    }

    /// The webhooks that are told of what happens, oldest first, without their secrets.
    pub fn webhooks(&self) -> Vec<RegisteredWebhook> {
        self.app.state().outbox.webhooks().collect()
    }

    /// What webhooks were told or are to be told, oldest first: all that is pending, and the last 10,000 that were delivered.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries_after(DeliveryId::NONE)
    }

    /// The deliveries that came after this one, oldest first.
    pub fn deliveries_after(&self, id: DeliveryId) -> Vec<Delivery> {
        self.app.deliveries(id)
    }

    /// Sends a delivery once more, at once and whatever became of it. Others are neither held up nor sent earlier.
    ///
    /// # Errors
    ///
    /// Fails if there is no such delivery, or its webhook has been removed.
    pub fn resend(&self, id: DeliveryId) -> Result<()> {
        self.act(&Action::Resend(id), &format!("sending delivery {id}"))
    }

    /// Waits until nothing is due by the sandbox's clock and nothing is being sent.
    ///
    /// What failed is due again later, so it does not wait for that: advance the clock first.
    pub async fn deliveries_settled(&self) {
        self.app.deliveries_settled().await;
    }
}
