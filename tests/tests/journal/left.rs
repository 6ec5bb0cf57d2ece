//! What reconciling finds out, and what it has to leave.

use std::time::Duration;

use cashlink::{
    Cashlink, Error, IdempotencyKey, InvestorId, Outcome, WalletId,
    guides::Steps as _,
    journal::{
        Content, Digest, IntentState, IntentStore as _, Left, NewIntent, Resolution, RunEnd, RunState, RunStore as _,
        SealingKeys,
    },
    model::WalletUpdate,
};
use cashlink_sandbox::{
    Fault,
    LedgerOutcome::{Applied, Rejected, Replayed},
};
use cashlink_tests::{clock::JumpingClock, operations};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use uuid::Uuid;

use crate::stage::{CREATE, Stage, create, json_of, key, only_left, pending, sealing_key};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn an_intent_is_asked_for_again_as_it_was() {
    let stage = Stage::set().await;
    let key = key("order-1");
    stage.lose_reply(&stage.once(stage.sealed(1)), &key).await;
    let client = stage.client(stage.sealed(1));
    let settled: Vec<_> = client.reconcile().try_collect().await.unwrap();
    let made = &stage.sandbox.ledger()[0];
    match &settled[..] {
        [settled] => {
            assert_eq!(settled.operation().map(|operation| operation.id()), Some(CREATE));
            assert_eq!((&settled.intent.new.key, settled.intent.state), (&key, IntentState::Pending));
            match &settled.resolution {
                Resolution::Applied(facts) => assert_eq!(facts.ids, [made.resource.as_ref().unwrap().id]),
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.arrived(), [Applied, Replayed]);
    let digests: Vec<_> = stage.sandbox.ledger().into_iter().map(|entry| entry.body_digest).collect();
    assert_eq!(digests[0], digests[1], "the body is the one that was sent first");
    // The reply is in the journal now.
    create(&client, &key, "Erika").await.unwrap();
    assert_eq!(stage.arrived(), [Applied, Replayed]);
}

#[tokio::test]
async fn a_refusal_is_found_out_too() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    let key = key("order-1");
    stage.sandbox.arm(Fault::reset_before_commit().on(CREATE));
    assert!(create(&client, &key, "Erika").await.unwrap_err().may_have_applied());
    stage.sandbox.arm(Fault::error_before_commit(422).on(CREATE));
    let settled: Vec<_> = client.reconcile().try_collect().await.unwrap();
    assert!(
        matches!(&settled[..], [only] if matches!(&only.resolution, Resolution::Rejected(error) if error.status() == Some(422)))
    );
    assert_eq!((stage.state(&key).await, pending(&client).await), (Some(IntentState::Rejected), 0));
    assert_eq!(stage.arrived(), [Rejected]);
}

#[tokio::test]
async fn what_is_still_not_known_stays_pending() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    stage.lose_reply(&client, &key("order-1")).await;
    for fault in [Fault::error_before_commit(503), Fault::error_before_commit(403), Fault::truncated_reply()] {
        stage.sandbox.arm(fault.on(CREATE));
        assert!(matches!(only_left(&client).await, Left::Unknown(error) if error.may_have_applied()));
        assert_eq!(pending(&client).await, 1);
    }
    assert!(client.reconcile().left().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_not_kept_is_needed_from_the_caller() {
    let stage = Stage::set().await;
    let (body, document) = (key("body"), key("document"));
    let client = stage.once(stage.journal());
    stage.lose_reply(&client, &body).await;
    assert!(matches!(only_left(&client).await, Left::NeedsBody));
    create(&client, &body, "Erika").await.unwrap();

    // A document is not kept, sealed or not.
    let client = stage.once(stage.sealed(1));
    stage.sandbox.arm(Fault::truncated_reply().on("v2_documents_create"));
    let source = operations::document();
    let upload = || client.platform().documents().upload(&source).key(document.clone()).send();
    assert!(upload().await.unwrap_err().may_have_applied());
    assert!(matches!(only_left(&client).await, Left::NeedsDocument));
    upload().await.unwrap();
    assert_eq!(pending(&client).await, 0);
    assert_eq!(stage.arrived(), [Applied, Replayed, Applied, Replayed]);
}

#[tokio::test]
async fn what_sends_no_body_needs_no_key_to_be_kept() {
    let stage = Stage::set().await;
    let client = stage.once(stage.journal());
    let target = operations::Target::prepare(&stage.sandbox, &client).await;
    let before = stage.arrived().len();
    let credit = "v2_investments_credits_create";
    stage.sandbox.arm(Fault::reply_lost_after_commit().on(credit));
    operations::send(&client, &target, credit, &key("credit")).await.unwrap_err();
    assert!(client.reconcile().left().await.unwrap().is_empty());
    assert_eq!(stage.arrived()[before..], [Applied, Replayed]);
}

#[tokio::test]
async fn what_is_sealed_with_another_key_is_left() {
    let stage = Stage::set().await;
    let key = key("order-1");
    stage.lose_reply(&stage.once(stage.sealed(1)), &key).await;
    for journal in [stage.sealed(2), stage.journal()] {
        let left = only_left(&stage.client(journal)).await;
        assert!(matches!(left, Left::Sealed(_)), "{left:?}");
    }
    assert_eq!(stage.arrived(), [Applied]);
    assert!(stage.client(stage.sealed(1)).reconcile().left().await.unwrap().is_empty());
    assert_eq!(stage.arrived(), [Applied, Replayed]);
}

#[tokio::test]
async fn a_change_of_the_sealing_key_leaves_nothing_behind() {
    let stage = Stage::set().await;
    let (done, open) = (key("order-1"), key("order-2"));
    let old = stage.once(stage.sealed(1));
    let first = create(&old, &done, "Max").await.unwrap();
    stage.lose_reply(&old, &open).await;

    let new = stage.client(stage.journal().sealed_by(SealingKeys::new(sealing_key(2)).or(sealing_key(1))));
    assert_eq!(json_of(&create(&new, &done, "Max").await.unwrap()), json_of(&first));
    assert!(new.reconcile().left().await.unwrap().is_empty());
    assert_eq!(stage.arrived(), [Applied, Applied, Replayed]);
    // The reply of what was reconciled is sealed with the new key alone.
    let newest = stage.client(stage.sealed(2));
    create(&newest, &open, "Erika").await.unwrap();
    assert_eq!(stage.arrived().len(), 3);
    // A reply that cannot be opened any more is asked for.
    assert_eq!(json_of(&create(&newest, &done, "Max").await.unwrap()), json_of(&first));
    assert_eq!(stage.arrived().len(), 4);
}

#[tokio::test]
async fn a_key_that_may_be_forgotten_is_not_sent_again() {
    let stage = Stage::set().await;
    let key = key("order-1");
    let client = stage.once(stage.sealed(1));
    stage.lose_reply(&client, &key).await;
    stage.pass(24 * HOUR + Duration::from_secs(1)).await;
    let error = create(&client, &key, "Erika").await.unwrap_err();
    assert!(error.is_withheld() && !error.is_transient(), "{error:?}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 0));
    assert!(matches!(only_left(&client).await, Left::TooOld));
    assert_eq!((stage.arrived().len(), pending(&client).await), (1, 1));

    let trusting = stage.client(stage.sealed(1).key_window(25 * HOUR));
    create(&trusting, &key, "Erika").await.unwrap();
    assert_eq!(stage.arrived(), [Applied, Replayed]);
}

#[tokio::test]
async fn a_key_is_trusted_to_the_end_of_its_window() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1).key_window(HOUR));
    stage.lose_reply(&client, &key("order-1")).await;
    stage.pass(HOUR).await;
    assert!(client.reconcile().left().await.unwrap().is_empty());
    // What was applied long ago is given from the journal, or else not at all.
    stage.pass(HOUR).await;
    create(&client, &key("order-1"), "Erika").await.unwrap();
    let error = create(&stage.client(stage.journal().key_window(HOUR)), &key("order-1"), "Erika").await.unwrap_err();
    assert!(error.is_withheld(), "{error:?}");
    assert_eq!(stage.arrived().len(), 2);
}

