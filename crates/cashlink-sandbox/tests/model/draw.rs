//! What a step is, and how it becomes a call or a decision about what is there.
//!
//! A step is drawn without looking: it has a kind and a seed. Only when its turn comes does the seed choose from what the
//! book has, so that a sequence stays one when steps are taken out of it.

use fastrand::Rng;
use jiff::SignedDuration;
use uuid::Uuid;

use crate::ask::{Ask, Family, Set};
use crate::book::{Book, Control, EVENTS, End, Investment, Status};

mod about;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    pub(crate) seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Investor,
    Identify,
    Person,
    Wallet,
    Receive,
    Product,
    Listing,
    Campaign,
    Open,
    Invite,
    Answer,
    Convert,
    Invest,
    Change,
    Credit,
    Redeem,
    Transfer,
    Replay,
    Trigger,
    Kyc,
    FinishTask,
    NextTaskEnds,
    Validate,
    Freeze,
    Pause,
    Advance,
    Settlement,
    Switch,
    Allow,
    Snapshot,
    Restore,
    Reset,
    Fork,
    Restart,
    Sweep,
}

/// How often each kind is drawn beside the others.
pub(crate) const WEIGHTS: [(Kind, u32); 35] = [
    (Kind::Investor, 6),
    (Kind::Identify, 10),
    (Kind::Person, 6),
    (Kind::Wallet, 12),
    (Kind::Receive, 4),
    (Kind::Product, 4),
    (Kind::Listing, 6),
    (Kind::Campaign, 8),
    (Kind::Open, 2),
    (Kind::Invite, 6),
    (Kind::Answer, 8),
    (Kind::Convert, 8),
    (Kind::Invest, 32),
    (Kind::Change, 14),
    (Kind::Credit, 28),
    (Kind::Redeem, 20),
    (Kind::Transfer, 22),
    (Kind::Replay, 6),
    (Kind::Trigger, 20),
    (Kind::Kyc, 8),
    (Kind::FinishTask, 10),
    (Kind::NextTaskEnds, 6),
    (Kind::Validate, 2),
    (Kind::Freeze, 4),
    (Kind::Pause, 4),
    (Kind::Advance, 10),
    (Kind::Settlement, 8),
    (Kind::Switch, 6),
    (Kind::Allow, 4),
    (Kind::Snapshot, 4),
    (Kind::Restore, 3),
    (Kind::Reset, 1),
    (Kind::Fork, 2),
    (Kind::Restart, 4),
    (Kind::Sweep, 2),
];

/// A sequence of steps.
pub(crate) fn steps(rng: &mut Rng) -> Vec<Step> {
    let total: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let count = rng.usize(30..=200);
    let mut draw = || {
        let mut at = rng.u32(..total);
        let kind = WEIGHTS.iter().find(|(_, weight)| {
            let is_here = at < *weight;
            at = at.saturating_sub(*weight);
            is_here
        });
        Step { kind: kind.map_or(Kind::Sweep, |(kind, _)| *kind), seed: rng.u64(..) }
    };
    (0..count).map(|_| draw()).collect()
}

/// How a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Plain,
    /// It is sent again with its key.
    Twice,
    /// It is sent again with its key and says something else.
    OtherBody,
    /// It has no key.
    Keyless,
    /// Something goes wrong, and it is sent again with its key. Then it is done, or was done already.
    Hindered {
        fault: &'static str,
        is_done: bool,
    },
}

const FAULTS: [(&str, bool); 6] = [
    ("reply_lost_after_commit", true),
    ("truncated_reply", true),
    ("error_after_commit", true),
    ("reset_before_commit", false),
    ("error_before_commit", false),
    ("throttle", false),
];

/// What a step turns out to be.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Call {
        client: usize,
        family: Family,
        ask: Ask,
        way: Way,
    },
    Control(Control),
    /// One of the calls that were made.
    Replay(usize),
    Allow {
        client: usize,
        platform: usize,
        is_allowed: bool,
    },
    Snapshot,
    /// One of the snapshots that were made.
    Restore(usize),
    Reset,
    Fork {
        is_left: bool,
    },
    Restart,
    Sweep,
}

pub(crate) fn act(step: Step, book: &Book) -> Act {
    let mut draw = Draw { rng: Rng::with_seed(step.seed), book };
    if let Some((client, ask)) = draw.ask(step.kind) {
        return draw.call(client, ask);
    }
    if let Some(control) = draw.control(step.kind) {
        return Act::Control(control);
    }
    let rng = &mut draw.rng;
    match step.kind {
        Kind::Replay => Act::Replay(rng.usize(..)),
        Kind::Allow => Act::Allow { client: rng.usize(..2), platform: rng.usize(..2), is_allowed: rng.u8(..4) > 0 },
        Kind::Snapshot => Act::Snapshot,
        Kind::Restore => Act::Restore(rng.usize(..)),
        Kind::Reset => Act::Reset,
        Kind::Fork => Act::Fork { is_left: rng.bool() },
        Kind::Restart => Act::Restart,
        _ => Act::Sweep,
    }
}

