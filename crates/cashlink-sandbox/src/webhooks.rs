//! Webhooks: who is told of changes of investments, what is sent to them, and what came of it.
//!
//! The outbox is part of what a sandbox is at a moment, has neither clock nor network, and follows from the log. The
//! sender is what gives its deliveries to the network and takes down what came of each attempt.

mod attempt;
mod delivery;
mod outbox;
mod post;
mod sender;
mod token;
mod webhook;

pub use delivery::{Delivery, DeliveryAttempt, DeliveryId, DeliveryState};
pub use webhook::{RegisteredWebhook, Webhook, WebhookId};

pub(crate) use delivery::Attempted;
pub(crate) use outbox::Outbox;
pub(crate) use sender::send;
pub(crate) use webhook::{Credentials, OAuth, Reach, problems};
