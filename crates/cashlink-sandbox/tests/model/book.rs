//! What the test itself knows of a sandbox: a small double entry of what everybody has and may do.
//!
//! It is written from the documentation and shares nothing with the sandbox, so that one mistake cannot sit on both
//! sides. Where the sandbox counts (what is set aside, what a campaign has left), the book adds up.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

mod apply;
mod decide;
mod judge;
mod ledger;
mod status;

pub(crate) use decide::{Control, KYC_RESULTS, SWITCHES};
pub(crate) use status::{EVENTS, Status, leads_to};

/// How a task on the ledger ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Succeeded,
    Failed,
    Unknown,
}

/// How far a task on the ledger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Processing,
    Ended(End),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kyc {
    Started,
    UnderReview,
    Manual,
    Rejected,
    Success,
}

#[derive(Clone, Debug)]
pub(crate) struct Investor {
    pub(crate) id: Uuid,
    pub(crate) client: usize,
    pub(crate) is_company: bool,
    pub(crate) has_tax: bool,
    pub(crate) has_account: bool,
    pub(crate) persons: usize,
    /// Oldest first.
    pub(crate) identifications: Vec<Kyc>,
    pub(crate) check: Option<Kyc>,
}

#[derive(Clone, Debug)]
pub(crate) struct Wallet {
    pub(crate) id: Uuid,
    pub(crate) client: usize,
    pub(crate) investor: Uuid,
    pub(crate) is_managed: bool,
    pub(crate) address: String,
    pub(crate) receiving: bool,
    pub(crate) is_frozen: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: Uuid,
    pub(crate) client: usize,
    pub(crate) max: u64,
    pub(crate) step: u64,
    pub(crate) is_crypto: bool,
    pub(crate) is_paused: bool,
    pub(crate) status: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) id: Uuid,
    pub(crate) product: Uuid,
    /// The client that runs it.
    pub(crate) platform: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    pub(crate) id: Uuid,
    pub(crate) product: Uuid,
    pub(crate) platform: usize,
    pub(crate) allocation: u64,
    pub(crate) least: u64,
    pub(crate) most: u64,
    pub(crate) for_companies: bool,
    pub(crate) is_open: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) id: Uuid,
    pub(crate) client: usize,
    pub(crate) investor: Uuid,
    pub(crate) campaign: Uuid,
    pub(crate) units: u64,
    pub(crate) has_income: bool,
    pub(crate) has_survey: bool,
    pub(crate) costs_ready_at: Timestamp,
    pub(crate) is_converted: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Investment {
    /// Nil until it was seen, for one that came by a transfer.
    pub(crate) id: Uuid,
    pub(crate) client: usize,
    pub(crate) investor: Uuid,
    pub(crate) campaign: Option<Uuid>,
    pub(crate) product: Uuid,
    pub(crate) units: u64,
    pub(crate) remaining: u64,
    pub(crate) status: Status,
    pub(crate) wallet: Option<Uuid>,
    pub(crate) credit: Option<(Uuid, Progress)>,
    pub(crate) accepted_at: Option<Timestamp>,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) delivered_at: Option<Timestamp>,
    pub(crate) cancelled_at: Option<Timestamp>,
    pub(crate) is_arrival: bool,
    pub(crate) is_invited: bool,
}

/// A redemption, or a transfer if it has a target.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) id: Uuid,
    pub(crate) client: usize,
    pub(crate) wallet: Uuid,
    pub(crate) product: Uuid,
    pub(crate) units: u64,
    /// The wallet that the units go to.
    pub(crate) target: Option<Uuid>,
    pub(crate) progress: Progress,
}

