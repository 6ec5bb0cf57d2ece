//! Random schedules of faults, and whether what calls say of their outcome agrees with the ledger.
//!
//! A batch makes every change once, each as an intent under one key, by several calls. What meets their attempts is drawn
//! from the seed: the server's faults, connections that break anywhere in a request or a reply, a door that is shut,
//! deadlines. After each call its word is compared with the sandbox's ledger; in the end everything is settled, and then
//! ledger, journal and the last word have to agree.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::{fmt, path::Path, sync::Arc, time::Duration};

use cashlink::{
    Builder, Cashlink, Error, IdempotencyKey, Operation, Outcome, RetryPolicy,
    journal::{Intent, IntentState, Journal, Left, MemoryStore, Resolution, SealingKey, SealingKeys},
};
use cashlink_sqlite::SqliteStore;
use fastrand::Rng;
use futures_util::StreamExt as _;
use tempfile::TempDir;
use uuid::Uuid;

mod judge;
mod stage;
mod steps;
mod tally;

pub use tally::Tally;

use self::{
    judge::{Key, Known, Said, wrong},
    stage::{Script, Stage, applied},
    steps::Step,
};
use crate::{
    gateway::{Gateway, Treatment},
    operations::{OPERATIONS, Options, Target, send_with},
    session,
};

/// The longest that a client waits for an attempt where time is real.
const IMPATIENT: Duration = Duration::from_millis(60);

/// Whether a batch takes real time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Nothing waits.
    Instant,
    /// Some replies never come, and the client stops waiting for them.
    Real,
}

/// A call whose word does not agree with the ledger, and how it came to that.
#[derive(Clone, Debug)]
pub struct Misjudged {
    /// What the batch was drawn from.
    pub seed: u64,
    operation: &'static str,
    problem: String,
    story: Vec<String>,
}

impl fmt::Display for Misjudged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "seed {}: {}: {}", self.seed, self.operation, self.problem)?;
        self.story.iter().try_for_each(|line| writeln!(formatter, "  {line}"))
    }
}

/// One change, and the calls that asked for it.
struct Change {
    operation: &'static str,
    options: Options,
    key: Key,
    /// Whether it may have happened, as far as its calls have said.
    is_in_doubt: bool,
    last: Option<Said>,
    story: Vec<String>,
}

struct Batch {
    seed: u64,
    random: Rng,
    pace: Pace,
    stage: Arc<Stage>,
    clients: Vec<Cashlink>,
    /// Finds out what became of changes.
    patient: Cashlink,
    target: Target,
    journal: Option<Journal>,
    /// Where the journal's file is, if it has one.
    _folder: TempDir,
    tally: Tally,
}

/// Plays the batch that is drawn from `seed`.
///
/// # Errors
///
/// Fails with the first call whose word does not agree with the ledger.
pub async fn play(seed: u64, pace: Pace) -> Result<Tally, Misjudged> {
    let mut batch = Batch::prepare(seed, pace).await;
    let mut changes = Vec::new();
    for operation in OPERATIONS {
        let mut change = Change::new(seed, operation);
        batch.ask_for(&mut change).await?;
        // What sets absolute values might otherwise be overtaken by what comes after it.
        if change.key == Key::None || operation == "v2_invitations_partial_update" || batch.random.u8(0..8) == 0 {
            batch.settle(std::slice::from_mut(&mut change)).await?;
        }
        changes.push(change);
    }
    batch.settle(&mut changes).await?;
    batch.audit(&changes).await?;
    Ok(batch.tally)
}

impl Change {
    fn new(seed: u64, operation: &'static str) -> Self {
        let known = Operation::all().find(|known| known.id() == operation);
        let key = match known {
            Some(known) if !known.takes_key() => Key::None,
            Some(known) if known.is_key_assumed() => Key::Assumed,
            _ => Key::Evidenced,
        };
        let name = IdempotencyKey::derive(Uuid::from_u128(seed.into()), operation);
        Self { operation, options: Options::from(&name), key, is_in_doubt: false, last: None, story: Vec::new() }
    }

    fn misjudged(&self, seed: u64, problem: impl Into<String>) -> Misjudged {
        Misjudged { seed, operation: self.operation, problem: problem.into(), story: self.story.clone() }
    }
}

