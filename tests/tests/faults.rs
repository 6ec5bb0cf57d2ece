//! Bad input and a bad network: nothing happens twice, nothing is claimed that is not so, nothing leaks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, error::Error as _, net::TcpListener, path::Path, sync::Arc, time::Duration};

use cashlink::{
    Cashlink, DocumentSource, Error, IdempotencyKey, InvestmentId, Outcome, Scope,
    guides::{self, Direct, Progress, registry},
    model,
};
use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use cashlink_tests::{
    clock::JumpingClock,
    personal,
    scripted::{Reply, ScriptedServer, TOKEN},
    session,
};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x5EED);

fn client(sandbox: &Sandbox) -> Cashlink {
    session::builder(sandbox).clock(JumpingClock::new()).build().unwrap()
}

fn scripted_client(server: &ScriptedServer) -> Cashlink {
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "scripted-secret");
    builder.clock(JumpingClock::new()).build().unwrap()
}

fn input(sandbox: &Sandbox) -> registry::Input {
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    input.redemption.product_id = Some(sandbox.product_id().into());
    input
}

/// A small request that changes something.
fn invitation(sandbox: &Sandbox) -> model::InvitationCreate {
    model::InvitationCreate::new(sandbox.investor_id().into(), sandbox.campaign_id().into(), 10)
}

/// Everything that an error prints, its sources included.
fn printed(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error}\n{error:?}\n");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!("{error}\n{error:?}\n"));
        source = error.source();
    }
    text
}

// Credentials and addresses

#[tokio::test]
async fn a_wrong_secret_is_an_authentication_failure_and_nothing_was_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = session::builder(&sandbox).credentials(sandbox.client_id(), "not-the-secret");
    let client = builder.clock(JumpingClock::new()).build().unwrap();

    let error = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert!(error.is_auth(), "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(!error.is_partly_done());
    assert!(!printed(&error).contains("not-the-secret"));
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn a_missing_scope_is_an_authentication_failure_and_nothing_was_changed() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = session::builder(&sandbox).scopes([Scope::InvestorsRead]);
    let client = builder.clock(JumpingClock::new()).build().unwrap();

    let error = client.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap_err();
    assert!(error.is_auth(), "{error:?}");
    assert_eq!((error.status(), error.outcome()), (Some(403), Outcome::Rejected));

    let error = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert!(error.is_auth(), "{error:?}");
    assert!(session::applied(&sandbox).is_empty());
}

#[tokio::test]
async fn an_unreachable_host_means_that_nothing_was_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let builder = session::builder(&sandbox).base_url(format!("http://{address}/api/external"));
    let clock = JumpingClock::new();
    let client = builder.clock(clock.clone()).build().unwrap();

    let error = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    let call = error.call().unwrap();
    assert!(call.is_transient() && !call.is_auth(), "{call:?}");
    assert!(!clock.waits().is_empty(), "a host may come back: it is tried again");
}

#[test]
fn http_to_another_machine_is_refused_before_anything_is_sent() {
    for url in [
        "http://demo.cashlink.de/api/external",
        "http://10.0.0.1/api/external",
        "http://localhost.example.org/api/external",
        "http://127.0.0.1.example.org/api/external",
        "ftp://127.0.0.1/api/external",
    ] {
        let error = Cashlink::builder().base_url(url).credentials("id", "secret").build().unwrap_err();
        assert!(error.is_validation(), "{url}");
        let paths: Vec<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["base_url"], "{url}");
    }
}

// Replies

#[tokio::test]
async fn unknown_enum_values_extra_fields_and_nulls_in_a_reply_are_read() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = Uuid::from_u128(7);
    let body = format!(
        r#"{{"id":"{id}","status":"NEWLY_INVENTED","signed_at":null,"units":null,"bank_account":null,
             "added_later":{{"deep":[1,2.5,null]}}}}"#
    );
    sandbox.arm(Fault::reply(200, "application/json", &body).on("v2_investments_retrieve"));
    let client = client(&sandbox);
    let investment = client.platform().investments().retrieve(InvestmentId::from(id)).send().await.unwrap();
    assert_eq!(investment.status.as_str(), "NEWLY_INVENTED");
    assert!(investment.signed_at.is_none() && investment.units.is_none() && investment.bank_account.is_none());
}

