//! A sandbox that keeps its data in a folder goes on where it ended.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use cashlink_sandbox::{
    Fault, IdentificationResult, InvestmentEvent, NewClient, Sandbox, SandboxBuilder, Settlement, TaskEnd,
};
use jiff::Timestamp;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{Api, NOW, Reply, person, read};
use crate::investments::invest;
use crate::redemptions::{deliver, redeem};

mod broken;
mod setup;

const HOUR: Duration = Duration::from_secs(3_600);

/// What a sandbox shows of itself.
const SHOWN: [&str; 8] = ["ledger", "faults", "snapshots", "settings", "clock", "tasks", "state", "clients"];

#[tokio::test]
async fn all_that_was_answered_is_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let (api, keyed) = lived(&folder).await;
    let before = shown(&api).await;
    // It goes on from here without the folder: what it answers from now on is what the other one has to answer.
    let fork = Arc::new(api.sandbox.fork().await.unwrap());
    let other_token = api.new_token().await;

    let token = end(api);
    let api = Api::with(slow(&folder)).await.with_token(&token);
    assert_eq!(shown(&api).await, before);
    let last_seq = before[0].as_array().unwrap().len() as u64;
    for (path, key, body, first) in &keyed {
        let again = api.post_with(path, key, body).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text), "{path}");
    }
    let replayed = api.sandbox.ledger_after(last_seq);
    assert!(replayed.iter().all(|entry| entry.outcome == cashlink_sandbox::LedgerOutcome::Replayed), "{replayed:?}");
    let with_other_token = Api::of(&api.sandbox, &api.id, "sandbox-secret").await.with_token(&other_token);
    with_other_token.get("/v2/investments/").await.must_be(200);

    let reference = Api::of(&fork, &api.id, "sandbox-secret").await.with_token(&token);
    assert_eq!(goes_on(&api).await, goes_on(&reference).await);
}

#[tokio::test]
async fn a_restart_of_a_restart_is_the_same_again() {
    let folder = TempDir::new().unwrap();
    let (api, _) = lived(&folder).await;
    let mut before = shown(&api).await;
    let mut token = end(api);
    for _ in 0..3 {
        let mut api = Api::with(slow(&folder)).await;
        api.token.clone_from(&token);
        assert_eq!(shown(&api).await, before);
        goes_on(&api).await;
        before = shown(&api).await;
        token = end(api);
    }
}

#[tokio::test]
async fn a_snapshot_can_be_restored_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    let made = api.make("/v2/investors/", &person()).await;
    let snapshot = api.sandbox.snapshot().unwrap();
    let before = shown(&api).await;
    api.make("/v2/investors/", &person()).await;
    let token = end(api);

    let api = Api::with(slow(&folder)).await.with_token(&token);
    assert_eq!(api.get("/v2/investors/").await.body["count"], 3);
    api.sandbox.restore(snapshot).unwrap();
    assert_eq!(api.get("/v2/investors/").await.body["count"], 2);
    api.get(&format!("/v2/investors/{made}/")).await.must_be(200);
    let token = end(api);

    // And so can be what the snapshot was restored to.
    let api = Api::with(slow(&folder)).await.with_token(&token);
    assert_eq!(shown(&api).await, before);
}

#[tokio::test]
async fn a_reset_empties_the_folder_and_tokens_stay_good() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    let new = shown(&api).await;
    for _ in 0..20 {
        api.make("/v2/investors/", &person()).await;
    }
    let long = log(&folder).len();
    api.sandbox.reset().unwrap();
    assert!(log(&folder).len() < long / 4);
    assert_eq!(shown(&api).await, new);
    let made = api.make("/v2/investors/", &person()).await;
    let token = end(api);

    let api = Api::with(slow(&folder)).await.with_token(&token);
    api.get(&format!("/v2/investors/{made}/")).await.must_be(200);
    assert_eq!(api.get("/v2/investors/").await.body["count"], 2);
}

#[tokio::test]
async fn a_strike_that_came_to_nothing_is_given_back_when_the_process_ends() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    api.sandbox.arm(Fault::extra_field().on("v2_investors_create"));
    // The strike of a call whose body never ends.
    let mut half = TcpStream::connect(api.address()).await.unwrap();
    let head = format!(
        "POST /api/external/v2/investors/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{",
        api.token
    );
    half.write_all(head.as_bytes()).await.unwrap();
    while api.sandbox.armed() > 0 {
        tokio::task::yield_now().await;
    }
    let snapshot = api.sandbox.snapshot().unwrap();
    let token = end(api);

    for _ in 0..2 {
        let api = Api::with(slow(&folder)).await.with_token(&token);
        assert_eq!(api.sandbox.armed(), 1);
        api.sandbox.restore(snapshot).unwrap();
        assert_eq!(api.sandbox.armed(), 1);
        assert_eq!(api.sandbox.faults()[0].struck, 0);
        end(api);
    }
    let api = Api::with(slow(&folder)).await.with_token(&token);
    assert!(api.post("/v2/investors/", &person()).await.must_be(201)["added_by_a_fault"].is_object());
    assert_eq!(api.sandbox.armed(), 0);
    drop(half);
}

/// A call that is given again under its key.
type Keyed = (String, String, Value, Reply);

