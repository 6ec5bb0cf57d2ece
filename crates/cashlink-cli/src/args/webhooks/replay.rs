//! The arguments of `cashlink webhooks replay`.

use std::time::Duration;

use cashlink::InvestmentId;
use jiff::Timestamp;

use super::{InboxOptions, SandboxOptions, SenderOptions};
use crate::{args::sandbox::time, duration};

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["to", "delivery", "pending", "all"])))]
pub(crate) struct Replay {
    /// Address of a receiver, to send it what an inbox has, in the order in which it came; https, except on this machine.
    #[arg(long, value_name = "URL", conflicts_with_all = ["sandbox", "control_token_file"])]
    pub(crate) to: Option<String>,
    /// Delivery that a sandbox is to send again; may be given several times.
    #[arg(long, value_name = "ID", conflicts_with_all = ONLY_INBOX)]
    pub(crate) delivery: Vec<u64>,
    /// Have a sandbox send all at once that has not arrived yet, instead of when its time has come.
    #[arg(long, conflicts_with_all = ONLY_INBOX)]
    pub(crate) pending: bool,
    /// Have a sandbox send everything again that it still knows.
    #[arg(long, conflicts_with_all = ONLY_INBOX)]
    pub(crate) all: bool,

    /// Only events of this investment.
    #[arg(long, value_name = "ID", help_heading = "From an inbox")]
    pub(crate) investment: Option<InvestmentId>,
    /// Only events that came at this time or later, such as 2030-01-01T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "From an inbox")]
    pub(crate) since: Option<Timestamp>,
    /// Only events that came before this time.
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "From an inbox")]
    pub(crate) until: Option<Timestamp>,
    /// Send nothing, and say what would be sent.
    #[arg(long, help_heading = "From an inbox")]
    pub(crate) dry_run: bool,
    /// How long each reply is waited for.
    #[arg(long, value_name = "DUR", default_value = "10s", value_parser = duration::timeout,
        help_heading = "From an inbox")]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) inbox: InboxOptions,
    #[command(flatten)]
    pub(crate) sender: SenderOptions,
    #[command(flatten)]
    pub(crate) sandbox: SandboxOptions,
}

/// What means nothing to a sandbox.
const ONLY_INBOX: [&str; 8] = ["investment", "since", "until", "dry_run", "timeout", "inbox", "token", "token_file"];
