//! The issuance guide: issuer, product, listing, campaign, and an investment in it.

use cashlink::{
    Outcome,
    guides::{
        Direct,
        issuance::{DISTRIBUTOR_SCOPES, ISSUER_SCOPES, Input, issue, issue_between},
    },
};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{clock::JumpingClock, session};
use serde_json::json;
use uuid::Uuid;

use super::{RUN, client, observed, one_effect_per_step};

const LIST: &str = "issuer_v2_distribution_platforms_list";

pub(super) fn input(sandbox: &Sandbox) -> Input {
    let mut input = Input::sample();
    input.investment.investor_id = Some(sandbox.investor_id().into());
    input
}

fn platform(sandbox: &Sandbox, is_allowed: bool) -> Uuid {
    sandbox.platforms().into_iter().find(|(_, allowed)| *allowed == is_allowed).unwrap().0
}

/// A reply that lists these platforms, all of which allow listings.
fn allowed(ids: &[Uuid]) -> Fault {
    let platforms: Vec<_> = ids.iter().map(|id| json!({ "id": id, "is_allowed": true })).collect();
    let page = json!({ "count": ids.len(), "next": null, "previous": null, "results": platforms });
    Fault::reply(200, "application/json", &page.to_string()).on(LIST)
}

#[tokio::test]
async fn a_security_comes_from_its_issuer_to_an_investor() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let (steps, finished) = observed();
    let report = issue(&client, &steps, &input(&sandbox)).await.unwrap();
    assert_eq!(report.distribution_platform_id, platform(&sandbox, true).into());
    assert_eq!(report.investment_status.as_str(), "PAID");
    one_effect_per_step(&sandbox, &finished.lock().unwrap());

    let issuer = client.issuer();
    let company = issuer.issuers().retrieve(report.issuer_id).send().await.unwrap().legal_person.unwrap();
    assert_eq!(company.company_identity_proof_id, Some(report.identity_proof_id));
    assert_eq!(company.company_structure_proof_id, Some(report.structure_proof_id));
    let product = issuer.products().retrieve(report.product_id).send().await.unwrap();
    assert_eq!((product.issuer_id, product.step_size), (Some(report.issuer_id), Some(10)));
    let listing = issuer.listings().retrieve(report.listing_id).send().await.unwrap();
    assert_eq!(listing.product_id, Some(report.product_id));

    // What the issuer offers, the platform sees; what the platform sells, the issuer sees.
    let distributor = client.distributor();
    let campaign = distributor.campaigns(report.product_id).retrieve(report.campaign_id).send().await.unwrap();
    assert_eq!((campaign.allocation, campaign.is_campaign_active), (Some(10_000), Some(true)));
    let sold = issuer.investments().list_of_product(report.product_id).all().await.unwrap();
    let [investment] = &sold[..] else { panic!("{} investments", sold.len()) };
    assert_eq!((investment.id, investment.units), (report.investment_id, Some(50)));
    assert_eq!(report.signed_document_ids.len(), 2);
    assert!(report.signed_document_ids.iter().all(|id| sandbox.document((*id).into()).is_some()));
}

#[tokio::test]
async fn an_investment_waits_for_acceptance_unless_it_has_been_given() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut input = input(&sandbox);
    input.investment.accepted_at = None;
    input.investment.paid_at = None;
    input.distribution_platform_id = Some(platform(&sandbox, true).into());
    let report = issue(&client(&sandbox), &Direct::new(RUN), &input).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "WAITING_FOR_ACCEPTANCE");
}

#[tokio::test]
async fn issuer_and_platform_may_have_clients_of_their_own_with_no_more_scopes_than_they_need() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = |scopes: &[cashlink::Scope]| {
        session::builder(&sandbox).scopes(scopes.iter().copied()).clock(JumpingClock::new()).build().unwrap()
    };
    let (issuer, distributor) = (client(ISSUER_SCOPES), client(DISTRIBUTOR_SCOPES));
    let report = issue_between(&issuer, &distributor, &Direct::new(RUN), &input(&sandbox)).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "PAID");

    let error = issue_between(&distributor, &issuer, &Direct::new(Uuid::from_u128(1)), &input(&sandbox)).await;
    assert!(error.unwrap_err().is_auth());
}

