//! Bad input and a bad network: nothing happens twice, nothing is claimed that is not so, nothing leaks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod answers;
mod deadlines;
mod input;
mod lost;
mod origin;
mod printing;
mod replies;

use std::collections::BTreeSet;

use cashlink::{Cashlink, guides::registry, model};
use cashlink_sandbox::{LedgerOutcome, Sandbox};
use cashlink_tests::{clock::JumpingClock, scripted::ScriptedServer, session};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x5EED);

fn client(sandbox: &Sandbox) -> Cashlink {
    session::builder(sandbox).clock(JumpingClock::new()).build().unwrap()
}

fn scripted_client(server: &ScriptedServer) -> Cashlink {
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "scripted-secret");
    builder.clock(JumpingClock::new()).build().unwrap()
}

fn input(sandbox: &Sandbox) -> registry::Input {
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    input.redemption.product_id = Some(sandbox.product_id().into());
    input
}

/// A small request that changes something.
fn invitation(sandbox: &Sandbox) -> model::InvitationCreate {
    model::InvitationCreate::new(sandbox.investor_id().into(), sandbox.campaign_id().into(), 10)
}

/// Everything that an error prints, its sources included.
fn printed(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.flat_map(|error| [format!("{error}\n"), format!("{error:?}\n")]).collect()
}

#[track_caller]
fn one_effect_under_one_key(sandbox: &Sandbox, operation_id: &str) {
    let entries: Vec<_> = sandbox.ledger().into_iter().filter(|entry| entry.operation_id == operation_id).collect();
    let outcomes: Vec<_> = entries.iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [LedgerOutcome::Applied, LedgerOutcome::Replayed]);
    let keys: BTreeSet<_> = entries.iter().map(|entry| entry.idempotency_key.clone()).collect();
    assert_eq!(keys.len(), 1);
    assert!(keys.first().unwrap().is_some());
}