#[tokio::test]
async fn a_change_without_a_key_is_not_sent_again_once_a_later_one_set_the_same() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    let investor: InvestorId = stage.sandbox.investor_id().into();
    let wallet = client.platform().wallets(investor).list().all().await.unwrap()[0].id;
    let (first, second) = (key("1"), key("2"));
    stage.sandbox.arm(Fault::reset_before_commit());
    let set = |key: &IdempotencyKey, enabled| set(&client, investor, wallet, key.clone(), enabled);
    assert!(set(&first, false).await.unwrap_err().may_have_applied());
    set(&second, true).await.unwrap();

    let error = set(&first, false).await.unwrap_err();
    assert!(error.is_withheld(), "{error:?}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 0));
    assert!(matches!(only_left(&client).await, Left::Overtaken));
    assert_eq!(stage.arrived(), [Applied]);
    let wallets = client.platform().wallets(investor).list().all().await.unwrap();
    assert_eq!(wallets[0].receiving_enabled, Some(true));
}

async fn set(
    client: &Cashlink,
    investor: InvestorId,
    wallet: WalletId,
    key: IdempotencyKey,
    enabled: bool,
) -> Result<(), Error> {
    client.platform().wallets(investor).update(wallet, &WalletUpdate::new(enabled)).key(key).send().await.map(drop)
}

