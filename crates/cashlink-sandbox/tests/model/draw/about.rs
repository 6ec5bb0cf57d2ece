//! Calls about what is there, most of which are accepted.

use uuid::Uuid;

use super::{Draw, Kind};
use crate::ask::Ask;
use crate::book::Wallet;

impl<'a> Draw<'a> {
    /// Who asks for what; none if nothing is there to ask about.
    pub(super) fn ask(&mut self, kind: Kind) -> Option<(usize, Ask)> {
        let book = self.book;
        Some(match kind {
            Kind::Investor => {
                let is_company = self.chance(35);
                let (has_tax, has_account) = (self.chance(85), self.chance(50));
                (self.rng.usize(..2), Ask::Investor { is_company, has_tax, has_account })
            }
            Kind::Identify => {
                let (client, investor) = self.uncleared()?;
                (client, Ask::Identify { investor, is_import: self.chance(75) })
            }
            Kind::Person => {
                let (client, investor) = self.uncleared()?;
                (client, Ask::Person { investor, is_pep: self.chance(30) })
            }
            Kind::Wallet => {
                let is_wanted = self.chance(85);
                let has_wallet = |id| book.wallets.iter().any(|wallet| wallet.investor == id);
                let ready = book.investors.iter().filter(|found| found.is_cleared() && !has_wallet(found.id));
                let ready = if is_wanted { self.one(ready) } else { None };
                let investor = ready.or_else(|| self.one(&book.investors))?;
                let address = self.chance(35).then(|| format!("0x{:040X}", self.rng.u32(..40) + 0xA0));
                (investor.client, Ask::Wallet { investor: investor.id, address, receiving: self.chance(80) })
            }
            Kind::Receive => {
                let wallet = self.one(&book.wallets)?;
                let investor = if self.chance(95) { wallet.investor } else { self.one(&book.investors)?.id };
                (wallet.client, Ask::Receive { investor, wallet: wallet.id, receiving: self.chance(75) })
            }
            Kind::Product => {
                let step = self.one([1, 1, 5, 10])?;
                let max = self.rng.u64(9..2_000);
                (self.rng.usize(..2), Ask::Product { max, step, is_crypto: self.chance(30) })
            }
            Kind::Listing => {
                let product = self.one(&book.products)?;
                (product.client, Ask::Listing { product: product.id, platform: self.rng.usize(..2) })
            }
            Kind::Campaign => self.campaign()?,
            Kind::Open => {
                let campaign = self.one(&book.campaigns)?;
                let client = book.product(campaign.product)?.client;
                let is_open = self.chance(75);
                (client, Ask::Open { product: campaign.product, campaign: campaign.id, is_open })
            }
            Kind::Invite | Kind::Invest => self.invest(kind)?,
            Kind::Answer => {
                let invitation = self.one(&book.invitations)?;
                let (has_income, has_survey) = (self.chance(60), self.chance(90));
                (invitation.client, Ask::Answer { invitation: invitation.id, has_income, has_survey })
            }
            Kind::Convert => {
                let is_wanted = self.chance(85);
                let ready =
                    book.invitations.iter().filter(|found| !is_wanted || found.has_survey && !found.is_converted);
                let invitation = self.one(ready)?;
                (invitation.client, Ask::Convert { invitation: invitation.id, is_paid: self.chance(50) })
            }
            Kind::Change => self.change()?,
            Kind::Credit => self.credit()?,
            Kind::Redeem => {
                let (wallet, product, units) = self.holding()?;
                (wallet.client, Ask::Redeem { investor: wallet.investor, wallet: wallet.id, product, units })
            }
            Kind::Transfer => {
                let (wallet, product, units) = self.holding()?;
                let is_wanted = self.chance(85);
                let ready = book.wallets.iter().filter(|found| !is_wanted || found.receiving);
                let target = self.one(ready)?.address.clone();
                let target = if self.chance(30) { target.to_uppercase().replacen("0X", "0x", 1) } else { target };
                (wallet.client, Ask::Transfer { product, wallet: wallet.id, target, units })
            }
            _ => return None,
        })
    }