#[tokio::test]
async fn a_gateway_page_is_overcome_if_it_passes_and_leaves_the_outcome_unknown_if_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let key = IdempotencyKey::new("gateway-1").unwrap();
    sandbox.arm(Fault::html_reply(502).on("v2_invitations_create"));
    client.platform().invitations().create(&invitation(&sandbox)).key(key).send().await.unwrap();
    assert_eq!(session::applied(&sandbox)["v2_invitations_create"], 1);

    sandbox.arm(Fault::html_reply(502).on("v2_invitations_create").times(100));
    let key = IdempotencyKey::new("gateway-2").unwrap();
    let error = client.platform().invitations().create(&invitation(&sandbox)).key(key.clone()).send().await.unwrap_err();
    assert_eq!((error.status(), error.outcome(), error.key()), (Some(502), Outcome::Unknown, Some(&key)));
    assert!(error.is_transient() && error.attempts() > 1);
    assert!(error.api().unwrap().body().starts_with(b"<"), "the page is there for who asks for it");
    assert!(!printed(&error).contains("<html"), "{}", printed(&error));
}

#[tokio::test]
async fn a_success_that_is_not_what_it_should_be_leaves_the_outcome_unknown() {
    for (content_type, body) in [
        ("application/json", r#"{"id": "0194b1"#),
        ("application/json", r#"{"id": 4711}"#),
        ("application/json", "[]"),
        ("application/json", ""),
        ("text/html", "<html>all well</html>"),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.arm(Fault::reply(201, content_type, body).on("v2_invitations_create").times(100));
        let request = client(&sandbox);
        let error = request.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error:?}");
        assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, Some(201)), "{body}");
        assert!(!printed(&error).contains("4711") && !printed(&error).contains("0194b1"), "{error:?}");
    }
}

#[tokio::test]
async fn a_truncated_reply_is_asked_for_again_under_the_same_key() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::truncated_reply().on("v2_invitations_create"));
    client(&sandbox).platform().invitations().create(&invitation(&sandbox)).send().await.unwrap();
    one_effect_under_one_key(&sandbox, "v2_invitations_create");
}

#[tokio::test]
async fn a_throttled_call_waits_exactly_as_long_as_it_was_told() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = JumpingClock::new();
    let client = session::builder(&sandbox).clock(clock.clone()).build().unwrap();
    sandbox.arm(Fault::throttle(Duration::from_secs(7)).on("v2_invitations_create"));
    client.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(7)]);

    sandbox.arm(Fault::throttle(Duration::from_secs(3600)).on("v2_invitations_create"));
    let error = client.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!((error.outcome(), error.retry_after()), (Outcome::Rejected, Some(Duration::from_secs(3600))));
    assert_eq!(clock.waits().len(), 1, "an hour is longer than a call waits");
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let later = Reply::json(429, "{}").header("Retry-After", "Thu, 01 Jan 2026 00:00:09 GMT");
    let server = ScriptedServer::start([later, Reply::json(200, r#"{"results": []}"#)]).await.unwrap();
    let clock = JumpingClock::new();
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret");
    let client = builder.clock(clock.clone()).build().unwrap();
    assert!(client.platform().investors().list().all().await.unwrap().is_empty());
    assert_eq!(clock.waits(), [Duration::from_secs(9)]);
}

// Tokens

#[tokio::test]
async fn a_token_that_expires_in_the_middle_of_a_guide_is_replaced() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let client = client(&sandbox);
    // The client's clock stands still: to it, the token is as good as new.
    let server = Arc::clone(&sandbox);
    let steps = Direct::new(RUN).observe(move |progress| {
        if matches!(progress, Progress::Finished(step) if step.name == "import_identification") {
            server.advance(Duration::from_secs(11 * 3600));
        }
    });
    let report = registry::import(&client, &steps, &input(&sandbox)).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
    assert!(session::replayed(&sandbox).is_empty(), "a call that was turned away was not decided");
}

#[tokio::test]
async fn a_token_that_is_refused_twice_is_an_authentication_failure() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::token_expired().on("v2_invitations_create").times(100));
    let request = client(&sandbox);
    let error = request.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap_err();
    assert!(error.is_auth(), "{error:?}");
    assert_eq!((error.status(), error.outcome(), error.attempts()), (Some(401), Outcome::Rejected, 2));
    assert!(session::applied(&sandbox).is_empty());
}

