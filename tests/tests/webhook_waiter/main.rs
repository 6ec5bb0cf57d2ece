//! What is waited for ends by webhook, or by asking where no webhook comes, and nothing is asked that need not be.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod catch_up;
mod clock;
mod disorder;
mod guides;
mod polled;
mod wait;
mod world;
