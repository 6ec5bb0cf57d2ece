//! The sandbox's pages in a real browser: what people see, press and hear of.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod browser;
mod faults;
mod keyboard;
mod live;
mod looks;
mod reference;
mod token;
mod webhooks;
