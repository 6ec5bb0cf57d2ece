//! What the API is about, without HTTP, clock or chance.
//!
//! Calls and the time come in as arguments, ids from a counter: the same calls give the same world.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use crate::clients::Clients;

mod call;
mod campaign;
mod changes;
mod credit;
mod document;
mod handlers;
mod holding;
mod identification;
mod ids;
mod investment;
mod investor;
mod invitation;
mod issuer;
mod kyc;
mod listing;
mod money;
mod overview;
mod person;
mod platform;
mod price;
mod product;
mod redemption;
mod refusal;
mod registry_statement;
mod rules;
mod seed;
mod signed_document;
mod status;
mod store;
mod tasks;
mod transfer;
mod wallet;

pub use document::UploadedDocument;
pub use kyc::IdentificationResult;
pub use status::InvestmentEvent;
pub use tasks::{OpenTask, Settlement, TaskEnd, TaskKind, TaskStatus};

pub(crate) use call::{Answer, Body, Call, Family, Page, Reply};
pub(crate) use changes::StatusChange;
pub(crate) use handlers::{Handler, handler};
pub(crate) use refusal::{NON_FIELD, Problems, Refusal, Step};
pub(crate) use rules::Rules;
pub(crate) use seed::Seed;
pub(crate) use status::Status;
pub(crate) use store::Owner;

use store::{Shelf, Store, Viewer};

#[derive(Clone, Default)]
pub(crate) struct World {
    rules: Rules,
    ids: ids::Ids,
    tasks: tasks::Tasks,
    changes: changes::Changes,
    clients: Clients,
    documents: Store<UploadedDocument>,
    investors: Store<investor::Investor>,
    invitations: Store<invitation::Invitation>,
    investments: Store<investment::Investment>,
    redemptions: Store<redemption::Redemption>,
    issuers: Store<issuer::Issuer>,
    products: Store<product::Product>,
    campaigns: Store<campaign::Campaign>,
    platforms: Store<platform::Platform>,
    /// Which client may list its products on which platform.
    allowed: HashSet<(Owner, Uuid)>,
    listings: Store<listing::Listing>,
    transfers: Store<transfer::Transfer>,
    wallets: wallet::Register,
    /// Products whose transfers are paused.
    paused: HashSet<Uuid>,
}

impl World {
    pub(crate) fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// A world whose ids follow from `seed`.
    pub(crate) fn with_ids_from(self, seed: u64) -> Self {
        Self { ids: ids::Ids::new(seed), ..self }
    }

    pub(crate) fn rules(&self) -> Rules {
        self.rules
    }

    /// Lets other rules hold from now on.
    pub(crate) fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// The ids that were given out since this was last asked.
    pub(crate) fn take_recent_ids(&mut self) -> Vec<Uuid> {
        self.ids.take_recent()
    }

    /// Lets `event` happen to an investment.
    pub(crate) fn trigger(&mut self, id: Uuid, event: InvestmentEvent, now: Timestamp) -> Result<(), Refusal> {
        let investment = self.investments.find_mut(id).ok_or(Refusal::NotFound)?;
        if !investment.happen(event, now, &self.rules, &mut self.changes) {
            return Err(Refusal::field("event", "This cannot happen to the investment as it is."));
        }
        investment.go_on(false, now, &self.rules, &mut self.changes);
        let gives_back = investment.status.is_cancelled() && investment.delivered_at.is_none();
        let (campaign, units) = (investment.campaign, investment.units);
        if let Some(campaign) = campaign.filter(|_| gives_back).and_then(|campaign| self.campaigns.find_mut(campaign)) {
            campaign.taken = campaign.taken.saturating_sub(units);
        }
        Ok(())
    }

    /// Does what waited for the identification of `investor`.
    fn clear(&mut self, owner: Owner, investor: Uuid, now: Timestamp) {
        let Some(investor) = self.investors.get_mut(owner, investor) else {
            return;
        };
        investor.sign_account(now);
        if !investor.is_cleared() {
            return;
        }
        for id in &investor.investments {
            if let Some(investment) = self.investments.get_mut(owner, *id) {
                investment.go_on(true, now, &self.rules, &mut self.changes);
            }
        }
    }

    fn objection(&self, campaign: &campaign::Campaign, is_company: bool, units: u64) -> Option<campaign::Objection> {
        let product = self.products.find(campaign.product)?;
        campaign.objection(product.terms.step_size, is_company, units)
    }
}