// Lost replies

#[tokio::test]
async fn a_guide_ends_with_one_of_each_object_whichever_reply_is_lost() {
    for (operation_id, objects) in registry_effects() {
        for fault in [Fault::reply_lost_after_commit(), Fault::truncated_reply(), Fault::error_after_commit(503)] {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.arm(fault.on(operation_id));
            let report = registry::import(&client(&sandbox), &Direct::new(RUN), &input(&sandbox)).await.unwrap();
            assert_eq!(report.redemption_status.unwrap().as_str(), "success");
            assert_eq!(session::applied(&sandbox)[operation_id], objects, "{operation_id}");
            assert_eq!(session::replayed(&sandbox).get(operation_id), Some(&1), "{operation_id}");
            let total: usize = session::applied(&sandbox).values().sum();
            assert_eq!(total, registry_effects().iter().map(|(_, objects)| objects).sum::<usize>());
        }
    }
}

#[tokio::test]
async fn a_lost_reply_is_asked_for_again_under_the_same_key() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on("v2_investors_create"));
    registry::import(&client(&sandbox), &Direct::new(RUN), &input(&sandbox)).await.unwrap();
    one_effect_under_one_key(&sandbox, "v2_investors_create");
}

#[tokio::test]
async fn a_run_that_broke_off_goes_on_under_its_run_id_and_repeats_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on("v2_investments_create").times(100));
    let client = client(&sandbox);
    let error = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.step().unwrap().name, "create_investment");
    assert!(error.is_partly_done());

    sandbox.clear_faults();
    let report = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
    for (operation_id, objects) in registry_effects() {
        assert_eq!(session::applied(&sandbox)[operation_id], objects, "{operation_id}");
    }
}

/// What the registry guide changes, and how often.
fn registry_effects() -> [(&'static str, usize); 7] {
    [
        ("v2_investors_create", 1),
        ("v2_documents_create", 3),
        ("v2_investors_identifications_create", 1),
        ("v2_investors_wallets_eth_managed_create", 1),
        ("v2_investments_create", 1),
        ("v2_investments_credits_create", 1),
        ("v2_redemptions_create", 1),
    ]
}

#[track_caller]
fn one_effect_under_one_key(sandbox: &Sandbox, operation_id: &str) {
    let entries: Vec<_> =
        sandbox.ledger().into_iter().filter(|entry| entry.operation_id == operation_id).collect();
    let outcomes: Vec<_> = entries.iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [LedgerOutcome::Applied, LedgerOutcome::Replayed]);
    let keys: BTreeSet<_> = entries.iter().map(|entry| entry.idempotency_key.clone()).collect();
    assert_eq!(keys.len(), 1);
    assert!(keys.first().unwrap().is_some());
}

// Addresses in replies

