//! `cashlink webhooks catch-up`: puts into an inbox what investments came to while nothing was received.

use std::error::Error as _;

use cashlink::{
    Scope,
    journal::StoreError,
    webhook::{CatchUpError, CaughtUp, catch_up},
};
use serde::Serialize;

use super::inbox::{self, Place};
use crate::{
    args::{self, Family, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Failure},
    output,
    signals::Signals,
    variables::Variables,
};

/// The JSON document of what was caught up with.
#[derive(Serialize)]
struct Document {
    status: &'static str,
    looked_at: u64,
    counted: u64,
    unknown: u64,
    ahead: u64,
    unreadable: u64,
}

/// Lists the investments, and records what the inbox does not know.
pub(super) async fn run(args: &args::CatchUp, verbosity: &Verbosity, variables: &Variables) -> failure::Result<()> {
    let connection = Connection::new(&args.connection, variables);
    let place = Place::new(&args.inbox, variables);
    let (connection, place) = match (connection, place) {
        (Ok(connection), Ok(place)) => (connection, place),
        (connection, place) => {
            let problems = connection.err().into_iter().flatten().chain(place.err()).collect();
            return Err(Failure::invalid(problems, None).into());
        }
    };
    let client = connection.client(&[Scope::InvestmentsRead], None)?;
    let mut signals = Signals::listen()?;
    let opened = place.open_existing().await?;
    let investments = match args.family {
        Family::Platform => client.platform().investments().list(),
        Family::Distributor => client.distributor().investments().list(),
    };
    let told = |so_far: &CaughtUp| {
        if !verbosity.quiet {
            output::note(&format!("{} investments looked at", so_far.looked_at));
        }
    };
    let ended = tokio::select! {
        biased;
        ended = catch_up(investments, &opened).observe(told).send() => ended.map_err(|error| failed(&error, &place)),
        () = signals.received() => Err(interrupted()),
    };
    inbox::close(opened).await;
    show(ended?, verbosity)
}

fn show(caught_up: CaughtUp, verbosity: &Verbosity) -> failure::Result<()> {
    let CaughtUp { looked_at, counted, unknown, ahead, unreadable, .. } = caught_up;
    if verbosity.json {
        let document = Document { status: Exit::Done.word(), looked_at, counted, unknown, ahead, unreadable };
        let written = output::document(&document);
        return Ok(written.map_err(|error| Failure::internal("the result cannot be written", &error))?);
    }
    output::result(&format!("{counted} of {looked_at} investments had changed"));
    for (count, what) in [
        (unknown, "have a status that this version does not know: look at them by hand"),
        (ahead, "are further on by an event than by the list"),
        (unreadable, "cannot be read: look at them by hand"),
    ] {
        if count > 0 {
            output::note(&format!("{count} {what}"));
        }
    }
    Ok(())
}

fn failed(error: &CatchUpError, place: &Place) -> Failure {
    match (error.call(), error.source().and_then(|source| source.downcast_ref::<StoreError>())) {
        (Some(call), _) => Failure::of_call(call),
        (None, Some(store)) => place.failure(store),
        (None, None) => Failure::internal("it was not caught up", error),
    }
}

fn interrupted() -> Failure {
    let hint = "run it again: what was found out is in the inbox, and nothing happens twice";
    Failure::interrupted("interrupted".to_owned(), Some(hint.to_owned()))
}
