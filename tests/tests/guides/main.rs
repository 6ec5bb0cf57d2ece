//! The guides end where they should, and leave exactly one effect per step.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use cashlink::{
    Cashlink, DocumentSource, Outcome, Waiting,
    guides::{Direct, Progress, StepFinished, distributor, platform, registry},
};
use cashlink_sandbox::{InvestmentEvent, LedgerEntry, Sandbox, Settlement};
use cashlink_tests::{clock::JumpingClock, session};
use uuid::Uuid;

mod issuance;

const RUN: Uuid = Uuid::from_u128(0x0060_17DE);

fn client(sandbox: &Sandbox) -> Cashlink {
    session::builder(sandbox).clock(JumpingClock::new()).build().unwrap()
}

fn registry_input(sandbox: &Sandbox) -> registry::Input {
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    input.redemption.product_id = Some(sandbox.product_id().into());
    input
}

fn platform_input(sandbox: &Sandbox) -> platform::Input {
    let mut input = platform::Input::sample();
    input.campaign_id = Some(sandbox.campaign_id().into());
    input.investor_id = Some(sandbox.investor_id().into());
    input
}

/// Steps that keep what they report.
fn observed() -> (Direct, Arc<Mutex<Vec<StepFinished>>>) {
    let finished: Arc<Mutex<Vec<StepFinished>>> = Arc::default();
    let seen = Arc::clone(&finished);
    let steps = Direct::new(RUN).observe(move |progress| {
        if let Progress::Finished(step) = progress {
            seen.lock().unwrap().push(step.clone());
        }
    });
    (steps, finished)
}

/// Each step that changes something has one entry in the ledger: its operation, its key, its object, applied.
#[track_caller]
fn one_effect_per_step(sandbox: &Sandbox, steps: &[StepFinished]) {
    let of_step = |step: &StepFinished| {
        let key = step.key.as_ref().map(ToString::to_string);
        (step.operation_id.to_owned(), key, step.object_id)
    };
    let of_entry = |entry: LedgerEntry| {
        assert_eq!(format!("{:?}", entry.outcome), "Applied", "{entry:?}");
        (entry.operation_id, entry.idempotency_key, entry.resource.map(|resource| resource.id))
    };
    let is_read = |id: &str| id.ends_with("_retrieve") || id.ends_with("_list");
    let effects = steps.iter().filter(|step| !is_read(step.operation_id));
    let expected: BTreeSet<_> = effects.map(of_step).collect();
    let ledger = sandbox.ledger();
    let count = ledger.len();
    let found: BTreeSet<_> = ledger.into_iter().map(of_entry).collect();
    assert_eq!(found, expected);
    assert_eq!(count, expected.len());
}

#[tokio::test]
async fn the_registry_guide_delivers_an_investment_and_redeems_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let (steps, finished) = observed();
    let report = registry::import(&client, &steps, &registry_input(&sandbox)).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
    assert_eq!(report.redemption_status.as_ref().unwrap().as_str(), "success");
    one_effect_per_step(&sandbox, &finished.lock().unwrap());

    let api = client.platform();
    let investment = api.investments().retrieve(report.investment_id).send().await.unwrap();
    assert_eq!((investment.wallet, investment.units), (Some(report.wallet_id), Some(300)));
    assert!(investment.delivered_at.is_some());
    let redemption = api.redemptions().retrieve(report.redemption_id.unwrap()).send().await.unwrap();
    assert_eq!(redemption.units, Some(300));
    let identification = api.identifications(report.investor_id).retrieve(report.identification_id).send().await;
    assert_eq!(identification.unwrap().legitimation_protocol_id, Some(report.protocol_id));
}

#[tokio::test]
async fn the_registry_guide_ends_at_the_delivery_if_no_product_is_given() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut input = registry_input(&sandbox);
    input.redemption.product_id = None;
    let report = registry::import(&client(&sandbox), &Direct::new(RUN), &input).await.unwrap();
    assert_eq!((report.investment_status.as_str(), report.redemption_id), ("DELIVERED", None));
    assert!(!session::applied(&sandbox).contains_key("v2_redemptions_create"));
}

#[tokio::test]
async fn the_registry_guide_takes_an_address_of_the_investors_own() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let mut input = registry_input(&sandbox);
    let address = "0x00112233445566778899aabbccddeeff00112233";
    let own = serde_json::json!({ "address": address });
    input.wallet = Some(serde_json::from_value(own).unwrap());
    let report = registry::import(&client, &Direct::new(RUN), &input).await.unwrap();
    let wallet = client.platform().wallets(report.investor_id).retrieve(report.wallet_id).send().await.unwrap();
    assert_eq!(wallet.address.as_deref(), Some(address));
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
}

