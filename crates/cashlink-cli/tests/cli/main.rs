//! Runs the built program as a user or a script would.

#![cfg(unix)]

mod demo;
mod exits;
mod guide;
mod input;
mod process;
mod readme;
mod sandbox;