impl Batch {
    async fn prepare(seed: u64, pace: Pace) -> Self {
        let mut random = Rng::with_seed(seed);
        let stage = Stage::set().await.unwrap_or_else(|error| panic!("no port is free: {error}"));
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
        let journal = journal(&mut random, folder.path());
        let clock = stage.clock();
        let url = stage.gateway().map(Gateway::url).unwrap_or_default();
        let builder = || {
            let builder = session::builder(&stage.sandbox).base_url(&url).clock(clock.clone());
            match &journal {
                Some(journal) => builder.journal(journal.clone()),
                None => builder,
            }
        };
        let client = |builder: Builder| builder.build().unwrap_or_else(|error| panic!("no client: {error}"));
        let patient = client(builder());
        let mut clients = Vec::new();
        for _ in 0..2 {
            let builder = builder().retry(policy(&mut random)).jitter_seed(random.u64(..));
            clients.push(client(if pace == Pace::Real { builder.attempt_timeout(IMPATIENT) } else { builder }));
        }
        let direct = client(session::builder(&stage.sandbox));
        let target = Target::prepare(&stage.sandbox, &direct).await;
        stage.begin();
        Self { seed, random, pace, stage, clients, patient, target, journal, _folder: folder, tally: Tally::default() }
    }

    /// Asks for `change` by one call and a few more, all of which meet something.
    async fn ask_for(&mut self, change: &mut Change) -> Result<(), Misjudged> {
        for _ in 0..4 {
            let said = self.call(change).await?;
            let is_done = said == Said::Applied && self.random.u8(0..4) > 0;
            if is_done || self.random.u8(0..4) == 0 {
                break;
            }
        }
        Ok(())
    }

    async fn call(&mut self, change: &mut Change) -> Result<Said, Misjudged> {
        let is_open = self.random.u8(0..12) > 0;
        let script = self.script(change);
        change.options.timeout = self.timeout();
        let client = self.clients[self.random.usize(..self.clients.len())].clone();
        let line = format!("open: {is_open}, timeout: {:?}", change.options.timeout);
        self.stage.play(script, is_open);
        let before = applied(&self.stage.entries(change.operation));
        let result = send_with(&client, &self.target, change.operation, &change.options).await;
        let met = self.stage.end().await;
        change.options.timeout = None;
        change.story.push(format!("{line}; met {met:?}; {result:?}"));
        let said = self.judge(change, &result, before)?;
        self.tally.count(change.operation, said);
        Ok(said)
    }

    /// A bound of the whole call. What is below seconds bounds attempts in real time, too.
    fn timeout(&mut self) -> Option<Duration> {
        let shortest = if self.pace == Pace::Real { 0 } else { 13 };
        match self.random.u8(0..16) {
            0 => Some(Duration::ZERO),
            1 | 2 => Some(Duration::from_millis(1 << self.random.u32(shortest..18))),
            _ => None,
        }
    }

    fn script(&mut self, change: &Change) -> Script {
        let random = &mut self.random;
        let waits = self.pace == Pace::Real;
        let steps = (0..random.usize(1..6)).map(|_| Step::draw(random, waits)).collect();
        let token_steps = match random.u8(0..6) {
            0 => [Treatment::CutReply(random.u16(0..1000))].into(),
            1 => [Treatment::CutRequest(random.u16(0..1000)), Treatment::CutReply(0)].into(),
            _ => [].into(),
        };
        let doors = if random.u8(0..6) == 0 { (0..4).map(|_| random.bool()).collect() } else { [].into() };
        let (operation, key) = (change.operation, Some(change.key));
        Script { operation, key, steps, token_steps, doors, random: Some(random.fork()), met: Vec::new() }
    }

    fn judge(&self, change: &mut Change, result: &Result<(), Error>, applied_before: usize) -> Result<Said, Misjudged> {
        let said = Said::of(result);
        let entries = self.stage.entries(change.operation);
        let known = Known {
            is_journaled: self.journal.is_some(),
            key: change.key,
            was_in_doubt: change.is_in_doubt,
            applied_before,
            applied: applied(&entries),
        };
        if let Some(problem) = wrong(said, known) {
            return Err(change.misjudged(self.seed, format!("{problem} ({known:?})")));
        }
        let expected = (change.key != Key::None).then(|| change.options.key.as_str());
        if entries.iter().any(|entry| entry.idempotency_key.as_deref() != expected) {
            return Err(change.misjudged(self.seed, "sent under another key"));
        }
        change.is_in_doubt = match said {
            Said::Applied | Said::Failed(Outcome::Unknown, _) => true,
            Said::Failed(Outcome::Rejected, judge::Reason::Verdict) if change.key == Key::Evidenced => false,
            Said::Failed(..) => change.is_in_doubt,
        };
        // What happened cannot be taken back.
        if change.last != Some(Said::Applied) {
            change.last = Some(said);
        }
        Ok(said)
    }

