//! Answers of the API itself that are late, wrong in form or in content, or that refuse the key.

use std::time::Duration;

use cashlink::{Cashlink, Error, IdempotencyKey, InvestorId, Outcome, RetryPolicy, model};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{clock::JumpingClock, session};

use crate::{client, invitation, one_effect_under_one_key};

const CREATE: &str = "v2_invitations_create";
const UNKNOWN: &str = "UNKNOWN_TO_EVERYBODY";

#[tokio::test]
async fn a_body_that_is_slow_is_waited_for_until_the_time_of_the_attempt_is_over() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::slow_body(Duration::from_millis(30)).on(CREATE));
    create(&client(&sandbox), &sandbox, "slow").await.unwrap();
    assert_eq!(session::replayed(&sandbox).get(CREATE), None);

    let policy = RetryPolicy::default().max_attempts(2);
    let builder = session::builder(&sandbox).attempt_timeout(Duration::from_millis(200)).retry(policy);
    let impatient = builder.clock(JumpingClock::new()).build().unwrap();
    // The token is there before time counts.
    impatient.platform().investors().list().all().await.unwrap();
    sandbox.arm(Fault::slow_body(Duration::from_secs(3_600)).on(CREATE).times(100));
    let error = create(&impatient, &sandbox, "slower").await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 2));
    sandbox.clear_faults();
    create(&impatient, &sandbox, "slower").await.unwrap();
    assert_eq!(session::applied(&sandbox)[CREATE], 2);
}

#[tokio::test]
async fn a_reply_of_a_gibibyte_is_given_up_at_the_limit() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::oversized_reply(1 << 30).on(CREATE).times(100));
    let before = peak_memory();
    let error = create(&client(&sandbox), &sandbox, "large").await.unwrap_err();
    assert!(error.is_decode(), "{error:?}");
    assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, Some(201)));
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        assert!(after - before < 256 * 1024, "{} KiB more", after - before);
    }
    assert_eq!(session::applied(&sandbox)[CREATE], 1);

    sandbox.clear_faults();
    sandbox.arm(Fault::oversized_reply(1_000_000).on(CREATE));
    create(&client(&sandbox), &sandbox, "large").await.unwrap();
}

#[tokio::test]
async fn a_reply_that_is_what_it_should_be_is_read_whatever_its_head_calls_it() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::wrong_content_type("text/html; charset=utf-8").on(CREATE));
    create(&client(&sandbox), &sandbox, "mislabeled").await.unwrap();
    assert_eq!((session::applied(&sandbox)[CREATE], session::replayed(&sandbox).get(CREATE)), (1, None));
}

#[tokio::test]
async fn malformed_json_is_asked_for_again_and_leaves_the_outcome_unknown_if_it_stays() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::malformed_json().on(CREATE));
    create(&client(&sandbox), &sandbox, "malformed-1").await.unwrap();
    one_effect_under_one_key(&sandbox, CREATE);

    sandbox.arm(Fault::malformed_json().on(CREATE).times(100));
    let error = create(&client(&sandbox), &sandbox, "malformed-2").await.unwrap_err();
    assert!(error.is_decode() && error.attempts() > 1, "{error:?}");
    assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, Some(201)));
}

#[tokio::test]
async fn a_value_that_nobody_knows_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    sandbox.arm(Fault::unknown_enum_value().on_method("GET").times(2));
    let investor = client.platform().investors().retrieve(investor(&sandbox)).send().await.unwrap();
    assert_eq!(salutation(&investor).as_deref(), Some(UNKNOWN));
    let all = client.platform().investors().list().all().await.unwrap();
    assert_eq!(salutation(&all[0]).as_deref(), Some(UNKNOWN));
    assert_eq!(sandbox.armed(), 0);
}

#[tokio::test]
async fn what_is_not_described_is_not_heeded() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let usual = client.platform().investors().retrieve(investor(&sandbox)).send().await.unwrap();
    sandbox.arm(Fault::extra_field().times(3));
    let extended = client.platform().investors().retrieve(investor(&sandbox)).send().await.unwrap();
    let all = client.platform().investors().list().all().await.unwrap();
    assert_eq!((extended.id, salutation(&extended), all.len()), (usual.id, salutation(&usual), 1));
    create(&client, &sandbox, "extended").await.unwrap();
    assert_eq!(sandbox.armed(), 0);
}

#[tokio::test]
async fn what_may_be_missing_may_be_null() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    sandbox.arm(Fault::null_optional().times(4));
    let bare = client.platform().investors().retrieve(investor(&sandbox)).send().await.unwrap();
    assert!(bare.natural_person.is_none() && bare.bank_account.is_none(), "{bare:?}");
    let wallets = client.platform().wallets(investor(&sandbox)).list().all().await.unwrap();
    assert_eq!(wallets.len(), 1);
    create(&client, &sandbox, "bare").await.unwrap();
    assert_eq!(client.platform().invitations().list().all().await.unwrap().len(), 1);
    assert_eq!(sandbox.armed(), 0);
}

#[tokio::test]
async fn a_key_in_use_is_waited_for_if_this_call_may_be_the_user_and_is_a_conflict_if_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    sandbox.arm(Fault::key_in_flight().on(CREATE));
    let error = create(&client, &sandbox, "in-use").await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Rejected, 1));
    assert_eq!(session::applied(&sandbox).get(CREATE), None);

    sandbox.arm(Fault::reply_lost_after_commit().on(CREATE));
    sandbox.arm(Fault::key_in_flight().on(CREATE).times(2));
    create(&client, &sandbox, "in-use-by-us").await.unwrap();
    assert_eq!(session::applied(&sandbox)[CREATE], 1);

    sandbox.arm(Fault::reply_lost_after_commit().on(CREATE));
    sandbox.arm(Fault::key_in_flight().on(CREATE).times(100));
    let error = create(&client, &sandbox, "in-use-for-long").await.unwrap_err();
    assert!(error.is_conflict() && error.attempts() > 2, "{error:?}");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_key_that_was_used_for_something_else_is_refused_for_good() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::key_mismatch().on(CREATE).times(2));
    let error = create(&client(&sandbox), &sandbox, "reused").await.unwrap_err();
    assert_eq!((error.status(), error.outcome(), error.attempts()), (Some(422), Outcome::Rejected, 1));
    assert!(error.is_validation() && !error.is_transient(), "{error:?}");
    assert_eq!((session::applied(&sandbox).get(CREATE), sandbox.armed()), (None, 1));
}

async fn create(client: &Cashlink, sandbox: &Sandbox, key: &str) -> Result<model::Invitation, Error> {
    let key = IdempotencyKey::new(key).unwrap();
    client.platform().invitations().create(&invitation(sandbox)).key(key).send().await
}

fn investor(sandbox: &Sandbox) -> InvestorId {
    sandbox.investor_id().into()
}

fn salutation(investor: &model::Investor) -> Option<String> {
    let person = investor.natural_person.as_ref()?;
    person.salutation.as_ref().map(|salutation| salutation.as_str().to_owned())
}

/// The most memory that this process has had so far, in KiB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
