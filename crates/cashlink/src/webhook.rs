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
//! A [`Waiter`] ends waits for investments by what came, and [`catch_up`] makes up for what did not.
//!
//! # In axum
//!
//! [`WebhookService`] is a `tower::Service` for requests of the crate `http`, and is mounted as it is:
//!
//! ```no_run
//! use cashlink::webhook::{MemoryInbox, Receiver, WebhookService};
//!
//! # async fn run(token: String) -> Result<(), Box<dyn std::error::Error>> {
//! let receiver = Receiver::builder(MemoryInbox::new()).bearer(token).build()?;
//! let router = axum::Router::new().nest_service("/webhooks/cashlink", WebhookService::new(receiver));
//! axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8080").await?, router).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # In any other framework
//!
//! The receiver takes headers and bytes, and gives back status, headers and bytes. If your framework can read the body by
//! itself, [`admit`](Receiver::admit) first, so that nobody's body is read who has no credentials, and bound the time that
//! reading may take.
//!
//! ```
//! use cashlink::webhook::Receiver;
//!
//! struct Answer {
//!     status: u16,
//!     headers: Vec<(&'static str, String)>,
//!     body: Vec<u8>,
//! }
//!
//! /// POST to the address that Cashlink was given.
//! async fn deliver(receiver: &Receiver, headers: &[(String, Vec<u8>)], body: &[u8]) -> Answer {
//!     let headers = headers.iter().map(|(name, value)| (name, value));
//!     let verdict = receiver.receive(headers, body).await;
//!     Answer {
//!         status: verdict.status(),
//!         headers: verdict.headers().map(|(name, value)| (name, value.to_owned())).collect(),
//!         body: verdict.body().to_vec(),
//!     }
//! }
//!
//! /// POST to the token endpoint, if Cashlink was given client credentials and not a bearer token.
//! fn token(receiver: &Receiver, headers: &[(String, Vec<u8>)], form: &[u8]) -> Answer {
//!     let reply = receiver.token(headers.iter().map(|(name, value)| (name, value)), form);
//!     Answer { status: reply.status(), headers: reply.headers().collect(), body: reply.body().to_vec() }
//! }
//! # let receiver = Receiver::builder(cashlink::webhook::MemoryInbox::new()).bearer("x".repeat(16)).build().unwrap();
//! # let answer = token(&receiver, &[], b"");
//! # assert_eq!((answer.status, answer.headers.len(), answer.body.len()), (404, 2, 0));
//! # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! # let answer = std::pin::pin!(deliver(&receiver, &[], b"")).poll(&mut context);
//! # assert!(matches!(answer, std::task::Poll::Ready(Answer { status: 401, .. })));
//! ```
//!
//! # What strangers are told
//!
//! | Status | What was sent |
//! | --- | --- |
//! | 204 | an event that is in the inbox now, whether it says anything new or not |
//! | 400 | no JSON, or a length that is none |
//! | 401 | no credentials, two of them, or some that are wrong, expired or somebody else's: the same bytes for all |
//! | 405 | no `POST` ([`WebhookService`]) |
//! | 408 | a body that did not arrive in time ([`WebhookService`]) |
//! | 413 | more than is read |
//! | 415 | no plain JSON |
//! | 422 | JSON that is no event, or an event from too far in the future |
//! | 503 | an event that the inbox could not take; it has to come again |
//!
//! A `POST` without credentials is answered with 401, whatever else is wrong with it. No answer to a delivery has a body. An
//! investment or a status that nobody knows, and a change of long ago, are taken down like any other.
//!
//! Credentials are compared by their SHA-256 in constant time, each time with all that are good. Neither logs nor `Debug`
//! show them; logs show nothing of a body, and `Debug` of an [`Event`] nothing but investment, status and time.
//!
//! # What is assumed
//!
//! The API documents the delivery until a 2xx and three members of an event. That one event comes more than once, late or
//! out of order follows from the repetitions; nothing else is known of its schedule. An event is no proof of how things
//! stand now: read the investment before you act on something that cannot be taken back.

mod catch_up;
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

pub use catch_up::{CatchUp, CatchUpError, CaughtUp, catch_up};
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
