//! Redemptions: units leave a wallet, oldest investment first.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::holding::Holding;
use super::refusal::{Problems, unknown};
use super::tasks::{Task, TaskStatus};
use super::{Answer, Call, Owner, Refusal, Reply, World};

#[derive(Clone, Debug)]
pub(super) struct Redemption {
    id: Uuid,
    draft: Draft,
    status: TaskStatus,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Draft {
    investor_id: Uuid,
    product_id: Uuid,
    wallet_id: Uuid,
    units: u64,
}

impl Draft {
    fn holding(&self) -> Holding {
        Holding { investor: self.investor_id, wallet: self.wallet_id, product: self.product_id }
    }
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let draft: Draft = call.parse()?;
    world.check_redemption(call.owner, &draft)?;
    let id = world.ids.next("redemption");
    world.reserve(call.owner, &draft.holding(), draft.units);
    let redemption = Redemption { id, draft, status: TaskStatus::Processing, created_at: call.now };
    world.redemptions.insert(call.owner, id, redemption);
    world.begin(Task::Redemption(call.owner, id), call.now);
    let redemption = world.redemptions.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::changed("redemption", id, redemption.view()))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.redemptions.list(call.owner), Redemption::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("redemption_id")?;
    let redemption = world.redemptions.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(redemption.view()))
}

impl Redemption {
    pub(super) fn view(&self) -> Value {
        // Redemptions have a word of their own for what other tasks call `succeeded`.
        let status = if self.status == TaskStatus::Succeeded { json!("success") } else { json!(self.status) };
        json!({
            "id": self.id,
            "status": status,
            "investor_id": self.draft.investor_id,
            "product_id": self.draft.product_id,
            "wallet_id": self.draft.wallet_id,
            "units": self.draft.units,
            "created_at": self.created_at,
        })
    }
}

impl World {
    fn check_redemption(&self, owner: Owner, draft: &Draft) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        let investor = self.investors.get(owner, draft.investor_id);
        match investor {
            None => problems.field("investor_id", &unknown(draft.investor_id)),
            Some(investor) if investor.wallet(draft.wallet_id).is_none() => {
                problems.field("wallet_id", &unknown(draft.wallet_id));
            }
            Some(_) => {}
        }
        match self.product_known_to(owner, draft.product_id) {
            None => problems.field("product_id", &unknown(draft.product_id)),
            Some(product) if product.terms.ewpg && !self.rules.crypto_redemption => {
                problems.field("product_id", "Crypto securities are not redeemed here.");
            }
            Some(_) => {}
        }
        problems.into_result()?;
        if draft.units > self.available(owner, &draft.holding()) {
            return Err(Refusal::field("units", "The balance of the wallet is too low."));
        }
        Ok(())
    }

    pub(super) fn settle_redemption(&mut self, owner: Owner, id: Uuid, end: TaskStatus, at: Timestamp) {
        let Some(redemption) = self.redemptions.get_mut(owner, id) else {
            return;
        };
        redemption.status = end;
        let (holding, units) = (redemption.draft.holding(), redemption.draft.units);
        match end {
            TaskStatus::Succeeded => {
                self.take(owner, &holding, units, at);
            }
            TaskStatus::Failed => self.release(owner, &holding, units),
            // What may have left must not leave again.
            TaskStatus::Unknown | TaskStatus::Processing => {}
        }
    }
}