#[tokio::test]
async fn a_next_page_on_another_host_is_not_asked_for_and_the_token_stays_at_home() {
    let sandbox = Sandbox::start().await.unwrap();
    let stranger = ScriptedServer::start_without_tokens([]).await.unwrap();
    for next in [
        format!("{}/api/external/v2/investors/?page=2", stranger.origin()),
        format!("//{}/api/external/v2/investors/?page=2", stranger.origin().trim_start_matches("http://")),
        format!("http://user@{}/x", stranger.origin().trim_start_matches("http://")),
        sandbox.url().replace("http://", "https://"),
    ] {
        let page = format!(r#"{{"count": 2, "next": "{next}", "previous": null, "results": []}}"#);
        sandbox.arm(Fault::reply(200, "application/json", &page).on("v2_investors_list"));
        let error = client(&sandbox).platform().investors().list().all().await.unwrap_err();
        assert!(!error.is_transient(), "{next}: {error:?}");
        assert!(!printed(&error).contains("page=2"));
    }
    assert!(stranger.received().is_empty());
}

#[tokio::test]
async fn a_list_that_leads_back_to_itself_ends_with_an_error() {
    let server = ScriptedServer::start([]).await.unwrap();
    let item = r#"{"id": "00000000-0000-0000-0000-000000000007"}"#;
    for next in [2, 3, 2] {
        let next = format!("{}/v2/investors/?page={next}", server.url());
        server.then(Reply::json(200, &format!(r#"{{"count": 9, "next": "{next}", "results": [{item}]}}"#)));
    }
    let error = scripted_client(&server).platform().investors().list().all().await.unwrap_err();
    assert!(!error.is_transient());
    let targets: Vec<_> = server.received().iter().map(|request| request.target.clone()).collect();
    assert_eq!(targets.len(), 3, "{targets:?}");
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let stranger = ScriptedServer::start_without_tokens([]).await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let away = Reply::json(status, "{}").header("Location", &format!("{}/elsewhere/", stranger.origin()));
        let server = ScriptedServer::start([away]).await.unwrap();
        let query = InvestmentId::from(RUN);
        let error = scripted_client(&server).platform().investments().retrieve(query).send().await.unwrap_err();
        assert_eq!(error.status(), Some(status));

        let away = Reply::json(status, "{}").header("Location", &format!("{}/oauth/token", stranger.origin()));
        let server = ScriptedServer::start_without_tokens([away]).await.unwrap();
        let error = scripted_client(&server).platform().investments().retrieve(query).send().await.unwrap_err();
        assert_eq!((error.outcome(), error.status()), (Outcome::NotSent, Some(status)));
    }
    assert!(stranger.received().is_empty(), "neither the token nor the secret may go there");
}

#[tokio::test]
async fn a_reply_over_the_limit_is_not_read() {
    let large = Reply::json(200, &format!(r#"{{"results": [], "padding": "{}"}}"#, "x".repeat(4000)));
    let server = ScriptedServer::start(vec![large; 4]).await.unwrap();
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret").max_reply_bytes(2000);
    let client = builder.clock(JumpingClock::new()).build().unwrap();
    let error = client.platform().investors().list().all().await.unwrap_err();
    assert!(error.is_decode(), "{error:?}");
    assert_eq!(error.status(), Some(200));
}

// Input

#[tokio::test]
async fn five_mistakes_are_reported_at_once_and_nothing_is_sent() {
    let server = ScriptedServer::start_without_tokens([]).await.unwrap();
    let mut input = registry::Input::sample();
    input.investor.natural_person.citizenship = "Germany".to_owned();
    input.investor.bank_account.as_mut().unwrap().iban = "DE89370400440532013001".to_owned();
    input.investor.communication.as_mut().unwrap().email = "erika.example.org".to_owned();
    input.identification.document_valid_to = input.identification.document_valid_from.yesterday().unwrap();
    input.investment.campaign_id = Some(RUN.into());
    input.investment.units = 0;

    let error = registry::import(&scripted_client(&server), &Direct::new(RUN), &input).await.unwrap_err();
    assert!(error.is_validation() && error.outcome() == Outcome::NotSent && !error.is_partly_done());
    let paths: BTreeSet<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
    let expected = [
        "identification.document_valid_to",
        "investment.units",
        "investor.bank_account.iban",
        "investor.communication.email",
        "investor.natural_person.citizenship",
    ];
    assert_eq!(paths, BTreeSet::from(expected));
    for value in ["Germany", "DE893704", "erika.example"] {
        assert!(!printed(&error).contains(value), "{value} was printed");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_uploaded_stops_the_guide_before_anything_is_sent() {
    let server = ScriptedServer::start_without_tokens([]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.pdf");
    std::fs::write(&large, vec![b'%'; 2000]).unwrap();
    let empty = folder.path().join("empty.pdf");
    std::fs::write(&empty, b"").unwrap();

    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret").max_document_bytes(1999);
    let client = builder.build().unwrap();
    let mut bad = vec![folder.path().join("missing.pdf"), folder.path().to_owned(), large.join("below.pdf"), large, empty];
    bad.extend(unreadable(folder.path()));
    for path in bad {
        let mut input = registry::Input::sample();
        input.investment.campaign_id = Some(RUN.into());
        input.investment.signed_documents[1].file = DocumentSource::path(&path);
        let error = registry::import(&client, &Direct::new(RUN), &input).await.unwrap_err();
        let paths: Vec<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["investment.signed_documents[1].file"], "{}", path.display());

        let error = client.platform().documents().upload(&DocumentSource::path(&path)).send().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", path.display());
        assert!(error.is_validation(), "{error:?}");
    }
}

/// A file that may not be read; none if this user may read everything.
fn unreadable(folder: &Path) -> Option<std::path::PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("unreadable.pdf");
    std::fs::write(&path, b"%PDF").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0)).unwrap();
    std::fs::File::open(&path).is_err().then_some(path)
}

#[tokio::test]
async fn a_file_that_vanishes_before_it_is_sent_is_an_error_and_no_document() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("protocol.pdf");
    std::fs::write(&path, b"%PDF-1.4").unwrap();
    let upload = client.platform().documents().upload(&DocumentSource::path(&path));
    std::fs::remove_file(&path).unwrap();
    let error = upload.send().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert!(sandbox.ledger().is_empty());
}

// What errors print

#[tokio::test]
async fn no_error_prints_a_token_a_secret_or_anything_of_a_body() {
    const BODY: &str = "quoted-from-the-request";
    let replies = [
        Reply::json(400, &format!(r#"{{"natural_person": {{"surname": ["{BODY}"]}}}}"#)),
        Reply::json(400, &format!(r#"{{"{BODY} as a field": ["{BODY}"]}}"#)),
        Reply::json(403, &format!(r#"{{"detail": "{BODY}"}}"#)),
        Reply::json(404, &format!(r#""{BODY}""#)),
        Reply::new(404, "text/html", format!("<html>{BODY}</html>")),
        Reply::json(201, &format!(r#"{{"id": "{BODY}"}}"#)),
        Reply::json(201, &format!(r#"{{"id": "{BODY}"}}"#)).cut_after(20),
        Reply::json(500, &format!(r#"{{"detail": "{BODY}"}}"#)),
    ];
    let secrets = personal::forms("scripted-secret").into_iter().chain(personal::forms(TOKEN));
    let hidden: BTreeSet<String> = secrets.chain([BODY.to_owned()]).collect();
    for reply in replies {
        let server = ScriptedServer::start(vec![reply; 4]).await.unwrap();
        let client = scripted_client(&server);
        let invitation = model::InvitationCreate::new(RUN.into(), RUN.into(), 10);
        let error: Error = client.platform().invitations().create(&invitation).send().await.unwrap_err();
        assert_eq!(personal::printed(&printed(&error), &hidden), Vec::<String>::new(), "{}", printed(&error));
        let step = guides::StepError::from(error);
        assert_eq!(personal::printed(&printed(&step), &hidden), Vec::<String>::new(), "{}", printed(&step));
        for request in server.received() {
            assert_eq!(request.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
            assert_eq!(request.header("api-version"), None);
        }
    }
}

#[tokio::test]
async fn a_refused_token_request_prints_nothing_of_its_reply() {
    let reply = Reply::json(401, r#"{"error": "invalid_client", "error_description": "scripted-secret is wrong"}"#);
    let server = ScriptedServer::start_without_tokens([reply]).await.unwrap();
    let error = scripted_client(&server).platform().investors().list().all().await.unwrap_err();
    assert!(error.is_auth());
    assert!(error.source().is_none() && !printed(&error).contains("scripted-secret"), "{}", printed(&error));
}
