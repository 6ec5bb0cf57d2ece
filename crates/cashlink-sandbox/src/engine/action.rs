//! What people, the ledger or a test do, for which the API has no call.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::Outcome;
use super::{Event, SnapshotId, State};
use crate::clients::NewClient;
use crate::clock::Time;
use crate::fault::{Fault, FaultId};
use crate::http::App;
use crate::scenario::{Names, Scenario};
use crate::settings::Configuration;
use crate::webhooks::{DeliveryId, Webhook, WebhookId};
use crate::world::{IdentificationResult, InvestmentEvent, Refusal, TaskEnd, World};

/// One thing that is done to a sandbox from outside of the API.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// Moves the clock, holds it or lets it run.
    SetTime(Time),
    Configure(Configuration),
    Trigger {
        investment: Uuid,
        event: InvestmentEvent,
    },
    DecideIdentification {
        investor: Uuid,
        identification: Uuid,
        result: IdentificationResult,
    },
    DecideKyc {
        investor: Uuid,
        result: IdentificationResult,
    },
    FinishTask {
        task: Uuid,
        end: TaskEnd,
    },
    NextTaskEnds(TaskEnd),
    ValidateProduct {
        product: Uuid,
    },
    FreezeWallet {
        wallet: Uuid,
        is_frozen: bool,
    },
    PauseTransfers {
        product: Uuid,
        is_paused: bool,
    },
    AllowPlatform {
        client_id: String,
        platform: Uuid,
        is_allowed: bool,
    },
    AddClient(NewClient),
    Arm(Fault),
    Disarm(FaultId),
    ClearFaults,
    Seed(Box<Scenario>),
    Snapshot,
    Restore(SnapshotId),
    DropSnapshot(SnapshotId),
    AddWebhook(Webhook),
    /// Tells these of what happens, and no others that were set up before.
    SetUpWebhooks(Vec<Webhook>),
    RemoveWebhook(WebhookId),
    /// Sends a delivery once more.
    Resend(DeliveryId),
}

/// What an action may build on.
pub(crate) struct Present {
    pub(crate) time: Time,
    pub(crate) configuration: Configuration,
}

/// What an action made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Nothing,
    Fault(FaultId),
    Snapshot(SnapshotId),
    Webhook(WebhookId),
    /// The ids of what was named.
    Named(Names),
}

impl App {
    /// Does `action`; nothing of it if it is refused.
    pub(crate) fn act(&self, action: &Action) -> Result<Done, Refusal> {
        self.act_on(|_| Ok(action.clone()))
    }

    /// Does what follows from how things are. Nobody changes them in between.
    pub(crate) fn act_on(&self, action: impl FnOnce(Present) -> Result<Action, Refusal>) -> Result<Done, Refusal> {
        let mut state = self.state();
        let action = action(Present { time: self.clock.time(), configuration: self.configuration(&state) })?;
        let now = self.clock.now();
        state.note(now, || Event::Action(Cow::Borrowed(&action)))?;
        let done = self.perform(&mut state, &action, now);
        state.conclude(now, || Outcome::of_action(&done));
        drop(state);
        self.touch();
        self.wake_sender();
        done
    }

    /// Lets `action` happen at `now`.
    pub(super) fn perform(&self, state: &mut State, action: &Action, now: Timestamp) -> Result<Done, Refusal> {
        state.settle(now);
        let done = self.carry_out(state, action, now);
        state.report();
        done
    }

    fn carry_out(&self, state: &mut State, action: &Action, now: Timestamp) -> Result<Done, Refusal> {
        match action {
            Action::SetTime(time) => self.clock.set(*time),
            Action::Configure(configuration) => {
                self.set(configuration.settings);
                state.world.set_rules(configuration.rules);
            }
            Action::Arm(fault) => return Ok(Done::Fault(state.faults.arm(fault.clone()))),
            Action::Disarm(id) => return found(state.faults.disarm(*id)),
            Action::ClearFaults => state.faults.clear(),
            Action::Seed(scenario) => return self.seed(state, scenario, now).map(Done::Named),
            Action::Snapshot => {
                let saved = state.save(self.clock.time(), self.configuration(state));
                return state.snapshots.add(saved, now).map(Done::Snapshot);
            }
            Action::Restore(id) => {
                let saved = state.snapshots.find(*id)?;
                self.restore(state, &saved);
            }
            Action::DropSnapshot(id) => state.snapshots.drop(*id)?,
            Action::AddWebhook(webhook) => return state.outbox.add(webhook.clone()).map(Done::Webhook),
            Action::SetUpWebhooks(webhooks) => state.outbox.set_up(webhooks)?,
            Action::RemoveWebhook(id) => return found(state.outbox.remove(*id)),
            Action::Resend(id) => state.outbox.resend(*id)?,
            of_world => return state.world.perform(of_world, now).map(|()| Done::Nothing),
        }
        Ok(Done::Nothing)
    }
}

impl World {
    /// Lets happen what concerns the world alone.
    pub(crate) fn perform(&mut self, action: &Action, now: Timestamp) -> Result<(), Refusal> {
        let is_there = match action {
            Action::Trigger { investment, event } => return self.trigger(*investment, *event, now),
            Action::DecideIdentification { investor, identification, result } => {
                self.decide_identification(*investor, *identification, *result, now)
            }
            Action::DecideKyc { investor, result } => return self.decide_kyc(*investor, *result, now),
            Action::FinishTask { task, end } => return self.finish_task(*task, *end, now),
            Action::ValidateProduct { product } => self.validate_product(*product, now),
            Action::FreezeWallet { wallet, is_frozen } => self.freeze_wallet(*wallet, *is_frozen),
            Action::PauseTransfers { product, is_paused } => self.pause_transfers(*product, *is_paused),
            Action::AllowPlatform { client_id, platform, is_allowed } => {
                let issuer = self.clients().of_id(client_id).map(|client| client.owner);
                issuer.is_some_and(|issuer| self.allow_platform(issuer, *platform, *is_allowed))
            }
            Action::AddClient(client) => return self.add_client(client).map(|_| ()),
            Action::NextTaskEnds(end) => {
                self.next_task_ends(*end);
                true
            }
            _ => true,
        };
        if is_there { Ok(()) } else { Err(Refusal::NotFound) }
    }
}

fn found(was_there: bool) -> Result<Done, Refusal> {
    if was_there { Ok(Done::Nothing) } else { Err(Refusal::NotFound) }
}
