//! `cashlink webhooks`: receives events of investments, sends them, and sends them again.

use crate::{
    args::{Verbosity, WebhooksCommand},
    exit::Exit,
    variables::Variables,
};

mod address;
mod catch_up;
mod control;
mod inbox;
mod listen;
mod post;
mod replay;
mod secrets;
mod sender;
mod told;
mod trigger;

pub(crate) use post::{Answer, Ended};

/// Does what the arguments ask for.
pub(crate) async fn run(command: WebhooksCommand, verbosity: &Verbosity, variables: &Variables) -> Exit {
    let done = match command {
        WebhooksCommand::Listen(listen) => listen::run(&listen, verbosity, variables).await,
        WebhooksCommand::Replay(replay) => replay::run(&replay, verbosity, variables).await,
        WebhooksCommand::CatchUp(catch_up) => catch_up::run(&catch_up, verbosity, variables).await,
        WebhooksCommand::Trigger(trigger) => trigger::run(&trigger, verbosity, variables).await,
    };
    done.map_or_else(|failure| failure.refuse_in_list(verbosity), |()| Exit::Done)
}
