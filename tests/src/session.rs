//! Clients of a sandbox, and what its ledger says about them.

use std::{collections::BTreeMap, sync::Arc};

use cashlink::{Builder, Cashlink, Scope};
use cashlink_sandbox::{LedgerOutcome, Sandbox};

use crate::clock::JumpingClock;

/// A builder with the sandbox's credentials, every scope, and reproducible jitter.
pub fn builder(sandbox: &Sandbox) -> Builder {
    Cashlink::builder()
        .base_url(sandbox.url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .scopes(Scope::ALL)
        .jitter_seed(1)
}

/// A clock that moves the sandbox's along with its own.
pub fn clock(sandbox: &Arc<Sandbox>) -> JumpingClock {
    let sandbox = Arc::downgrade(sandbox);
    JumpingClock::moving(move |duration| {
        if let Some(sandbox) = sandbox.upgrade() {
            sandbox.advance(duration);
        }
    })
}

/// How often each operation took effect.
pub fn applied(sandbox: &Sandbox) -> BTreeMap<String, usize> {
    counted(sandbox, LedgerOutcome::Applied)
}

/// How often the verdict of an earlier call was given again, by operation.
pub fn replayed(sandbox: &Sandbox) -> BTreeMap<String, usize> {
    counted(sandbox, LedgerOutcome::Replayed)
}

fn counted(sandbox: &Sandbox, outcome: LedgerOutcome) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in sandbox.ledger().into_iter().filter(|entry| entry.outcome == outcome) {
        *counts.entry(entry.operation_id).or_default() += 1;
    }
    counts
}
