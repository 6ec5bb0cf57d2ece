//! Credentials, scopes, addresses and tokens that do not work.

use std::{net::TcpListener, sync::Arc, time::Duration};

use cashlink::{
    Cashlink, Outcome, Scope,
    guides::{Direct, Progress, registry},
};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{clock::JumpingClock, session};

use crate::{RUN, client, input, invitation, printed};

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
