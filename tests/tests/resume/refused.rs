//! What a run over a journal says no to, and what it does after a no of the API.

use std::sync::{Arc, Mutex};

use cashlink::{
    Outcome,
    guides::{Progress, issuance, registry},
    journal::{IntentStore, MemoryStore, RunState, RunStore, Which},
};
use cashlink_sandbox::Fault;
use cashlink_tests::{personal, session};
use serde_json::json;
use uuid::Uuid;

use crate::{
    scene::{GUIDES, Guide, RUN, Scene, issuance_input, registry_input},
    undisturbed,
};

/// Everything that the store has of runs, as text.
async fn kept(store: &MemoryStore) -> String {
    let run = store.find_run(RUN).await.unwrap().unwrap();
    let steps = store.steps(RUN).await.unwrap();
    let steps: Vec<_> = steps.into_iter().map(|step| (step.step, step.value, step.sealed)).collect();
    let intents = store.list(Which::All, 0, 1000).await.unwrap();
    format!("{} {:?} {:?} {steps:?} {intents:?}", run.new.input.fields, run.new.input.sealed, run.end)
}

#[tokio::test]
async fn a_run_that_is_done_gives_its_report_again_and_sends_nothing() {
    for guide in GUIDES {
        let scene = Scene::new(guide).await;
        let report = scene.life(usize::MAX).await.unwrap();
        // Whatever is sent fails.
        scene.sandbox.arm(Fault::reset_before_commit().times(999));
        let sent = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sent);
        let steps = scene.steps().observe(move |progress| {
            if let Progress::Finished(step) = progress {
                seen.lock().unwrap().push((step.id.clone(), step.is_recorded));
            }
        });
        assert_eq!(scene.run(&scene.client(), &steps).await.unwrap(), report);
        let sent = sent.lock().unwrap();
        assert!(!sent.is_empty() && sent.iter().all(|(_, is_recorded)| *is_recorded), "{sent:?}");
    }
}

#[tokio::test]
async fn without_a_key_the_journal_of_a_run_keeps_nothing_personal() {
    let scene = Scene::new(Guide::Registry).await;
    scene.sandbox.arm(Fault::error_before_commit(400).on("v2_redemptions_create"));
    assert!(scene.run(&scene.client(), &scene.steps()).await.is_err());
    let input = registry_input(&scene.sandbox);
    let values = personal::values(&input).unwrap();
    assert!(values.len() > 10);
    assert_eq!(personal::printed(&kept(&scene.store).await, &values), Vec::<String>::new());
}

#[tokio::test]
async fn another_input_is_refused_before_anything_is_sent() {
    let scene = Scene::new(Guide::Registry).await;
    scene.sandbox.arm(Fault::error_before_commit(400).on("v2_investments_create"));
    assert!(scene.run(&scene.client(), &scene.steps()).await.is_err());
    let before = scene.sandbox.ledger().len();
    let mut input = registry_input(&scene.sandbox);
    input.investor.natural_person.forename = "Hildegard".to_owned();
    let error = registry::import(&scene.client(), &scene.steps().resume(), &input).await.unwrap_err();
    let differs = "invalid input:\ninvestor.natural_person.forename: differs from what the run was begun with";
    assert_eq!(error.to_string(), differs);
    assert_eq!((error.outcome(), error.is_resumable()), (Outcome::NotSent, false));

    // Nor is another guide let in.
    let error = issuance::issue(&scene.client(), &scene.steps(), &issuance_input(&scene.sandbox)).await.unwrap_err();
    assert!(error.to_string().contains("a run of the guide registry"), "{error}");
    assert_eq!(scene.sandbox.ledger().len(), before);
}

#[tokio::test]
async fn a_document_with_other_bytes_is_another_input() {
    let scene = Scene::new(Guide::Registry).await;
    scene.life(usize::MAX).await.unwrap();
    let mut input = registry_input(&scene.sandbox);
    let protocol = &input.identification.legitimation_protocol;
    let other = cashlink::DocumentSource::bytes(protocol.file_name(), protocol.content_type(), b"%PDF".as_slice());
    input.identification.legitimation_protocol = other;
    let error = registry::import(&scene.client(), &scene.steps(), &input).await.unwrap_err();
    assert!(error.to_string().contains("identification.legitimation_protocol.sha256: differs"), "{error}");
}

#[tokio::test]
async fn a_step_that_was_refused_is_taken_once_more_when_the_run_is_resumed() {
    let scene = Scene::new(Guide::Registry).await;
    scene.sandbox.arm(Fault::error_before_commit(422).on("v2_investments_create"));
    let refused = scene.run(&scene.client(), &scene.steps()).await.unwrap_err();
    assert_eq!((refused.outcome(), refused.is_resumable()), (Outcome::Rejected, false));
    let run = scene.store.find_run(RUN).await.unwrap().unwrap();
    assert_eq!(run.end.state, RunState::Open);
    let note = run.end.note.unwrap();
    assert!(note.contains("create_investment") && note.contains("status 422"), "{note}");

    // Run again, it says the same and sends nothing.
    let before = scene.sandbox.ledger().len();
    let again = scene.run(&scene.client(), &scene.steps()).await.unwrap_err();
    assert_eq!(again.to_string(), refused.to_string());
    assert_eq!(scene.sandbox.ledger().len(), before);

    let report = scene.run(&scene.client(), &scene.steps().resume()).await.unwrap();
    scene.assert_settled(&report).await;
    let applied = session::applied(&scene.sandbox);
    let expected = undisturbed(Guide::Registry).await;
    assert_eq!(applied.values().sum::<usize>(), expected.values().sum::<usize>());
    let ledger = scene.sandbox.ledger().into_iter();
    let takes = ledger.filter(|entry| entry.operation_id == "v2_investments_create");
    let keys: Vec<_> = takes.map(|entry| entry.idempotency_key).collect();
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
}

#[tokio::test]
async fn a_campaign_that_was_closed_is_looked_at_again() {
    let scene = Scene::new(Guide::Issuance).await;
    let closed = json!({ "id": Uuid::from_u128(9), "is_campaign_active": false }).to_string();
    scene.sandbox.arm(Fault::reply(200, "application/json", &closed).on("distributor_v2_products_campaigns_retrieve"));
    let error = scene.run(&scene.client(), &scene.steps()).await.unwrap_err();
    assert_eq!((error.step().unwrap().name, error.is_resumable()), ("read_campaign", true));
    let report = scene.life(usize::MAX).await.unwrap();
    scene.assert_settled(&report).await;
    assert_eq!(scene.effects(), undisturbed(Guide::Issuance).await);
}

#[tokio::test]
async fn a_run_that_somebody_is_at_does_not_begin_a_second_time() {
    let scene = Scene::new(Guide::Platform).await;
    let (client, steps) = (scene.client(), scene.steps());
    let (one, other) = tokio::join!(scene.run(&client, &steps), scene.run(&client, &steps));
    // Which of them comes first is for the runtime to say.
    let (report, busy) = match (one, other) {
        (Ok(report), Err(busy)) | (Err(busy), Ok(report)) => (report, busy),
        both => panic!("{both:?}"),
    };
    assert_eq!((busy.outcome(), busy.is_resumable(), busy.applied()), (Outcome::NotSent, true, 0));
    scene.assert_settled(&report).await;
    assert_eq!(scene.effects(), undisturbed(Guide::Platform).await);
}
