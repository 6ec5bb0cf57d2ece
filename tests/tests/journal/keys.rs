//! One key stands for one request, and one call at a time is under way with it.

use cashlink::{Cashlink, Method, Outcome, RetryPolicy, journal::IntentState, model};
use cashlink_sandbox::{
    Fault,
    LedgerOutcome::{Applied, Rejected, Replayed},
};
use cashlink_tests::{
    gateway::{Gateway, Treatment},
    operations,
    polls::polled,
    relay::Relay,
    watched::Manner,
};

use crate::stage::{CREATE, Stage, create, json_of, key, pending};

#[tokio::test]
async fn another_request_under_a_key_is_a_conflict_and_is_not_sent() {
    let stage = Stage::set().await;
    for (name, journal) in [("withheld", stage.journal()), ("sealed", stage.sealed(1))] {
        let client = stage.client(journal);
        let key = key(name);
        let investor = create(&client, &key, "Erika").await.unwrap();
        let before = stage.arrived();
        let investors = client.platform().investors();
        let change: model::InvestorUpdate = operations::example("v2_investors_partial_update", &[]);
        let upload = operations::document();
        for error in [
            create(&client, &key, "Max").await.unwrap_err(),
            investors.update(investor.id, &change).key(key.clone()).send().await.unwrap_err(),
            client.platform().documents().upload(&upload).key(key.clone()).send().await.unwrap_err(),
            client.platform().wallets(investor.id).create_managed().key(key.clone()).send().await.unwrap_err(),
        ] {
            assert!(error.is_conflict() && !error.is_transient(), "{error:?}");
            assert_eq!((error.outcome(), error.attempts(), error.status()), (Outcome::NotSent, 0, None));
            assert!(error.to_string().contains(": not sent: another request"), "{error}");
        }
        assert_eq!(stage.arrived(), before);
        assert_eq!(stage.state(&key).await, Some(IntentState::Applied));
    }
}

