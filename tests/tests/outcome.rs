//! What a failed call says about its effect is never wrong, whatever goes wrong with whichever operation.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, net::TcpListener, time::Duration};

use cashlink::{
    Cashlink, DocumentId, DocumentSource, Error, IdempotencyKey, InvestmentId, InvestorId, InvitationId, Mutation,
    Outcome, RetryPolicy, WalletId,
    guides::{distributor, registry},
    model,
};
use cashlink_sandbox::{Fault, LedgerEntry, LedgerOutcome, Sandbox};
use cashlink_tests::{clock::JumpingClock, session, spec};
use serde::de::DeserializeOwned;

/// Every operation that changes something.
const OPERATIONS: [&str; 17] = [
    "v2_documents_create",
    "v2_investors_create",
    "v2_investors_identifications_create",
    "v2_investors_wallets_eth_managed_create",
    "v2_investors_wallets_eth_generic_create",
    "v2_invitations_create",
    "v2_invitations_partial_update",
    "v2_investments_create",
    UNKEYED,
    "v2_investments_credits_create",
    "v2_redemptions_create",
    "distributor_v2_documents_create",
    "distributor_v2_investors_create",
    "distributor_v2_investors_identifications_create",
    "distributor_v2_investors_benefiting_persons_create",
    "distributor_v2_investors_wallets_eth_managed_create",
    "distributor_v2_investors_wallets_eth_generic_create",
];

/// The one that carries no key: it sets absolute values and may be repeated all the same.
const UNKEYED: &str = "v2_investments_partial_update";

/// What a call must say, and how often it then has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Applied,
    Rejected,
    /// It may have happened, and it has if this says so.
    Unknown(bool),
}

use Expected::{Applied, Rejected, Unknown};

#[test]
fn the_table_has_every_operation_that_changes_something() {
    let in_spec = spec::operations().filter(|(_, method, _)| *method != "get");
    let in_spec = in_spec.filter_map(|(_, _, operation)| operation["operationId"].as_str());
    let expected: BTreeSet<_> = in_spec.filter(|id| *id != "oauth_token_create").collect();
    assert_eq!(BTreeSet::from(OPERATIONS), expected);
}

#[tokio::test]
async fn a_call_that_is_sent_once_says_what_became_of_it() {
    for (faults, expected) in [
        (vec![Fault::reply_lost_after_commit()], Unknown(true)),
        (vec![Fault::truncated_reply()], Unknown(true)),
        (vec![Fault::reset_before_commit()], Unknown(false)),
        (vec![Fault::error_before_commit(500)], Unknown(false)),
        (vec![Fault::error_before_commit(501)], Unknown(false)),
        (vec![Fault::error_before_commit(408)], Unknown(false)),
        (vec![Fault::error_after_commit(500)], Unknown(true)),
        (vec![Fault::error_after_commit(504)], Unknown(true)),
        (vec![Fault::html_reply(502)], Unknown(false)),
        (vec![Fault::html_reply(200)], Unknown(false)),
        (vec![Fault::reply(201, "application/json", "\"nonsense\"")], Unknown(false)),
        (vec![Fault::reply(302, "text/html", "")], Unknown(false)),
        (vec![Fault::throttle(Duration::from_secs(1))], Rejected),
        (vec![Fault::error_before_commit(400)], Rejected),
        (vec![Fault::error_before_commit(403)], Rejected),
        (vec![Fault::error_before_commit(404)], Rejected),
        (vec![Fault::error_before_commit(409)], Rejected),
        (vec![Fault::error_before_commit(422)], Rejected),
        (vec![Fault::token_expired()], Applied),
        (vec![Fault::token_expired().times(9)], Rejected),
    ] {
        check(RetryPolicy::never(), &faults, expected).await;
    }
}