#[tokio::test]
async fn an_investment_that_is_not_paid_is_left_for_later() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut input = registry_input(&sandbox);
    input.investment.paid_at = None;
    let report = registry::import(&client(&sandbox), &Direct::new(RUN), &input).await.unwrap();
    assert_eq!((report.investment_status.as_str(), report.credit_id), ("ACCEPTED", None));
}

#[tokio::test]
async fn the_distributor_guide_onboards_a_company() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let (steps, finished) = observed();
    let report = distributor::onboard(&client, &steps, &distributor::Input::sample()).await.unwrap();
    assert_eq!(report.identification_status.as_ref().unwrap().as_str(), "SUCCESS");
    assert_eq!(report.benefiting_person_ids.len(), 1);
    one_effect_per_step(&sandbox, &finished.lock().unwrap());

    let api = client.distributor();
    let investor = api.investors().retrieve(report.investor_id).send().await.unwrap();
    assert_eq!(investor.kyc_status.unwrap().as_str(), "SUCCESS");
    let company = investor.legal_person.unwrap();
    assert_eq!(company.company_name.as_deref(), Some("Beispiel Beteiligungen GmbH"));
    assert_eq!(company.company_identity_proof_id, Some(report.identity_proof_id));
    assert_eq!(company.company_structure_proof_id, Some(report.structure_proof_id));
    let persons = api.benefiting_persons(report.investor_id).list().all().await.unwrap();
    assert_eq!(persons.iter().map(|person| person.person_id).collect::<Vec<_>>(), report.benefiting_person_ids);
    let wallets = api.wallets(report.investor_id).list().all().await.unwrap();
    assert_eq!(wallets.iter().map(|wallet| wallet.id).collect::<Vec<_>>(), [report.wallet_id]);
    assert_eq!(wallets[0].receiving_enabled, Some(true));
}

#[tokio::test]
async fn the_platform_guide_makes_an_investment_from_an_invitation() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let (steps, finished) = observed();
    let report = platform::invest(&client, &steps, &platform_input(&sandbox)).await.unwrap();
    assert_eq!(report.investor_id, sandbox.investor_id().into());
    one_effect_per_step(&sandbox, &finished.lock().unwrap());

    let api = client.platform();
    let investment = api.investments().retrieve(report.investment_id).send().await.unwrap();
    assert_eq!((investment.wallet, investment.units), (Some(report.wallet_id), Some(1100)));
    assert_eq!(investment.status, report.investment_status);
    let invitation = api.invitations().retrieve(report.invitation_id).send().await.unwrap();
    assert_eq!(invitation.survey_waiver.unwrap().as_str(), "NO_ANSWERS");
    assert_eq!(invitation.self_disclosure_monthly_income, Some(true));
}

#[tokio::test]
async fn every_guide_can_be_run_any_number_of_times() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    for run in 1..=20 {
        let steps = Direct::new(Uuid::from_u128(run));
        registry::import(&client, &steps, &registry_input(&sandbox)).await.unwrap();
        distributor::onboard(&client, &steps, &distributor::Input::sample()).await.unwrap();
        platform::invest(&client, &steps, &platform_input(&sandbox)).await.unwrap();
        cashlink::guides::issuance::issue(&client, &steps, &issuance::input(&sandbox)).await.unwrap();
    }
    assert!(session::replayed(&sandbox).is_empty());
    assert!(session::applied(&sandbox).values().all(|count| count % 20 == 0));
}

#[tokio::test]
async fn a_guide_that_is_run_again_under_its_run_id_changes_nothing_more() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let steps = || Direct::new(RUN);
    let first = registry::import(&client, &steps(), &registry_input(&sandbox)).await.unwrap();
    let applied = session::applied(&sandbox);
    let second = registry::import(&client, &steps(), &registry_input(&sandbox)).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(session::applied(&sandbox), applied);
    assert_eq!(session::replayed(&sandbox), applied);
}