/// Chooses from what there is.
struct Draw<'a> {
    rng: Rng,
    book: &'a Book,
}

impl Draw<'_> {
    /// Whether something happens that happens `percent` times of a hundred.
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn one<T: Clone>(&mut self, of: impl IntoIterator<Item = T>) -> Option<T> {
        let all: Vec<T> = of.into_iter().collect();
        if all.is_empty() { None } else { all.get(self.rng.usize(..all.len())).cloned() }
    }

    fn call(&mut self, client: usize, ask: Ask) -> Act {
        let way = match self.rng.u8(..100) {
            0..6 => Way::Twice,
            6..9 => Way::OtherBody,
            9..11 => Way::Keyless,
            11..20 => {
                let (fault, is_done) = FAULTS[self.rng.usize(..FAULTS.len())];
                Way::Hindered { fault, is_done }
            }
            _ => Way::Plain,
        };
        let family = Family::ALL[self.rng.usize(..2)];
        let family = if ask.is_of_platform() { Family::Platform } else { family };
        // Now and then somebody asks who has nothing to do with it.
        let client = if self.chance(4) { 1 - client } else { client };
        Act::Call { client, family, ask, way }
    }

    fn control(&mut self, kind: Kind) -> Option<Control> {
        let book = self.book;
        Some(match kind {
            Kind::Trigger => {
                let is_wanted = self.chance(85);
                let open = book.investments.iter().filter(|found| !is_wanted || !found.status.is_cancelled());
                let investment = self.one(open)?;
                let possible = (0..EVENTS.len()).filter(|event| investment.status.after(*event).is_some());
                let event = self.one(possible).filter(|_| is_wanted);
                let event = event.unwrap_or_else(|| self.rng.usize(..EVENTS.len()));
                // What is cancelled all the time is never delivered.
                let event = if EVENTS[event].0 == "cancel" && self.chance(50) { 9 } else { event };
                Control::Trigger(investment.id, event)
            }
            Kind::Kyc => {
                let is_wanted = self.chance(70);
                let waiting = book.investors.iter().filter(|found| !is_wanted || !found.is_cleared());
                let investor = self.one(waiting)?.id;
                let result = if self.chance(40) { "success" } else { self.one(crate::book::KYC_RESULTS)? };
                Control::Kyc(investor, result)
            }
            Kind::FinishTask => {
                let task = self.one(book.tasks.iter().map(|task| task.id)).unwrap_or(Uuid::from_u128(9));
                Control::FinishTask(task, self.end())
            }
            Kind::NextTaskEnds => Control::NextTaskEnds(self.end()),
            Kind::Validate => Control::Validate(self.one(&book.products)?.id),
            Kind::Freeze => Control::Freeze(self.one(&book.wallets)?.id, self.chance(35)),
            Kind::Pause => Control::Pause(self.one(&book.products)?.id, self.chance(35)),
            Kind::Advance => {
                let hours = if self.chance(4) { 24 * 400 } else { self.rng.i64(0..30) };
                Control::Advance(SignedDuration::from_hours(hours))
            }
            Kind::Settlement => {
                let hours = if self.chance(45) { 0 } else { self.rng.i64(1..40) };
                Control::Settlement(SignedDuration::from_hours(hours))
            }
            Kind::Switch => Control::Switch(self.one(crate::book::SWITCHES)?, self.chance(45)),
            _ => return None,
        })
    }

    fn end(&mut self) -> End {
        match self.rng.u8(..3) {
            0 => End::Succeeded,
            1 => End::Failed,
            _ => End::Unknown,
        }
    }

    fn change(&mut self) -> Option<(usize, Ask)> {
        let is_wanted = self.chance(85);
        let open = self.book.investments.iter().filter(|found| !is_wanted || found.status.is_open());
        let investment: &Investment = self.one(open)?;
        let wallets = self.book.wallets.iter().filter(|wallet| wallet.investor == investment.investor);
        let wallet = self.one(wallets).or_else(|| self.one(&self.book.wallets))?.id;
        let wallet = match self.rng.u8(..10) {
            0..5 => Set::To(wallet),
            5 => Set::Clear,
            _ => Set::Keep,
        };
        let mut date = || match self.rng.u8(..10) {
            0..5 => Set::To(()),
            5 => Set::Clear,
            _ => Set::Keep,
        };
        let (accepted, paid) = (date(), date());
        let is_empty = wallet == Set::Keep && accepted == Set::Keep && paid == Set::Keep;
        let paid = if is_empty { Set::To(()) } else { paid };
        Some((investment.client, Ask::Change { investment: investment.id, wallet, accepted, paid }))
    }

    fn credit(&mut self) -> Option<(usize, Ask)> {
        let is_wanted = self.chance(85);
        let is_ready = |found: &&Investment| found.status == Status::Paid && found.wallet.is_some();
        let ready = self.book.investments.iter().filter(|found| !is_wanted || is_ready(found));
        let investment = self.one(ready)?;
        Some((investment.client, Ask::Credit { investment: investment.id }))
    }
}
