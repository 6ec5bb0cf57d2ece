//! `cashlink intents reconcile`: asks the API again what became of every change that is open.

use std::collections::{BTreeMap, HashSet};

use cashlink::{
    Cashlink, Operation, Scope,
    journal::{Intent, Journal, Which},
};
use futures_util::StreamExt as _;
use serde::Serialize;

use super::result::ResultRow;
use crate::{
    args::{Reconcile, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Failure},
    journal::Settings,
    output,
    runs::SLICE,
    signals::Signals,
    variables::Variables,
};

/// The last line: how many of each kind there were.
#[derive(Default, Serialize)]
struct Summary {
    status: &'static str,
    applied: usize,
    rejected: usize,
    left: usize,
    #[serde(skip)]
    advice: BTreeMap<String, usize>,
}

/// Asks again, shows every result as it comes, and at the end what is left.
pub(super) async fn run(args: &Reconcile, verbosity: &Verbosity, variables: &Variables) -> failure::Result<Exit> {
    let connection = Connection::new(&args.connection, variables);
    let settings = Settings::new(&args.journal, variables);
    let (connection, settings) = match (connection, settings) {
        (Ok(connection), Ok(settings)) => (connection, settings),
        (connection, settings) => {
            let problems = [connection.err(), settings.err()].into_iter().flatten().flatten().collect();
            return Err(Failure::invalid(problems, None).into());
        }
    };
    let settings = if args.accept_loss { settings.accepting_loss() } else { settings };
    if settings.is_missing()? {
        output::note(&settings.nothing_yet());
        return Ok(Summary::default().show(verbosity));
    }
    let mut opened = settings.open().await?;
    if let Some(window) = args.key_window {
        opened.journal = opened.journal.key_window(window);
    }
    let (count, scopes) = open(&settings, &opened.journal).await?;
    if count == 0 {
        opened.close().await;
        return Ok(Summary::default().show(verbosity));
    }
    let client = connection.client(&scopes, Some(&opened.journal))?;
    let changes = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
    output::note(&format!("asking {} what became of {changes}", connection.origin()));
    let mut signals = Signals::listen()?;
    let mut summary = Summary::default();
    let asking = Asking { settings: &settings, verbosity };
    let ended = tokio::select! {
        biased;
        ended = asking.ask(&client, &mut summary) => ended,
        () = signals.received() => Err(interrupted().into()),
    };
    drop(client);
    opened.close().await;
    ended.map(|()| summary.show(verbosity))
}

/// What asking again depends on beside the client.
struct Asking<'a> {
    settings: &'a Settings,
    verbosity: &'a Verbosity,
}

impl Asking<'_> {
    async fn ask(&self, client: &Cashlink, summary: &mut Summary) -> failure::Result<()> {
        let mut results = client.reconcile();
        while let Some(result) = results.next().await {
            let reconciled = result.map_err(|error| Failure::of_call(&error))?;
            let row = ResultRow::of(&reconciled, self.again(&reconciled.intent));
            summary.count(&row);
            if self.verbosity.json {
                say(&row);
            } else {
                output::result(&row.line());
            }
        }
        Ok(())
    }

    /// What makes the change again if its body or document has to be given anew.
    fn again(&self, intent: &Intent) -> String {
        let Some((run, _)) = &intent.new.step else {
            return format!("make the same call again by `cashlink api` with --key {}", intent.new.key);
        };
        let words = [vec!["cashlink runs resume".to_owned(), run.to_string()], self.settings.flags()].concat();
        format!("`{}` makes it again", words.join(" "))
    }
}

/// Writes a line of JSON. Whether it can be written changes nothing of what has to be done, and of what is left.
fn say(line: &impl Serialize) {
    match serde_json::to_string(line) {
        Ok(line) => output::result(&line),
        // The lines hold text and numbers only.
        Err(error) => tracing::warn!(%error, "a line was not written"),
    }
}

/// How many changes are open, and the scopes that they need, which are no others than those asked for.
async fn open(settings: &Settings, journal: &Journal) -> failure::Result<(usize, Vec<Scope>)> {
    let (mut names, mut count, mut after) = (HashSet::new(), 0, 0);
    loop {
        let slice = journal.intents().list(Which::Open, after, SLICE).await;
        let slice = slice.map_err(|error| settings.failure(&error))?;
        let Some(last) = slice.last() else { break };
        after = last.sequence;
        count += slice.len();
        names.extend(slice.into_iter().map(|intent| intent.new.operation_id));
    }
    let known = Operation::all().filter(|operation| names.contains(operation.id()));
    let mut scopes: Vec<_> = known.filter_map(|operation| operation.scope()).collect();
    scopes.sort_unstable_by_key(|scope| scope.as_str());
    scopes.dedup();
    Ok((count, scopes))
}

fn interrupted() -> Failure {
    let hint = "run it again: what was found out is in the journal, and nothing happens twice";
    Failure::interrupted("interrupted".to_owned(), Some(hint.to_owned()))
}

impl Summary {
    fn count(&mut self, row: &ResultRow) {
        match row.resolution {
            "applied" => self.applied += 1,
            "rejected" => self.rejected += 1,
            _ => {
                self.left += 1;
                *self.advice.entry(row.hint.clone().unwrap_or_default()).or_default() += 1;
            }
        }
    }

    /// Shows what is left and what to do about it.
    fn show(mut self, verbosity: &Verbosity) -> Exit {
        let exit = if self.left == 0 { Exit::Done } else { Exit::Unknown };
        self.status = exit.word();
        let Self { applied, rejected, left, .. } = self;
        if verbosity.json {
            say(&self);
        } else {
            output::result(&format!("{applied} applied, {rejected} rejected, {left} left"));
        }
        for (hint, count) in &self.advice {
            output::note(&format!("  {count} left: {hint}"));
        }
        exit
    }
}