#[tokio::test]
async fn a_key_of_another_path_is_taken_too() {
    let stage = Stage::set().await;
    let client = stage.client(stage.journal());
    let first = create(&client, &key("1"), "Erika").await.unwrap();
    let second = create(&client, &key("2"), "Max").await.unwrap();
    let key = key("wallet");
    let generic = model::GenericWalletCreate::new(format!("0x{}", "a".repeat(40)));
    // The first is refused by the API, which does not free the key for another request.
    let create = |id| client.platform().wallets(id).create_generic(&generic).key(key.clone()).send();
    assert_eq!(create(first.id).await.unwrap_err().outcome(), Outcome::Rejected);
    assert!(create(second.id).await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn what_was_applied_is_given_again_from_a_sealed_journal() {
    let stage = Stage::set().await;
    let relay = Relay::start(stage.sandbox.origin()).await.unwrap();
    let through_relay = || stage.builder().base_url(relay.url()).journal(stage.sealed(1)).build().unwrap();
    let key = key("order-1");
    let first = create(&through_relay(), &key, "Erika").await.unwrap();
    let sent = relay.sent();
    assert!(sent.contains("Erika"));

    let again = create(&through_relay(), &key, "Erika").await.unwrap();
    assert_eq!(json_of(&again), json_of(&first));
    assert_eq!(relay.sent(), sent, "nothing more was sent, not even for a token");
    assert_eq!(stage.arrived(), [Applied]);
}

#[tokio::test]
async fn a_call_by_its_path_is_given_the_reply_as_it_came() {
    let stage = Stage::set().await;
    let client = stage.client(stage.sealed(1));
    let body: serde_json::Value = operations::example(CREATE, &[]);
    let call = || {
        let call = client.call(Method::Post, "/v2/investors/").unwrap().json(body.clone());
        call.key(key("order-1")).send()
    };
    let (first, again) = (call().await.unwrap(), call().await.unwrap());
    assert_eq!((again.status(), again.json()), (first.status(), first.json()));
    assert_eq!((again.status(), stage.arrived()), (201, vec![Applied]));
}

#[tokio::test]
async fn what_was_applied_is_asked_for_again_where_replies_are_not_kept() {
    let stage = Stage::set().await;
    let client = stage.client(stage.journal());
    let key = key("order-1");
    let first = create(&client, &key, "Erika").await.unwrap();
    let again = create(&client, &key, "Erika").await.unwrap();
    assert_eq!(json_of(&again), json_of(&first));
    assert_eq!(stage.arrived(), [Applied, Replayed]);

    // Asking again may fail; what is known stays known.
    stage.sandbox.arm(Fault::error_before_commit(403).times(9));
    assert_eq!(create(&client, &key, "Erika").await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(stage.state(&key).await, Some(IntentState::Applied));
    assert_eq!(pending(&client).await, 0);
}

#[tokio::test]
async fn a_refusal_that_contradicts_the_journal_is_not_believed() {
    let stage = Stage::set().await;
    let client = stage.client(stage.journal());
    let key = key("order-1");
    create(&client, &key, "Erika").await.unwrap();
    stage.sandbox.arm(Fault::error_before_commit(422).on(CREATE));
    let error = create(&client, &key, "Erika").await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some(422), Outcome::Unknown));
    assert_eq!((stage.state(&key).await, pending(&client).await), (Some(IntentState::Applied), 0));
}

#[tokio::test]
async fn of_two_calls_at_once_the_second_waits_for_the_first() {
    for is_sealed in [true, false] {
        let stage = Stage::set().await;
        stage.store.behave(Manner::Slowly);
        let journal = if is_sealed { stage.sealed(1) } else { stage.journal() };
        let clients = [stage.client(journal.clone()), stage.client(journal)];
        let key = key("order-1");
        let calls = clients.iter().map(|client: &Cashlink| create(client, &key, "Erika"));
        let investors: Vec<_> = futures_util::future::join_all(calls).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(json_of(&investors[0]), json_of(&investors[1]));
        // Had the second not waited, it would have found nothing recorded.
        let expected = if is_sealed { vec![Applied] } else { vec![Applied, Replayed] };
        assert_eq!(stage.arrived(), expected);
    }
}

#[tokio::test]
async fn what_was_refused_may_be_asked_for_again() {
    let stage = Stage::set().await;
    let client = stage.once(stage.sealed(1));
    let key = key("order-1");
    stage.sandbox.arm(Fault::error_before_commit(422).on(CREATE));
    assert_eq!(create(&client, &key, "Erika").await.unwrap_err().outcome(), Outcome::Rejected);
    assert_eq!((stage.state(&key).await, pending(&client).await), (Some(IntentState::Rejected), 0));
    // Nothing of it happened, so nothing is in doubt.
    stage.sandbox.arm(Fault::error_before_commit(403).on(CREATE));
    assert_eq!(create(&client, &key, "Erika").await.unwrap_err().outcome(), Outcome::Rejected);
    create(&client, &key, "Erika").await.unwrap();
    assert_eq!(stage.state(&key).await, Some(IntentState::Applied));
    assert_eq!(stage.arrived(), [Rejected, Rejected, Applied]);
}

#[tokio::test]
async fn a_doubt_outlives_the_call() {
    let stage = Stage::set().await;
    let gateway = Gateway::start(stage.sandbox.origin(), |_, _| Treatment::Pass).unwrap();
    let key = key("order-1");
    // Each as in a process of its own, which was never told.
    let client = || {
        let builder = stage.builder().base_url(gateway.url()).retry(RetryPolicy::never());
        builder.journal(stage.journal()).build().unwrap()
    };
    stage.lose_reply(&client(), &key).await;
    for fault in [Fault::error_before_commit(403), Fault::error_before_commit(409), Fault::html_reply(404)] {
        stage.sandbox.arm(fault.on(CREATE));
        assert_eq!(create(&client(), &key, "Erika").await.unwrap_err().outcome(), Outcome::Unknown);
    }
    gateway.set_open(false).unwrap();
    assert_eq!(create(&client(), &key, "Erika").await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(create(&client(), &self::key("order-2"), "Erika").await.unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!(pending(&client()).await, 1);
    gateway.set_open(true).unwrap();
    create(&client(), &key, "Erika").await.unwrap();
    assert_eq!(pending(&client()).await, 0);
}

#[tokio::test]
async fn what_is_under_way_is_not_pending() {
    let stage = Stage::set().await;
    let client = stage.client(stage.sealed(1));
    let (lost, key) = (key("order-1"), key("order-2"));
    stage.lose_reply(&stage.once(client.journal().unwrap().clone()), &lost).await;
    // With a token at hand: a call that nobody polls would keep others from theirs.
    create(&client, &self::key("order-0"), "Erika").await.unwrap();
    let mut call = Box::pin(create(&client, &key, "Max"));
    assert!(polled(call.as_mut(), 1).await.is_none());
    assert_eq!(stage.state(&key).await, Some(IntentState::Pending));
    let listed: Vec<_> = client.pending().all().await.unwrap().into_iter().map(|intent| intent.new.key).collect();
    assert_eq!(listed, std::slice::from_ref(&lost));
    assert!(client.reconcile().left().await.unwrap().is_empty());
    assert_eq!(stage.state(&lost).await, Some(IntentState::Applied));
    assert_eq!(stage.state(&key).await, Some(IntentState::Pending), "a call that is under way settles itself");
    drop(call);
    assert_eq!(pending(&client).await, 1);
    assert!(client.reconcile().left().await.unwrap().is_empty());
    assert_eq!(stage.state(&key).await, Some(IntentState::Applied));
}
