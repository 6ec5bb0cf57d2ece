//! A call that is dropped in the middle is neither lost nor doubled.

use std::collections::BTreeSet;

use cashlink::{
    Cashlink, IdempotencyKey, RetryPolicy,
    journal::{IntentStore as _, Journal, Left, Resolution, SealingKey, SealingKeys},
};
use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use cashlink_tests::{
    clock::JumpingClock,
    operations::{OPERATIONS, Target, UNKEYED, send},
    polls::polled,
    session,
    watched::{Manner, WatchedStore},
};

/// What is done after a call was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Afterwards {
    /// All that is pending is asked for again, and by the caller what only the caller has.
    Reconcile,
    /// The same call is made again.
    Repeat,
}

/// Whether the journal keeps bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bodies {
    Sealed,
    Withheld,
}

struct Stage {
    sandbox: Sandbox,
    target: Target,
    store: WatchedStore,
    bodies: Bodies,
}

impl Stage {
    async fn set(bodies: Bodies) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let prepare = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
        let target = Target::prepare(&sandbox, &prepare).await;
        let store = WatchedStore::new();
        store.behave(Manner::Slowly);
        Self { sandbox, target, store, bodies }
    }

    /// A client that has neither a token nor a connection yet, as after a restart.
    fn client(&self, policy: RetryPolicy) -> Cashlink {
        let journal = Journal::new(self.store.clone());
        let journal = match self.bodies {
            Bodies::Sealed => journal.sealed_by(SealingKeys::new(SealingKey::from_bytes([7; 32]))),
            Bodies::Withheld => journal,
        };
        let builder = session::builder(&self.sandbox).retry(policy).clock(JumpingClock::new());
        builder.journal(journal).build().unwrap()
    }

    fn applied(&self, operation: &str, after: u64) -> usize {
        let entries = self.sandbox.ledger_after(after);
        let applied = |entry: &&_| is_applied(entry, operation);
        entries.iter().filter(applied).count()
    }

    #[track_caller]
    fn assert_applied_once(&self, operation: &str, after: u64, case: &str) {
        let applied = self.applied(operation, after);
        // What sets absolute values may arrive twice.
        let most = if UNKEYED.contains(&operation) { 2 } else { 1 };
        assert!((1..=most).contains(&applied), "{case}: applied {applied} times");
    }
}

fn is_applied(entry: &cashlink_sandbox::LedgerEntry, operation: &str) -> bool {
    entry.operation_id == operation && entry.outcome == LedgerOutcome::Applied
}

#[tokio::test]
async fn a_dropped_call_is_reconciled_to_one_effect() {
    check(Bodies::Sealed, Afterwards::Reconcile).await;
}

#[tokio::test]
async fn a_dropped_call_whose_body_was_not_kept_is_settled_by_the_same_call() {
    check(Bodies::Withheld, Afterwards::Reconcile).await;
}

#[tokio::test]
async fn a_dropped_call_may_be_made_again_under_its_key() {
    check(Bodies::Sealed, Afterwards::Repeat).await;
}

/// Drops each call after one poll, after two, and so on, until none needs that many.
async fn check(bodies: Bodies, afterwards: Afterwards) {
    let mut needed = 0;
    for polls in 1.. {
        let stage = Stage::set(bodies).await;
        let mut dropped = 0;
        for operation in OPERATIONS {
            let case = format!("{operation}, dropped after {polls} polls");
            let key = IdempotencyKey::random();
            let before = stage.sandbox.ledger().len() as u64;
            let client = stage.client(RetryPolicy::default());
            if polled(send(&client, &stage.target, operation, &key), polls).await.is_none() {
                dropped += 1;
            }
            let was_begun = stage.store.find(&key).await.unwrap().is_some();
            assert!(was_begun || stage.applied(operation, before) == 0, "{case}: sent and not written down");
            if afterwards == Afterwards::Reconcile {
                reconcile(&stage, &client, &key, operation, &case).await;
            }
            if !was_begun || afterwards == Afterwards::Repeat {
                send(&client, &stage.target, operation, &key).await.unwrap_or_else(|error| panic!("{case}: {error:?}"));
            }
            stage.assert_applied_once(operation, before, &case);
            assert_eq!(client.pending().all().await.unwrap().len(), 0, "{case}");
        }
        if dropped == 0 {
            break;
        }
        needed = polls;
    }
    println!("{bodies:?}, {afterwards:?}: dropped after 1 to {needed} polls");
    assert!(needed >= 6, "writing down, connecting, asking for a token, sending and noting down were not told apart");
}

/// Reconciles what is pending, which is nothing or the intent under `key`.
async fn reconcile(stage: &Stage, client: &Cashlink, key: &IdempotencyKey, operation: &str, case: &str) {
    let left = client.reconcile().left().await.unwrap();
    for left in &left {
        assert_eq!(&left.intent.new.key, key, "{case}");
        let needs = match &left.resolution {
            Resolution::Left(Left::NeedsDocument) => operation.ends_with("documents_create"),
            Resolution::Left(Left::NeedsBody) => stage.bodies == Bodies::Withheld,
            _ => false,
        };
        assert!(needs, "{case}: {:?}", left.resolution);
        send(client, &stage.target, operation, key).await.unwrap_or_else(|error| panic!("{case}: {error:?}"));
    }
}

#[tokio::test]
async fn reconciling_may_itself_be_dropped_at_any_time() {
    let stage = Stage::set(Bodies::Sealed).await;
    let before = stage.sandbox.ledger().len() as u64;
    let client = stage.client(RetryPolicy::never());
    for (index, operation) in OPERATIONS.into_iter().enumerate() {
        // Every other one has not happened yet, but for what the next one needs.
        let has_happened = index % 2 == 0 || operation == "v2_invitations_partial_update";
        let fault = if has_happened { Fault::reply_lost_after_commit() } else { Fault::reset_before_commit() };
        stage.sandbox.arm(fault.on(operation));
        let key = IdempotencyKey::new(operation).unwrap();
        assert!(send(&client, &stage.target, operation, &key).await.unwrap_err().may_have_applied());
    }
    let client = stage.client(RetryPolicy::default());
    assert_eq!(client.pending().all().await.unwrap().len(), OPERATIONS.len());

    let mut polls = 0;
    let left = loop {
        polls += 1;
        if let Some(left) = polled(client.reconcile().left(), polls).await {
            break left.unwrap();
        }
    };
    assert!(polls > 3, "dropped {} times only", polls - 1);
    let left: BTreeSet<_> = left.iter().map(|left| left.intent.new.operation_id.as_str()).collect();
    let uploads = ["v2_documents_create", "distributor_v2_documents_create", "issuer_v2_documents_create"];
    assert_eq!(left, BTreeSet::from(uploads));
    for operation in uploads {
        send(&client, &stage.target, operation, &IdempotencyKey::new(operation).unwrap()).await.unwrap();
    }
    assert_eq!(client.pending().all().await.unwrap().len(), 0);
    for operation in OPERATIONS {
        let applied = stage.applied(operation, before);
        let most = if UNKEYED.contains(&operation) { polls } else { 1 };
        assert!((1..=most).contains(&applied), "{operation}: applied {applied} times");
    }
}
