//! Units on wallets: which investments hold them, what is set aside, and how they leave, oldest first.

use jiff::Timestamp;
use uuid::Uuid;

use super::investment::Investment;
use super::{Owner, World};

/// A product on a wallet of an investor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) investor: Uuid,
    pub(super) wallet: Uuid,
    pub(super) product: Uuid,
}

impl Holding {
    /// Whether `investment` was delivered into this holding.
    fn has(&self, investment: &Investment) -> bool {
        let is_same = investment.wallet == Some(self.wallet) && investment.product == self.product;
        is_same && investment.delivered_at.is_some()
    }
}

impl World {
    /// Units that no task under way will take.
    pub(super) fn available(&self, owner: Owner, holding: &Holding) -> u64 {
        let Some(investor) = self.investors.get(owner, holding.investor) else {
            return 0;
        };
        let reserved = investor.reserved.get(&(holding.wallet, holding.product)).copied().unwrap_or_default();
        let investments = investor.investments.iter().filter_map(|id| self.investments.get(owner, *id));
        let held = investments.filter(|investment| holding.has(investment)).map(|investment| investment.remaining);
        held.sum::<u64>().saturating_sub(reserved)
    }

    /// Sets units aside for a task.
    pub(super) fn reserve(&mut self, owner: Owner, holding: &Holding, units: u64) {
        if let Some(investor) = self.investors.get_mut(owner, holding.investor) {
            *investor.reserved.entry((holding.wallet, holding.product)).or_default() += units;
        }
    }

    /// Gives back what was set aside.
    pub(super) fn release(&mut self, owner: Owner, holding: &Holding, units: u64) {
        let investor = self.investors.get_mut(owner, holding.investor);
        let reserved = investor.and_then(|investor| investor.reserved.get_mut(&(holding.wallet, holding.product)));
        if let Some(reserved) = reserved {
            *reserved = reserved.saturating_sub(units);
        }
    }

    /// Takes units that were set aside, oldest investment first; gives the investments that have fewer now.
    ///
    /// The registry states what is left of a crypto security.
    pub(super) fn take(&mut self, owner: Owner, holding: &Holding, units: u64, at: Timestamp) -> Vec<Uuid> {
        self.release(owner, holding, units);
        let has_statements = self.products.find(holding.product).is_some_and(|product| product.terms.ewpg);
        let Some(investor) = self.investors.get(owner, holding.investor) else {
            return Vec::new();
        };
        let mut left = units;
        let mut changed = Vec::new();
        for id in &investor.investments {
            let Some(investment) = self.investments.get_mut(owner, *id).filter(|found| holding.has(found)) else {
                continue;
            };
            let taken = left.min(investment.remaining);
            if taken > 0 {
                investment.give(taken, at);
                left -= taken;
                if has_statements {
                    investment.state_remaining(at);
                }
                changed.push(*id);
            }
        }
        changed
    }
}
