//! `cashlink guide`: one of the guides against an API, from an input file or with sample data.

use std::{future::Future, sync::Arc};

use cashlink::{
    Cashlink, Problems, Scope,
    guides::{self, Step, Steps},
    journal::Journal,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    args::{GuideName, GuideOptions, Ids, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Failure},
    journal::{self, Opened},
    output,
    problem::Problem,
    progress::{Lines, Screen},
    run_id::RunId,
    signals::Signals,
    variables::Variables,
};

mod again;
mod distributor;
mod given;
mod ids;
mod issuance;
mod platform;
mod registry;
mod report;
mod resume;
mod run;

pub(crate) use distributor::Distributor;
pub(crate) use issuance::Issuance;
pub(crate) use platform::Platform;
pub(crate) use registry::Registry;
pub(crate) use report::Report;
pub(crate) use resume::resume;
pub(crate) use run::{Record, Start, run as run_guide};

use again::Again;

/// One of the guides.
pub(crate) trait Guide {
    const NAME: &'static str;
    const TEMPLATE: &'static str;
    const SCOPES: &'static [Scope];
    const STEPS: &'static [Step];
    /// The flags of the ids that it takes.
    const FLAGS: &'static [&'static str];
    type Input: DeserializeOwned + Send + Sync;
    type Report: Serialize + Send;

    /// The guide with what of `ids` it takes.
    fn with(ids: &Ids) -> Self;

    /// Invented input with documents in memory.
    fn sample() -> Self::Input;

    /// Takes relative paths as relative to the folder of the input file.
    fn resolve(input: &mut Self::Input, folder: &std::path::Path);

    /// Puts ids from flags and the environment into `input`.
    ///
    /// # Errors
    ///
    /// Names a variable that holds no id.
    fn fill(&self, input: &mut Self::Input, variables: &Variables) -> Result<(), Vec<Problem>>;

    /// Checks what can be checked without sending anything.
    ///
    /// # Errors
    ///
    /// Returns every problem.
    fn check(input: &Self::Input) -> Result<(), Problems>;

    /// Runs the guide.
    fn run<S: Steps>(
        client: &Cashlink,
        steps: &S,
        input: &Self::Input,
    ) -> impl Future<Output = Result<Self::Report, guides::Error>> + Send;
}

/// Runs the guide that the arguments name.
pub(crate) async fn run(name: GuideName, verbosity: &Verbosity, variables: &Variables) -> Exit {
    let none = Ids::default();
    match name {
        GuideName::Registry { options, campaign, product_id, no_redeem } => {
            let ids = Ids { campaign_id: campaign.campaign_id, product_id, no_redeem, ..none };
            execute::<Registry>(&ids, &options, verbosity, variables).await
        }
        GuideName::Distributor { options } => execute::<Distributor>(&none, &options, verbosity, variables).await,
        GuideName::Platform { options, campaign, investor_id } => {
            let ids = Ids { campaign_id: campaign.campaign_id, investor_id, ..none };
            execute::<Platform>(&ids, &options, verbosity, variables).await
        }
        GuideName::Issuance { options, investor_id, distribution_platform_id } => {
            let ids = Ids { investor_id, distribution_platform_id, ..none };
            execute::<Issuance>(&ids, &options, verbosity, variables).await
        }
    }
}

/// Prints the JSON document of a run that the arguments do not allow.
pub(crate) fn refuse_as_json(failure: &Failure) {
    // It holds text and numbers only.
    let _ = output::document(&Report::refused(None, None, failure));
}

async fn execute<G: Guide>(ids: &Ids, options: &GuideOptions, verbosity: &Verbosity, variables: &Variables) -> Exit {
    if options.template {
        output::result(G::TEMPLATE.trim_end());
        return Exit::Done;
    }
    let run_id = options.run_id.unwrap_or_else(RunId::random);
    let begun = match prepare::<G>(ids, options, variables) {
        Ok((connection, input, settings)) => {
            let again = settings.as_ref().map(|journal| {
                let (file, connection) = (options.file.as_deref(), &options.connection);
                Again { run_id, journal, file, ids, connection }.command()
            });
            begin::<G>(&connection, input, settings, again).await
        }
        Err(failure) => Err(failure),
    };
    match begun {
        Ok(begun) => go(begun, run_id, verbosity).await,
        Err(failure) => refuse(Some(G::NAME), run_id, &failure, verbosity),
    }
}

/// Shows why a run did not begin.
fn refuse(guide: Option<&'static str>, run_id: RunId, failure: &Failure, verbosity: &Verbosity) -> Exit {
    if verbosity.json {
        // It holds text and numbers only.
        let _ = output::document(&Report::refused(guide, Some(run_id), failure));
    }
    failure.show();
    failure.exit
}

/// A run that can begin.
struct Ready<G: Guide> {
    client: Cashlink,
    input: G::Input,
    record: Option<Recording>,
}

