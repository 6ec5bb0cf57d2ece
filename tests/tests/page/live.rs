//! A guide happens on the page while it runs.

use cashlink::{
    guides::{Direct, registry},
    model,
};
use cashlink_sandbox::{InvestmentEvent, Sandbox};
use cashlink_tests::{clock::JumpingClock, session};
use uuid::Uuid;

use crate::browser::visit;

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_is_seen_while_it_runs_and_nothing_goes_wrong_on_the_page() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#connection').dataset.state === 'live'").await;
    page.until("document.querySelectorAll('#investors .rows > li').length === 1").await;
    assert!(page.value::<bool>("document.querySelector('#requests-list').children.length === 0").await);
    // Gone after a reload.
    page.value::<bool>("window.isSamePage = true").await;

    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    let steps = Direct::new(Uuid::from_u128(1));
    registry::import(&client, &steps, &input).await.unwrap();

    page.until("document.querySelector('#investments .line')?.dataset.status === 'DELIVERED'").await;
    page.until("document.querySelectorAll('#investors .rows > li').length === 2").await;
    let calls = sandbox.requests().len();
    page.until(&format!("document.querySelectorAll('#requests-list > li').length === {calls}")).await;
    let marks: usize = page.value("document.querySelectorAll('#requests-list .pill.good').length").await;
    assert_eq!(marks, sandbox.ledger().len(), "each call that took effect says so");
    assert!(page.value::<bool>("window.isSamePage === true").await, "the page was loaded anew");
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_investment_left_the_path_is_drawn_and_only_what_can_happen_can_be_pressed() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    let investment = waiting_investment(&sandbox).await;
    let labels = "[...document.querySelectorAll('#investments .actions button')].map((button) => button.textContent)";
    page.until("document.querySelector('#investments .line')?.dataset.status === 'WAITING_FOR_ACCEPTANCE'").await;
    assert_eq!(page.value::<Vec<String>>(labels).await, ["Accept", "Reject"]);

    page.click("#investments .actions [data-focus=accept]").await;
    page.until("document.querySelector('#investments .line').dataset.status === 'ACCEPTED'").await;
    assert_eq!(page.value::<Vec<String>>(labels).await, ["Pay", "Payment missing", "Cancel"]);

    sandbox.trigger(investment, InvestmentEvent::PaymentMissing).unwrap();
    page.until("document.querySelector('#investments .line .end.at-4')?.textContent === 'Payment missing'").await;
    assert!(page.value::<Vec<String>>(labels).await.is_empty());
    let spoken: String = page.value("document.querySelector('#investments .line').getAttribute('aria-label')").await;
    assert_eq!(spoken, "State: Payment missing, after Accepted");
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_callers_send_is_shown_as_text_whatever_it_says() {
    const MARKUP: &str = "<img src=x onerror=window.isHurt=1><script>window.isHurt=1</script>";
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    let client = session::builder(&sandbox).build().unwrap();
    let mut input = registry::Input::sample();
    input.investor.natural_person.surname = MARKUP.to_owned();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    let steps = Direct::new(Uuid::from_u128(2));
    registry::import(&client, &steps, &input).await.unwrap();

    page.until("document.querySelector('#investments .line')?.dataset.status === 'DELIVERED'").await;
    page.until("document.querySelector('#requests-list summary')").await;
    page.value::<bool>(
        "document.querySelectorAll('#requests-list details').forEach((one) => { one.open = true; }) ?? true",
    )
    .await;
    page.until(
        "[...document.querySelectorAll('#requests-list pre')].some((part) => part.textContent.includes('onerror'))",
    )
    .await;
    let names: Vec<String> =
        page.value("[...document.querySelectorAll('#investors .name')].map((name) => name.textContent)").await;
    assert!(names.iter().any(|name| name.contains(MARKUP)), "{names:?}");
    assert!(page.value::<bool>("document.images.length === 0 && window.isHurt === undefined").await);
    page.end().await;
}

/// An investment that waits to be accepted.
pub(crate) async fn waiting_investment(sandbox: &Sandbox) -> Uuid {
    let client = session::builder(sandbox).build().unwrap();
    let draft = model::InvestmentCreateDirect::new(sandbox.investor_id().into(), sandbox.campaign_id().into(), 10);
    let draft = draft.signed_at(sandbox.now());
    client.platform().investments().create(&draft.into()).send().await.unwrap().id.into()
}
