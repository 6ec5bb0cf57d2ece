//! The arguments of `cashlink webhooks catch-up`.

use clap::ValueEnum;

use super::InboxOptions;
use crate::args::ConnectionOptions;

#[derive(clap::Args)]
pub(crate) struct CatchUp {
    /// Family of the API whose investments are listed: the one that you make them with.
    #[arg(long, value_name = "NAME", default_value = "platform")]
    pub(crate) family: Family,
    #[command(flatten)]
    pub(crate) inbox: InboxOptions,
    #[command(flatten)]
    pub(crate) connection: ConnectionOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Family {
    Platform,
    Distributor,
}
