//! Transfers: units go from one wallet to another and become an investment of who receives them.

use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::holding::Holding;
use super::investment::Arrival;
use super::refusal::{Problems, unknown};
use super::tasks::{Task, TaskStatus};
use super::wallet::{Place, Wallet};
use super::{Answer, Call, Owner, Refusal, Reply, Viewer, World};

#[derive(Clone, Debug)]
pub(super) struct Transfer {
    id: Uuid,
    draft: Draft,
    route: Route,
    status: TaskStatus,
    created_at: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
struct Draft {
    product: Uuid,
    source_wallet: Uuid,
    target_address: String,
    amount: u64,
}

/// Where the units come from and go to.
#[derive(Clone, Copy, Debug)]
struct Route {
    source: Holding,
    target: Place,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let draft: Draft = call.parse()?;
    let route = world.check_transfer(call, &draft)?;
    let id = world.ids.next("transfer");
    world.reserve(call.owner, &route.source, draft.amount);
    let transfer = Transfer { id, draft, route, status: TaskStatus::Processing, created_at: call.now };
    world.transfers.insert(call.owner, id, transfer);
    if let Some(issuer) = world.products.owner_of(route.source.product) {
        world.transfers.show(id, Viewer::Issuer(issuer).into());
    }
    world.begin(Task::Transfer(call.owner, id), call.now);
    let transfer = world.transfers.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::changed("transfer", id, transfer.view()))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.transfers.listed(call.viewer().into()), Transfer::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("transfer_id")?;
    let transfer = world.transfers.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(transfer.view()))
}

/// The message of the first rule that is broken.
fn broken(rules: &[(bool, &'static str)]) -> Option<&'static str> {
    rules.iter().find(|(is_broken, _)| *is_broken).map(|(_, message)| *message)
}

impl Transfer {
    pub(super) fn view(&self) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
            "product": self.draft.product,
            "source_wallet": self.draft.source_wallet,
            "target_address": self.draft.target_address,
            "amount": self.draft.amount,
            "created_at": self.created_at,
        })
    }
}

impl World {
    /// Who gives and who receives, if every condition holds.
    fn check_transfer(&self, call: &Call<'_>, draft: &Draft) -> Result<Route, Refusal> {
        let mut problems = Problems::default();
        if let Some(message) = self.objection_to_product(call, draft.product) {
            problems.field("product", &message);
        }
        let source = self.wallets.of_id(draft.source_wallet).filter(|place| place.owner == call.owner);
        if let Some(message) = self.objection_to_source(source, draft.source_wallet) {
            problems.field("source_wallet", &message);
        }
        let target = self.wallets.of_address(&draft.target_address);
        if let Some(message) = self.objection_to_target(target, draft.product) {
            problems.field("target_address", message);
        }
        problems.into_result()?;
        let (Some(source), Some(target)) = (source, target) else {
            return Err(Refusal::NotFound);
        };
        let source = Holding { investor: source.investor, wallet: source.wallet, product: draft.product };
        if draft.amount > self.available(call.owner, &source) {
            return Err(Refusal::field("amount", "The balance of the wallet is too low."));
        }
        Ok(Route { source, target })
    }

    fn objection_to_product(&self, call: &Call<'_>, id: Uuid) -> Option<String> {
        let Some(product) = self.product_on_offer(call.owner, id) else {
            return Some(unknown(id));
        };
        let today = call.now.to_zoned(TimeZone::UTC).date();
        let rules = [
            (product.terms.lock_in_time.is_some_and(|last| last >= today), "The lock-up period is not over."),
            (self.paused.contains(&id), "Transfers of the product are paused."),
        ];
        broken(&rules).map(str::to_owned)
    }

    fn objection_to_source(&self, place: Option<Place>, id: Uuid) -> Option<String> {
        let Some(wallet) = place.and_then(|place| self.wallet_at(place)) else {
            return Some(unknown(id));
        };
        let rules = [(!wallet.is_managed(), "The wallet is not managed."), (wallet.is_frozen, "The wallet is frozen.")];
        broken(&rules).map(str::to_owned)
    }

    fn objection_to_target(&self, place: Option<Place>, product: Uuid) -> Option<&'static str> {
        let Some((place, wallet)) = place.and_then(|place| Some((place, self.wallet_at(place)?))) else {
            return Some("No wallet with this address is registered.");
        };
        let platform = self.own_platform(place.owner);
        let rules = [
            (!wallet.receiving_enabled, "The wallet does not receive transfers."),
            (
                !platform.is_some_and(|platform| self.is_listed(product, platform)),
                "The product is not listed on the platform of the receiver.",
            ),
        ];
        broken(&rules)
    }

    fn wallet_at(&self, place: Place) -> Option<&Wallet> {
        self.investors.get(place.owner, place.investor)?.wallet(place.wallet)
    }

    pub(super) fn settle_transfer(&mut self, owner: Owner, id: Uuid, end: TaskStatus, at: Timestamp) {
        let Some(transfer) = self.transfers.get_mut(owner, id) else {
            return;
        };
        transfer.status = end;
        let (route, units) = (transfer.route, transfer.draft.amount);
        match end {
            TaskStatus::Succeeded => self.hand_over(owner, route, units, at),
            TaskStatus::Failed => self.release(owner, &route.source, units),
            // What may have left must not leave again.
            TaskStatus::Unknown | TaskStatus::Processing => {}
        }
    }

    fn hand_over(&mut self, owner: Owner, route: Route, units: u64, at: Timestamp) {
        let Route { source, target } = route;
        let sources = self.take(owner, &source, units, at);
        let oldest = sources.first().and_then(|id| self.investments.get(owner, *id));
        let Some((oldest, receiver)) = oldest.zip(self.investors.get(target.owner, target.investor)) else {
            return;
        };
        let id = self.ids.next("investment");
        // Another platform has nothing to do with the campaign.
        let campaign = oldest.campaign.filter(|campaign| self.campaign_on_offer(target.owner, *campaign).is_some());
        let arrival = Arrival { id, wallet: target.wallet, campaign, units, at };
        let investment = oldest.handed_over(receiver, &arrival);
        self.add_investment(target.owner, investment);
        if let Some(receiver) = self.investors.get_mut(target.owner, target.investor) {
            receiver.investments.push(id);
        }
    }

    /// Stops or lets go the transfers of a product; `false` if there is no such product.
    pub(crate) fn pause_transfers(&mut self, product: Uuid, is_paused: bool) -> bool {
        if self.products.find(product).is_none() {
            return false;
        }
        if is_paused {
            self.paused.insert(product);
        } else {
            self.paused.remove(&product);
        }
        true
    }
}

#[cfg(test)]
mod tests;
