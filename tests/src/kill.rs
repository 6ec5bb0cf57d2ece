//! Kills a sandbox that keeps its data in a folder while clients work with it, and compares what they were told with what
//! is there when it was started again.
//!
//! The sandbox is a process of its own, the command line or a child of the program here. Several clients call it at once
//! and one more tells it what the API has no call for; at a random moment it is killed by SIGKILL and started again in
//! the same folder. What was answered must then be there byte for byte, and what was not answered must have happened
//! whole or not at all. Nothing of the SDK is used.

mod call;
mod child;
mod control;
mod folder;
mod judge;
mod life;
mod server;
mod sums;
mod wire;
mod worker;

pub use child::{CHILD, run as be_child};
pub use life::{Kills, Tally};
pub use server::Program;

/// What goes wrong here is printed and ends a run.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Fails with what `message` says unless `holds`.
fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(message().into()) }
}
