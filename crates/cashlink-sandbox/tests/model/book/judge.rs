//! Which calls are accepted, and what the others are answered with.

use uuid::Uuid;

use super::{Book, Campaign, End, Investment, Investor, Kyc, Progress, Status};
use crate::ask::{Ask, Family, SIGNED, Set};

/// The status that a refused call is answered with.
pub(crate) type Judgment = Result<(), u16>;

const INVALID: u16 = 400;
const NOT_FOUND: u16 = 404;

fn ensure(holds: bool) -> Judgment {
    if holds { Ok(()) } else { Err(INVALID) }
}

impl Book {
    pub(crate) fn judge(&self, client: usize, family: Family, ask: &Ask) -> Judgment {
        match ask {
            Ask::Investor { .. } => Ok(()),
            Ask::Identify { investor, .. } | Ask::Person { investor, .. } => self.own(client, *investor).map(|_| ()),
            Ask::Wallet { investor, address, .. } => self.judge_wallet(client, *investor, address.as_deref()),
            Ask::Receive { investor, wallet, .. } => {
                self.own(client, *investor)?;
                self.wallet(*wallet).filter(|wallet| wallet.investor == *investor).map(|_| ()).ok_or(NOT_FOUND)
            }
            Ask::Product { max, step, .. } => ensure(max >= step),
            Ask::Listing { product, platform } => {
                let is_own = self.product(*product).is_some_and(|product| product.client == client);
                ensure(is_own && self.allowed.contains(&(client, *platform)))
            }
            Ask::Campaign { product, platform, allocation, least, most, .. } => {
                let product = self.product(*product).filter(|product| product.client == client).ok_or(NOT_FOUND)?;
                let others = self.campaigns.iter().filter(|campaign| campaign.product == product.id);
                let offered: u64 = others.map(|campaign| campaign.allocation).sum();
                let is_listed = self.is_listed(product.id, *platform);
                ensure(is_listed && offered + allocation <= product.max && least <= most)
            }
            Ask::Open { product, campaign, .. } => {
                let product = self.product(*product).filter(|product| product.client == client).ok_or(NOT_FOUND)?;
                let campaign = self.campaign(*campaign).filter(|campaign| campaign.product == product.id);
                campaign.map(|_| ()).ok_or(NOT_FOUND)
            }
            Ask::Invite { investor, campaign, units } => {
                let (investor, campaign) = self.parties(client, *investor, *campaign)?;
                self.judge_units(investor, campaign, *units)
            }
            Ask::Answer { invitation, .. } => {
                let invitation = self.invitation(*invitation).filter(|found| found.client == client);
                ensure(!invitation.ok_or(NOT_FOUND)?.is_converted)
            }
            Ask::Convert { invitation, .. } => self.judge_conversion(client, *invitation),
            Ask::Invest { investor, campaign, units, wallet, .. } => {
                let (investor, campaign) = self.parties(client, *investor, *campaign)?;
                self.judge_units(investor, campaign, *units)?;
                ensure(wallet.is_none_or(|wallet| self.is_wallet_of(investor.id, wallet)))?;
                ensure(investor.has_account || !self.rules.account_setup || family == Family::Distributor)
            }
            Ask::Change { investment, wallet, accepted, paid } => {
                let investment = self.own_investment(client, *investment)?;
                self.judge_change(investment, *wallet, *accepted, *paid)
            }
            Ask::Credit { investment } => {
                let investment = self.own_investment(client, *investment)?;
                let is_free = matches!(investment.credit, None | Some((_, Progress::Ended(End::Failed))));
                ensure(is_free && investment.status == Status::Paid && investment.wallet.is_some())
            }
            Ask::Redeem { investor, wallet, product, units } => {
                ensure(self.own(client, *investor).is_ok() && self.is_wallet_of(*investor, *wallet))?;
                let product = self.product(*product).ok_or(INVALID)?;
                ensure(product.client == client || self.is_listed(product.id, client))?;
                ensure(!product.is_crypto || self.rules.crypto_redemption)?;
                ensure((1..=self.available(*wallet, product.id)).contains(units))
            }
            Ask::Transfer { product, wallet, target, units } => {
                self.judge_transfer(client, (*product, *wallet), target, *units)
            }
        }
    }

    fn own(&self, client: usize, investor: Uuid) -> Result<&Investor, u16> {
        self.investor(investor).filter(|investor| investor.client == client).ok_or(NOT_FOUND)
    }

    fn own_investment(&self, client: usize, id: Uuid) -> Result<&Investment, u16> {
        self.investment(id).filter(|investment| investment.client == client).ok_or(NOT_FOUND)
    }

    fn is_wallet_of(&self, investor: Uuid, wallet: Uuid) -> bool {
        self.wallet(wallet).is_some_and(|wallet| wallet.investor == investor)
    }

