//! The arguments of `cashlink webhooks`.

use std::path::PathBuf;

use clap::Subcommand;
use secrecy::SecretString;

use crate::exit;

mod catch_up;
mod listen;
mod replay;
mod trigger;

pub(crate) use catch_up::{CatchUp, Family};
pub(crate) use listen::{AcceptedOptions, ForwardOptions, Listen};
pub(crate) use replay::Replay;
pub(crate) use trigger::Trigger;

#[derive(clap::Args)]
pub(crate) struct Webhooks {
    #[command(subcommand)]
    pub(crate) command: WebhooksCommand,
}

#[derive(Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Receive events durably, print what became of each, and send on what counted, until SIGINT or SIGTERM.
    ///
    /// Prints the address, the token if it was drawn, and READY; then a line for each delivery. With --json every line is a
    /// JSON document that says in `what` which kind it is.
    #[command(after_help = exit::HELP)]
    Listen(Box<Listen>),
    /// Send an event of your own to a receiver, or let something happen in a sandbox, whose webhooks then tell.
    ///
    /// With --to, every delivery has a line with the status and the time of its reply, or with --json one JSON document.
    #[command(after_help = exit::HELP)]
    Trigger(Box<Trigger>),
    /// Send again what an inbox has, or have a sandbox send deliveries again.
    ///
    /// A line is printed for each, and the sums at the end; with --json every line is a JSON document.
    #[command(after_help = exit::HELP)]
    Replay(Box<Replay>),
    /// After an outage, list all investments and take down in an inbox what no event told of.
    ///
    /// It may be run at any time, also while `listen` has the same inbox, which then forwards what counts. Statuses that
    /// were passed meanwhile are not told.
    #[command(after_help = exit::HELP)]
    CatchUp(Box<CatchUp>),
}

/// Where events are.
#[derive(clap::Args)]
#[command(next_help_heading = "Inbox")]
pub(crate) struct InboxOptions {
    /// File that events are taken down in [env: CASHLINK_WEBHOOK_INBOX]. Unless given, cashlink/webhooks.db in the
    /// platform's data directory. Not that of a program of yours with a handler: here events have no effect.
    #[arg(long, value_name = "FILE")]
    pub(crate) inbox: Option<PathBuf>,
}

/// What the sender of events shows to their receiver.
#[derive(clap::Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct SenderOptions {
    /// Bearer token that the receiver knows [env: CASHLINK_WEBHOOK_TOKEN]. Other users of this machine can see it; prefer
    /// the variable or the file.
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file")]
    pub(crate) token: Option<SecretString>,
    /// File that holds the token and nothing else. Of several, in lines, the first is sent.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Address of the receiver's token endpoint, to get a token there instead, with client credentials.
    #[arg(long, value_name = "URL", requires = "client_id", conflicts_with_all = ["token", "token_file"])]
    pub(crate) token_url: Option<String>,
    /// The client's id at the token endpoint.
    #[arg(long, value_name = "ID", requires = "token_url")]
    pub(crate) client_id: Option<String>,
    /// File that holds the client's secret and nothing else [env: CASHLINK_WEBHOOK_CLIENT_SECRET]
    #[arg(long, value_name = "FILE", requires = "token_url")]
    pub(crate) client_secret_file: Option<PathBuf>,
}

/// Which sandbox is meant, and what it asks for.
#[derive(clap::Args)]
#[command(next_help_heading = "Sandbox")]
pub(crate) struct SandboxOptions {
    /// Address of the sandbox without a path [env: CASHLINK_SANDBOX]
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) sandbox: Option<String>,
    /// File that holds what its /_sandbox/ asks for, if it does [env: CASHLINK_SANDBOX_TOKEN]
    #[arg(long, value_name = "FILE")]
    pub(crate) control_token_file: Option<PathBuf>,
}
