//! Kills a receiver of webhooks while events are delivered to it, and compares what it answered and did with what was sent.
//!
//! The receiver is a process of its own: the facade's service over an inbox in the database of an application, whose handler
//! writes a row for each event that counts. Events are delivered several times, out of order and many at once, and repeated
//! until a success; at random moments the receiver is killed by SIGKILL and started again. What it answered must then be
//! there, and each effect exactly once. Who judges shares no rule with the SDK: it reads the tables and decides for itself.

mod child;
mod event;
mod judge;
mod plan;
mod plant;
mod receiver;
mod run;
mod sender;
mod wire;

pub use child::{CHILD, run as be_child};
pub use plant::Plant;
pub use run::{Run, Tally};

/// What goes wrong here is printed and ends a run.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What the sender shows to the receiver.
const TOKEN: &str = "a-token-of-the-sender-that-is-killed-for";

/// The database of the application, in its folder.
const DATABASE: &str = "application.db";

/// Fails with what `message` says unless `holds`.
fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(message().into()) }
}