/// How the run is written down.
struct Recording {
    opened: Opened,
    /// The command that lets it go on.
    again: String,
    /// What to do if it was begun with something else.
    mismatch: String,
    takes_rejected_again: bool,
}

/// Opens the journal, if one is wanted, and makes the client.
async fn begin<G: Guide>(
    connection: &Connection,
    input: G::Input,
    settings: Option<journal::Settings>,
    again: Option<String>,
) -> failure::Result<Ready<G>> {
    // What is wrong with the address is told before a journal is made or waited for.
    client::<G>(connection, None)?;
    let record = match settings.zip(again) {
        Some((settings, again)) => {
            let opened = settings.open().await?;
            let mismatch = "a run goes on with the guide and the input that it was begun with: give those, or another run \
                            id for another run";
            Some(Recording { opened, again, mismatch: mismatch.to_owned(), takes_rejected_again: false })
        }
        None => None,
    };
    ready(connection, input, record)
}

fn ready<G: Guide>(connection: &Connection, input: G::Input, record: Option<Recording>) -> failure::Result<Ready<G>> {
    let client = client::<G>(connection, record.as_ref().map(|record| &record.opened.journal))?;
    Ok(Ready { client, input, record })
}

fn client<G: Guide>(connection: &Connection, journal: Option<&Journal>) -> failure::Result<Cashlink> {
    let client = connection.client(G::SCOPES, journal).map_err(|error| match error.problems() {
        Some(problems) => invalid::<G>(failure::listed(problems)),
        None => Failure::of_call(&error),
    });
    Ok(client?)
}

/// Runs the guide and shows what it came to.
async fn go<G: Guide>(ready: Ready<G>, run_id: RunId, verbosity: &Verbosity) -> Exit {
    let Ready { client, input, record } = ready;
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(failure) => return refuse(Some(G::NAME), run_id, &failure, verbosity),
    };
    let screen = Arc::new(Screen::new(if verbosity.quiet { Lines::Nowhere } else { Lines::Stderr }));
    // Told before anything is sent: after a crash, this is what is needed.
    output::note(&format!("guide {}, run id {run_id}", G::NAME));
    let written = record.as_ref().map(|record| Record {
        journal: &record.opened.journal,
        again: &record.again,
        mismatch: &record.mismatch,
        takes_rejected_again: record.takes_rejected_again,
    });
    let start = Start { client: &client, run_id, input: &input, record: written };
    let (report, _) = run_guide::<G>(start, &screen, &mut signals).await;
    let exit = show(&report, verbosity);
    drop(client);
    if let Some(record) = record {
        record.opened.close().await;
    }
    exit
}

fn show(report: &Report, verbosity: &Verbosity) -> Exit {
    let shown = if verbosity.json {
        output::document(report)
    } else {
        report.lines().iter().for_each(|line| output::result(line));
        Ok(())
    };
    if let Some(failure) = &report.error {
        failure.show();
    }
    match shown {
        Ok(()) => report.exit(),
        Err(error) => {
            Failure::internal("the report cannot be written", &error).show();
            Exit::Internal
        }
    }
}

type Prepared<G> = (Connection, <G as Guide>::Input, Option<journal::Settings>);

/// Reads and checks everything that is needed. All that is wrong is told at once.
fn prepare<G: Guide>(ids: &Ids, options: &GuideOptions, variables: &Variables) -> failure::Result<Prepared<G>> {
    let connection = Connection::new(&options.connection, variables);
    let settings = options.journal.wanted().map(|journal| journal::Settings::new(journal, variables)).transpose();
    let input = given::read(&G::with(ids), options.file.as_deref(), variables);
    let (connection, settings, input) = match (connection, settings, input) {
        (Ok(connection), Ok(settings), Ok(input)) => (connection, settings, input),
        (connection, settings, input) => {
            let problems = [connection.err(), settings.err(), input.err()];
            return Err(invalid::<G>(problems.into_iter().flatten().flatten().collect()).into());
        }
    };
    if options.file.is_none() {
        refuse_sample_in_production::<G>(&connection)?;
    }
    Ok((connection, input, settings))
}

fn refuse_sample_in_production<G: Guide>(connection: &Connection) -> failure::Result<()> {
    if connection.is_production() {
        let problem = Problem::new("--file", "is needed: sample data are not for production");
        return Err(invalid::<G>(vec![problem]).into());
    }
    Ok(())
}

fn invalid<G: Guide>(problems: Vec<Problem>) -> Failure {
    let is_about_input = problems.iter().any(|problem| problem.line.is_some());
    let hint = is_about_input.then(|| format!("`cashlink guide {} --template` shows every field", G::NAME));
    Failure::invalid(problems, hint)
}

/// Both problems, if there are two.
fn all(first: Result<(), Problem>, second: Result<(), Problem>) -> Result<(), Vec<Problem>> {
    let problems: Vec<_> = first.err().into_iter().chain(second.err()).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The fields of a report, for a person.
fn fields(result: &Value) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    let fields = result.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    fields.map(|(name, value)| format!("{name:<22} {}", shown(value))).collect()
}
