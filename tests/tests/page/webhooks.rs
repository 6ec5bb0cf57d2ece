//! What webhooks are told is seen with every answer, and sent again by clicking.

use cashlink_sandbox::{Fault, InvestmentEvent, Sandbox, SandboxBuilder, Webhook};
use cashlink_tests::scripted::{Reply, ScriptedServer};

use crate::browser::{Visit, visit};
use crate::live::waiting_investment;

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

/// The rows of deliveries, of which the newest is the first.
const ROWS: &str = "#deliveries-list > li";

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_registered_by_clicking_is_told_and_removed_by_clicking() {
    let receiver = ScriptedServer::start_without_tokens([Reply::json(200, "{}")]).await.unwrap();
    let sandbox = held().start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#webhooks-curl').textContent.includes(`${location.origin}/_sandbox/webhooks`)")
        .await;
    page.until("document.querySelector('#webhook-form [name=client_id]').options.length === 2").await;
    page.click("#webhooks .form summary").await;
    page.click("#webhook-form [name=url]").await;
    page.type_in(&receiver.origin()).await;
    page.click("#webhook-form [name=bearer]").await;
    page.type_in("let-me-in").await;
    page.click("#webhook-form [type=submit]").await;
    page.until("document.querySelectorAll('#webhooks-list > li').length === 1").await;
    page.until("!document.querySelector('#webhooks-empty').checkVisibility()").await;
    let name: String = page.value("document.querySelector('#webhooks-list .name').textContent").await;
    assert_eq!(name, receiver.origin());
    assert!(!page.value::<bool>("document.querySelector('#webhooks').innerText.includes('let-me-in')").await);

    waiting_investment(&sandbox).await;
    page.until(&format!("document.querySelectorAll('{ROWS}.delivered').length === 1")).await;
    assert_eq!(receiver.received()[0].header("authorization"), Some("Bearer let-me-in"));
    assert_eq!(row(&page).await, ["WAITING_FOR_ACCEPTANCE", "200", "delivered", "1 attempt"]);

    page.click("#webhooks-list [data-focus=remove]").await;
    page.until("document.querySelectorAll('#webhooks-list > li').length === 0").await;
    assert_eq!(sandbox.webhooks(), []);
    // What was delivered is still there, and cannot be sent again.
    page.click(&format!("{ROWS} summary")).await;
    page.until("document.querySelector('#deliveries-list dd').textContent.includes('has been removed')").await;
    assert!(page.value::<bool>("document.querySelector('#deliveries-list [data-focus=resend]') === null").await);
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_sends_a_delivery_again_and_what_comes_of_it_is_seen_where_it_was_opened() {
    let receiver = ScriptedServer::start_without_tokens([Reply::new(503, "text/plain", "busy")]).await.unwrap();
    let sandbox = held().webhook(Webhook::bearer(receiver.origin(), "t")).start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    let investment = waiting_investment(&sandbox).await;
    sandbox.trigger(investment, InvestmentEvent::Accept).unwrap();
    page.until(&format!("document.querySelectorAll('{ROWS}.pending').length === 2")).await;
    page.until("document.querySelector('#webhooks-pending').textContent === '2 pending'").await;
    page.until(&format!("document.querySelector('{ROWS}:last-child .status').textContent === '503'")).await;
    assert_eq!(row(&page).await, ["ACCEPTED", "–", "pending", "0 attempts · waits for the one before"]);

    page.click(&format!("{ROWS}:last-child summary")).await;
    page.until("document.querySelector('.attempts pre').textContent === 'busy'").await;
    assert_eq!(attempts(&page).await, ["503"]);
    receiver.then(Reply::new(500, "text/plain", "no"));
    page.click("#deliveries-list [data-focus=resend]").await;
    page.until("document.querySelectorAll('.attempts > li').length === 2").await;
    assert_eq!(attempts(&page).await, ["500", "503"], "the newest is the first");
    let focus: String = page.value("document.activeElement.dataset.focus").await;
    assert_eq!(focus, "resend", "the focus stays on the button");

    // By the clock both go through, and whoever looks sees it without doing anything.
    receiver.then(Reply::new(204, "text/plain", ""));
    receiver.then(Reply::new(204, "text/plain", ""));
    sandbox.advance(SECOND);
    page.until(&format!("document.querySelectorAll('{ROWS}.delivered').length === 2")).await;
    assert_eq!(attempts(&page).await, ["204", "500", "503"]);
    page.until("document.querySelector('#webhooks-pending').textContent === ''").await;
    // From what was sent one gets to what it is about.
    page.click("#deliveries-list dd a").await;
    page.until(&format!("location.hash === '#thing-{investment}'")).await;
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_receiver_answers_is_shown_as_text_whatever_it_says() {
    const MARKUP: &str = "<img src=x onerror=window.isHurt=1><script>window.isHurt=1</script></pre><b>";
    let receiver = ScriptedServer::start_without_tokens([Reply::new(400, "text/html", MARKUP)]).await.unwrap();
    let url = format!("{}/<img%20src=x%20onerror=window.isHurt=1>?'\"&amp;", receiver.origin());
    let sandbox = held().webhook(Webhook::bearer(&url, "t")).start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    waiting_investment(&sandbox).await;
    page.until(&format!("document.querySelector('{ROWS} .status').textContent === '400'")).await;
    page.click(&format!("{ROWS} summary")).await;
    page.until("document.querySelector('.attempts pre')").await;
    let shown: Vec<String> = page
        .value("['.attempts pre', '#webhooks-list .name'].map((one) => document.querySelector(one).textContent)")
        .await;
    assert_eq!(shown, [MARKUP, &url]);
    assert!(page.value::<bool>("document.images.length === 0 && window.isHurt === undefined").await);
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_pending_is_shown_to_those_who_want_that() {
    let script = [Reply::json(200, "{}"), Reply::new(500, "text/plain", "")];
    let receiver = ScriptedServer::start_without_tokens(script).await.unwrap();
    let sandbox = held().webhook(Webhook::bearer(receiver.origin(), "t")).start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    let investment = waiting_investment(&sandbox).await;
    page.until(&format!("document.querySelectorAll('{ROWS}.delivered').length === 1")).await;
    page.click("#deliveries-pending").await;
    page.until("document.querySelector('#deliveries-empty').textContent === 'Nothing is pending.'").await;
    page.until(&format!("document.querySelectorAll('{ROWS}').length === 0")).await;
    sandbox.trigger(investment, InvestmentEvent::Accept).unwrap();
    page.until(&format!("document.querySelectorAll('{ROWS}.pending').length === 1")).await;
    page.until(&format!("document.querySelector('{ROWS} .status').textContent === '500'")).await;
    assert_eq!(row(&page).await, ["ACCEPTED", "500", "pending", "1 attempt · next at 00:00:01"]);
    page.click("#deliveries-pending").await;
    page.until(&format!("document.querySelectorAll('{ROWS}').length === 2")).await;
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_cannot_be_is_refused_beside_its_fields_and_one_with_credentials_is_registered() {
    let sandbox = held().start().await.unwrap();
    let Some(mut page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#webhook-form [name=client_id]').options.length === 2").await;
    page.click("#webhooks .form summary").await;
    page.choose("#webhook-form [name=way]", "oauth").await;
    page.choose("#webhook-form [name=client_id]", "sandbox-partner").await;
    page.until("!document.querySelector('#webhook-form [name=bearer]').checkVisibility()").await;
    for (name, value) in [
        ("url", "https://example.org/events"),
        ("oauth.token_url", "http://example.org/token"),
        ("oauth.client_id", "me"),
        ("oauth.client_secret", "secret"),
    ] {
        page.click(&format!("#webhook-form [name='{name}']")).await;
        page.type_in(value).await;
    }
    page.click("#webhook-form [type=submit]").await;
    page.until("document.activeElement.name === 'oauth.token_url'").await;
    page.until("document.activeElement.getAttribute('aria-invalid') === 'true'").await;
    let problem: String = page.value("document.querySelector('#webhook-problem').textContent").await;
    assert!(problem.starts_with("oauth token url: Must begin with https://"), "{problem}");
    assert_eq!(sandbox.webhooks(), []);

    page.value::<String>("document.activeElement.value = ''").await;
    page.type_in("https://example.org/token").await;
    page.enter().await;
    page.until("document.querySelector('#webhook-problem').textContent === ''").await;
    page.until("document.querySelectorAll('#webhooks-list > li').length === 1").await;
    let about: String = page.value("document.querySelector('#webhooks-list .about').textContent").await;
    assert_eq!(about, "of sandbox-partner · token from https://example.org/token for me");
    let values: String =
        page.value("[...document.querySelectorAll('#webhook-form input')].map((one) => one.value).join('')").await;
    assert_eq!(values, "", "nothing stays in the form");
    // A browser tells its console of every refusal; nothing else was wrong.
    let complaints = page.complaints();
    assert!(complaints.iter().all(|complaint| complaint.contains("400")), "{complaints:#?}");
    page.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_webhooks_is_armed_by_clicking_and_seen_where_it_struck() {
    let receiver = ScriptedServer::start_without_tokens([]).await.unwrap();
    let sandbox = held().webhook(Webhook::bearer(receiver.origin(), "t")).start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#fault-form [name=kind]').options.length > 20").await;
    let shown = "[...document.querySelectorAll('#fault-form select, #fault-form input')].filter((one) => one.checkVisibility()).map((one) => one.name)";
    page.choose("#fault-form [name=kind]", "webhook_duplicate").await;
    assert_eq!(page.value::<Vec<String>>(shown).await, ["kind", "investment_status", "count", "probability", "copies"]);
    page.choose("#fault-form [name=kind]", "error_before_commit").await;
    assert_eq!(
        page.value::<Vec<String>>(shown).await,
        ["kind", "operation_id", "count", "probability", "status", "body"]
    );
    page.choose("#fault-form [name=kind]", "webhook_delay").await;
    page.choose("#fault-form [name=investment_status]", "WAITING_FOR_ACCEPTANCE").await;
    page.click("#fault-form [type=submit]").await;
    page.until("document.querySelectorAll('#faults-list > li').length === 1").await;
    let about: String = page.value("document.querySelector('#faults-list .about').textContent").await;
    assert_eq!(about, "Waiting for acceptance · 1 more event · delay ms 1000");
    assert_eq!(sandbox.faults()[0].fault, Fault::webhook_delay(SECOND).on_investment_status("WAITING_FOR_ACCEPTANCE"));

    waiting_investment(&sandbox).await;
    page.until("document.querySelectorAll('#faults-list > li').length === 0").await;
    page.until(&format!("document.querySelector('{ROWS} .pill.bad').textContent === 'webhook delay'")).await;
    assert_eq!(row(&page).await[3], "0 attempts · next at 00:00:01");
    page.end().await;
}

/// What the newest delivery says: status, last answer, state, and what there is to say about it.
async fn row(page: &Visit) -> Vec<String> {
    let parts = "['.mono', '.status', '.pill', '.about'].map((part) => document.querySelector('#deliveries-list > li').querySelector(part).textContent)";
    page.value(parts).await
}

/// What was answered to each attempt.
async fn attempts(page: &Visit) -> Vec<String> {
    page.value("[...document.querySelectorAll('.attempts .status')].map((one) => one.textContent)").await
}

/// A sandbox in which nothing is due unless somebody lets time pass.
fn held() -> SandboxBuilder {
    Sandbox::builder().held_at("2030-01-01T00:00:00Z".parse().unwrap())
}
