//! The way of a change through the journal: what is written down, what is sent, and what is found out later.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod contents;
mod keys;
mod left;
mod stage;
mod store;
