//! Runs the built program as a user or a script would.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic, its helpers too")]

mod api;
mod catch_up;
mod demo;
mod exits;
mod forward;
mod guide;
mod input;
mod intents;
mod journal;
mod listen;
mod process;
mod readme;
mod receiver;
mod replay;
mod runs;
mod sandbox;
mod snippets;
mod trigger;
