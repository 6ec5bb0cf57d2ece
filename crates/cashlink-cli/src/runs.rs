//! `cashlink runs`: the runs of guides that a journal has.

use cashlink::journal::{Intent, Journal, Which};
use uuid::Uuid;

use crate::{
    args::{RunsCommand, Verbosity},
    exit::Exit,
    failure, guide, journal,
    variables::Variables,
};

mod abandon;
mod list;
pub(crate) mod row;
mod show;

/// How many runs or intents are read at a time.
pub(crate) const SLICE: usize = 100;

/// Does what the arguments ask for.
pub(crate) async fn run(command: RunsCommand, verbosity: &Verbosity, variables: &Variables) -> Exit {
    let done = match command {
        RunsCommand::Resume(resume) => return guide::resume(&resume, verbosity, variables).await,
        RunsCommand::List { all, journal } => {
            let which = if all { Which::All } else { Which::Open };
            let listed = list::run(&journal, which, verbosity, variables).await;
            return listed.map_or_else(|failure| failure.refuse_in_list(verbosity), |()| Exit::Done);
        }
        RunsCommand::Show { run, journal } => show::run(&journal, run.id, verbosity, variables).await,
        RunsCommand::Abandon { run, journal } => abandon::run(&journal, run.id, verbosity, variables).await,
    };
    done.map_or_else(|failure| failure.refuse(verbosity), |()| Exit::Done)
}

/// The intents of the run `id` whose outcome is not known.
async fn pending(settings: &journal::Settings, journal: &Journal, id: Uuid) -> failure::Result<Vec<Intent>> {
    let (mut pending, mut after) = (Vec::new(), 0);
    loop {
        let slice =
            journal.intents().list(Which::Open, after, SLICE).await.map_err(|error| settings.failure(&error))?;
        let Some(last) = slice.last() else { return Ok(pending) };
        after = last.sequence;
        pending.extend(slice.into_iter().filter(|intent| intent.new.step.as_ref().is_some_and(|(run, _)| *run == id)));
    }
}
