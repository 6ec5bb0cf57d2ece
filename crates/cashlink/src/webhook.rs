//! Webhooks: the API tells an address of yours that the status of an investment changed.
//!
//! An event comes at least once, perhaps late, and nothing about the order of events is promised. So each goes two ways
//! here. A [`Receiver`] decides, from headers and bytes alone, whether a delivery is from the API and what it says. An
//! [`Inbox`] then takes the event down for good, tells whether it says anything new, and has the effect of it happen once.
//! Only then is the delivery answered with success, and until then it is repeated.
//!
//! # What is promised
//!
//! - An event that was answered with success is in the inbox, and stays there when the process is killed.
//! - Two events are the same if investment, status and `changed_at` are. The second one has no effect.
//! - The status of an investment never goes back: an event that is older than the last one that counted is
//!   [late](Recorded::Late), taken down, and has no effect.
//! - The effect of an event that counts happens exactly once, if it is written by the handler of an inbox that writes
//!   both in one transaction, such as that of the crate `cashlink-sqlite`. Effects elsewhere follow
//!   [`Inbox::list`], at least once, with [`Event::id`] as their idempotency key.
//!
//! # What is assumed
//!
//! The API documents the delivery until a 2xx and three members of an event. That one event comes more than once, late or
//! out of order follows from the repetitions; nothing else is known of its schedule. An event is no proof of how things
//! stand now: read the investment before you act on something that cannot be taken back.

mod credentials;
mod event;
mod inbox;
mod memory;
mod receiver;
mod refusal;
mod service;
mod standing;
mod token;
mod verdict;
mod waiter;

pub use event::{Event, EventError};
pub use inbox::{Change, HandlerError, Inbox, Received, Recorded};
pub use memory::MemoryInbox;
pub use receiver::{Admitted, Receiver, ReceiverBuilder};
pub use refusal::Refusal;
pub use service::{ReplyBody, WebhookService};
pub use standing::{Standing, Weight};
pub use token::TokenReply;
pub use verdict::Verdict;
pub use waiter::Waiter;
