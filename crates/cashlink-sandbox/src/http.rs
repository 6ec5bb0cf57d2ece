//! The HTTP side: what stands between a socket and the world.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::engine::{Origin, State};
use crate::requests::{Expectation, Findings, Record, RequestLog};
use crate::settings::Settings;
use crate::spec::Spec;
use crate::webhooks::Reach;
use crate::world::Seed;

mod accept;
mod auth;
mod body;
mod commit;
mod control;
mod exchange;
mod faulty;
mod keys;
mod page;
mod patience;
mod router;
mod site;
mod tap;
mod token;
mod trace;
mod upload;
mod verdict;

pub(crate) use accept::accept;
pub(crate) use auth::{Grant, Tokens};
pub(crate) use body::accepted;
pub(crate) use control::Forks;
pub(crate) use keys::{Kept, KeyId, Keys};
pub(crate) use verdict::Verdict;

/// Where the API begins.
pub(crate) const PREFIX: &str = "/api/external";

/// All that connections share.
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) settings: RwLock<Settings>,
    pub(crate) spec: &'static Spec,
    /// Where it listens; stands in links where a call does not say where it was sent to.
    pub(crate) address: SocketAddr,
    /// What `/_sandbox/` asks for where it can be reached from other machines.
    pub(crate) control_token: Option<String>,
    /// The ids of what was seeded.
    pub(crate) seed: Seed,
    /// Sandboxes that went on from this one and end with it.
    pub(crate) forks: Forks,
    /// What a reset goes back to.
    pub(crate) origin: Origin,
    /// How often the world was replaced by another one. What was asked of an earlier one is not done.
    pub(crate) generation: AtomicU64,
    pub(crate) state: Mutex<State>,
    pub(crate) requests: RequestLog,
    pub(crate) revision: watch::Sender<u64>,
    /// Wakes who sends what webhooks are told.
    pub(crate) mail: Notify,
}

impl App {
    /// The state, for as long as the guard lives. Never held across an `await`.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with all that has become of it by now: work on the ledger ends when somebody looks.
    pub(crate) fn settled(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.settle(self.clock.now());
        state
    }

    /// Changes with every call that was answered and with all that was done to the sandbox.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// Says that something has changed.
    pub(crate) fn touch(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }

    /// Enters a call that is being answered into the request log.
    pub(crate) fn log(&self, record: Record) {
        self.requests.push(record);
        self.touch();
    }

    /// Holds what a test expects against the calls and the ledger.
    pub(crate) fn check(&self, expectation: &Expectation) -> Findings {
        expectation.check(|seq| self.requests.after(seq), |seq| self.state().ledger.after(seq).to_vec())
    }

    pub(crate) fn settings(&self) -> Settings {
        *self.settings.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it sends without TLS.
    pub(crate) fn reach(&self) -> Reach {
        if self.address.ip().is_loopback() { Reach::Here } else { Reach::Anywhere }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}