#[tokio::test]
async fn a_platform_that_allows_no_listings_ends_the_guide_before_there_is_an_issuer() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let mut input = input(&sandbox);
    input.distribution_platform_id = Some(platform(&sandbox, false).into());
    let error = issue(&client, &Direct::new(RUN), &input).await.unwrap_err();
    assert_eq!((error.step().unwrap().name, error.outcome()), ("read_platform", Outcome::Rejected));
    assert!(error.to_string().contains("agreement"), "{error}");
    // The documents are there, and a later run under the same id uses them.
    assert_eq!((error.applied(), error.is_resumable()), (4, true));
    let uploaded = session::applied(&sandbox);
    assert_eq!(uploaded.keys().collect::<Vec<_>>(), ["distributor_v2_documents_create", "issuer_v2_documents_create"]);

    input.distribution_platform_id = None;
    let report = issue(&client, &Direct::new(RUN), &input).await.unwrap();
    assert_eq!(report.distribution_platform_id, platform(&sandbox, true).into());
    assert_eq!(session::replayed(&sandbox), uploaded);
}

#[tokio::test]
async fn of_several_platforms_none_is_taken_by_chance() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let ids = [platform(&sandbox, true), Uuid::from_u128(7)];
    sandbox.arm(allowed(&ids));
    let error = issue(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert!(ids.iter().all(|id| error.to_string().contains(&id.to_string())), "{error}");
    assert!(error.to_string().contains("set distribution_platform_id"), "{error}");
    assert!(error.is_resumable());

    // What says nothing of it does not allow it.
    for silent in [json!({ "id": ids[0] }), json!({ "id": ids[0], "is_allowed": null })] {
        sandbox.arm(Fault::reply(200, "application/json", &json!({ "results": [silent] }).to_string()).on(LIST));
        let error = issue(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
        assert!(error.to_string().contains("no platform that allows listings"), "{error}");
    }

    sandbox.arm(allowed(&[]));
    let error = issue(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert!(error.to_string().contains("no platform that allows listings"), "{error}");
    assert!(!session::applied(&sandbox).contains_key("issuer_v2_issuers_create"));
}

#[tokio::test]
async fn a_campaign_that_was_closed_meanwhile_takes_no_investment() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let closed = json!({ "id": Uuid::from_u128(9), "is_campaign_active": false }).to_string();
    sandbox.arm(Fault::reply(200, "application/json", &closed).on("distributor_v2_products_campaigns_retrieve"));
    let error = issue(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert_eq!((error.step().unwrap().name, error.is_resumable()), ("read_campaign", true));
    assert!(!session::applied(&sandbox).contains_key("distributor_v2_investments_create"));

    // Open again: the rest is done, and nothing twice.
    issue(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap();
    assert!(session::applied(&sandbox).into_iter().all(|(id, count)| id.ends_with("documents_create") || count == 1));
}

#[tokio::test]
async fn a_lost_reply_on_the_way_makes_nothing_twice() {
    for operation in [
        "issuer_v2_issuers_create",
        "issuer_v2_products_create",
        "issuer_v2_listings_create",
        "issuer_v2_products_campaigns_create",
        "distributor_v2_investments_create",
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.arm(Fault::reply_lost_after_commit().on(operation));
        issue(&client(&sandbox), &Direct::new(RUN), &input(&sandbox)).await.unwrap();
        assert_eq!(session::applied(&sandbox)[operation], 1);
        assert_eq!(session::replayed(&sandbox)[operation], 1);
    }
}

#[tokio::test]
async fn of_two_clients_the_smaller_limit_holds_for_all_documents() {
    let sandbox = Sandbox::start().await.unwrap();
    let (large, small) = (client(&sandbox), session::builder(&sandbox).max_document_bytes(1).build().unwrap());
    for (issuer, distributor) in [(&large, &small), (&small, &large)] {
        let error = issue_between(issuer, distributor, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
        assert_eq!(error.problems().map(cashlink::Problems::len), Some(4), "{error}");
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn an_input_with_problems_sends_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut input = input(&sandbox);
    input.investment.units = 55;
    let error = issue(&client(&sandbox), &Direct::new(RUN), &input).await.unwrap_err();
    assert_eq!((error.problems().unwrap().len(), error.outcome()), (1, Outcome::NotSent));
    assert!(sandbox.ledger().is_empty());
}
