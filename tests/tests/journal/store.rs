//! What becomes of a change whose journal cannot be written.

use std::{error::Error as _, time::Duration};

use cashlink::{
    DocumentSource, Outcome,
    journal::{IntentState, StoreError, StoreErrorKind},
};
use cashlink_sandbox::{
    Fault,
    LedgerOutcome::{Applied, Replayed},
};
use cashlink_tests::{operations, polls::polled, relay::Relay, watched::Manner};
use serde_json::json;

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
    // Nothing was sent; but nobody knows whether it is written down, from where it would be sent later.
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 0));
    assert_eq!(stage.clock.waited(), Duration::from_secs(9));
    assert_eq!(stage.arrived(), []);
}

#[tokio::test]
async fn a_document_that_cannot_be_read_does_not_make_an_earlier_call_undone() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("protocol.pdf");
    std::fs::write(&file, "%PDF-1.4").unwrap();
    let document = DocumentSource::path(&file);
    let upload = |name| client.platform().documents().upload(&document).key(key(name));
    stage.sandbox.arm(Fault::reply_lost_after_commit().on("v2_documents_create"));
    assert!(upload("1").send().await.unwrap_err().may_have_applied());
    let (again, other) = (upload("1"), upload("2"));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(again.send().await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(other.send().await.unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!(stage.arrived(), [Applied]);
}

#[tokio::test]
async fn a_store_that_fails_does_not_make_an_earlier_call_undone() {
    let stage = Stage::set().await;
    let client = stage.client(stage.sealed(1));
    let (open, done) = (key("order-1"), key("order-2"));
    stage.lose_reply(&stage.once(stage.sealed(1)), &open).await;
    create(&client, &done, "Max").await.unwrap();
    stage.store.behave(Manner::RefusesBegin);
    for (key, forename) in [(&open, "Erika"), (&done, "Max")] {
        let error = create(&client, key, forename).await.unwrap_err();
        assert!(error.journal_failure().is_some() && error.may_have_applied(), "{error:?}");
    }
    assert_eq!(create(&client, &key("order-3"), "Erika").await.unwrap_err().outcome(), Outcome::NotSent);

    // Who waits for another call under the same key, and for no longer, cannot know what becomes of it.
    stage.store.behave(Manner::Well);
    let shared = key("order-4");
    let mut first = Box::pin(create(&client, &shared, "Erika"));
    assert!(polled(first.as_mut(), 1).await.is_none());
    let investor = operations::example(CREATE, &[("/natural_person/forename", json!("Erika"))]);
    let second = client.platform().investors().create(&investor).key(shared.clone()).timeout(Duration::from_secs(9));
    assert!(second.send().await.unwrap_err().may_have_applied());
    first.await.unwrap();
    assert_eq!(stage.arrived(), [Applied; 3]);
}
