//! Deliveries: what a webhook is told of one change, and what came of trying.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::WebhookId;
use crate::requests::StruckFault;

/// Names a delivery. A number that a sandbox gives out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub(super) u64);

impl DeliveryId {
    /// Stands before every delivery.
    pub(crate) const NONE: Self = Self(0);
}

impl From<u64> for DeliveryId {
    /// The name of the delivery with this number, whether there is one or not. Numbers begin with 1.
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What a webhook is told of one change of an investment's status.
///
/// Its JSON is what `GET /_sandbox/webhooks/deliveries` shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its name, for [`Sandbox::resend`](crate::Sandbox::resend). A later delivery has a higher number.
    pub id: DeliveryId,
    /// Who is told.
    pub webhook_id: WebhookId,
    /// The investment.
    pub investment_id: Uuid,
    /// The status that it took on.
    pub status: String,
    /// When it took it on; later than the change before of the same investment.
    pub changed_at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// The last 20 attempts, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
    /// How many attempts there were.
    pub attempt_count: u64,
    /// When it is due, by the sandbox's clock; none if it was delivered, or waits for the one before of the same
    /// investment.
    pub next_attempt_at: Option<Timestamp>,
    /// The fault that struck what it tells, when that was put into line.
    pub fault: Option<StruckFault>,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeliveryState {
    /// The receiver has not answered 2xx yet.
    Pending,
    /// The receiver has answered 2xx.
    Delivered,
}

/// What came of sending once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// When it began, by the sandbox's clock.
    pub at: Timestamp,
    /// The status of the reply; none if there was no reply.
    pub status: Option<u16>,
    /// Why there was no reply, or not all of it.
    pub error: Option<String>,
    /// How the body of the reply begins: at most 512 characters, with `***` for the token that was sent. None if it
    /// was empty.
    pub reply: Option<String>,
    /// How long it took, in real time.
    pub duration_ms: u64,
}

impl DeliveryAttempt {
    /// Whether the receiver has taken it.
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// What came of sending a delivery once, as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attempted {
    pub(super) delivery: DeliveryId,
    /// Whether somebody asked for it, whenever it was due.
    pub(super) by_hand: bool,
    pub(super) attempt: DeliveryAttempt,
}
