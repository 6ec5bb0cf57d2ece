//! `cashlink webhooks`: receives events of investments, sends them, and sends them again.

use crate::{
    args::{Verbosity, WebhooksCommand},
    exit::Exit,
    variables::Variables,
};

mod address;
mod control;
mod post;
mod sender;
mod trigger;

pub(crate) use post::{Answer, Ended};

/// Does what the arguments ask for.
pub(crate) async fn run(command: WebhooksCommand, verbosity: &Verbosity, variables: &Variables) -> Exit {
    let done = match command {
        WebhooksCommand::Trigger(trigger) => trigger::run(&trigger, verbosity, variables).await,
    };
    done.map_or_else(|failure| failure.refuse_in_list(verbosity), |()| Exit::Done)
}
