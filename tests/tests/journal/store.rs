//! What becomes of a change whose journal cannot be written.

use std::{error::Error as _, time::Duration};

use cashlink::{
    Outcome,
    journal::{IntentState, StoreError, StoreErrorKind},
};
use cashlink_sandbox::LedgerOutcome::{Applied, Replayed};
use cashlink_tests::{operations, relay::Relay, watched::Manner};

use crate::stage::{CREATE, Stage, create, key, pending};

#[tokio::test]
async fn what_cannot_be_written_down_is_not_sent() {
    let stage = Stage::set().await;
    let relay = Relay::start(stage.sandbox.origin()).await.unwrap();
    let client = stage.builder().base_url(relay.url()).journal(stage.sealed(1)).build().unwrap();
    stage.store.behave(Manner::RefusesBegin);
    let error = create(&client, &key("order-1"), "Erika").await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert_eq!(error.journal_failure().map(StoreError::kind), Some(StoreErrorKind::Unavailable));
    assert!(error.is_transient() && error.source().is_none(), "{error:?}");
    assert_eq!(error.to_string(), "v2_investors_create: not sent, as the journal failed: the disk is full");
    assert_eq!(relay.sent(), "");

    stage.store.behave(Manner::Well);
    create(&client, &key("order-1"), "Erika").await.unwrap();
    assert_eq!(stage.arrived(), [Applied]);
}

#[tokio::test]
async fn a_call_whose_outcome_cannot_be_noted_succeeds_and_is_found_out_again() {
    let stage = Stage::set().await;
    let client = stage.client(stage.sealed(1));
    let key = key("order-1");
    stage.store.behave(Manner::RefusesFinish);
    create(&client, &key, "Erika").await.unwrap();
    assert_eq!((stage.state(&key).await, pending(&client).await), (Some(IntentState::Pending), 1));

    stage.store.behave(Manner::Well);
    assert!(client.reconcile().left().await.unwrap().is_empty());
    assert_eq!((stage.state(&key).await, pending(&client).await), (Some(IntentState::Applied), 0));
    assert_eq!(stage.arrived(), [Applied, Replayed]);
}

#[tokio::test]
async fn a_store_that_hangs_costs_no_more_than_the_time_of_the_call() {
    let stage = Stage::set().await;
    let client = stage.client(stage.journal());
    stage.store.behave(Manner::Hangs);
    let investor = operations::example(CREATE, &[]);
    let call = client.platform().investors().create(&investor).timeout(Duration::from_secs(9));
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert_eq!(stage.clock.waited(), Duration::from_secs(9));
    assert_eq!(stage.arrived(), []);
}
