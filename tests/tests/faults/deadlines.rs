//! Bounds of a call in time.

use std::time::Duration;

use cashlink::{Outcome, RetryPolicy};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{clock::JumpingClock, session};

use crate::invitation;

#[tokio::test]
async fn a_wait_that_would_outlast_the_call_is_not_begun() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = JumpingClock::new();
    let policy = RetryPolicy::default().budget(1);
    let client = session::builder(&sandbox).clock(clock.clone()).retry(policy).build().unwrap();
    // The token is there before time counts.
    client.platform().investors().list().all().await.unwrap();

    for _ in 0..3 {
        sandbox.arm(Fault::throttle(Duration::from_secs(7)).on("v2_invitations_create"));
        let create = client.platform().invitations().create(&invitation(&sandbox)).timeout(Duration::from_secs(7));
        let error = create.send().await.unwrap_err();
        assert_eq!((error.status(), error.outcome(), error.attempts()), (Some(429), Outcome::Rejected, 1));
    }
    assert!(clock.waits().is_empty());

    // What was not waited for has cost nothing of the shared budget.
    sandbox.arm(Fault::throttle(Duration::from_secs(7)).on("v2_invitations_create"));
    let create = client.platform().invitations().create(&invitation(&sandbox)).timeout(Duration::from_secs(8));
    create.send().await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn a_call_without_time_is_not_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    client.platform().investors().list().all().await.unwrap();
    let create = client.platform().invitations().create(&invitation(&sandbox)).timeout(Duration::ZERO);
    let error = create.send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert!(session::applied(&sandbox).is_empty());
}

#[tokio::test]
async fn the_longest_time_that_can_be_written_is_no_bound() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = session::builder(&sandbox).attempt_timeout(Duration::MAX).connect_timeout(Duration::MAX);
    let client = builder.max_document_bytes(u64::MAX).build().unwrap();
    let create = client.platform().invitations().create(&invitation(&sandbox)).timeout(Duration::MAX);
    create.send().await.unwrap();
    let large = cashlink::DocumentSource::bytes("a.pdf", "application/pdf", vec![b'x'; 200_000]);
    client.platform().documents().upload(&large).send().await.unwrap();
}
