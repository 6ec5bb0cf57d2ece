//! The clock over HTTP: it is put forward, held and let run, and never goes back.

use cashlink_sandbox::Sandbox;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, Reply};

const START: &str = "2030-01-01T00:00:00Z";

#[tokio::test]
async fn a_clock_that_is_held_goes_as_far_as_it_is_told() {
    let api = held().await;
    assert_eq!(clock(&api).await, json!({"now": START, "held": true, "ahead": null}));
    for (advance, expected) in [
        (json!("2s"), "2030-01-01T00:00:02Z"),
        (json!("PT1H"), "2030-01-01T01:00:02Z"),
        (json!(58), "2030-01-01T01:01:00Z"),
        (json!("1d 30m"), "2030-01-02T01:31:00Z"),
        (json!("0s"), "2030-01-02T01:31:00Z"),
        (json!("1 week"), "2030-01-09T01:31:00Z"),
    ] {
        let reply = change(&api, json!({"advance": advance})).await;
        assert_eq!(reply.must_be(200)["now"], expected, "{advance}");
        assert_eq!(&clock(&api).await, &reply.body, "{advance}");
    }
    let set = change(&api, json!({"set": "2031-06-01T12:00:00+02:00", "advance": "1s"})).await;
    assert_eq!(set.must_be(200), &json!({"now": "2031-06-01T10:00:01Z", "held": true, "ahead": null}));
    assert_eq!(change(&api, json!({})).await.must_be(200), &set.body);
}

#[tokio::test]
async fn the_clock_is_not_put_back_and_a_change_that_would_do_so_changes_nothing() {
    let api = held().await;
    let past = json!({"set": ["Must not be in the sandbox's past: its clock only goes forward."]});
    for set in ["2029-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "-009999-01-02T01:59:59Z"] {
        let reply = change(&api, json!({"set": set, "advance": "1d", "hold": false})).await;
        assert_eq!(reply.must_be(400), &past, "{set}");
        assert_eq!(clock(&api).await, json!({"now": START, "held": true, "ahead": null}));
    }
    change(&api, json!({"set": START})).await.must_be(200);
}

#[tokio::test]
async fn a_clock_that_runs_is_ahead_and_goes_on_from_where_it_is_held() {
    let api = Api::start().await;
    let before = api.sandbox.now();
    let reply = change(&api, json!({"advance": "1d"})).await;
    assert_eq!((&reply.must_be(200)["held"], &reply.body["ahead"]), (&json!(false), &json!("PT24H")));
    assert!(time(&reply) >= before + SignedDuration::from_hours(24));

    let held = change(&api, json!({"hold": true})).await;
    assert_eq!(clock(&api).await["now"], held.body["now"]);
    assert_eq!(change(&api, json!({"hold": true})).await.body["now"], held.body["now"]);
    let running = change(&api, json!({"hold": false})).await;
    assert!(time(&running) >= time(&held));
    let set = change(&api, json!({"set": "2100-01-01T00:00:00Z"})).await;
    assert_eq!(set.body["held"], false);
    assert!(time(&set) >= "2100-01-01T00:00:00Z".parse().unwrap());
}

#[tokio::test]
async fn however_far_the_clock_is_put_forward_the_sandbox_goes_on() {
    let api = Api::start().await;
    for far in [json!(i64::MAX), json!("19998 years"), json!("175307616h"), json!("2s")] {
        let status = change(&api, json!({"advance": far})).await.status;
        assert!([200, 400].contains(&status), "{far}: {status}");
    }
    change(&api, json!({"advance": i64::MAX})).await.must_be(200);
    change(&api, json!({"advance": u64::MAX})).await.must_be(400);
    let end = clock(&api).await["now"].clone();
    assert!(end.as_str().unwrap().starts_with("9987-"), "{end}");
    api.get("/v2/investors/").await.must_be(401);
    let late = Api::of(&api.sandbox, api.sandbox.client_id(), api.sandbox.client_secret()).await;
    late.investor_with_wallet().await;
    api.tell(Method::POST, "/reset", &json!({})).await.must_be(204);
    assert!(api.sandbox.now() < "9000-01-01T00:00:00Z".parse().unwrap());
}

#[tokio::test]
async fn what_time_brings_comes_when_the_clock_is_put_forward() {
    let api = Api::start().await;
    api.tell(Method::PATCH, "/settings", &json!({"settlement": "1d"})).await.must_be(200);
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = crate::redemptions::deliver(&api, &investor, &wallet, 10).await;
    change(&api, json!({"advance": "9h"})).await.must_be(200);
    assert_eq!(api.get(&path).await.must_be(200)["status"], "PAID");
    change(&api, json!({"advance": "15h"})).await.must_be(200);
    api.get(&path).await.must_be(401);
    let later = Api::of(&api.sandbox, api.sandbox.client_id(), api.sandbox.client_secret()).await;
    assert_eq!(later.get(&path).await.must_be(200)["status"], "DELIVERED");
}

async fn held() -> Api {
    Api::with(Sandbox::builder().held_at(START.parse().unwrap())).await
}

async fn clock(api: &Api) -> Value {
    api.tell(Method::GET, "/clock", &json!({})).await.must_be(200).clone()
}

async fn change(api: &Api, change: Value) -> Reply {
    api.tell(Method::POST, "/clock", &change).await
}

fn time(reply: &Reply) -> Timestamp {
    reply.must_be(200)["now"].as_str().unwrap().parse().unwrap()
}
