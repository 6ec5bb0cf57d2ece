//! What an accepted call does.

use serde_json::Value;
use uuid::Uuid;

use super::judge::after_change;
use super::{
    Book, Campaign, Investment, Investor, Invitation, Kyc, Listing, Move, Product, Progress, Status, Wallet, Work,
};
use crate::ask::{Ask, SIGNED};
use crate::wire;

impl Book {
    /// Enters what `ask` did. What it made has an id of its own, which the reply says.
    pub(crate) fn apply(&mut self, client: usize, ask: &Ask, reply: &Value) {
        let id = wire::id(&reply["id"]).unwrap_or_default();
        match ask {
            Ask::Investor { is_company, has_tax, has_account } => self.investors.push(Investor {
                id,
                client,
                is_company: *is_company,
                has_tax: *has_tax,
                has_account: *has_account,
                persons: 0,
                identifications: Vec::new(),
                check: None,
            }),
            Ask::Identify { investor, is_import } => {
                let status = if *is_import { Kyc::Success } else { Kyc::Started };
                self.investor_mut(*investor).identifications.push(status);
                self.clear(*investor);
            }
            Ask::Person { investor, is_pep } => {
                let must_be_checked = *is_pep && self.rules.pep_check;
                let found = self.investor_mut(*investor);
                found.persons += 1;
                found.check = if must_be_checked { Some(Kyc::Manual) } else { found.check };
                self.clear(*investor);
            }
            Ask::Wallet { investor, address, receiving } => self.wallets.push(Wallet {
                id,
                client,
                investor: *investor,
                is_managed: address.is_none(),
                address: reply["address"].as_str().unwrap_or_default().to_owned(),
                receiving: *receiving,
                is_frozen: false,
            }),
            Ask::Receive { wallet, receiving, .. } => self.wallet_mut(*wallet).receiving = *receiving,
            Ask::Product { max, step, is_crypto } => {
                let status = if *is_crypto { "IN_VALIDATION" } else { "DEPLOYING" };
                let (max, step, is_crypto) = (*max, *step, *is_crypto);
                self.products.push(Product { id, client, max, step, is_crypto, is_paused: false, status });
                if !is_crypto {
                    self.begin(id, Work::Deployment(id));
                }
            }
            Ask::Listing { product, platform } => {
                self.listings.push(Listing { id, product: *product, platform: *platform });
            }
            Ask::Campaign { product, platform, allocation, least, most, for_companies } => {
                self.campaigns.push(Campaign {
                    id,
                    product: *product,
                    platform: *platform,
                    allocation: *allocation,
                    least: *least,
                    most: *most,
                    for_companies: *for_companies,
                    is_open: true,
                });
            }
            Ask::Open { campaign, is_open, .. } => {
                let campaign = self.campaigns.iter_mut().find(|found| found.id == *campaign).unwrap();
                campaign.is_open = *is_open;
            }
            _ => self.apply_to_investments(client, ask, id),
        }
    }

    fn apply_to_investments(&mut self, client: usize, ask: &Ask, id: Uuid) {
        match ask {
            Ask::Invite { investor, campaign, units } => self.invitations.push(Invitation {
                id,
                client,
                investor: *investor,
                campaign: *campaign,
                units: *units,
                has_income: false,
                has_survey: false,
                costs_ready_at: self.due(),
                is_converted: false,
            }),
            Ask::Answer { invitation, has_income, has_survey } => {
                let due = self.due();
                let invitation = self.invitation_mut(*invitation);
                invitation.has_income = *has_income;
                invitation.has_survey |= *has_survey;
                invitation.costs_ready_at = due;
            }
            Ask::Convert { invitation, is_paid } => {
                let invitation = self.invitation_mut(*invitation);
                invitation.is_converted = true;
                let Invitation { investor, campaign, units, .. } = *invitation;
                let mut investment = self.investment_in(client, (investor, campaign, units), id);
                investment.is_invited = true;
                investment.paid_at = is_paid.then(signed);
                self.enter(investment);
            }
            Ask::Invest { investor, campaign, units, is_accepted, is_paid, wallet } => {
                let mut investment = self.investment_in(client, (*investor, *campaign, *units), id);
                investment.accepted_at = is_accepted.then(signed);
                investment.paid_at = is_paid.then(signed);
                investment.wallet = *wallet;
                self.enter(investment);
            }
            Ask::Change { investment, wallet, accepted, paid } => {
                let before = self.investment(*investment).unwrap();
                *self.investment_mut(*investment) = after_change(before, *wallet, *accepted, *paid);
                self.go_on(*investment);
            }
            Ask::Credit { investment } => {
                self.investment_mut(*investment).credit = Some((id, Progress::Processing));
                self.begin(id, Work::Credit(*investment));
            }
            Ask::Redeem { wallet, product, units, .. } => self.set_out(Move {
                id,
                client,
                wallet: *wallet,
                product: *product,
                units: *units,
                target: None,
                progress: Progress::Processing,
            }),
            Ask::Transfer { product, wallet, target, units } => {
                let target = self.wallets.iter().find(|wallet| wallet.address.eq_ignore_ascii_case(target));
                self.set_out(Move {
                    id,
                    client,
                    wallet: *wallet,
                    product: *product,
                    units: *units,
                    target: target.map(|wallet| wallet.id),
                    progress: Progress::Processing,
                });
            }
            _ => unreachable!("this is no call about investments: {ask:?}"),
        }
    }

