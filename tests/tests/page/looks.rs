//! The page is readable: on a phone, in light and dark, and by those who hear it.

use cashlink::guides::{Direct, registry};
use cashlink_sandbox::{Fault, Sandbox, Webhook};
use cashlink_tests::{
    clock::JumpingClock,
    scripted::{Reply, ScriptedServer},
    session,
};
use chromiumoxide::cdp::browser_protocol::accessibility::GetFullAxTreeParams;
use uuid::Uuid;

use crate::browser::{Visit, visit};

/// Texts whose contrast with what is behind them is less than WCAG asks for at level AA.
const PALE: &str = include_str!("contrast.js");

#[tokio::test(flavor = "multi_thread")]
async fn nothing_sticks_out_sideways_from_320_pixels_upwards() {
    let (sandbox, _receiver) = full().await;
    let Some(page) = visit(&sandbox, "/").await else { return };
    ready(&page).await;
    open_parts(&page).await;
    for width in [320, 360, 480, 768, 1024, 1440] {
        page.resize(width, 900).await;
        page.until(&format!("document.documentElement.clientWidth === {width}")).await;
        let inner: i64 = page.value("document.documentElement.scrollWidth").await;
        assert!(inner <= width, "{inner} pixels on a screen of {width}");
        let out: Vec<String> = page
            .value(
                "[...document.querySelectorAll('button, input, select, .pill, .name, .path')]
                   .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
                   .map((one) => one.outerHTML.slice(0, 120))",
            )
            .await;
        assert!(out.is_empty(), "at {width}: {out:#?}");
    }
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_is_dark_or_light_enough_to_be_read() {
    let (sandbox, _receiver) = full().await;
    let Some(page) = visit(&sandbox, "/").await else { return };
    ready(&page).await;
    open_parts(&page).await;
    for scheme in ["light", "dark"] {
        page.prefer(scheme).await;
        page.until(&format!("matchMedia('(prefers-color-scheme: {scheme})').matches")).await;
        let (texts, faint): (usize, Vec<String>) = page.value(PALE).await;
        assert!(texts > 100, "only {texts} texts were looked at");
        assert!(faint.is_empty(), "{scheme}: {faint:#?}");
    }
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_theme_is_what_somebody_chose_and_stays_so() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    page.prefer("light").await;
    let paper = "getComputedStyle(document.body).backgroundColor";
    let light: String = page.value(paper).await;
    page.click("#theme").await;
    page.until("document.querySelector('#theme').textContent === 'Theme: light'").await;
    page.click("#theme").await;
    page.until("document.querySelector('#theme').textContent === 'Theme: dark'").await;
    assert_ne!(page.value::<String>(paper).await, light);
    page.go(&format!("{}/", sandbox.origin())).await;
    page.until("document.querySelector('#theme').textContent === 'Theme: dark'").await;
    assert_ne!(page.value::<String>(paper).await, light);
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_pressed_or_filled_in_has_a_name() {
    let (sandbox, _receiver) = full().await;
    let Some(page) = visit(&sandbox, "/").await else { return };
    ready(&page).await;
    let tree = page.raw().execute(GetFullAxTreeParams::default()).await.unwrap();
    let text = |value: &Option<chromiumoxide::cdp::browser_protocol::accessibility::AxValue>| {
        let value = value.as_ref().and_then(|value| value.value.as_ref()).and_then(|value| value.as_str());
        value.unwrap_or_default().to_owned()
    };
    let controls =
        ["button", "link", "textbox", "searchbox", "spinbutton", "combobox", "checkbox", "DisclosureTriangle"];
    let named: Vec<(String, String)> = tree
        .nodes
        .iter()
        .filter(|node| !node.ignored)
        .map(|node| (text(&node.role), text(&node.name)))
        .filter(|(role, _)| controls.contains(&role.as_str()))
        .collect();
    assert!(named.len() > 40, "{named:?}");
    let nameless: Vec<_> = named.iter().filter(|(_, name)| name.trim().is_empty()).collect();
    assert!(nameless.is_empty(), "{nameless:?} of {named:?}");
    page.end().await;
}

async fn ready(page: &Visit) {
    page.until("document.querySelector('#investments .line')?.dataset.status === 'DELIVERED'").await;
    page.until("document.querySelectorAll('#requests-list summary').length > 5").await;
    page.until("document.querySelector('#settings-list input')").await;
    page.until("document.querySelectorAll('#faults-list > li').length === 1").await;
    page.until("document.querySelector('#fault-form [name=kind]').options.length > 10").await;
    page.until("document.querySelectorAll('#deliveries-list .pending').length > 1").await;
    page.until("document.querySelector('#deliveries-list .status.bad')").await;
    // What is new is tinted for a moment.
    page.until("document.getAnimations().length === 0").await;
}

/// Opens whatever is closed at first.
async fn open_parts(page: &Visit) {
    page.click("#requests-list summary").await;
    page.until("document.querySelector('#requests-list .exchange pre')").await;
    page.click("#deliveries-list li:last-child summary").await;
    page.until("document.querySelector('#deliveries-list .exchange pre')").await;
    page.click("#webhooks .form summary").await;
    page.choose("#webhook-form [name=way]", "oauth").await;
    page.until("document.querySelector('#webhook-form [name=\"oauth.scope\"]').checkVisibility()").await;
}

/// A sandbox with a bit of everything, also with long names, and who is told of it and does not take it.
async fn full() -> (Sandbox, ScriptedServer) {
    let sorry = Reply::new(503, "text/plain", ["not", "today", &"x".repeat(400)].join(" "));
    let receiver = ScriptedServer::start_without_tokens([sorry]).await.unwrap();
    let url = format!("{}/{}", receiver.origin(), "events-of-a-company-with-a-long-name/".repeat(3));
    let sandbox = Sandbox::builder().held_at("2030-01-01T00:00:00Z".parse().unwrap()).start().await.unwrap();
    sandbox.add_webhook(&Webhook::bearer(url, "token")).unwrap();
    sandbox.arm(Fault::webhook_reorder().on_investment_status("PAID"));
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let mut input = registry::Input::sample();
    input.investor.natural_person.surname =
        ["Freifrau", "von", "der", "Heide", "Morgenstern", "zu", "Langenhagen"].join("-");
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    input.redemption.product_id = Some(sandbox.product_id().into());
    input.redemption.units = Some(100);
    registry::import(&client, &Direct::new(Uuid::from_u128(3)), &input).await.unwrap();
    sandbox.arm(Fault::error_before_commit(503).on("v2_investments_signed_documents_create").times(3));
    (sandbox, receiver)
}
