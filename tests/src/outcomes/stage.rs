//! Where a batch plays: a sandbox, the gateway in front of it, and a script of what goes wrong.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use cashlink_sandbox::{LedgerEntry, LedgerOutcome, Sandbox};
use fastrand::Rng;

use super::{
    judge::Key,
    steps::{Step, turned_away},
};
use crate::{
    clock::JumpingClock,
    gateway::{Gateway, Treatment},
};

/// A sandbox behind a gateway that does to each request what the script says.
pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    /// The end of the ledger when the batch began.
    start: OnceLock<u64>,
    gateway: OnceLock<Gateway>,
    script: Mutex<Script>,
}

/// What the next attempts meet.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) operation: &'static str,
    pub(super) key: Option<Key>,
    /// One for each attempt that reaches the gateway; afterwards everything gets through.
    pub(super) steps: VecDeque<Step>,
    /// The same for requests for a token.
    pub(super) token_steps: VecDeque<Treatment>,
    /// Whether the door is open after each wait.
    pub(super) doors: VecDeque<bool>,
    /// Draws what replaces a verdict.
    pub(super) random: Option<Rng>,
    /// What was met so far.
    pub(super) met: Vec<String>,
}

impl Stage {
    pub(super) async fn set() -> std::io::Result<Arc<Self>> {
        let sandbox = Sandbox::start().await.map_err(std::io::Error::other)?;
        let stage =
            Arc::new(Self { sandbox, start: OnceLock::new(), gateway: OnceLock::new(), script: Mutex::default() });
        let weak = Arc::downgrade(&stage);
        let gateway = Gateway::start(stage.sandbox.origin(), move |_, target| {
            weak.upgrade().map_or(Treatment::Pass, |stage| stage.treat(target))
        })?;
        stage.gateway.get_or_init(|| gateway);
        Ok(stage)
    }

    /// A clock whose waits move the door.
    pub(super) fn clock(self: &Arc<Self>) -> JumpingClock {
        let weak = Arc::downgrade(self);
        JumpingClock::moving(move |_| {
            if let Some(stage) = weak.upgrade() {
                stage.wait();
            }
        })
    }

    pub(super) fn gateway(&self) -> Option<&Gateway> {
        self.gateway.get()
    }

    pub(super) fn play(&self, script: Script, is_open: bool) {
        *self.script() = script;
        self.set_open(is_open);
    }

    /// Lets everything through again, and says what was met.
    pub(super) async fn end(&self) -> Vec<String> {
        if let Some(gateway) = self.gateway() {
            gateway.settle().await;
        }
        self.sandbox.clear_faults();
        let script = std::mem::take(&mut *self.script());
        self.set_open(true);
        script.met
    }

    /// Counts from now on.
    pub(super) fn begin(&self) {
        self.start.get_or_init(|| self.sandbox.ledger().len() as u64);
    }

    /// What the ledger has of `operation` since the beginning.
    pub(super) fn entries(&self, operation: &str) -> Vec<LedgerEntry> {
        let mut entries = self.sandbox.ledger_after(self.start.get().copied().unwrap_or_default());
        entries.retain(|entry| entry.operation_id == operation);
        entries
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_open(&self, is_open: bool) {
        if let Some(gateway) = self.gateway() {
            let set = gateway.set_open(is_open);
            assert!(set.is_ok(), "the port of the gateway cannot be listened on: {set:?}");
        }
    }

    fn wait(&self) {
        let next = self.script().doors.pop_front();
        if let Some(is_open) = next {
            self.script().met.push(if is_open { "door open" } else { "door shut" }.to_owned());
            self.set_open(is_open);
        }
    }

    fn treat(&self, target: &str) -> Treatment {
        let mut script = self.script();
        if target.ends_with("/oauth/token") {
            let treatment = script.token_steps.pop_front().unwrap_or(Treatment::Pass);
            script.met.push(format!("token: {treatment:?}"));
            return treatment;
        }
        // A fault that is armed still was not met: the attempt before it was turned away for its token.
        let step = if self.sandbox.armed() > 0 { None } else { script.steps.pop_front() };
        let step = step.unwrap_or(Step::Pass);
        let fault = match step {
            Step::Pass => {
                script.met.push("passes".to_owned());
                return Treatment::Pass;
            }
            Step::Way(treatment) => {
                script.met.push(format!("{treatment:?}"));
                return treatment;
            }
            // The API gives its first answer again under a key that it heeds; the sandbox must not contradict itself.
            Step::Verdict(_) if script.key == Some(Key::Evidenced) && self.is_applied(script.operation) => {
                turned_away(script.random.get_or_insert_default())
            }
            Step::Verdict(fault) | Step::Fault(fault) => fault,
        };
        script.met.push(format!("{fault:?}"));
        self.sandbox.arm(fault.on(script.operation));
        Treatment::Pass
    }

    fn is_applied(&self, operation: &str) -> bool {
        applied(&self.entries(operation)) > 0
    }
}

/// How often something took effect.
pub(super) fn applied(entries: &[LedgerEntry]) -> usize {
    entries.iter().filter(|entry| entry.outcome == LedgerOutcome::Applied).count()
}
