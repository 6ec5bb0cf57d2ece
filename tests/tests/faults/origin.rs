//! Addresses in replies that lead elsewhere.

use cashlink::{InvestmentId, Outcome};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::scripted::{Reply, ScriptedServer};
use futures_util::StreamExt;

use crate::{RUN, client, printed, scripted_client};

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
        assert_eq!((error.operation_id(), error.outcome()), (Some("v2_investors_list"), Outcome::NotSent));
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
async fn a_page_that_was_read_is_given_before_the_error_of_its_next() {
    let item = r#"{"id": "00000000-0000-0000-0000-000000000007"}"#;
    let page = format!(r#"{{"next": "https://elsewhere.example.org/?page=2", "results": [{item}]}}"#);
    let server = ScriptedServer::start([Reply::json(200, &page)]).await.unwrap();
    let list = scripted_client(&server).platform().investors().list();
    let items: Vec<_> = list.by_item().map(|item| item.is_ok()).collect().await;
    assert_eq!(items, [true, false]);
}

#[tokio::test]
async fn a_list_of_nothing_but_empty_pages_ends_with_an_error() {
    let server = ScriptedServer::start([]).await.unwrap();
    for next in 2..200 {
        let next = format!("{}/v2/investors/?page={next}", server.url());
        server.then(Reply::json(200, &format!(r#"{{"next": "{next}", "results": []}}"#)));
    }
    let error = scripted_client(&server).platform().investors().list().all().await.unwrap_err();
    assert!(!error.is_transient(), "{error:?}");
    assert_eq!(server.received().len(), 101);
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