#[tokio::test]
async fn a_change_without_a_key_is_sent_again_while_it_is_the_last_and_when_old_only_on_demand() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    let target = operations::Target::prepare(&stage.sandbox, &client).await;
    let before = stage.arrived().len();
    stage.sandbox.arm(Fault::reset_before_commit());
    let operation = "v2_investors_wallets_partial_update";
    assert!(operations::send(&client, &target, operation, &key("1")).await.unwrap_err().may_have_applied());
    // One of another object, or of another operation, overtakes nothing.
    operations::send(&client, &target, "v2_investments_partial_update", &key("2")).await.unwrap();
    stage.pass(100 * HOUR).await;
    assert!(matches!(only_left(&client).await, Left::TooOld));
    assert_eq!(stage.arrived()[before..], [Applied]);
    operations::send(&client, &target, operation, &key("1")).await.unwrap();
    assert_eq!(stage.arrived()[before..], [Applied, Applied]);
    assert_eq!(stage.sandbox.ledger().last().unwrap().operation_id, operation);
}

#[tokio::test]
async fn what_was_made_at_another_api_or_by_another_client_is_left_and_refused_there() {
    let stage = Stage::set().await;
    let key = key("order-1");
    stage.lose_reply(&stage.once(stage.sealed(1)), &key).await;
    let builder = || stage.builder().journal(stage.sealed(1));
    let elsewhere = builder().base_url(format!("{}/elsewhere", stage.sandbox.url())).build().unwrap();
    let somebody = builder().credentials("another-client", "secret").build().unwrap();
    assert!(matches!(only_left(&elsewhere).await, Left::OtherApi | Left::OtherClient));
    assert!(matches!(only_left(&somebody).await, Left::OtherClient));
    for client in [elsewhere, somebody] {
        let error = create(&client, &key, "Erika").await.unwrap_err();
        assert!(error.is_conflict() && error.outcome() == Outcome::NotSent, "{error:?}");
    }
    assert_eq!(stage.arrived(), [Applied]);
    assert!(stage.client(stage.sealed(1)).reconcile().left().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_run_left_pending_is_not_sent_once_the_run_was_abandoned() {
    let stage = Stage::set().await;
    let (journal, run) = (stage.sealed(1), Uuid::from_u128(7));
    let client = stage.once(journal.clone());
    let held = journal.run(run).begin("test", "account", &()).await.unwrap();
    stage.lose_reply(&client, &IdempotencyKey::derive(run, "test[0]/create#0")).await;
    drop(held);
    let end = RunEnd { state: RunState::Abandoned, at: Timestamp::UNIX_EPOCH, report: None, note: None };
    stage.store.end_run(run, end).await.unwrap();
    assert!(matches!(only_left(&client).await, Left::Abandoned));
    assert_eq!(stage.arrived(), [Applied]);
}

#[tokio::test]
async fn a_call_under_a_key_that_is_being_reconciled_gets_its_turn_while_a_result_is_looked_at() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    let keys = ["order-1", "order-2", "order-3"].map(key);
    for key in &keys {
        stage.lose_reply(&client, key).await;
    }
    let mut results = client.reconcile();
    results.try_next().await.unwrap().unwrap();
    // Others are under way now, and nobody asks for their results.
    for key in &keys {
        create(&client, key, "Erika").await.unwrap();
    }
    assert_eq!((results.try_collect::<Vec<_>>().await.unwrap().len(), pending(&client).await), (2, 0));
}

#[tokio::test]
async fn how_old_a_key_is_cannot_be_told_by_a_clock_that_was_set_back() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    stage.pass(100 * HOUR).await;
    stage.lose_reply(&client, &key("order-1")).await;
    let reset = stage.builder().clock(JumpingClock::new()).journal(stage.sealed(1)).build().unwrap();
    assert!(matches!(only_left(&reset).await, Left::TooOld));
    assert_eq!(stage.arrived(), [Applied]);
}

#[tokio::test]
async fn an_operation_of_another_version_is_left() {
    let stage = Stage::set().await;
    let intent = NewIntent {
        key: key("from-tomorrow"),
        operation_id: "v3_investors_create".to_owned(),
        address: "/v3/investors/".to_owned(),
        digest: Digest::from_bytes([0; 32]),
        content: Content::None,
        step: None,
        begun_at: Timestamp::UNIX_EPOCH,
    };
    stage.store.begin(intent).await.unwrap();
    let client = stage.client(stage.sealed(1));
    assert!(matches!(only_left(&client).await, Left::UnknownOperation));
    assert_eq!(stage.arrived(), []);
}

#[tokio::test]
async fn without_a_journal_there_is_nothing_to_list() {
    let stage = Stage::set().await;
    let client = stage.builder().build().unwrap();
    assert!(client.pending().all().await.unwrap_err().is_validation());
    assert!(client.reconcile().left().await.unwrap_err().is_validation());
}
