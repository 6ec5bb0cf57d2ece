//! Where control takes a token, the page asks for it, and keeps it for as long as its tab is open.

use cashlink_sandbox::Sandbox;

use crate::browser::visit;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_for_the_control_token_and_then_shows_the_sandbox() {
    let sandbox = Sandbox::builder().control_token("let-me-look").start().await.unwrap();
    let Some(mut page) = visit(&sandbox, "/").await else { return };
    page.until("document.activeElement.id === 'token'").await;
    assert!(page.value::<bool>("!document.querySelector('#content').checkVisibility()").await);
    page.type_in("wrong").await;
    page.enter().await;
    page.until("document.querySelector('#token-problem').textContent === 'The sandbox does not know this token.'")
        .await;

    page.until("document.activeElement.id === 'token'").await;
    page.type_in("let-me-look").await;
    page.enter().await;
    page.until("document.querySelectorAll('#investors .rows > li').length === 1").await;
    page.until("document.querySelector('#connection').dataset.state === 'live'").await;
    page.go(&format!("{}/", sandbox.origin())).await;
    page.until("document.querySelectorAll('#investors .rows > li').length === 1").await;
    assert!(page.value::<bool>("document.querySelector('#token-form').hidden").await);
    // A browser tells its console of every refusal; nothing else was wrong.
    let complaints = page.complaints();
    assert!(complaints.iter().all(|complaint| complaint.contains("401")), "{complaints:#?}");
    page.leave().await;
}