    fn judge_wallet(&self, client: usize, investor: Uuid, address: Option<&str>) -> Judgment {
        let investor = self.own(client, investor)?;
        ensure(investor.kyc() == Some(Kyc::Success) && investor.has_tax)?;
        match address {
            Some(address) => ensure(self.wallets.iter().all(|wallet| !wallet.address.eq_ignore_ascii_case(address))),
            None => ensure(!self.wallets.iter().any(|wallet| wallet.is_managed && wallet.investor == investor.id)),
        }
    }

    fn parties(&self, client: usize, investor: Uuid, campaign: Uuid) -> Result<(&Investor, &Campaign), u16> {
        let investor = self.own(client, investor).map_err(|_| INVALID)?;
        let campaign = self.campaign(campaign).filter(|campaign| campaign.platform == client).ok_or(INVALID)?;
        Ok((investor, campaign))
    }

    fn judge_units(&self, investor: &Investor, campaign: &Campaign, units: u64) -> Judgment {
        ensure(campaign.is_open && (campaign.for_companies || !investor.is_company))?;
        let step = self.product(campaign.product).map_or(1, |product| product.step);
        ensure(units > 0 && units.is_multiple_of(step) && units <= self.left(campaign))?;
        ensure((campaign.least..=campaign.most).contains(&units))
    }

    fn judge_conversion(&self, client: usize, id: Uuid) -> Judgment {
        let invitation = self.invitation(id).filter(|found| found.client == client).ok_or(INVALID)?;
        let (investor, campaign) = self.parties(client, invitation.investor, invitation.campaign)?;
        ensure(!invitation.is_converted && invitation.has_survey)?;
        ensure(!self.rules.costs_document || self.now >= invitation.costs_ready_at)?;
        ensure(!self.rules.account_setup || investor.has_account)?;
        let limit = if invitation.has_income { 25_000 } else { 1_000 };
        let before = self.investments.iter().filter(|found| found.is_invited && found.investor == investor.id);
        let before = before.filter(|found| found.product == campaign.product);
        let before = before.filter(|found| !found.status.is_cancelled() || found.delivered_at.is_some());
        let before: u64 = if self.rules.cumulative { before.map(|found| found.units).sum() } else { 0 };
        ensure(before + invitation.units <= limit)?;
        self.judge_units(investor, campaign, invitation.units)
    }

    fn judge_change(&self, investment: &Investment, wallet: Set<Uuid>, accepted: Set<()>, paid: Set<()>) -> Judgment {
        let after = after_change(investment, wallet, accepted, paid);
        let moves_wallet = after.wallet != investment.wallet;
        if !moves_wallet && after.accepted_at == investment.accepted_at && after.paid_at == investment.paid_at {
            return Ok(());
        }
        ensure(investment.status.is_open())?;
        let is_free = matches!(investment.credit, None | Some((_, Progress::Ended(End::Failed))));
        ensure(!moves_wallet || is_free)?;
        ensure(!moves_wallet || after.wallet.is_none_or(|wallet| self.is_wallet_of(investment.investor, wallet)))?;
        let must_be_accepted = matches!(investment.status, Status::Accepted | Status::Paid);
        ensure(!must_be_accepted || after.accepted_at.is_some())?;
        ensure(investment.status != Status::Paid || after.paid_at.is_some())
    }

    fn judge_transfer(&self, client: usize, (product, wallet): (Uuid, Uuid), target: &str, units: u64) -> Judgment {
        let is_listed = self.is_listed(product, client);
        ensure(is_listed && self.product(product).is_some_and(|product| !product.is_paused))?;
        let source = self.wallet(wallet).filter(|wallet| wallet.client == client).ok_or(INVALID)?;
        ensure(source.is_managed && !source.is_frozen)?;
        let mut wallets = self.wallets.iter();
        let target = wallets.find(|wallet| wallet.address.eq_ignore_ascii_case(target)).ok_or(INVALID)?;
        ensure(target.receiving && self.is_listed(product, target.client))?;
        ensure((1..=self.available(wallet, product)).contains(&units))
    }
}

/// An investment with the values that a change sets.
pub(super) fn after_change(before: &Investment, wallet: Set<Uuid>, accepted: Set<()>, paid: Set<()>) -> Investment {
    let date = |set: Set<()>, present| match set {
        Set::Keep => present,
        Set::Clear => None,
        Set::To(()) => Some(SIGNED.parse().unwrap()),
    };
    let mut after = before.clone();
    after.wallet = wallet.over(before.wallet);
    after.accepted_at = date(accepted, before.accepted_at);
    after.paid_at = date(paid, before.paid_at);
    after
}
