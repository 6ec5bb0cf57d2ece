//! The pages for people as any program gets them, and what they live on: the state and the word that it changed.

use std::sync::Arc;
use std::time::Duration;

use cashlink_sandbox::{InvestmentEvent, Sandbox};
use reqwest::{Client, Method, Response, header};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::client::{Api, NOW, person, read};

/// Long enough for what takes milliseconds, and less than a sandbox that stops waits for calls under way.
const LONG: Duration = Duration::from_secs(8);

#[tokio::test]
async fn every_page_forbids_scripts_styles_and_frames_that_are_not_its_own() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/", "/docs", "/page/main.js", "/page/page.css", "/docs/swagger-ui/swagger-ui-bundle.js"] {
        let reply = get(&sandbox, path).await;
        assert_eq!(reply.status(), 200, "{path}");
        let headers = reply.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        for rule in ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{path}: {rule} is not in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn no_page_has_a_script_or_a_style_of_its_own_and_every_file_that_it_names_is_there() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/", "/docs"] {
        let html = get(&sandbox, path).await.text().await.unwrap();
        assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="), "{path}");
        let named = |name: &'static str| html.split(name).skip(1).filter_map(|rest| rest.split('"').next());
        let files: Vec<_> = named("src=\"").chain(named("<link rel=\"stylesheet\" href=\"")).collect();
        assert!(files.len() >= 3, "{path}: {files:?}");
        assert_eq!(html.matches("<script").count(), html.matches("<script src=").count(), "{path}");
        for file in files {
            assert_eq!(get(&sandbox, file).await.status(), 200, "{file}");
        }
    }
}

#[tokio::test]
async fn what_is_kept_compressed_goes_only_to_those_who_take_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let ask = async |encoding: &str| {
        let url = format!("{}/docs/swagger-ui/swagger-ui.css", sandbox.origin());
        Client::new().get(url).header(header::ACCEPT_ENCODING, encoding).send().await.unwrap()
    };
    let reply = ask("gzip, br").await;
    assert_eq!((reply.status().as_u16(), &reply.headers()["content-encoding"]), (200, &"gzip".parse().unwrap()));
    assert!(reply.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]));
    assert_eq!(ask("identity").await.status(), 406);
}

#[tokio::test]
async fn the_description_that_is_served_leads_to_this_sandbox_only() {
    let sandbox = Sandbox::start().await.unwrap();
    let description: Value = get(&sandbox, "/openapi.json").await.json().await.unwrap();
    assert_eq!(description["servers"], json!([{"url": sandbox.url(), "description": "This sandbox"}]));
    let scheme = &description["components"]["securitySchemes"]["oauth2"];
    assert_eq!(scheme["flows"]["clientCredentials"]["tokenUrl"], format!("{}/oauth/token", sandbox.url()));
    let client = json!({"id": sandbox.client_id(), "secret": sandbox.client_secret()});
    assert_eq!(scheme["x-sandbox-client"], client);
}

#[tokio::test]
async fn the_state_shows_what_calls_made_newest_first() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let investment = json!({
        "campaign_id": api.sandbox.campaign_id(), "investor_id": investor, "units": 300, "wallet": wallet,
        "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
    });
    let investment = api.make("/v2/investments/", &investment).await;
    let paid = state(&api).await;
    let shown = &paid["investments"]["newest"][0];
    assert_eq!((&shown["id"], &shown["status"]), (&json!(investment), &json!("PAID")));
    assert_eq!(shown["events"], json!(["deliver", "cancel"]));
    assert_eq!((&shown["investor"], &shown["branched_off"]), (&json!("Max Probe"), &Value::Null));

    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    let delivered = state(&api).await;
    assert_eq!(delivered["investments"]["newest"][0]["status"], "DELIVERED");
    let wallets = &delivered["wallets"];
    assert_eq!((&wallets["count"], &wallets["newest"][0]["id"]), (&json!(2), &json!(wallet)));
    let balance = &wallets["newest"][0]["balances"][0];
    assert_eq!((&balance["units"], &balance["available"]), (&json!(300), &json!(300)));
    assert_eq!(delivered["investors"]["newest"][0]["kyc_status"], "SUCCESS");
    assert_eq!(delivered["documents"]["newest"][0]["name"], "sample.pdf");
    assert_eq!(delivered["investors"]["newest"][0]["client"], api.sandbox.client_id());
}

