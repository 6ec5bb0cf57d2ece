//! The arguments.

#![expect(clippy::doc_markdown, reason = "these comments are the text of `--help`")]

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use secrecy::SecretString;

use crate::exit;

mod api;
mod guide;
mod intents;
mod journal;
mod runs;
mod sandbox;
mod webhooks;

pub(crate) use api::{Api, Request};
pub(crate) use guide::{Guide, GuideName, GuideOptions, Ids};
pub(crate) use intents::{Intents, IntentsCommand, Reconcile};
pub(crate) use journal::{JournalOptions, OptionalJournal};
pub(crate) use runs::{Resume, Runs, RunsCommand};
pub(crate) use sandbox::Sandbox;
pub(crate) use webhooks::{
    AcceptedOptions, CatchUp, Family, ForwardOptions, InboxOptions, Listen, Replay, SandboxOptions, SenderOptions,
    Trigger, Webhooks, WebhooksCommand,
};

/// The guides of the Cashlink API, single calls, a demo without an account, and a sandbox to program against.
#[derive(Parser)]
#[command(name = "cashlink", version, max_term_width = 110, after_help = exit::HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How much is said, and in which form.
#[derive(clap::Args)]
pub(crate) struct Verbosity {
    /// Print one JSON document on stdout; progress goes to stderr.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log to stderr; twice for more. RUST_LOG, if set, decides instead. Bodies are never logged.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Show no progress.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the four guides against a sandbox inside this process, and show what exists afterwards.
    #[command(after_help = exit::HELP)]
    Demo,
    /// Call any operation of the API by method and path, JSON in and JSON out.
    ///
    /// The reply goes to stdout with all its digits and in its order, on one line with --json; key, status and outcome go
    /// to stderr.
    #[command(after_help = exit::HELP)]
    Api(Box<Api>),
    /// Run one of the guides: three are published by the vendor, `issuance` is ours.
    #[command(after_help = exit::HELP)]
    Guide(Box<Guide>),
    /// List the runs of guides that the journal has, show one, let one go on, or give one up.
    #[command(after_help = exit::HELP)]
    Runs(Runs),
    /// List the changes that the journal has, show one, or find out what became of those that are open.
    #[command(after_help = exit::HELP)]
    Intents(Intents),
    /// Serve a sandbox of the API until SIGINT or SIGTERM.
    ///
    /// Prints the variables that clients need as KEY=VALUE lines on stdout, then READY.
    #[command(after_help = crate::sandbox::HELP)]
    Sandbox(Box<Sandbox>),
    /// Receive events of investments, send events of your own, or send again.
    #[command(after_help = exit::HELP)]
    Webhooks(Webhooks),
}