    fn uncleared(&mut self) -> Option<(usize, Uuid)> {
        let is_wanted = self.chance(85);
        let investors = self.book.investors.iter().filter(|found| !is_wanted || !found.is_cleared());
        self.one(investors).map(|investor| (investor.client, investor.id))
    }

    fn campaign(&mut self) -> Option<(usize, Ask)> {
        let product = self.one(&self.book.products)?;
        let offered: u64 =
            self.book.campaigns.iter().filter(|found| found.product == product.id).map(|found| found.allocation).sum();
        let left = product.max - offered;
        let allocation = match self.rng.u8(..10) {
            0 => left.min(1_000) + 1,
            1 => left.min(300),
            _ => self.rng.u64(1..=300),
        };
        let least = self.one([1, product.step])?;
        let most = if self.chance(60) { allocation } else { self.rng.u64(1..=allocation.max(1)) };
        let (platform, for_companies) = (self.rng.usize(..2), self.chance(80));
        let allocation = allocation.max(1);
        let campaign =
            Ask::Campaign { product: product.id, platform, allocation, least, most: most.max(1), for_companies };
        Some((product.client, campaign))
    }

    fn invest(&mut self, kind: Kind) -> Option<(usize, Ask)> {
        let newest_first = self.book.campaigns.iter().rev();
        let small: Vec<_> = newest_first.filter(|campaign| campaign.allocation < 5_000).collect();
        let campaign = if self.chance(85) { self.one(small) } else { None };
        let campaign = campaign.or_else(|| self.one(&self.book.campaigns))?;
        let investors = self.book.investors.iter().filter(|investor| investor.client == campaign.platform);
        let investor = self.one(investors).or_else(|| self.one(&self.book.investors))?;
        let (left, step) = (self.book.left(campaign), self.book.product(campaign.product)?.step);
        let most = left.min(campaign.most).min(500);
        let units = match self.rng.u8(..12) {
            0 => left.min(1_000) + step,
            1 => most,
            2 => most / step * step,
            _ => self.rng.u64(0..=most.max(1)).div_ceil(step) * step,
        };
        let units = units.max(1);
        let (investor_id, campaign_id) = (investor.id, campaign.id);
        if kind == Kind::Invite {
            return Some((investor.client, Ask::Invite { investor: investor_id, campaign: campaign_id, units }));
        }
        let wallets = self.book.wallets.iter().filter(|wallet| wallet.investor == investor.id);
        let wallet = self.one(wallets).filter(|_| self.chance(90));
        let wallet = if self.chance(4) { self.one(&self.book.wallets) } else { wallet };
        let invest = Ask::Invest {
            investor: investor_id,
            campaign: campaign_id,
            units,
            is_accepted: self.chance(80),
            is_paid: self.chance(75),
            wallet: wallet.map(|wallet| wallet.id),
        };
        Some((investor.client, invest))
    }

    /// A wallet with units of a product, and how many of them are to leave.
    fn holding(&mut self) -> Option<(&'a Wallet, Uuid, u64)> {
        let delivered = self.book.investments.iter().filter(|found| found.delivered_at.is_some());
        let is_wanted = self.chance(90);
        let investment = self.one(delivered.filter(|found| !is_wanted || found.remaining > 0))?;
        let wallet = self.book.wallet(investment.wallet?)?;
        let available = self.book.available(wallet.id, investment.product);
        let units = match self.rng.u8(..10) {
            0 => available + 1,
            1 => available,
            2 => 0,
            _ => self.rng.u64(0..available.max(1)) + 1,
        };
        let product = if self.chance(97) { investment.product } else { self.one(&self.book.products)?.id };
        Some((wallet, product, units))
    }
}
