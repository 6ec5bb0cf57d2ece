//! The reference of the API: it is there without a network, and a call can be tried out.

use cashlink_sandbox::{RequestOutcome, Sandbox};

use crate::browser::visit;

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_is_shown_and_a_call_is_tried_out_with_the_client_filled_in() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/docs").await else { return };
    page.until("document.querySelectorAll('.opblock-tag-section').length >= 20").await;
    let shown: String = page.value("document.querySelector('#reference .info .title').textContent").await;
    assert!(shown.starts_with("Cashlink API"), "{shown}");

    page.click("button.authorize").await;
    page.until(&format!("document.querySelector('#client_id_clientCredentials')?.value === {:?}", sandbox.client_id()))
        .await;
    page.click(".auth-btn-wrapper button.authorize").await;
    page.until("document.querySelector('.auth-btn-wrapper button').textContent === 'Logout'").await;
    page.click(".auth-btn-wrapper .btn-done").await;

    page.click("#operations-tag-Platform_Investors").await;
    page.click("#operations-Platform_Investors-v2_investors_list .opblock-summary-control").await;
    page.click("#operations-Platform_Investors-v2_investors_list .try-out__btn").await;
    page.click("#operations-Platform_Investors-v2_investors_list button.execute").await;
    page.until(
        "document.querySelector('.live-responses-table tbody .response-col_status')?.textContent.startsWith('200')",
    )
    .await;
    let tried = sandbox.requests().pop().unwrap();
    assert_eq!((tried.operation_id.as_deref(), tried.outcome), (Some("v2_investors_list"), RequestOutcome::Read));
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_fits_a_phone_and_follows_the_theme() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/docs").await else { return };
    page.until("document.querySelectorAll('.opblock-tag-section').length >= 20").await;
    for width in [320, 360, 768] {
        page.resize(width, 800).await;
        page.until(&format!("document.documentElement.clientWidth === {width}")).await;
        let inner: i64 = page.value("document.documentElement.scrollWidth").await;
        assert!(inner <= width, "{inner} pixels on a screen of {width}");
    }
    page.prefer("dark").await;
    page.until("document.documentElement.classList.contains('dark-mode')").await;
    page.prefer("light").await;
    page.until("!document.documentElement.classList.contains('dark-mode')").await;
    page.end().await;
}
