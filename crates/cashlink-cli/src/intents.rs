//! `cashlink intents`: the changes that a journal has.

use cashlink::journal::Which;

use crate::{
    args::{IntentsCommand, Verbosity},
    exit::Exit,
    variables::Variables,
};

mod list;
mod reconcile;
mod result;
mod row;
mod show;
mod shown;

pub(crate) use row::IntentRow;

/// Does what the arguments ask for.
pub(crate) async fn run(command: IntentsCommand, verbosity: &Verbosity, variables: &Variables) -> Exit {
    match command {
        IntentsCommand::List { all, journal } => {
            let which = if all { Which::All } else { Which::Open };
            let listed = list::run(&journal, which, verbosity, variables).await;
            listed.map_or_else(|failure| failure.refuse_in_list(verbosity), |()| Exit::Done)
        }
        IntentsCommand::Show { key, reveal, journal } => {
            let reveal = if reveal { shown::Reveal::Values } else { shown::Reveal::Names };
            let shown = show::run(&journal, &key, reveal, verbosity, variables).await;
            shown.map_or_else(|failure| failure.refuse(verbosity), |()| Exit::Done)
        }
        IntentsCommand::Reconcile(reconcile) => {
            let settled = reconcile::run(&reconcile, verbosity, variables).await;
            settled.unwrap_or_else(|failure| failure.refuse_in_list(verbosity))
        }
    }
}