#[tokio::test]
async fn documents_are_uploaded_from_files_as_they_are() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("protocol.pdf");
    std::fs::write(&path, b"%PDF-1.4 a protocol").unwrap();
    let mut input = registry_input(&sandbox);
    input.identification.legitimation_protocol = DocumentSource::path("protocol.pdf");
    input.identification.legitimation_protocol.resolve_against(folder.path());
    let report = registry::import(&client(&sandbox), &Direct::new(RUN), &input).await.unwrap();
    let document = sandbox.document(report.protocol_id.into()).unwrap();
    assert_eq!((document.name.as_str(), document.size), ("protocol.pdf", 19));
}

#[tokio::test]
async fn a_delayed_delivery_and_redemption_are_waited_for() {
    let settlement = Settlement::After(Duration::from_secs(30));
    let sandbox = Arc::new(Sandbox::builder().settlement(settlement).start().await.unwrap());
    let clock = session::clock(&sandbox);
    let client = session::builder(&sandbox).clock(clock.clone()).build().unwrap();
    let (steps, finished) = observed();
    let steps = steps.clock(Arc::new(clock.clone()));
    let report = registry::import(&client, &steps, &registry_input(&sandbox)).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
    assert_eq!(report.redemption_status.unwrap().as_str(), "success");
    assert!(clock.waited() >= Duration::from_secs(60), "{:?}", clock.waits());
    assert!(clock.waited() < Duration::from_secs(100), "{:?}", clock.waits());

    let finished = finished.lock().unwrap();
    let reads: Vec<_> = finished.iter().filter(|step| step.name == "read_investment").collect();
    assert_eq!(reads[0].status.as_deref(), Some("PAID"));
    assert_eq!(reads.last().unwrap().status.as_deref(), Some("DELIVERED"));
    assert_eq!(session::applied(&sandbox)["v2_investments_credits_create"], 1);
    assert_eq!(session::applied(&sandbox)["v2_redemptions_create"], 1);
}

#[tokio::test]
async fn a_delivery_that_does_not_come_in_time_is_unknown_and_can_be_waited_for_again() {
    let settlement = Settlement::After(Duration::from_secs(3600));
    let sandbox = Arc::new(Sandbox::builder().settlement(settlement).start().await.unwrap());
    let clock = session::clock(&sandbox);
    let client = session::builder(&sandbox).clock(clock.clone()).build().unwrap();
    let steps = || Direct::new(RUN).clock(Arc::new(clock.clone()));
    let mut input = registry_input(&sandbox);
    input.redemption.product_id = None;

    let hurried = Waiting::default().deadline(Duration::from_secs(20));
    let error = registry::import_with(&client, &steps(), &input, &hurried).await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some("PAID"), Outcome::Unknown));
    assert_eq!(clock.waited(), Duration::from_secs(20));

    let patient = Waiting::default().deadline(Duration::from_secs(7200));
    let report = registry::import_with(&client, &steps(), &input, &patient).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
    assert_eq!(session::applied(&sandbox)["v2_investments_credits_create"], 1);
}

#[tokio::test]
async fn an_investment_that_is_cancelled_while_it_is_waited_for_ends_the_guide() {
    let settlement = Settlement::After(Duration::from_secs(3600));
    let sandbox = Arc::new(Sandbox::builder().settlement(settlement).start().await.unwrap());
    let client = client(&sandbox);
    let server = Arc::clone(&sandbox);
    let steps = Direct::new(RUN).clock(Arc::new(session::clock(&sandbox))).observe(move |progress| {
        if let Progress::Finished(step) = progress
            && step.name == "read_investment"
            && step.status.as_deref() == Some("PAID")
        {
            server.trigger(step.object_id.unwrap(), InvestmentEvent::Cancel).unwrap();
        }
    });
    let error = registry::import(&client, &steps, &registry_input(&sandbox)).await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some("CANCELLATION"), Outcome::Rejected));
    assert!(!session::applied(&sandbox).contains_key("v2_redemptions_create"));
}

#[tokio::test]
async fn steps_that_do_not_depend_on_each_other_fail_together_and_none_is_lost() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = cashlink_sandbox::Fault::error_before_commit(400).on("v2_investors_create").times(100);
    sandbox.arm(fault);
    let error = registry::import(&client(&sandbox), &Direct::new(RUN), &registry_input(&sandbox)).await.unwrap_err();
    assert_eq!(error.step().unwrap().name, "create_investor");
    assert_eq!(error.outcome(), Outcome::Rejected);
    // The uploads that ran beside it have ended and are counted.
    assert_eq!(error.applied(), 3);
    assert_eq!(session::applied(&sandbox)["v2_documents_create"], 3);
}