#[tokio::test]
async fn of_many_things_the_newest_are_shown_and_all_are_counted() {
    let api = Api::start().await;
    let mut last = String::new();
    for _ in 0..201 {
        last = api.make("/v2/investors/", &person()).await;
    }
    let investors = &state(&api).await["investors"];
    assert_eq!(investors["count"], 202);
    assert_eq!(investors["newest"].as_array().unwrap().len(), 200);
    assert_eq!(investors["newest"][0]["id"], json!(last));
}

#[tokio::test]
async fn a_cancelled_investment_says_where_it_left_the_normal_path() {
    use InvestmentEvent as Event;
    check(json!({}), &[Event::Reject], "WAITING_FOR_ACCEPTANCE").await;
    check(json!({}), &[Event::Accept, Event::Cancel], "ACCEPTED").await;
    check(json!({"accepted_at": NOW}), &[Event::PaymentMissing], "ACCEPTED").await;
    check(json!({"accepted_at": NOW, "paid_at": NOW}), &[Event::Cancel], "PAID").await;
    check(json!({"accepted_at": NOW, "paid_at": NOW}), &[Event::Deliver, Event::Cancel], "DELIVERED").await;

    async fn check(dates: Value, events: &[Event], expected: &str) {
        let api = Api::start().await;
        let (investor, wallet) = api.investor_with_wallet().await;
        let mut body = json!({
            "campaign_id": api.sandbox.campaign_id(), "investor_id": investor, "units": 1, "wallet": wallet,
            "signed_at": NOW,
        });
        body.as_object_mut().unwrap().extend(dates.as_object().unwrap().clone());
        let id = api.make("/v2/investments/", &body).await.parse().unwrap();
        for event in events {
            api.sandbox.trigger(id, *event).unwrap();
        }
        let shown = &state(&api).await["investments"]["newest"][0];
        assert_eq!((&shown["branched_off"], &shown["events"]), (&json!(expected), &json!([])), "{events:?}");
    }
}

#[tokio::test]
async fn the_kinds_that_are_offered_can_be_armed_with_no_other_property_than_theirs() {
    let api = Api::start().await;
    let kinds = read(api.control(Method::GET, "/faults/kinds")).await.unwrap().body;
    assert!(kinds.as_array().unwrap().len() >= 22);
    let values = json!({
        "status": 500, "retry_after": 1, "delay_ms": 1, "bytes": 1, "property": "status", "content_type": "text/plain",
        "body": "x", "copies": 1, "investment_status": "PAID",
    });
    for kind in kinds.as_array().unwrap() {
        let takes = kind["takes"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        let mut fault: Value = takes.map(|name| (name.to_owned(), values[name].clone())).collect();
        fault["kind"] = kind["kind"].clone();
        if kind["kind"] == "null_optional" {
            fault["property"] = json!("signed_at");
        }
        let armed = read(api.control(Method::POST, "/faults").json(&fault)).await.unwrap();
        assert_eq!(armed.status, 201, "{fault}: {}", armed.text);
    }
}

#[tokio::test]
async fn whoever_listens_hears_that_something_changed_until_the_sandbox_stops() {
    let api = Api::start().await;
    let mut live = read_live(&api).await;
    let first = next(&mut live).await.unwrap();
    api.get("/v2/investors/").await.must_be(200);
    let second = next(&mut live).await.unwrap();
    assert!(second > first, "{second} came after {first}");

    let sandbox = Arc::into_inner(api.sandbox).unwrap();
    timeout(LONG, sandbox.stop()).await.expect("nobody who listens keeps the sandbox from stopping");
    assert_eq!(next(&mut live).await, None);
}

async fn read_live(api: &Api) -> Response {
    let reply = api.control(Method::GET, "/live").send().await.unwrap();
    assert_eq!(reply.headers()["content-type"], "text/event-stream");
    reply
}

/// The next revision that is told.
async fn next(live: &mut Response) -> Option<u64> {
    let chunk = timeout(LONG, live.chunk()).await.unwrap().unwrap()?;
    let text = String::from_utf8(chunk.to_vec()).unwrap();
    let event: Value = serde_json::from_str(text.strip_prefix("data: ").unwrap().trim_end()).unwrap();
    Some(event["revision"].as_u64().unwrap())
}

async fn state(api: &Api) -> Value {
    read(api.control(Method::GET, "/state")).await.unwrap().must_be(200).clone()
}

async fn get(sandbox: &Sandbox, path: &str) -> Response {
    reqwest::get(format!("{}{path}", sandbox.origin())).await.unwrap()
}
