//! A sandbox, a store that is watched, and clients that use both.

use std::time::Duration;

use cashlink::{
    Builder, Cashlink, Error, IdempotencyKey, RetryPolicy,
    journal::{IntentState, IntentStore as _, Journal, Left, Reconciled, Resolution, SealingKey, SealingKeys},
    model::Investor,
    time::Clock as _,
};
use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use cashlink_tests::{clock::JumpingClock, operations, session, watched::WatchedStore};
use serde_json::{Value, json};

pub(crate) const CREATE: &str = "v2_investors_create";

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) store: WatchedStore,
    pub(crate) clock: JumpingClock,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let (store, clock) = (WatchedStore::new(), JumpingClock::new());
        Self { sandbox: Sandbox::start().await.unwrap(), store, clock }
    }

    pub(crate) fn journal(&self) -> Journal {
        Journal::new(self.store.clone())
    }

    /// A journal that is sealed with the key of this number.
    pub(crate) fn sealed(&self, number: u8) -> Journal {
        self.journal().sealed_by(SealingKeys::new(sealing_key(number)))
    }

    pub(crate) fn builder(&self) -> Builder {
        session::builder(&self.sandbox).clock(self.clock.clone())
    }

    pub(crate) fn client(&self, journal: Journal) -> Cashlink {
        self.builder().journal(journal).build().unwrap()
    }

    /// A client that sends everything once.
    pub(crate) fn once(&self, journal: Journal) -> Cashlink {
        self.builder().retry(RetryPolicy::never()).journal(journal).build().unwrap()
    }

    pub(crate) async fn pass(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }

    /// What became of the requests that arrived, in order.
    pub(crate) fn arrived(&self) -> Vec<LedgerOutcome> {
        self.sandbox.ledger().iter().map(|entry| entry.outcome).collect()
    }

    /// Makes an investor, whose reply gets lost.
    pub(crate) async fn lose_reply(&self, client: &Cashlink, key: &IdempotencyKey) {
        self.sandbox.arm(Fault::reply_lost_after_commit().on(CREATE));
        assert!(create(client, key, "Erika").await.unwrap_err().may_have_applied());
        self.sandbox.clear_faults();
    }

    pub(crate) async fn state(&self, key: &IdempotencyKey) -> Option<IntentState> {
        self.store.find(key).await.unwrap().map(|intent| intent.state)
    }
}

pub(crate) fn sealing_key(number: u8) -> SealingKey {
    SealingKey::from_bytes([number; 32])
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

/// Makes an investor of this forename.
pub(crate) async fn create(client: &Cashlink, key: &IdempotencyKey, forename: &str) -> Result<Investor, Error> {
    let investor = operations::example(CREATE, &[("/natural_person/forename", json!(forename))]);
    client.platform().investors().create(&investor).key(key.clone()).send().await
}

pub(crate) fn json_of(investor: &Investor) -> Value {
    serde_json::to_value(investor).unwrap()
}

pub(crate) async fn pending(client: &Cashlink) -> usize {
    client.pending().all().await.unwrap().len()
}

/// What is left of the only intent that is pending.
pub(crate) async fn only_left(client: &Cashlink) -> Left {
    let mut left: Vec<Reconciled> = client.reconcile().left().await.unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    match left.remove(0).resolution {
        Resolution::Left(left) => left,
        other => panic!("{other:?}"),
    }
}
