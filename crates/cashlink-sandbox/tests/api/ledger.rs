//! The ledger: the ground truth that two runs are compared by.

use std::collections::BTreeMap;

use cashlink_sandbox::{LedgerOutcome, Sandbox};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::client::{Api, NOW, benefiting_person, company, identification, person, read};

#[tokio::test]
async fn the_ledger_is_shown_at_the_root_and_holds_changes_only() {
    let api = Api::start().await;
    api.get("/v2/investors/").await.must_be(200);
    let made = api.post_with("/v2/investors/", "k", &person()).await.id();
    api.post_with("/v2/investors/", "k2", &json!({})).await.must_be(400);
    let ledger = read(api.control(Method::GET, "/ledger")).await.unwrap();
    let entries = ledger.must_be(200).as_array().unwrap();
    assert_eq!(entries.len(), 2);
    let mut first = entries[0].clone();
    let at = first["at"].take();
    for digest in ["body_digest", "effect"] {
        let digest = first[digest].take();
        assert_eq!(digest.as_str().map(str::len), Some(64), "{digest}");
    }
    assert!(at.as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    let expected = json!({
        "seq": 1,
        "at": null,
        "operation_id": "v2_investors_create",
        "method": "POST",
        "path": "/api/external/v2/investors/",
        "idempotency_key": "k",
        "outcome": "applied",
        "status": 201,
        "resource": {"kind": "investor", "id": made},
        "created": [made],
        "body_digest": null,
        "effect": null,
    });
    assert_eq!(first, expected);
    assert_eq!(entries[1]["outcome"], "rejected");
    for nothing in ["resource", "body_digest", "effect"] {
        assert_eq!(entries[1][nothing], Value::Null, "{nothing}");
    }

    let health = read(api.control(Method::GET, "/health")).await.unwrap();
    assert_eq!(health.must_be(200)["status"], "ok");
}

#[tokio::test]
async fn the_ledger_can_be_read_on_from_an_entry() {
    let api = Api::start().await;
    for key in ["a", "b", "c"] {
        api.post_with("/v2/investors/", key, &person()).await.must_be(201);
    }
    check(&api, "", &[1, 2, 3]).await;
    check(&api, "?after=0", &[1, 2, 3]).await;
    check(&api, "?after=2", &[3]).await;
    check(&api, "?after=3", &[]).await;
    check(&api, "?after=18446744073709551615", &[]).await;
    for nonsense in ["x", "-1", "", "1.5"] {
        let reply = read(api.control(Method::GET, &format!("/ledger?after={nonsense}"))).await.unwrap();
        assert!(reply.must_be(400)["after"].is_array(), "{nonsense}");
    }

    async fn check(api: &Api, query: &str, expected: &[u64]) {
        let reply = read(api.control(Method::GET, &format!("/ledger{query}"))).await.unwrap();
        let entries = reply.must_be(200).as_array().unwrap();
        let numbers: Vec<_> = entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
        assert_eq!(numbers, expected, "{query}");
    }
}

#[tokio::test]
async fn a_body_is_known_by_its_digest_however_it_is_written() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id();
    let path = format!("/v2/investors/{investor}/");
    let send = async |body: &str| {
        let call = api.call(Method::PATCH, &path).header("Content-Type", "application/json").body(body.to_owned());
        read(call).await.unwrap().must_be(200);
        api.sandbox.ledger().pop().unwrap().body_digest.unwrap()
    };
    let one = send(r#"{"communication":{"email":"a@example.org","email_confirmed":true}}"#).await;
    let spread = send(r#" {"communication": {"email_confirmed": true, "email": "a@example.org"} }"#).await;
    let other = send(r#"{"communication":{"email":"b@example.org","email_confirmed":true}}"#).await;
    assert_eq!(one, spread);
    assert_ne!(one, other);

    let upload = async |boundary: &str, name: &'static str, bytes: &'static [u8]| {
        let part = Part::bytes(bytes).file_name(name).mime_str("application/pdf").unwrap();
        let form = Form::new().text("note", boundary.to_owned()).part("file", part);
        read(api.keyed("/v2/documents/", &api.key()).multipart(form)).await.unwrap().must_be(201);
        api.sandbox.ledger().pop().unwrap().body_digest.unwrap()
    };
    let file = upload("a", "a.pdf", b"x").await;
    assert_eq!(file, upload("b", "a.pdf", b"x").await);
    assert_ne!(file, upload("a", "b.pdf", b"x").await);
    assert_ne!(file, upload("a", "a.pdf", b"y").await);
}

#[tokio::test]
async fn a_replay_shows_its_own_body_and_the_effect_it_repeats() {
    let api = Api::start().await;
    let mut other = person();
    other["natural_person"]["forename"] = json!("Moritz");
    for body in [&person(), &person(), &other] {
        api.post_with("/v2/investors/", "k", body).await.must_be(201);
    }
    let ledger = api.sandbox.ledger();
    assert_eq!(ledger[2].outcome, LedgerOutcome::Replayed);
    assert!(ledger.iter().all(|entry| entry.effect == ledger[0].effect && entry.created == ledger[0].created));
    assert_eq!(ledger[1].body_digest, ledger[0].body_digest);
    assert_ne!(ledger[2].body_digest, ledger[0].body_digest);

    api.post_with("/v2/investors/", "bad", &json!({})).await.must_be(400);
    api.post_with("/v2/investors/", "bad", &json!({})).await.must_be(400);
    assert!(api.sandbox.ledger_after(3).iter().all(|entry| entry.effect.is_none() && entry.created.is_empty()));
}

#[tokio::test]
async fn everything_that_a_call_made_is_named() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let company = api.make("/v2/investors/", &company(&proof, &proof)).await;
    let persons = json!([benefiting_person(), benefiting_person()]);
    let reply = api.post(&format!("/v2/investors/{company}/benefiting-persons/"), &persons).await;
    let ids: Vec<_> = reply.must_be(201).as_array().unwrap().iter().map(|item| item["person_id"].clone()).collect();
    let entry = api.sandbox.ledger().pop().unwrap();
    assert_eq!(json!(entry.created), json!(ids));
    assert_eq!(entry.resource.unwrap().id, entry.created[0]);

    let body = json!({"communication": {"email": "a@example.org", "email_confirmed": true}});
    api.patch(&format!("/v2/investors/{company}/"), &body).await.must_be(200);
    assert!(api.sandbox.ledger().pop().unwrap().created.is_empty());
}

/// A step of a run: its calls build on one another, and other steps may come between.
#[derive(Clone, Copy, Debug)]
enum Step {
    Invest(u64),
    Onboard(&'static str),
}

#[tokio::test]
async fn runs_that_did_the_same_in_another_order_have_the_same_effects() {
    use Step::{Invest, Onboard};
    let run = [Onboard("a"), Onboard("b"), Invest(3), Invest(4)];
    let shuffled = [Invest(4), Onboard("b"), Invest(3), Onboard("a")];
    let (one, other) = (effects(&run).await, effects(&shuffled).await);
    assert_eq!(one, other);
    assert_eq!(one.len(), 2 * 4 + 2);

    let doubled = effects(&[Onboard("a"), Onboard("b"), Invest(3), Invest(4), Invest(4)]).await;
    assert_ne!(one, doubled);
    assert_eq!(doubled.values().copied().max(), Some(2));
    let changed = effects(&[Onboard("a"), Onboard("c"), Invest(3), Invest(4)]).await;
    assert_eq!(changed.keys().filter(|effect| !one.contains_key(*effect)).count(), 4);

    /// How often each effect is there.
    async fn effects(steps: &[Step]) -> BTreeMap<String, usize> {
        let api = Api::with(Sandbox::builder()).await;
        for step in steps {
            match step {
                Step::Invest(units) => invest(&api, *units).await,
                Step::Onboard(name) => onboard(&api, name).await,
            }
        }
        let mut effects = BTreeMap::new();
        for entry in api.sandbox.ledger() {
            assert_eq!(entry.outcome, LedgerOutcome::Applied, "{entry:?}");
            *effects.entry(entry.effect.unwrap()).or_default() += 1;
        }
        effects
    }

    async fn invest(api: &Api, units: u64) {
        let (investor, campaign) = (api.sandbox.investor_id(), api.sandbox.campaign_id());
        let body = json!({"investor_id": investor, "campaign_id": campaign, "units": units, "signed_at": NOW});
        api.make("/v2/investments/", &body).await;
    }

    /// A document, an investor, an identification that names both, and a wallet.
    async fn onboard(api: &Api, name: &'static str) {
        let part = Part::bytes(name.as_bytes()).file_name("a.pdf").mime_str("application/pdf").unwrap();
        let call = api.keyed("/v2/documents/", &api.key()).multipart(Form::new().part("file", part));
        let protocol = read(call).await.unwrap().id();
        let mut investor = person();
        investor["natural_person"]["forename"] = json!(name);
        let investor = api.make("/v2/investors/", &investor).await;
        let path = format!("/v2/investors/{investor}");
        api.make(&format!("{path}/identifications/"), &identification(&protocol)).await;
        api.post_nothing(&format!("{path}/wallets/eth-managed/")).await.id();
    }
}
