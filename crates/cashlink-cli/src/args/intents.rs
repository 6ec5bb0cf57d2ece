//! The arguments of `cashlink intents`.

use std::time::Duration;

use cashlink::IdempotencyKey;
use clap::Subcommand;

use super::{ConnectionOptions, JournalOptions};
use crate::{duration, exit};

#[derive(clap::Args)]
pub(crate) struct Intents {
    #[command(subcommand)]
    pub(crate) command: IntentsCommand,
}

#[derive(Subcommand)]
pub(crate) enum IntentsCommand {
    /// List the changes whose outcome is not known, the newest last; with --json one to a line.
    #[command(after_help = exit::HELP)]
    List {
        /// List those whose outcome is known, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        journal: JournalOptions,
    },
    /// Show one change with everything that the journal has of it.
    #[command(after_help = exit::HELP)]
    Show {
        /// The idempotency key of the change.
        #[arg(value_name = "KEY")]
        key: IdempotencyKey,
        /// Show what was sent and answered, personal data included. Without it, only the names of fields are shown.
        #[arg(long)]
        reveal: bool,
        #[command(flatten)]
        journal: JournalOptions,
    },
    /// Send every change whose outcome is not known again, under its key: nothing happens twice.
    ///
    /// A line is printed for each as soon as its outcome is known, and what is left at the end. Ends with 0 only if
    /// nothing is left.
    #[command(after_help = exit::HELP)]
    Reconcile(Box<Reconcile>),
}

/// What it takes to ask again.
#[derive(clap::Args)]
pub(crate) struct Reconcile {
    /// For how long after it began a change may be sent again, such as 12h: how long you trust the API to remember a
    /// key. It documents no time; 24 hours unless given.
    #[arg(long, value_name = "DUR", value_parser = duration::key_window)]
    pub(crate) key_window: Option<Duration>,
    /// Take a journal that has lost entries as it is from now on, and remove what cannot be read of it. Copy it first,
    /// with the files beside it: what it lost may have been sent.
    #[arg(long)]
    pub(crate) accept_loss: bool,
    #[command(flatten)]
    pub(crate) journal: JournalOptions,
    #[command(flatten)]
    pub(crate) connection: ConnectionOptions,
}
