//! Investments: how they are made, changed and shown.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Change;
use super::changes::{Changes, StatusChange};
use super::credit::Credit;
use super::investor::{Investor, Profile};
use super::money::Money;
use super::registry_statement::RegistryStatement;
use super::signed_document::SignedDocument;
use super::status::{InvestmentEvent, Status};
use super::{Answer, Call, Owner, Refusal, Reply, Rules, Shelf, Viewer, World};
use crate::clock::later;

mod draft;
mod view;

#[derive(Clone)]
pub(super) struct Investment {
    pub(super) id: Uuid,
    pub(super) investor: Uuid,
    /// None if it came by a transfer from a platform that does not have the campaign.
    pub(super) campaign: Option<Uuid>,
    pub(super) product: Uuid,
    pub(super) units: u64,
    /// Units that have neither been redeemed nor transferred; all of them before delivery.
    pub(super) remaining: u64,
    pub(super) status: Status,
    /// When it took on its status; none if it was made with it.
    changed_at: Option<Timestamp>,
    pub(super) wallet: Option<Uuid>,
    pub(super) credit: Option<Credit>,
    pub(super) delivered_at: Option<Timestamp>,
    /// When the last unit left.
    pub(super) emptied_at: Option<Timestamp>,
    price: Money,
    agio: Option<Money>,
    disagio: Option<Money>,
    /// The invitation it was made from.
    invitation: Option<Uuid>,
    signed_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    paid_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    profile: Arc<Profile>,
    /// The issuer's account that is paid to; none if it came by a transfer and nothing is to be paid.
    account: Option<Value>,
    pub(super) signed_documents: Vec<SignedDocument>,
    pub(super) statements: Vec<RegistryStatement>,
}

