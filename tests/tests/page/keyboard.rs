//! Everything can be reached and done without a mouse, and it is seen where one is.

use std::collections::BTreeSet;

use cashlink::model;
use cashlink_sandbox::Sandbox;
use cashlink_tests::{
    scripted::{Reply, ScriptedServer},
    session,
};

use crate::browser::{Visit, visit};

/// More than there is to reach on the page.
const MOST: usize = 120;

/// What has the focus, and whether that is seen.
const FOCUSED: &str = "(() => {
    const one = document.activeElement;
    const style = getComputedStyle(one);
    const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return [one.id || one.name || one.dataset.focus || one.dataset.advance || one.textContent.trim(), isSeen];
})()";

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_key_leads_through_all_controls_and_it_is_seen_where_one_is() {
    let sandbox = with_investment().await;
    let Some(page) = visit(&sandbox, "/").await else { return };
    ready(&page).await;
    let mut reached = BTreeSet::new();
    for _ in 0..MOST {
        page.tab().await;
        let (name, is_seen): (String, bool) = page.value(FOCUSED).await;
        if page.value::<bool>("document.activeElement === document.body").await {
            break;
        }
        assert!(is_seen, "{name} has no visible focus");
        reached.insert(name);
    }
    for name in [
        "Skip to what exists",
        "theme",
        "API reference",
        "investments",
        "accept",
        "reject",
        "requests-find",
        "open",
        "webhooks-curl",
        "Register a webhook",
        "kind",
        "operation_id",
        "count",
        "probability",
        "Arm",
        "1d",
        "clock-own",
        "clock-hold",
        "setting-settlement",
        "snapshot-take",
        "reset",
    ] {
        assert!(reached.contains(name), "{name} is not reached: {reached:?}");
    }
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_investment_is_accepted_and_a_call_is_opened_by_the_keyboard_alone() {
    let sandbox = with_investment().await;
    let Some(page) = visit(&sandbox, "/").await else { return };
    ready(&page).await;
    tab_to(&page, "document.activeElement.dataset.focus === 'accept'").await;
    page.enter().await;
    page.until("document.querySelector('#investments .line').dataset.status === 'ACCEPTED'").await;
    // The button is gone with its event, and the focus goes on to what can happen now.
    page.until("document.activeElement.closest('#investments .actions')").await;

    tab_to(&page, "document.activeElement.matches('#requests-list summary')").await;
    page.enter().await;
    page.until("document.activeElement.parentElement.open").await;
    page.until("document.querySelector('#requests-list .exchange pre')").await;
    let facts: Vec<String> =
        page.value("[...document.querySelectorAll('.exchange dt')].map((one) => one.textContent)").await;
    assert_eq!(facts[..2], ["Operation", "Client"], "{facts:?}");
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_registered_and_sent_something_again_by_the_keyboard_alone() {
    let replies = [503, 200].map(|status| Reply::json(status, "{}"));
    let receiver = ScriptedServer::start_without_tokens(replies).await.unwrap();
    let sandbox = Sandbox::builder().held_at("2030-01-01T00:00:00Z".parse().unwrap()).start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#webhook-form [name=client_id]').options.length === 2").await;
    tab_to(&page, "document.activeElement.matches('#webhooks .form summary')").await;
    page.enter().await;
    tab_to(&page, "document.activeElement.name === 'url'").await;
    page.type_in(&receiver.origin()).await;
    tab_to(&page, "document.activeElement.name === 'bearer'").await;
    page.type_in("t").await;
    page.enter().await;
    page.until("document.querySelectorAll('#webhooks-list > li').length === 1").await;

    make_investment(&sandbox).await;
    page.until("document.querySelector('#deliveries-list .status')?.textContent === '503'").await;
    // On from the end of the page to its beginning.
    tab_to(&page, "document.activeElement.matches('#deliveries-list summary')").await;
    page.enter().await;
    tab_to(&page, "document.activeElement.dataset.focus === 'resend'").await;
    page.enter().await;
    page.until("document.querySelector('#deliveries-list .status').textContent === '200'").await;
    page.until("document.activeElement.dataset.focus === 'resend'").await;
    page.end().await;
}

async fn tab_to(page: &Visit, condition: &str) {
    for _ in 0..MOST {
        if page.value(condition).await {
            return;
        }
        page.tab().await;
    }
    panic!("the tab key does not lead to {condition}");
}

async fn ready(page: &Visit) {
    page.until("document.querySelector('#investments .actions button')").await;
    page.until("document.querySelector('#requests-list summary')").await;
    page.until("document.querySelector('#settings-list input')").await;
    page.until("document.querySelector('#fault-form [name=kind]').options.length > 10").await;
}

/// A sandbox in which an investment waits to be accepted.
async fn with_investment() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    make_investment(&sandbox).await;
    sandbox
}

async fn make_investment(sandbox: &Sandbox) {
    let client = session::builder(sandbox).build().unwrap();
    let draft = model::InvestmentCreateDirect::new(sandbox.investor_id().into(), sandbox.campaign_id().into(), 10);
    client.platform().investments().create(&draft.signed_at(sandbox.now()).into()).send().await.unwrap();
}
