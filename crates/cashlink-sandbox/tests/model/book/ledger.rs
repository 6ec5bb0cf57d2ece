//! Work on the ledger: when it begins, when it ends, and what that does.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Book, End, Investment, Progress, Status, Task, Work};

impl Book {
    /// When something that begins now is done.
    pub(super) fn due(&self) -> Timestamp {
        self.now.checked_add(self.rules.settlement).unwrap()
    }

    pub(super) fn begin(&mut self, id: Uuid, work: Work) {
        let chosen = if matches!(work, Work::Deployment(_)) { None } else { self.ends.pop_front() };
        let task = Task { id, work, due: Some(self.due()), end: chosen.unwrap_or(End::Succeeded) };
        if self.rules.settlement.is_zero() {
            let now = self.now;
            self.finish(task, now);
        } else {
            self.tasks.push(task);
        }
    }

    /// Ends what is due, in the order in which it is due.
    pub(super) fn settle(&mut self) {
        loop {
            let due = self.tasks.iter().enumerate().filter_map(|(index, task)| Some((task.due?, index)));
            let Some((at, index)) = due.filter(|(at, _)| *at <= self.now).min() else {
                return;
            };
            let task = self.tasks.remove(index);
            self.finish(task, at);
        }
    }

    pub(super) fn finish(&mut self, task: Task, at: Timestamp) {
        let (work, end) = (task.work, task.end);
        if end == End::Unknown {
            // What is not known yet stands where it began.
            self.tasks.push(Task { due: None, ..task });
        }
        match work {
            Work::Deployment(product) => self.product_mut(product).status = "DEPLOYED",
            Work::Credit(investment) => self.finish_credit(investment, end, at),
            Work::Move(id) => self.finish_move(id, end, at),
        }
    }

    fn finish_credit(&mut self, investment: Uuid, end: End, at: Timestamp) {
        let investment = self.investment_mut(investment);
        let is_lost = investment.status != Status::Paid || investment.wallet.is_none();
        let end = if end == End::Succeeded && is_lost { End::Failed } else { end };
        if end == End::Succeeded {
            investment.status = Status::Delivered;
            investment.delivered_at = Some(at);
        }
        if let Some((_, progress)) = &mut investment.credit {
            *progress = Progress::Ended(end);
        }
    }

    fn finish_move(&mut self, id: Uuid, end: End, at: Timestamp) {
        let Some(found) = self.moves.iter_mut().find(|found| found.id == id) else {
            return;
        };
        found.progress = Progress::Ended(end);
        let done = found.clone();
        if end != End::Succeeded {
            return;
        }
        let sources: Vec<Uuid> = self.held(done.wallet, done.product).map(|investment| investment.id).collect();
        let mut left = done.units;
        let mut oldest = None;
        for source in sources {
            let investment = self.investment_mut(source);
            let taken = left.min(investment.remaining);
            if taken > 0 {
                investment.remaining -= taken;
                left -= taken;
                oldest = oldest.or(Some(investment.clone()));
            }
        }
        assert_eq!(left, 0, "the book lets nobody take more than there is");
        if let Some((target, oldest)) = done.target.zip(oldest) {
            self.arrive(target, &oldest, done.units, at);
        }
    }

    /// What a transfer brings is an investment of who receives it.
    fn arrive(&mut self, wallet: Uuid, oldest: &Investment, units: u64, at: Timestamp) {
        let (client, investor) = self.wallet(wallet).map(|wallet| (wallet.client, wallet.investor)).unwrap();
        let is_shown = |id: &Uuid| self.campaign(*id).is_some_and(|campaign| campaign.platform == client);
        let campaign = oldest.campaign.filter(is_shown);
        self.investments.push(Investment {
            id: Uuid::nil(),
            client,
            investor,
            campaign,
            units,
            remaining: units,
            status: Status::Delivered,
            wallet: Some(wallet),
            credit: None,
            accepted_at: None,
            paid_at: None,
            delivered_at: Some(at),
            cancelled_at: None,
            is_arrival: true,
            is_invited: false,
            ..oldest.clone()
        });
    }
}