    fn investment_in(&self, client: usize, (investor, campaign, units): (Uuid, Uuid, u64), id: Uuid) -> Investment {
        Investment {
            id,
            client,
            investor,
            campaign: Some(campaign),
            product: self.campaign(campaign).unwrap().product,
            units,
            remaining: units,
            status: Status::KycPending,
            wallet: None,
            credit: None,
            accepted_at: None,
            paid_at: None,
            delivered_at: None,
            cancelled_at: None,
            is_arrival: false,
            is_invited: false,
        }
    }

    fn enter(&mut self, investment: Investment) {
        let id = investment.id;
        self.investments.push(investment);
        self.go_on(id);
    }

    fn set_out(&mut self, new: Move) {
        let id = new.id;
        self.moves.push(new);
        self.begin(id, Work::Move(id));
    }

    /// Lets the investments of an investor go on that waited for the identification.
    pub(super) fn clear(&mut self, investor: Uuid) {
        let waiting = self.investments.iter().filter(|found| found.investor == investor);
        for id in waiting.map(|investment| investment.id).collect::<Vec<_>>() {
            self.go_on(id);
        }
    }

    /// Takes every step of an investment that is due.
    pub(super) fn go_on(&mut self, id: Uuid) {
        let is_reviewed = self.rules.review;
        let investor = self.investment(id).and_then(|investment| self.investor(investment.investor));
        let is_cleared = investor.is_some_and(Investor::is_cleared);
        let investment = self.investment_mut(id);
        if investment.status == Status::KycPending && is_cleared {
            investment.status = if is_reviewed { Status::ReviewPending } else { Status::WaitingForAcceptance };
        }
        investment.take_dates();
    }

    pub(super) fn investor_mut(&mut self, id: Uuid) -> &mut Investor {
        self.investors.iter_mut().find(|found| found.id == id).unwrap()
    }

    pub(super) fn wallet_mut(&mut self, id: Uuid) -> &mut Wallet {
        self.wallets.iter_mut().find(|found| found.id == id).unwrap()
    }

    pub(super) fn product_mut(&mut self, id: Uuid) -> &mut Product {
        self.products.iter_mut().find(|found| found.id == id).unwrap()
    }

    fn invitation_mut(&mut self, id: Uuid) -> &mut Invitation {
        self.invitations.iter_mut().find(|found| found.id == id).unwrap()
    }

    pub(super) fn investment_mut(&mut self, id: Uuid) -> &mut Investment {
        self.investments.iter_mut().find(|found| found.id == id).unwrap()
    }
}

impl Investment {
    /// Lets dates take effect that were said before their time.
    pub(super) fn take_dates(&mut self) {
        if self.status == Status::WaitingForAcceptance && self.accepted_at.is_some() {
            self.status = Status::Accepted;
        }
        if self.status == Status::Accepted && self.paid_at.is_some() {
            self.status = Status::Paid;
        }
    }
}

fn signed() -> jiff::Timestamp {
    SIGNED.parse().unwrap()
}