#[tokio::test]
async fn a_call_that_is_repeated_overcomes_what_passes() {
    for fault in [
        Fault::reply_lost_after_commit(),
        Fault::truncated_reply(),
        Fault::reset_before_commit(),
        Fault::error_before_commit(500),
        Fault::error_before_commit(408),
        Fault::error_after_commit(504),
        Fault::html_reply(502),
        Fault::reply(201, "application/json", "\"nonsense\""),
        Fault::throttle(Duration::from_secs(1)),
    ] {
        check(RetryPolicy::default(), &[fault.clone()], Applied).await;
        check(RetryPolicy::default(), &[fault.clone(), fault.clone(), fault], Applied).await;
    }
}

#[tokio::test]
async fn once_a_call_may_have_happened_only_a_verdict_says_more() {
    for (faults, expected) in [
        (vec![Fault::reply_lost_after_commit().times(99)], Unknown(true)),
        (vec![Fault::error_after_commit(503).times(99)], Unknown(true)),
        (vec![Fault::reset_before_commit().times(99)], Unknown(false)),
        (vec![Fault::reply_lost_after_commit(), Fault::error_before_commit(403).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::error_before_commit(409).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::throttle(Duration::from_secs(1)).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::html_reply(502).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::token_expired().times(99)], Unknown(true)),
        (vec![Fault::reset_before_commit(), Fault::error_before_commit(403).times(99)], Unknown(false)),
        (vec![Fault::throttle(Duration::from_secs(1)).times(99)], Rejected),
    ] {
        check(RetryPolicy::default(), &faults, expected).await;
    }
}

#[tokio::test]
async fn without_a_key_a_later_no_does_not_take_back_an_earlier_effect() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on(UNKEYED));
    sandbox.arm(Fault::error_before_commit(400).on(UNKEYED));
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let target = Target::prepare(&sandbox, &client).await;
    let error = send(&client, &target, UNKEYED, &IdempotencyKey::random()).await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some(400), Outcome::Unknown));
}

#[tokio::test]
async fn a_call_that_reached_nobody_was_not_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/external", free.local_addr().unwrap());
    drop(free);
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let target = Target::prepare(&sandbox, &client).await;
    let lost = session::builder(&sandbox).base_url(url).clock(JumpingClock::new()).build().unwrap();
    for operation in OPERATIONS {
        let error = send(&lost, &target, operation, &IdempotencyKey::random()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{operation}: {error:?}");
    }
}

/// Meets every operation with `faults` and compares what the call says with the ledger.
async fn check(policy: RetryPolicy, faults: &[Fault], expected: Expected) {
    let sandbox = Sandbox::start().await.unwrap();
    let prepare = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let target = Target::prepare(&sandbox, &prepare).await;
    for operation in OPERATIONS {
        // A client of its own, so that every operation has the whole budget of repetitions.
        let builder = session::builder(&sandbox).retry(policy.clone()).clock(JumpingClock::new());
        let client = builder.build().unwrap();
        let key = IdempotencyKey::random();
        for fault in faults {
            sandbox.arm(fault.clone().on(operation));
        }
        let case = format!("{operation} meets {faults:?}");
        let before = sandbox.ledger().len();
        let result = send(&client, &target, operation, &key).await;
        sandbox.clear_faults();
        let entries = sandbox.ledger().split_off(before);
        let applied = entries.iter().filter(|entry| entry.outcome == LedgerOutcome::Applied).count();
        assert_eq!(verdict(&result, applied), expected, "{case}: {result:?}");
        keys_fit(&entries, operation, &key);
        let most = if operation == UNKEYED { usize::MAX } else { 1 };
        assert!(applied <= most, "{case}: applied {applied} times");

        if let Err(error) = result
            && error.may_have_applied()
        {
            let again = send(&client, &target, operation, &key).await;
            assert!(again.is_ok(), "{case}, asked again under the same key: {again:?}");
            let entries = sandbox.ledger().split_off(before);
            let applied = entries.iter().filter(|entry| entry.outcome == LedgerOutcome::Applied).count();
            assert!((1..=most).contains(&applied), "{case}, asked again: applied {applied} times");
        }
    }
}

