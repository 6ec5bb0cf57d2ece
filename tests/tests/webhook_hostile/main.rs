//! Hostile deliveries over real HTTP: each gets its status and no reason, and none of them an effect.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod clock;
mod deliveries;
mod noise;
mod server;
mod tokens;
