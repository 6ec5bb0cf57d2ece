//! Raw client of the Cashlink API, generated from its OpenAPI document.
//!
//! One method per operation ([`Client`]), the bodies of requests and replies ([`types`]), and what is known about each
//! operation ([`operations`]). There is no policy here: no token, no key, no repetition, no limit. Every request leaves
//! through the [`Exchange`] that the client was made with, and that is where policy belongs.
//!
//! Programs use the `cashlink` crate instead. This one follows the OpenAPI document wherever it goes, so its versions
//! carry no promise of compatibility: a new value of an enum or a changed property changes its types.
//!
//! A reply that is no success is [`Error::UnexpectedResponse`], with its status, its headers and its unread body.
//! Mind that some errors print the body of a reply, which may hold personal data; the types themselves do not.

mod inner;
mod operation;
mod redact;
mod untyped;

#[rustfmt::skip]
mod generated {
    pub mod client;
    pub mod enums;
    pub mod operations;
    pub mod types;
}

pub use futures_util::future::BoxFuture;
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};

pub use self::{
    generated::{client::Client, enums, operations, types},
    inner::{Exchange, Inner},
    operation::{Body, Idempotency, Method, Operation},
    untyped::Payload,
};
