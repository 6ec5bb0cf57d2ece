//! `cashlink webhooks replay`.

use crate::{
    args::{self, Verbosity},
    failure::{self, Failure},
    output,
    variables::Variables,
};

mod deliveries;
mod inbox;

use serde::Serialize;

/// Sends again what is asked for.
pub(super) async fn run(args: &args::Replay, verbosity: &Verbosity, variables: &Variables) -> failure::Result<()> {
    match &args.to {
        Some(to) => inbox::run(args, to, verbosity, variables).await,
        None => deliveries::run(args, verbosity, variables).await,
    }
}

/// The last line: how many there were.
#[derive(Serialize)]
struct Summary {
    status: &'static str,
    /// How many were sent, or would be.
    sent: usize,
}

/// Writes a line: `document` for a script, `text` for a person.
fn say(document: &impl Serialize, text: &str, verbosity: &Verbosity) -> failure::Result<()> {
    if !verbosity.json {
        output::result(text);
        return Ok(());
    }
    let line = serde_json::to_string(document);
    output::result(&line.map_err(|error| Failure::internal("the line cannot be written", &error))?);
    Ok(())
}
