//! Redemptions: units leave a wallet, oldest investment first.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::refusal::{Problems, unknown};
use super::tasks::Task;
use super::{Answer, Call, Owner, Refusal, Reply, World};

#[derive(Debug)]
pub(super) struct Redemption {
    id: Uuid,
    draft: Draft,
    status: RedemptionStatus,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Draft {
    investor_id: Uuid,
    product_id: Uuid,
    wallet_id: Uuid,
    units: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum RedemptionStatus {
    Processing,
    Success,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let draft: Draft = call.parse()?;
    world.check_redemption(call.owner, &draft)?;
    let id = world.ids.next("redemption");
    if let Some(investor) = world.investors.get_mut(call.owner, draft.investor_id) {
        *investor.reserved.entry((draft.wallet_id, draft.product_id)).or_default() += draft.units;
    }
    let redemption = Redemption { id, draft, status: RedemptionStatus::Processing, created_at: call.now };
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
    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
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
        match self.products.get(owner, draft.product_id) {
            None => problems.field("product_id", &unknown(draft.product_id)),
            Some(product) if product.terms.ewpg => {
                problems.field("product_id", "Crypto securities are not redeemed here.");
            }
            Some(_) => {}
        }
        problems.into_result()?;
        if draft.units > self.available(owner, draft) {
            return Err(Refusal::field("units", "The balance of the wallet is too low."));
        }
        Ok(())
    }

    /// Units on the wallet that no redemption under way will take.
    fn available(&self, owner: Owner, draft: &Draft) -> u64 {
        let Some(investor) = self.investors.get(owner, draft.investor_id) else {
            return 0;
        };
        let reserved = investor.reserved.get(&(draft.wallet_id, draft.product_id)).copied().unwrap_or_default();
        let investments = investor.investments.iter().filter_map(|id| self.investments.get(owner, *id));
        let held = investments.filter(|investment| investment.is_held(draft)).map(|investment| investment.remaining);
        held.sum::<u64>().saturating_sub(reserved)
    }

    pub(super) fn settle_redemption(&mut self, owner: Owner, id: Uuid) {
        let Some(redemption) = self.redemptions.get_mut(owner, id) else {
            return;
        };
        redemption.status = RedemptionStatus::Success;
        let draft = redemption.draft;
        let Some(investor) = self.investors.get_mut(owner, draft.investor_id) else {
            return;
        };
        if let Some(reserved) = investor.reserved.get_mut(&(draft.wallet_id, draft.product_id)) {
            *reserved = reserved.saturating_sub(draft.units);
        }
        let mut left = draft.units;
        for investment in &investor.investments {
            let Some(investment) = self.investments.get_mut(owner, *investment) else {
                continue;
            };
            if investment.is_held(&draft) {
                let taken = left.min(investment.remaining);
                investment.remaining -= taken;
                left -= taken;
            }
        }
    }
}

impl super::investment::Investment {
    /// Whether its units are on the wallet that is redeemed from.
    fn is_held(&self, draft: &Draft) -> bool {
        let is_same = self.wallet == Some(draft.wallet_id) && self.product == draft.product_id;
        is_same && self.delivered_at.is_some()
    }
}