/// What the call said; the ledger's word is added where the call may not know.
fn verdict(result: &Result<(), Error>, applied: usize) -> Expected {
    match result.as_ref().map_err(Error::outcome) {
        Ok(()) if applied > 0 => Applied,
        Err(Outcome::Rejected) if applied == 0 => Rejected,
        Err(Outcome::Unknown) => Unknown(applied > 0),
        other => panic!("the call says {other:?}, the ledger has {applied} effects"),
    }
}

#[track_caller]
fn keys_fit(entries: &[LedgerEntry], operation: &str, key: &IdempotencyKey) {
    let expected = (operation != UNKEYED).then(|| key.as_str());
    for entry in entries {
        assert_eq!((entry.operation_id.as_str(), entry.idempotency_key.as_deref()), (operation, expected));
    }
}

/// Objects that every operation finds what it needs in, once each.
struct Target {
    investor: InvestorId,
    protocol: DocumentId,
    /// One for each family: an investor has one managed wallet.
    identified: [InvestorId; 2],
    campaign: cashlink::CampaignId,
    product: cashlink::ProductId,
    owner: InvestorId,
    wallet: WalletId,
    invitation: InvitationId,
    paid: InvestmentId,
}

impl Target {
    async fn prepare(sandbox: &Sandbox, client: &Cashlink) -> Self {
        let api = client.platform();
        let protocol = api.documents().upload(&document()).send().await.unwrap().id;
        let investor = api.investors().create(&investor()).send().await.unwrap().id;
        let mut identified = [investor; 2];
        for investor in &mut identified {
            *investor = api.investors().create(&self::investor()).send().await.unwrap().id;
            api.identifications(*investor).create(&identification(protocol)).send().await.unwrap();
        }
        let (owner, campaign) = (sandbox.investor_id().into(), sandbox.campaign_id().into());
        let wallet = api.wallets(owner).list().all().await.unwrap()[0].id;
        let invitation = model::InvitationCreate::new(owner, campaign, 10);
        let invitation = api.invitations().create(&invitation).send().await.unwrap().id;
        let signed_at = registry::Input::sample().investment.signed_at;
        let update = model::InvitationUpdate::new().survey_submitted_at(signed_at).survey(Vec::new());
        let update = update.survey_waiver(model::SurveyWaiver::from("NO_ANSWERS"));
        api.invitations().update(invitation, &update).send().await.unwrap();

        let mut paid = model::InvestmentCreateDirect::new(owner, campaign, 10).signed_at(signed_at).wallet(wallet);
        paid.accepted_at = Some(signed_at);
        paid.paid_at = Some(signed_at);
        let held = api.investments().create(&paid.clone().into()).send().await.unwrap().id;
        api.investments().credit(held).send().await.unwrap();
        let paid = api.investments().create(&paid.into()).send().await.unwrap().id;
        let product = sandbox.product_id().into();
        Self { investor, protocol, identified, campaign, product, owner, wallet, invitation, paid }
    }
}

fn document() -> DocumentSource {
    DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.4".as_slice())
}

fn read<T: DeserializeOwned>(json: &serde_json::Value) -> T {
    serde_json::from_value(json.clone()).unwrap()
}

