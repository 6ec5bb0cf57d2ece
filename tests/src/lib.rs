//! What the tests of the whole workspace are made of.
//!
//! The tests themselves are in `tests/`: they use the published crates as a user would, against the sandbox, and
//! against scripted servers for what a well-behaved server never does.

#![expect(clippy::missing_panics_doc, reason = "a test fails by panicking")]

pub mod clock;
pub mod crash;
pub mod deliveries;
pub mod gateway;
pub mod instances;
pub mod kill;
pub mod log;
pub mod operations;
pub mod outcomes;
pub mod personal;
pub mod polls;
pub mod relay;
pub mod rounds;
pub mod schemas;
pub mod scripted;
pub mod session;
pub mod spec;
pub mod watched;

/// The programs in the README are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The programs in the page about webhooks are compiled; `tests/webhook_page` runs them.
#[cfg(doctest)]
#[doc = include_str!("../../docs/webhooks.md")]
pub struct Webhooks;
