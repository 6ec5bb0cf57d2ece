//! The HTTP side: what stands between a socket and the world.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::builder::{SandboxBuilder, Settings};
use crate::clock::Clock;
use crate::error::{Kind, Result};
use crate::fault::{Fault, FaultId, Faults};
use crate::ledger::Ledger;
use crate::requests::{Record, RequestLog};
use crate::spec::Spec;
use crate::world::{Seed, World};

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

/// Where the API begins.
pub(crate) const PREFIX: &str = "/api/external";

/// All that connections share.
pub(crate) struct App {
    pub(crate) clock: Clock,
    settings: Settings,
    spec: &'static Spec,
    /// Where it listens; stands in links where a call does not say where it was sent to.
    address: SocketAddr,
    state: Mutex<State>,
    pub(crate) requests: RequestLog,
    revision: watch::Sender<u64>,
}

/// What changes. An effect, its ledger entry and its remembered verdict change under one lock.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    keys: keys::Keys,
    tokens: auth::Tokens,
}

impl App {
    pub(crate) fn new(builder: &SandboxBuilder, address: SocketAddr) -> Result<(Self, Seed)> {
        let clock = Clock::default();
        let mut world = World::new(builder.rules);
        let seed = world.seed(clock.now()).map_err(|refusal| Kind::Seed(format!("{refusal:?}")))?;
        let app = Self {
            clock,
            settings: builder.settings,
            spec: Spec::get()?,
            address,
            state: Mutex::new(State {
                world,
                ledger: Ledger::default(),
                faults: Faults::default(),
                keys: keys::Keys::default(),
                tokens: auth::Tokens::default(),
            }),
            requests: RequestLog::new(builder.request_log),
            revision: watch::Sender::default(),
        };
        Ok((app, seed))
    }

    /// The state, for as long as the guard lives. Never held across an `await`.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    pub(crate) fn arm(&self, fault: Fault) -> FaultId {
        if !fault.could_strike(self.spec) {
            tracing::warn!(kind = fault.kind(), "a fault was armed that no call can take");
        }
        self.state().faults.arm(fault)
    }
}
