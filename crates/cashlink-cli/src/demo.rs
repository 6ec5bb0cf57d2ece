//! `cashlink demo`: the four guides against a sandbox inside this process, and what exists afterwards.

use std::sync::Arc;

use cashlink::{Cashlink, Scope};
use cashlink_sandbox::Sandbox;
use serde::Serialize;

use crate::{
    args::Verbosity,
    exit::Exit,
    failure::{self, Failure},
    guide::{Distributor, Guide, Issuance, Platform, Registry, Report, Start, run_guide},
    output,
    progress::{Lines, Screen},
    run_id::RunId,
    signals::Signals,
    table::{self, Object},
    variables::Variables,
};

mod read_back;

/// The JSON document of the demo.
#[derive(Serialize)]
struct Document {
    status: &'static str,
    guides: Vec<Report>,
    objects: Vec<Object>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

/// Runs the demo.
pub(crate) async fn run(verbosity: &Verbosity) -> Exit {
    let lines = match verbosity {
        Verbosity { quiet: true, .. } => Lines::Nowhere,
        Verbosity { json: true, .. } => Lines::Stderr,
        Verbosity { .. } => Lines::Stdout,
    };
    let screen = Arc::new(Screen::new(lines));
    let mut document = Document { status: "", guides: Vec::new(), objects: Vec::new(), error: None };
    if let Err(failure) = play(&screen, &mut document).await {
        document.error = Some(*failure);
    }
    let exit = document.error.as_ref().map_or(Exit::Done, |failure| failure.exit);
    document.status = exit.word();
    show(&document, verbosity, exit)
}

fn show(document: &Document, verbosity: &Verbosity, exit: Exit) -> Exit {
    let shown = if verbosity.json {
        output::document(document)
    } else {
        if !document.objects.is_empty() {
            output::result(&format!(
                "\nWhat exists now, as the server tells it:\n{}",
                table::objects(&document.objects)
            ));
        }
        Ok(())
    };
    if let Some(failure) = &document.error {
        failure.show();
    }
    match shown {
        Ok(()) => exit,
        Err(error) => {
            Failure::internal("the report cannot be written", &error).show();
            Exit::Internal
        }
    }
}

async fn play(screen: &Arc<Screen>, document: &mut Document) -> failure::Result<()> {
    let signals = Signals::listen()?;
    let sandbox = Sandbox::start().await.map_err(|error| Failure::internal("the sandbox cannot start", &error))?;
    screen.line(&format!("sandbox at {}", sandbox.url()));
    let client = client(&sandbox)?;
    let (campaign_id, product_id) = (Some(sandbox.campaign_id().into()), Some(sandbox.product_id().into()));
    let mut stage = Stage { client: &client, screen, signals, guides: &mut document.guides };

    let registry = Registry { campaign_id, product_id, no_redeem: false };
    let result = stage.play(registry).await?;
    document.objects.extend(read_back::registry(&client, &result).await?);

    let result = stage.play(Distributor).await?;
    document.objects.extend(read_back::distributor(&client, &result).await?);

    let investor_id = Some(sandbox.investor_id().into());
    let platform = Platform { campaign_id, investor_id };
    let result = stage.play(platform).await?;
    document.objects.extend(read_back::platform(&client, &result).await?);

    let result = stage.play(Issuance { investor_id, distribution_platform_id: None }).await?;
    document.objects.extend(read_back::issuance(&client, &result).await?);

    sandbox.stop().await;
    Ok(())
}

/// What the guides share.
struct Stage<'a> {
    client: &'a Cashlink,
    screen: &'a Arc<Screen>,
    signals: Signals,
    guides: &'a mut Vec<Report>,
}

impl Stage<'_> {
    /// Runs one guide with its sample data, keeps its report, and returns its result.
    async fn play<G: Guide>(&mut self, guide: G) -> failure::Result<G::Report> {
        let mut input = G::sample();
        // The demo gives all ids itself; the environment has no say in it.
        guide.fill(&mut input, &Variables::none()).map_err(|problems| Failure::invalid(problems, None))?;
        self.screen.line(&format!("\nguide {}", G::NAME));
        // Nothing outlives the demo: there is nothing to write down for.
        let start = Start { client: self.client, run_id: RunId::random(), input: &input, record: None };
        let (mut report, result) = run_guide::<G>(start, self.screen, &mut self.signals).await;
        self.screen.line(&report.summary());
        let failure = report.error.take();
        self.guides.push(report);
        match (result, failure) {
            (Some(result), _) => Ok(result),
            // The sandbox and all in it end with this process: there is nothing to go on with.
            (None, Some(failure)) => Err(failure.without_hint().into()),
            (None, None) => Err(Failure::bug("the guide has neither result nor failure").into()),
        }
    }
}

fn client(sandbox: &Sandbox) -> cashlink::Result<Cashlink> {
    Cashlink::builder()
        .base_url(sandbox.url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .scopes(Scope::ALL)
        .user_agent(concat!("cashlink-cli/", env!("CARGO_PKG_VERSION")))
        .build()
}