/// Units that came by a transfer.
pub(super) struct Arrival {
    pub(super) id: Uuid,
    pub(super) wallet: Uuid,
    pub(super) campaign: Option<Uuid>,
    pub(super) units: u64,
    pub(super) at: Timestamp,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (terms, draft) = draft::read(world, call)?;
    let investor = world.investor_in_body(call.owner, terms.investor)?;
    let (profile, is_cleared) = (Arc::clone(&investor.profile), investor.is_cleared());
    let id = world.ids.next("investment");
    let mut sign = |draft| SignedDocument::new(world.ids.next("signed document"), draft, call.now);
    let signed_documents = draft.signed_documents.unwrap_or_default().into_iter().map(&mut sign).collect();
    let mut investment = Investment {
        id,
        investor: terms.investor,
        campaign: Some(terms.campaign),
        product: terms.product,
        units: terms.units,
        remaining: terms.units,
        status: Status::KycPending,
        changed_at: None,
        wallet: draft.wallet,
        credit: None,
        delivered_at: None,
        emptied_at: None,
        agio: terms.agio,
        disagio: draft.disagio.map(|disagio| disagio.beside(&terms.price)),
        price: terms.price,
        invitation: draft.invitation_id,
        signed_at: draft.signed_at,
        accepted_at: draft.accepted_at,
        paid_at: draft.paid_at,
        cancelled_at: None,
        profile,
        account: Some(world.account_of_issuer(terms.product)),
        signed_documents,
        statements: Vec::new(),
    };
    investment.go_on(is_cleared, call.now, &world.rules, &mut world.changes);
    let view = investment.view();
    if let Some(campaign) = world.campaigns.find_mut(terms.campaign) {
        campaign.taken += terms.units;
    }
    if let Some(investor) = world.investors.get_mut(call.owner, terms.investor) {
        investor.investments.push(id);
    }
    if let Some(invitation) = draft.invitation_id.and_then(|id| world.invitations.get_mut(call.owner, id)) {
        invitation.investment = Some(id);
    }
    world.add_investment(call.owner, investment);
    Ok(Reply::changed("investment", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let shelf = Shelf::new(call.viewer(), call.product);
    call.page_of(world.investments.listed(shelf), Investment::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    Ok(Reply::read(world.investment_in_path(call)?.view()))
}

/// Sets absolute values: saying again what is already so is always fine.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let investment = world.investment_in_path(call)?;
    let id = investment.id;
    let change = Update::read(call, investment)?;
    let investor = world.investor_in_body(call.owner, investment.investor)?;
    change.check(investment, investor.wallets.iter().map(|wallet| wallet.id))?;
    let is_cleared = investor.is_cleared();
    let investment = world.investments.get_mut(call.owner, id).ok_or(Refusal::NotFound)?;
    investment.wallet = change.wallet;
    investment.accepted_at = change.accepted_at;
    investment.paid_at = change.paid_at;
    investment.go_on(is_cleared, call.now, &world.rules, &mut world.changes);
    Ok(Reply::changed("investment", id, investment.view()))
}

/// The values after a change.
struct Update {
    wallet: Option<Uuid>,
    accepted_at: Option<Timestamp>,
    paid_at: Option<Timestamp>,
}

impl Update {
    fn read(call: &Call<'_>, current: &Investment) -> Result<Self, Refusal> {
        let wallet: Change<Uuid> = call.change("wallet")?;
        let accepted_at: Change<Timestamp> = call.change("accepted_at")?;
        let paid_at: Change<Timestamp> = call.change("paid_at")?;
        Ok(Self {
            wallet: wallet.or(current.wallet),
            accepted_at: accepted_at.or(current.accepted_at),
            paid_at: paid_at.or(current.paid_at),
        })
    }

    fn check(&self, current: &Investment, mut wallets: impl Iterator<Item = Uuid>) -> Result<(), Refusal> {
        let moves_wallet = self.wallet != current.wallet;
        let moves_dates = self.accepted_at != current.accepted_at || self.paid_at != current.paid_at;
        if !moves_wallet && !moves_dates {
            return Ok(());
        }
        if !current.status.is_open() {
            return Err(Refusal::rule("The investment cannot be changed any more."));
        }
        if let Some(obstacle) = current.credit.as_ref().filter(|_| moves_wallet).and_then(Credit::obstacle) {
            return Err(Refusal::field("wallet", obstacle));
        }
        if let Some(wallet) = self.wallet.filter(|_| moves_wallet)
            && !wallets.any(|known| known == wallet)
        {
            return Err(Refusal::unknown("wallet", wallet));
        }
        if self.accepted_at.is_none() && matches!(current.status, Status::Accepted | Status::Paid) {
            return Err(Refusal::field("accepted_at", "The investment has been accepted."));
        }
        if self.paid_at.is_none() && current.status == Status::Paid {
            return Err(Refusal::field("paid_at", "The investment has been paid."));
        }
        Ok(())
    }
}

impl Investment {
    /// What a transfer of its units makes for who receives them.
    pub(super) fn handed_over(&self, receiver: &Investor, arrival: &Arrival) -> Self {
        Self {
            id: arrival.id,
            investor: receiver.id,
            campaign: arrival.campaign,
            product: self.product,
            units: arrival.units,
            remaining: arrival.units,
            status: Status::Delivered,
            changed_at: None,
            wallet: Some(arrival.wallet),
            credit: None,
            delivered_at: Some(arrival.at),
            emptied_at: None,
            price: self.price.clone(),
            agio: None,
            disagio: None,
            invitation: None,
            signed_at: None,
            accepted_at: None,
            paid_at: None,
            cancelled_at: None,
            profile: Arc::clone(&receiver.profile),
            account: None,
            signed_documents: Vec::new(),
            statements: Vec::new(),
        }
    }

    /// What an invitation made the investor invest; none if it was no invitation, or was cancelled before delivery.
    pub(super) fn invited_amount(&self) -> Option<Money> {
        let is_void = self.status.is_cancelled() && self.delivered_at.is_none();
        self.invitation.filter(|_| !is_void)?;
        self.price.times(self.units)
    }

    /// Lets units leave.
    pub(super) fn give(&mut self, units: u64, at: Timestamp) {
        self.remaining = self.remaining.saturating_sub(units);
        if self.remaining == 0 {
            self.emptied_at = Some(at);
        }
    }

    /// Takes every step that is due.
    pub(super) fn go_on(&mut self, is_cleared: bool, at: Timestamp, rules: &Rules, changes: &mut Changes) {
        while let Some(next) = self.due(is_cleared).and_then(|event| self.after(event, rules)) {
            self.enter(next, at, changes);
        }
    }

    /// Takes on another status at `at`, or a microsecond after the one before if that was not earlier.
    fn enter(&mut self, status: Status, at: Timestamp, changes: &mut Changes) {
        let whole = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
        let earliest = self.changed_at.map(|last| later(last, Duration::from_micros(1)));
        let changed_at = earliest.map_or(whole, |earliest| whole.max(earliest));
        (self.status, self.changed_at) = (status, Some(changed_at));
        changes.push(StatusChange { investment: self.id, status, at, changed_at });
    }

    /// The status after `event`; where nothing is reviewed, that is over as soon as it begins.
    fn after(&self, event: InvestmentEvent, rules: &Rules) -> Option<Status> {
        let next = self.status.after(event)?;
        let is_passed = next == Status::ReviewPending && !rules.review;
        if is_passed { next.after(InvestmentEvent::Reviewed) } else { Some(next) }
    }

    fn due(&self, is_cleared: bool) -> Option<InvestmentEvent> {
        match self.status {
            Status::KycPending if is_cleared => Some(InvestmentEvent::KycCleared),
            Status::WaitingForAcceptance if self.accepted_at.is_some() => Some(InvestmentEvent::Accept),
            Status::Accepted if self.paid_at.is_some() => Some(InvestmentEvent::Pay),
            _ => None,
        }
    }

    /// What can happen now.
    pub(super) fn events(&self) -> impl Iterator<Item = InvestmentEvent> {
        self.status.events().filter(|event| !self.lacks_wallet_for(*event))
    }

    /// The status from which a cancelled investment left the normal path.
    pub(super) fn branched_off(&self) -> Option<Status> {
        let mut origins = self.status.origins().filter(|_| self.status.is_cancelled());
        origins.find(|origin| match origin {
            Status::Delivered => self.delivered_at.is_some(),
            Status::Paid => self.paid_at.is_some() && self.delivered_at.is_none(),
            Status::Accepted => self.paid_at.is_none(),
            _ => true,
        })
    }

    fn lacks_wallet_for(&self, event: InvestmentEvent) -> bool {
        event == InvestmentEvent::Deliver && self.wallet.is_none()
    }

    /// Lets `event` happen at `at`; `false` if it cannot happen now.
    pub(super) fn happen(
        &mut self,
        event: InvestmentEvent,
        at: Timestamp,
        rules: &Rules,
        changes: &mut Changes,
    ) -> bool {
        let Some(next) = self.after(event, rules).filter(|_| !self.lacks_wallet_for(event)) else {
            return false;
        };
        self.enter(next, at, changes);
        match event {
            InvestmentEvent::Accept => self.accepted_at = self.accepted_at.or(Some(at)),
            InvestmentEvent::Pay => self.paid_at = self.paid_at.or(Some(at)),
            InvestmentEvent::Deliver => self.delivered_at = Some(at),
            _ if next.is_cancelled() => self.cancelled_at = Some(at),
            _ => {}
        }
        true
    }
}

impl World {
    /// Shows an investment to its owner, and to the issuer of its product.
    pub(super) fn add_investment(&mut self, owner: Owner, investment: Investment) {
        let (id, product) = (investment.id, investment.product);
        self.investments.insert(owner, id, investment);
        self.investments.show(id, Shelf::new(Viewer::Client(owner), Some(product)));
        if let Some(issuer) = self.products.owner_of(product).map(Viewer::Issuer) {
            self.investments.show(id, issuer.into());
            self.investments.show(id, Shelf::new(issuer, Some(product)));
        }
    }

    fn account_of_issuer(&self, product: Uuid) -> Value {
        let product = self.products.find(product);
        let issuer = product.and_then(|product| self.issuers.find(product.terms.issuer_id));
        issuer.map_or(Value::Null, |issuer| issuer.bank_account().clone())
    }

    pub(super) fn investment_in_path(&self, call: &Call<'_>) -> Result<&Investment, Refusal> {
        let id = call.id("investment_id")?;
        let is_shown = self.investments.is_shown(id, call.viewer().into());
        self.investments.find(id).filter(|_| is_shown).ok_or(Refusal::NotFound)
    }
}