/// Where the API is, and who calls it.
#[derive(clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionOptions {
    /// Published environment to use, instead of an address.
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    pub(crate) env: Option<EnvironmentName>,
    /// Address of the API, up to and without /v2 or /distributor [env: CASHLINK_URL]
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// OAuth 2.0 client id [env: CASHLINK_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// OAuth 2.0 client secret [env: CASHLINK_CLIENT_SECRET]. Other users of this machine can see it; prefer the
    /// variable or the file.
    #[arg(long, value_name = "SECRET", conflicts_with = "client_secret_file")]
    pub(crate) client_secret: Option<SecretString>,
    /// File that holds the client secret and nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentName {
    Demo,
    Production,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        check("demo", true);
        check("demo --json -vv", true);
        check("demo -v -q", false);
        check("guide registry --env demo --url http://localhost", false);
        check("guide registry --client-secret a --client-secret-file b", false);
        check("guide registry --no-redeem --product-id 6f1d0c3b-7a52-4e0e-9b61-2f84c05d3ae7", false);
        check("guide registry --template --file a.yaml", false);
        check("guide registry --investor-id 6f1d0c3b-7a52-4e0e-9b61-2f84c05d3ae7", false);
        check("guide platform --investor-id 6f1d0c3b-7a52-4e0e-9b61-2f84c05d3ae7", true);
        check("guide platform --investor-id nonsense", false);
        check("guide issuance --distribution-platform-id 6f1d0c3b-7a52-4e0e-9b61-2f84c05d3ae7", true);
        check("guide issuance --campaign-id 6f1d0c3b-7a52-4e0e-9b61-2f84c05d3ae7", false);
        check("guide platform --env staging", false);
        check("guide", false);
        check("guide registry --run-id import-1 --journal a.db --journal-key-file a.key", true);
        check("guide registry --no-journal", true);
        check("guide registry --no-journal --journal a.db", false);
        check("guide registry --no-journal --journal-key-file a.key", false);
        check("runs", false);
        check("runs list --all --journal a.db", true);
        check("runs show import-1 --json", true);
        check("runs show", false);
        check("runs show two\u{a0}words", false);
        check("runs resume import-1 --file a.yaml --env demo --no-redeem", true);
        check("runs resume import-1 --env demo --url http://localhost", false);
        check("runs abandon import-1", true);
        check("intents list --all", true);
        check("intents show order-4711 --reveal", true);
        check("intents show schlüssel", false);
        check("intents reconcile --key-window 12h", true);
        check("intents reconcile --key-window 0s", false);
        check("api GET /v2/investors/", true);
        check("api get /v2/investors/ --query a=b --query c= --all --timeout 1m", true);
        check("api POST /v2/investors/ --data {} --key order-4711", true);
        check("api POST /v2/documents/ --file a.pdf --content-type application/pdf", true);
        check("api --list", true);
        check("api --list GET /v2/investors/", false);
        check("api POST /v2/investors/ --data {} --journal a.db", true);
        check("api POST /v2/investors/ --data {} --no-journal --journal a.db", false);
        check("api GET", false);
        check("api DELETE /v2/investors/", false);
        check("api POST /v2/documents/ --content-type application/pdf", false);
        check("api POST /v2/documents/ --file a.pdf --data {}", false);
        check("api GET /v2/investors/ --query =b", false);
        check("api GET /v2/investors/ --query b", false);
        check("api GET /v2/investors/ --timeout 0s", false);
        check("api GET /v2/investors/ --all --key order-4711", false);
        check("api POST /v2/investors/ --key two,words", true);
        check("api POST /v2/investors/ --key schlüssel", false);
        check("sandbox --latency 20ms --settlement 2s --listen 127.0.0.1:8080", true);
        check("sandbox --latency 20", false);
        check("sandbox --listen localhost", false);
        check("sandbox --data data --seed 7 --hold-clock-at 2030-01-01T00:00:00Z --strict-idempotency", true);
        check("sandbox --page-size 10 --token-lifetime 1h --max-upload 1000000 --request-log 0", true);
        check("sandbox --rule review --rule issuer_mirror --control-token-file token", true);
        check("sandbox --rule reviews", false);
        check("sandbox --hold-clock-at 2030-01-01", false);
        check("sandbox --page-size 0", false);
        check("sandbox --page-size 1001", false);
        check("sandbox --token-lifetime 999ms", false);
        check("sandbox --max-upload 64MiB", false);
        check("sandbox --seed -1", false);
        check("webhooks", false);
        check("webhooks listen --listen 0.0.0.0:8090 --token a --token b --ahead 40d --forward http://localhost", true);
        check("webhooks listen --token a --token-file b", false);
        check("webhooks listen --forward-token-file a", false);
        check("webhooks trigger --to http://localhost --status PAID --count 3 --timeout 1s", true);
        check("webhooks trigger --to http://localhost --status PAID --count 0", false);
        check("webhooks trigger --event payment-missing --investment 6f1d0c3b-7a52-4e0e-9b61-2f84c05d3ae7", true);
        check("webhooks replay --to http://localhost --since 2030-01-01T00:00:00Z --dry-run", true);
        check("webhooks replay --delivery 1 --delivery 2 --sandbox http://localhost", true);
        check("webhooks replay --delivery first", false);
        check("webhooks catch-up --family distributor --inbox a.db --env demo", true);
        check("webhooks catch-up --family issuer", false);
        check("webhooks replay --to http://localhost --pending", false);
        check("", false);

        #[track_caller]
        fn check(arguments: &str, valid: bool) {
            let arguments = std::iter::once("cashlink").chain(arguments.split_whitespace());
            assert_eq!(Args::try_parse_from(arguments).is_ok(), valid);
        }
    }
}