/// Something on the ledger that has not ended, or nobody knows how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub(crate) id: Uuid,
    pub(crate) work: Work,
    pub(crate) due: Option<Timestamp>,
    pub(crate) end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Credit(Uuid),
    Move(Uuid),
    Deployment(Uuid),
}

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, and any combination makes sense")]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) settlement: SignedDuration,
    pub(crate) strict: bool,
    pub(crate) review: bool,
    pub(crate) crypto_redemption: bool,
    pub(crate) account_setup: bool,
    pub(crate) costs_document: bool,
    pub(crate) cumulative: bool,
    pub(crate) pep_check: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) now: Timestamp,
    pub(crate) rules: Rules,
    pub(crate) documents: [Uuid; 2],
    pub(crate) issuers: [Uuid; 2],
    pub(crate) platforms: [Uuid; 2],
    /// Which client may list on which platform.
    pub(crate) allowed: BTreeSet<(usize, usize)>,
    pub(crate) investors: Vec<Investor>,
    pub(crate) wallets: Vec<Wallet>,
    pub(crate) products: Vec<Product>,
    pub(crate) listings: Vec<Listing>,
    pub(crate) campaigns: Vec<Campaign>,
    pub(crate) invitations: Vec<Invitation>,
    pub(crate) investments: Vec<Investment>,
    pub(crate) moves: Vec<Move>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) ends: VecDeque<End>,
}

impl Investor {
    pub(crate) fn kyc(&self) -> Option<Kyc> {
        let newest = *self.identifications.last()?;
        if !self.has_identification() {
            return Some(newest);
        }
        Some(self.check.unwrap_or(Kyc::Success))
    }

    pub(crate) fn has_identification(&self) -> bool {
        self.identifications.contains(&Kyc::Success)
    }

    pub(crate) fn is_cleared(&self) -> bool {
        self.kyc() == Some(Kyc::Success) && (!self.is_company || self.persons > 0)
    }
}

impl Book {
    pub(crate) fn investor(&self, id: Uuid) -> Option<&Investor> {
        self.investors.iter().find(|investor| investor.id == id)
    }

    pub(crate) fn wallet(&self, id: Uuid) -> Option<&Wallet> {
        self.wallets.iter().find(|wallet| wallet.id == id)
    }

    pub(crate) fn product(&self, id: Uuid) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    pub(crate) fn campaign(&self, id: Uuid) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.id == id)
    }

    pub(crate) fn invitation(&self, id: Uuid) -> Option<&Invitation> {
        self.invitations.iter().find(|invitation| invitation.id == id)
    }

    pub(crate) fn investment(&self, id: Uuid) -> Option<&Investment> {
        self.investments.iter().find(|investment| investment.id == id)
    }

    pub(crate) fn is_listed(&self, product: Uuid, platform: usize) -> bool {
        self.listings.iter().any(|listing| listing.product == product && listing.platform == platform)
    }

    /// Units of a campaign that nobody has taken. What is cancelled before delivery is on offer again.
    pub(crate) fn left(&self, campaign: &Campaign) -> u64 {
        let of_campaign =
            self.investments.iter().filter(|found| found.campaign == Some(campaign.id) && !found.is_arrival);
        let taken = of_campaign.filter(|found| !found.status.is_cancelled() || found.delivered_at.is_some());
        campaign.allocation - taken.map(|investment| investment.units).sum::<u64>()
    }

    /// Units on a wallet that no task may still take.
    pub(crate) fn available(&self, wallet: Uuid, product: Uuid) -> u64 {
        let held: u64 = self.held(wallet, product).map(|investment| investment.remaining).sum();
        let moves = self.moves.iter().filter(|found| found.wallet == wallet && found.product == product);
        let reserved: u64 = moves.filter(|found| found.is_open()).map(|found| found.units).sum();
        held - reserved
    }

    /// The investments with units on a wallet, oldest first.
    pub(crate) fn held(&self, wallet: Uuid, product: Uuid) -> impl Iterator<Item = &Investment> {
        let is_here = move |found: &&Investment| found.wallet == Some(wallet) && found.product == product;
        self.investments.iter().filter(is_here).filter(|found| found.delivered_at.is_some())
    }

    /// Takes the ids of investments that came by transfers from the list that each client sees.
    pub(crate) fn name_arrivals(&mut self, lists: &[Vec<Value>; 2]) {
        for (client, list) in lists.iter().enumerate() {
            let known: BTreeSet<Uuid> = self.investments.iter().map(|investment| investment.id).collect();
            let new = list.iter().filter_map(|row| crate::wire::id(&row["id"])).filter(|id| !known.contains(id));
            let nameless = self.investments.iter_mut().filter(|found| found.client == client && found.id.is_nil());
            for (investment, id) in nameless.zip(new) {
                investment.id = id;
            }
        }
    }
}

impl Move {
    /// Whether it may still take what is set aside for it.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.progress, Progress::Processing | Progress::Ended(End::Unknown))
    }
}