    /// Finds out what became of `changes`, with nothing in the way any more.
    async fn settle(&mut self, changes: &mut [Change]) -> Result<(), Misjudged> {
        if self.journal.is_some() {
            self.reconcile(changes).await?;
        }
        for change in changes {
            if change.is_in_doubt && change.last != Some(Said::Applied) {
                let before = applied(&self.stage.entries(change.operation));
                let result = send_with(&self.patient, &self.target, change.operation, &change.options).await;
                change.story.push(format!("asked again: {result:?}"));
                let said = self.judge(change, &result, before)?;
                if said != Said::Applied {
                    return Err(change.misjudged(self.seed, "not settled by asking again"));
                }
            }
        }
        Ok(())
    }

    async fn reconcile(&self, changes: &mut [Change]) -> Result<(), Misjudged> {
        let mut results = self.patient.reconcile();
        while let Some(settled) = results.next().await {
            let settled = match settled {
                Ok(settled) => settled,
                Err(error) => panic!("a store in memory fails: {error}"),
            };
            let found = changes.iter_mut().find(|change| change.options.key == settled.intent.new.key);
            // One that was left for the end of the batch, and is settled already.
            let Some(change) = found else { continue };
            change.story.push(format!("reconciled: {:?}", settled.resolution));
            let applied = applied(&self.stage.entries(change.operation));
            let problem = match &settled.resolution {
                // Who was told so may have asked for it by another key meanwhile.
                _ if matches!(change.last, Some(Said::Failed(Outcome::NotSent | Outcome::Rejected, _))) => {
                    Some("pending, though said not to have happened")
                }
                Resolution::Applied(_) if applied == 0 => Some("reconciled as applied, and was not"),
                Resolution::Rejected(_) if applied > 0 => Some("reconciled as rejected, and was applied"),
                Resolution::Applied(_) => {
                    change.last = Some(Said::Applied);
                    None
                }
                Resolution::Left(left) if is_for_the_caller(left) => None,
                _ => Some("not settled, though nothing was in the way"),
            };
            if let Some(problem) = problem {
                return Err(change.misjudged(self.seed, problem));
            }
        }
        Ok(())
    }

    /// Compares the last word on each change with the ledger and with the journal.
    async fn audit(&mut self, changes: &[Change]) -> Result<(), Misjudged> {
        for change in changes {
            let applied = applied(&self.stage.entries(change.operation));
            let said = change.last.unwrap_or(Said::Applied);
            let intent = self.intent(change).await;
            let state = intent.map(|intent| intent.state);
            let fits = match said {
                Said::Applied => applied > 0 && state.is_none_or(|state| state == IntentState::Applied),
                Said::Failed(..) => applied == 0 && state.is_none_or(is_closed_without_effect),
            };
            if !fits {
                let problem = format!("in the end {said:?}, applied {applied} times, in the journal {state:?}");
                return Err(change.misjudged(self.seed, problem));
            }
            self.tally.count_settled(said);
        }
        Ok(())
    }

    async fn intent(&self, change: &Change) -> Option<Intent> {
        let store = self.journal.as_ref()?.intents();
        store.find(&change.options.key).await.ok().flatten()
    }
}

/// One of all sorts of journals, or none.
fn journal(random: &mut Rng, folder: &Path) -> Option<Journal> {
    let file = || SqliteStore::open(folder.join("journal")).unwrap_or_else(|error| panic!("no journal: {error}"));
    let journal = match random.u8(0..8) {
        0 | 1 => return None,
        2..6 => Journal::new(MemoryStore::new()),
        _ => Journal::new(file()),
    };
    let journal = journal.key_window(Duration::MAX);
    let keys = SealingKeys::new(SealingKey::from_bytes([7; 32]));
    Some(if random.bool() { journal.sealed_by(keys) } else { journal })
}

fn policy(random: &mut Rng) -> RetryPolicy {
    let budget = if random.u8(0..8) == 0 { 1 } else { 1_000 };
    let policy = RetryPolicy::default().max_attempts(random.u32(1..6)).budget(budget);
    policy.max_retry_after(Duration::from_secs(random.u64(0..40)))
}

fn is_closed_without_effect(state: IntentState) -> bool {
    matches!(state, IntentState::Rejected | IntentState::NotSent)
}

fn is_for_the_caller(left: &Left) -> bool {
    matches!(left, Left::NeedsBody | Left::NeedsDocument)
}
