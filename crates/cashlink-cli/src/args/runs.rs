//! The arguments of `cashlink runs`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{ConnectionOptions, Ids, JournalOptions};
use crate::{exit, run_id::RunId};

#[derive(clap::Args)]
pub(crate) struct Runs {
    #[command(subcommand)]
    pub(crate) command: RunsCommand,
}

#[derive(Subcommand)]
pub(crate) enum RunsCommand {
    /// List the runs that have not come to their end, the newest last; with --json one to a line.
    #[command(after_help = exit::HELP)]
    List {
        /// List those that are done or abandoned, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        journal: JournalOptions,
    },
    /// Show one run with its steps and with what is pending of it.
    #[command(after_help = exit::HELP)]
    Show {
        #[command(flatten)]
        run: RunArgument,
        #[command(flatten)]
        journal: JournalOptions,
    },
    /// Let a run go on where it stopped. Steps that the API had rejected are taken again, under new keys.
    #[command(after_help = exit::HELP)]
    Resume(Box<Resume>),
    /// Give a run up. Nothing is undone, and it cannot be resumed any more.
    #[command(after_help = exit::HELP)]
    Abandon {
        #[command(flatten)]
        run: RunArgument,
        #[command(flatten)]
        journal: JournalOptions,
    },
}

/// Which run is meant.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct RunArgument {
    /// The run: its id as it was given or as it is shown.
    #[arg(value_name = "ID")]
    pub(crate) id: RunId,
}

/// What a run needs to go on.
#[derive(clap::Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    pub(crate) run: RunArgument,
    /// The input that the run was begun with, `-` for stdin. Not needed if the journal has it encrypted and the key is
    /// given, or if the run was begun with the sample data.
    #[arg(long, value_name = "INPUT.yaml")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ids: Ids,
    #[command(flatten)]
    pub(crate) journal: JournalOptions,
    #[command(flatten)]
    pub(crate) connection: ConnectionOptions,
}
