//! `cashlink guide`: one of the guides against an API, from an input file or with sample data.

use std::{future::Future, sync::Arc};

use cashlink::{
    Cashlink, Problems, Scope,
    guides::{self, Direct, Step},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    args::{GuideName, GuideOptions, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Failure},
    input::InputFile,
    output,
    problem::Problem,
    progress::{Lines, Screen},
    run_id::RunId,
    signals::Signals,
    variables::Variables,
};

mod distributor;
mod ids;
mod issuance;
mod platform;
mod registry;
mod report;
mod run;

pub(crate) use distributor::Distributor;
pub(crate) use issuance::Issuance;
pub(crate) use platform::Platform;
pub(crate) use registry::Registry;
pub(crate) use report::Report;
pub(crate) use run::run as run_guide;

/// One of the guides.
pub(crate) trait Guide {
    const NAME: &'static str;
    const TEMPLATE: &'static str;
    const SCOPES: &'static [Scope];
    const STEPS: &'static [Step];
    type Input: DeserializeOwned + Send + Sync;
    type Report: Serialize + Send;

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
    fn run(
        client: &Cashlink,
        steps: &Direct,
        input: &Self::Input,
    ) -> impl Future<Output = Result<Self::Report, guides::Error>> + Send;
}

/// Runs the guide that the arguments name.
pub(crate) async fn run(name: GuideName, verbosity: &Verbosity, variables: &Variables) -> Exit {
    match name {
        GuideName::Registry { options, campaign, product_id, no_redeem } => {
            let guide = Registry { campaign_id: campaign.campaign_id, product_id, no_redeem };
            execute(guide, options, verbosity, variables).await
        }
        GuideName::Distributor { options } => execute(Distributor, options, verbosity, variables).await,
        GuideName::Platform { options, campaign, investor_id } => {
            let guide = Platform { campaign_id: campaign.campaign_id, investor_id };
            execute(guide, options, verbosity, variables).await
        }
        GuideName::Issuance { options, investor_id, distribution_platform_id } => {
            let guide = Issuance { investor_id, distribution_platform_id };
            execute(guide, options, verbosity, variables).await
        }
    }
}

/// Prints the JSON document of a run that the arguments do not allow.
pub(crate) fn refuse_as_json(failure: &Failure) {
    // It holds text and numbers only.
    let _ = output::document(&Report::refused(None, None, failure));
}

async fn execute<G: Guide>(guide: G, options: GuideOptions, verbosity: &Verbosity, variables: &Variables) -> Exit {
    if options.template {
        output::result(G::TEMPLATE.trim_end());
        return Exit::Done;
    }
    let run_id = options.run_id.unwrap_or_else(RunId::random);
    let prepared = prepare(&guide, &options, variables).and_then(|prepared| Ok((prepared, Signals::listen()?)));
    let ((client, input), mut signals) = match prepared {
        Ok(prepared) => prepared,
        Err(failure) => {
            if verbosity.json {
                // It holds text and numbers only.
                let _ = output::document(&Report::refused(Some(G::NAME), Some(run_id), &failure));
            }
            failure.show();
            return failure.exit;
        }
    };
    let screen = Arc::new(Screen::new(if verbosity.quiet { Lines::Nowhere } else { Lines::Stderr }));
    // Told before anything is sent: after a crash, this is what is needed.
    output::note(&format!("guide {}, run id {run_id}", G::NAME));
    let (report, _) = run_guide::<G>(&client, run_id, &input, &screen, &mut signals).await;
    show(&report, verbosity)
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

/// Reads and checks everything that is needed. All that is wrong is told at once.
fn prepare<G: Guide>(
    guide: &G,
    options: &GuideOptions,
    variables: &Variables,
) -> failure::Result<(Cashlink, G::Input)> {
    let connection = Connection::new(&options.connection, variables);
    let input = read_input(guide, options, variables);
    let (connection, input) = match (connection, input) {
        (Ok(connection), Ok(input)) => (connection, input),
        (connection, input) => {
            let problems = connection.err().into_iter().chain(input.err()).flatten().collect();
            return Err(invalid::<G>(problems).into());
        }
    };
    if options.file.is_none() && connection.is_production() {
        let problem = Problem::new("--file", "is needed: sample data are not for production");
        return Err(invalid::<G>(vec![problem]).into());
    }
    let client = connection.client(G::SCOPES).map_err(|error| match error.problems() {
        Some(problems) => invalid::<G>(failure::listed(problems)),
        None => Failure::of_call(&error),
    })?;
    Ok((client, input))
}

fn invalid<G: Guide>(problems: Vec<Problem>) -> Failure {
    let is_about_input = problems.iter().any(|problem| problem.line.is_some());
    let hint = is_about_input.then(|| format!("`cashlink guide {} --template` shows every field", G::NAME));
    Failure::invalid(problems, hint)
}

fn read_input<G: Guide>(guide: &G, options: &GuideOptions, variables: &Variables) -> Result<G::Input, Vec<Problem>> {
    let Some(path) = &options.file else {
        let mut input = G::sample();
        guide.fill(&mut input, variables)?;
        G::check(&input)
            .map_err(|problems| failure::listed(&problems).into_iter().map(ids::explain).collect::<Vec<_>>())?;
        return Ok(input);
    };
    let file = InputFile::read(path).map_err(|problem| vec![problem])?;
    let mut parsed = file.parse::<G::Input>(G::TEMPLATE);
    if let Some(input) = &mut parsed.input {
        G::resolve(input, file.folder());
        let filled = guide.fill(input, variables);
        let problems = G::check(input).err();
        for problem in problems.iter().flatten() {
            let explained = ids::explain(Problem::new(&problem.path, &problem.rule));
            parsed.add(&explained.path, &explained.message);
        }
        for problem in filled.err().into_iter().flatten() {
            parsed.add_setting(problem);
        }
    }
    parsed.finish()
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
