//! `cashlink runs resume`: a run that is in the journal goes on.

use cashlink::journal::{Run, RunState};

use super::{
    Distributor, Guide, Issuance, Platform, Ready, Recording, Registry, again::Again, given, go, invalid, ready,
    refuse, refuse_sample_in_production,
};
use crate::{
    args::{Resume, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Failure},
    journal::{self, Opened},
    problem::Problem,
    variables::Variables,
};

/// A run that was found in the journal.
struct Found {
    connection: Connection,
    settings: journal::Settings,
    opened: Opened,
    run: Run,
}

/// Lets the run that the arguments name go on.
pub(crate) async fn resume(args: &Resume, verbosity: &Verbosity, variables: &Variables) -> Exit {
    let found = match find(args, variables).await {
        Ok(found) => found,
        Err(failure) => return refuse(None, args.run.id, &failure, verbosity),
    };
    match found.run.new.guide.as_str() {
        Registry::NAME => go_on::<Registry>(found, args, verbosity, variables).await,
        Distributor::NAME => go_on::<Distributor>(found, args, verbosity, variables).await,
        Platform::NAME => go_on::<Platform>(found, args, verbosity, variables).await,
        Issuance::NAME => go_on::<Issuance>(found, args, verbosity, variables).await,
        other => {
            let problem = Problem::new("ID", format!("this version has no guide {}", crate::mask::plain(other)));
            refuse(None, args.run.id, &Failure::invalid(vec![problem], None), verbosity)
        }
    }
}

async fn find(args: &Resume, variables: &Variables) -> failure::Result<Found> {
    let connection = Connection::new(&args.connection, variables);
    let settings = journal::Settings::new(&args.journal, variables);
    let (connection, settings) = match (connection, settings) {
        (Ok(connection), Ok(settings)) => (connection, settings),
        (connection, settings) => {
            let problems = [connection.err(), settings.err()].into_iter().flatten().flatten().collect();
            return Err(Failure::invalid(problems, None).into());
        }
    };
    let opened = settings.open_for_run().await?;
    let run = settings.find_run(&opened.journal, args.run.id).await?;
    if run.end.state == RunState::Abandoned {
        let problem = Problem::new("ID", "was abandoned and cannot go on: begin a new run");
        return Err(Failure::invalid(vec![problem], None).into());
    }
    Ok(Found { connection, settings, opened, run })
}

async fn go_on<G: Guide>(found: Found, args: &Resume, verbosity: &Verbosity, variables: &Variables) -> Exit {
    match prepare::<G>(found, args, variables) {
        Ok(ready) => go(ready, args.run.id, verbosity).await,
        Err(failure) => refuse(Some(G::NAME), args.run.id, &failure, verbosity),
    }
}

fn prepare<G: Guide>(found: Found, args: &Resume, variables: &Variables) -> failure::Result<Ready<G>> {
    let Found { connection, settings, opened, run } = found;
    let other = args.ids.given().into_iter().filter(|(flag, _)| !G::FLAGS.contains(flag));
    let problems: Vec<_> =
        other.map(|(flag, _)| Problem::new(flag, format!("the guide {} takes no such id", G::NAME))).collect();
    if !problems.is_empty() {
        return Err(Failure::invalid(problems, None).into());
    }
    let Input { input, mismatch } = input::<G>(&connection, &opened, &run, args, variables)?;
    let (file, ids, connected) = (args.file.as_deref(), &args.ids, &args.connection);
    let again = Again { run_id: args.run.id, journal: &settings, file, ids, connection: connected }.command();
    ready(&connection, input, Some(Recording { opened, again, mismatch, takes_rejected_again: true }))
}

/// What the run goes on with, and what to do if it was begun with something else.
struct Input<I> {
    input: I,
    mismatch: String,
}

/// The input from its file, or as the journal has it, or else the sample data: whether those are what the run was begun
/// with is found out when it begins again, before anything is sent.
fn input<G: Guide>(
    connection: &Connection,
    opened: &Opened,
    run: &Run,
    args: &Resume,
    variables: &Variables,
) -> failure::Result<Input<G::Input>> {
    let guide = G::with(&args.ids);
    if let Some(file) = &args.file {
        let input = given::read(&guide, Some(file), variables).map_err(invalid::<G>)?;
        let mismatch = "a run goes on with the input that it was begun with: give that".to_owned();
        return Ok(Input { input, mismatch });
    }
    let missing = match opened.journal.input(run) {
        Ok(Some(kept)) => match given::recorded(&guide, &kept).map_err(invalid::<G>)? {
            Some(input) => {
                let mismatch = "without flags for ids the run goes on with those that it was begun with".to_owned();
                return Ok(Input { input, mismatch });
            }
            None => "the journal keeps no documents: ".to_owned(),
        },
        Ok(None) => "the journal had no key, so the input was not kept: ".to_owned(),
        Err(error) => format!("{}; or ", journal::key_hint(&error)),
    };
    let mismatch = format!("{missing}give the input that the run was begun with by --file");
    refuse_sample_in_production::<G>(connection)?;
    let input = given::read(&guide, None, variables);
    Ok(Input { input: input.map_err(|problems| Failure::invalid(problems, Some(mismatch.clone())))?, mismatch })
}
