//! `cashlink`: the guides, single calls, a demo and a sandbox of the Cashlink API from the command line.

mod api;
mod app;
mod args;
mod connection;
mod demo;
mod duration;
mod exit;
mod failure;
mod folder;
mod guide;
mod input;
mod intents;
mod journal;
mod layout;
mod listing;
mod log;
mod mask;
mod output;
mod problem;
mod progress;
mod run_id;
mod runs;
mod sandbox;
mod shell;
mod signals;
mod steps;
mod table;
mod variables;
mod webhooks;

use std::process::ExitCode;

fn main() -> ExitCode {
    app::run().into()
}