/// The body of a request that the spec gives as an example.
#[track_caller]
fn example(schema: &str, operation: &str) -> serde_json::Value {
    let content = &spec::operation(operation).2["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    let example = examples.map_or(&content["example"], |example| &example["value"]);
    assert!(!example.is_null(), "{operation} has no example of {schema}");
    example.clone()
}

fn investor() -> model::InvestorCreate {
    read(&example("InvestorCreate", "v2_investors_create"))
}

fn identification(protocol: DocumentId) -> model::IdentificationCreate {
    let mut json = example("IdentificationImport", "v2_investors_identifications_create");
    json["legitimation_protocol_id"] = serde_json::json!(protocol);
    read(&json)
}

fn company(target: &Target) -> model::DistributorInvestorCreate {
    let mut json = example("DistributorInvestorCreate", "distributor_v2_investors_create");
    for proof in ["company_identity_proof_id", "company_structure_proof_id"] {
        if json["legal_person"].is_object() {
            json["legal_person"][proof] = serde_json::json!(target.protocol);
        }
    }
    read(&json)
}

fn persons() -> Vec<model::BenefitingPersonCreate> {
    let persons = &distributor::Input::sample().benefiting_persons;
    read(&serde_json::to_value(persons).unwrap())
}

async fn send(client: &Cashlink, target: &Target, operation: &str, key: &IdempotencyKey) -> Result<(), Error> {
    let Target { investor, identified: [identified, at_distributor], protocol, .. } = *target;
    let (api, distributor) = (client.platform(), client.distributor());
    let signed_at = registry::Input::sample().investment.signed_at;
    // An address belongs to one wallet.
    let own = |digit: &str| model::GenericWalletCreate::new(format!("0x{}", digit.repeat(40)));
    match operation {
        "v2_documents_create" => keyed(api.documents().upload(&document()), key).await,
        "v2_investors_create" => keyed(api.investors().create(&self::investor()), key).await,
        "v2_investors_identifications_create" => {
            keyed(api.identifications(investor).create(&identification(protocol)), key).await
        }
        "v2_investors_wallets_eth_managed_create" => keyed(api.wallets(identified).create_managed(), key).await,
        "v2_investors_wallets_eth_generic_create" => keyed(api.wallets(identified).create_generic(&own("a")), key).await,
        "v2_invitations_create" => {
            let invitation = model::InvitationCreate::new(target.owner, target.campaign, 10);
            keyed(api.invitations().create(&invitation), key).await
        }
        "v2_invitations_partial_update" => {
            let update = model::InvitationUpdate::new().self_disclosure_submitted_at(signed_at);
            keyed(api.invitations().update(target.invitation, &update), key).await
        }
        "v2_investments_create" => {
            let investment = model::InvestmentCreateFromInvitation::new(target.invitation, signed_at);
            keyed(api.investments().create(&investment.into()), key).await
        }
        UNKEYED => {
            let update = model::InvestmentUpdate::new().wallet(target.wallet);
            keyed(api.investments().update(target.paid, &update), key).await
        }
        "v2_investments_credits_create" => keyed(api.investments().credit(target.paid), key).await,
        "v2_redemptions_create" => {
            let redemption = model::RedemptionCreate::new(target.owner, target.product, target.wallet, 1);
            keyed(api.redemptions().create(&redemption), key).await
        }
        "distributor_v2_documents_create" => keyed(distributor.documents().upload(&document()), key).await,
        "distributor_v2_investors_create" => keyed(distributor.investors().create(&company(target)), key).await,
        "distributor_v2_investors_identifications_create" => {
            keyed(distributor.identifications(investor).create(&identification(protocol)), key).await
        }
        "distributor_v2_investors_benefiting_persons_create" => {
            keyed(distributor.benefiting_persons(investor).create(&persons()), key).await
        }
        "distributor_v2_investors_wallets_eth_managed_create" => {
            let managed = model::ManagedWalletCreate::new().receiving_enabled(true);
            keyed(distributor.wallets(at_distributor).create_managed(&managed), key).await
        }
        "distributor_v2_investors_wallets_eth_generic_create" => {
            keyed(distributor.wallets(at_distributor).create_generic(&own("b").receiving_enabled(true)), key).await
        }
        other => panic!("{other} is not in the table"),
    }
}

async fn keyed<T: DeserializeOwned>(mutation: Mutation<T>, key: &IdempotencyKey) -> Result<(), Error> {
    mutation.key(key.clone()).send().await.map(drop)
}
