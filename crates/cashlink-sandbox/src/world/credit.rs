//! Credits: the task that puts the units of a paid investment on its wallet.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::status::{InvestmentEvent, Status};
use super::tasks::{Task, TaskStatus};
use super::{Answer, Call, Owner, Refusal, Reply, World};

#[derive(Clone, Debug)]
pub(super) struct Credit {
    id: Uuid,
    status: TaskStatus,
    created_at: Timestamp,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let investment = world.investment_in_path(call)?;
    let investment_id = investment.id;
    if let Some(obstacle) = investment.credit.as_ref().and_then(Credit::obstacle) {
        return Err(Refusal::rule(obstacle));
    }
    if investment.delivered_at.is_some() {
        return Err(Refusal::rule("The investment has already been credited."));
    }
    if investment.status != Status::Paid {
        return Err(Refusal::rule("The investment is not paid."));
    }
    if investment.wallet.is_none() {
        return Err(Refusal::rule("The investment has no wallet."));
    }
    let id = world.ids.next("credit");
    let investment = world.investments.get_mut(call.owner, investment_id).ok_or(Refusal::NotFound)?;
    investment.credit = Some(Credit { id, status: TaskStatus::Processing, created_at: call.now });
    world.begin(Task::Credit { owner: call.owner, investment: investment_id, credit: id }, call.now);
    let credit = world.investments.get(call.owner, investment_id).and_then(|found| found.credit.as_ref());
    let view = credit.map_or(Value::Null, |credit| credit.view(investment_id));
    Ok(Reply::changed("credit", id, view))
}

impl Credit {
    /// Why the units can neither be credited anew nor to another wallet; `None` if they can.
    pub(super) fn obstacle(&self) -> Option<&'static str> {
        match self.status {
            TaskStatus::Processing => Some("The units are being credited."),
            TaskStatus::Succeeded => Some("The investment has already been credited."),
            TaskStatus::Unknown => Some("It is not known whether the units have been credited."),
            TaskStatus::Failed => None,
        }
    }

    pub(super) fn view(&self, investment: Uuid) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
            "investment_id": investment,
            "created_at": self.created_at,
        })
    }
}

impl World {
    /// Ends the credit of `investment`; it fails also if the investor withdrew meanwhile.
    pub(super) fn settle_credit(&mut self, owner: Owner, investment: Uuid, end: TaskStatus, at: Timestamp) {
        let Some(investment) = self.investments.get_mut(owner, investment) else {
            return;
        };
        let is_lost = end == TaskStatus::Succeeded
            && !investment.happen(InvestmentEvent::Deliver, at, &self.rules, &mut self.changes);
        if let Some(credit) = &mut investment.credit {
            credit.status = if is_lost { TaskStatus::Failed } else { end };
        }
    }
}