/// A sandbox that has seen some of everything.
async fn lived(folder: &TempDir) -> (Api, Vec<Keyed>) {
    let api = Api::with(slow(folder)).await;
    let sandbox = Arc::clone(&api.sandbox);
    let (investor, wallet) = api.investor_with_wallet().await;
    let delivered = deliver(&api, &investor, &wallet, 10).await;
    sandbox.advance(HOUR * 2);
    api.get(&delivered).await.must_be(200);
    redeem(&api, &investor, &wallet, 3).await.must_be(201);
    deliver(&api, &investor, &wallet, 7).await;
    sandbox.next_task_ends(TaskEnd::Unknown);
    sandbox.next_task_ends(TaskEnd::Failed);

    let waiting = api.make("/v2/investors/", &person()).await;
    let invested = invest(&api, &waiting, json!({})).await.id();
    sandbox.decide_kyc(waiting.parse().unwrap(), IdentificationResult::UnderReview).unwrap();
    let accepted = invest(&api, &investor, json!({})).await.id();
    sandbox.trigger(accepted.parse().unwrap(), InvestmentEvent::Accept).unwrap();
    sandbox.freeze_wallet(wallet.parse().unwrap(), true).unwrap();
    sandbox.pause_transfers(sandbox.product_id(), true).unwrap();

    let mut keyed = Vec::new();
    let numbers =
        json!({"investor_id": investor, "campaign_id": sandbox.campaign_id(), "units": 12.345_678_901_234_567});
    for (path, body) in [
        ("/v2/investors/", person()),
        ("/v2/investors/", json!({})),
        ("/v2/invitations/", numbers),
        ("/v2/investments/00000000-0000-4000-8000-000000000000/credits/", json!({})),
    ] {
        let key = api.key();
        let first = api.post_with(path, &key, &body).await;
        api.post_with(path, &key, &json!({"another": "body"})).await;
        keyed.push((path.to_owned(), key, body, first));
    }
    for number in numbers_with_many_digits() {
        api.post("/v2/invitations/", &json!({"units": number})).await.must_be(400);
    }
    api.patch(&format!("/v2/investments/{invested}/"), &json!({"paid_at": NOW})).await;

    faults(&api).await;
    sandbox.add_client(&NewClient::new("reader", "secret").scopes(["investors:read"])).unwrap();
    let partner = sandbox.clients()[1].platform_id;
    sandbox.allow_platform("sandbox-client", partner, true).unwrap();
    sandbox.snapshot().unwrap();
    let dropped = sandbox.snapshot().unwrap();
    sandbox.drop_snapshot(dropped).unwrap();
    sandbox.set(&json!({"page_size": 2, "review": true, "strict_idempotency": true})).unwrap();
    sandbox.advance(Duration::from_secs(7));
    assert!(api.sandbox.tasks().len() >= 2);
    (api, keyed)
}

/// Arms faults, some of which have struck already.
async fn faults(api: &Api) {
    let sandbox = &api.sandbox;
    sandbox.arm(Fault::error_before_commit(503).on("v2_investors_list").probability(0.5).seed(7));
    sandbox.arm(Fault::extra_field().on("v2_documents_create").times(3));
    sandbox.arm(Fault::null_optional().on("v2_investors_retrieve"));
    let disarmed = sandbox.arm(Fault::token_expired());
    sandbox.disarm(disarmed);
    for _ in 0..9 {
        api.get("/v2/investors/").await;
    }
    api.upload("/v2/documents/").await;
    api.post("/v2/documents/", &json!({})).await.must_be(415);
    assert_eq!(sandbox.faults().len(), 3);
}

/// What calls are answered that depend on all that was before.
async fn goes_on(api: &Api) -> Vec<(u16, String)> {
    let mut answers = Vec::new();
    for _ in 0..9 {
        answers.push(api.get("/v2/investors/").await);
    }
    api.sandbox.advance(HOUR);
    for number in 0..4 {
        let key = format!("{number} of {}", api.sandbox.ledger().len());
        answers.push(api.post_with("/v2/investors/", &key, &person()).await);
        answers.push(read(api.keyed("/v2/documents/", &key).multipart(pdf())).await.unwrap());
    }
    for path in ["investments", "redemptions", "invitations"] {
        answers.push(api.get(&format!("/v2/{path}/")).await);
    }
    answers.into_iter().map(|reply| (reply.status, without_address(&reply.text))).collect()
}

fn pdf() -> Form {
    Form::new().part("file", Part::bytes(b"%PDF".as_slice()).file_name("a.pdf"))
}

/// Some of these are read as their neighbors by a reader that is in a hurry.
fn numbers_with_many_digits() -> impl Iterator<Item = f64> {
    let digits = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string();
    (1..50).map(move |number| format!("0.{}", digits(number)).parse().unwrap())
}

/// A sandbox whose clock is held and whose ledger takes an hour.
fn slow(folder: &TempDir) -> SandboxBuilder {
    let start: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    Sandbox::builder().data(folder.path()).settlement(Settlement::After(HOUR)).held_at(start)
}

/// Ends a sandbox as if its process had ended; the token goes on.
fn end(api: Api) -> String {
    let Api { sandbox, token, .. } = api;
    assert!(Arc::into_inner(sandbox).is_some(), "somebody else still has it");
    token
}

/// Everything that a sandbox shows of itself.
async fn shown(api: &Api) -> Vec<Value> {
    let mut all = Vec::new();
    for path in SHOWN {
        let reply = read(api.control(Method::GET, &format!("/{path}"))).await.unwrap();
        all.push(reply.must_be(200).clone());
    }
    all
}

/// Links name the address, which is another one after a restart.
fn without_address(text: &str) -> String {
    let mut parts = text.split("http://127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.trim_start_matches(|digit: char| digit.is_ascii_digit()))
}

/// What the folder has of it.
fn log(folder: &TempDir) -> Vec<u8> {
    fs::read(folder.path().join("sandbox.log")).unwrap()
}
