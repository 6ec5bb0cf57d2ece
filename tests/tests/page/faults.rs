//! Faults are armed and disarmed by clicking, and strike calls.

use cashlink_sandbox::Sandbox;
use cashlink_tests::session;
use futures_util::TryStreamExt;

use crate::browser::visit;

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_is_armed_by_clicking_strikes_a_call_and_is_gone() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#fault-form [name=kind]').options.length > 10").await;
    page.choose("#fault-form [name=kind]", "error_before_commit").await;
    page.choose("#fault-form [name=operation_id]", "v2_investors_list").await;
    page.click("#fault-form [name=status]").await;
    page.type_in("418").await;
    page.click("#fault-form [type=submit]").await;
    page.until("document.querySelectorAll('#faults-list > li').length === 1").await;
    assert_eq!(sandbox.faults().len(), 1);

    let client = session::builder(&sandbox).build().unwrap();
    let list = || client.platform().investors().list().by_item().try_collect::<Vec<_>>();
    assert_eq!(list().await.unwrap_err().status(), Some(418));
    page.until("document.querySelector('#requests-list .status.warn').textContent === '418'").await;
    page.until("[...document.querySelectorAll('#requests-list .pill')].some((mark) => mark.textContent === 'error before commit')").await;
    page.until("document.querySelectorAll('#faults-list > li').length === 0").await;
    assert!(list().await.is_ok());
    page.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_makes_no_sense_is_refused_beside_its_field_and_one_is_disarmed_by_clicking() {
    let sandbox = Sandbox::start().await.unwrap();
    let Some(mut page) = visit(&sandbox, "/").await else { return };
    page.until("document.querySelector('#fault-form [name=kind]').options.length > 10").await;
    page.choose("#fault-form [name=kind]", "throttle").await;
    page.click("#fault-form [name=probability]").await;
    page.type_in("7").await;
    page.click("#fault-form [type=submit]").await;
    page.until("document.activeElement.name === 'probability'").await;
    page.until("document.activeElement.getAttribute('aria-invalid') === 'true'").await;
    page.until("document.querySelector('#fault-problem').textContent.includes('from 0 to 1')").await;
    assert!(sandbox.faults().is_empty());

    page.value::<String>("document.activeElement.value = ''").await;
    page.click("#fault-form [type=submit]").await;
    page.until("document.querySelector('#fault-problem').textContent === ''").await;
    page.click("#faults-list [data-focus=disarm]").await;
    page.until("document.querySelectorAll('#faults-list > li').length === 0").await;
    assert!(sandbox.faults().is_empty());
    // A browser tells its console of every refusal; nothing else was wrong.
    let complaints = page.complaints();
    assert!(complaints.iter().all(|complaint| complaint.contains("400")), "{complaints:#?}");
    page.leave().await;
}
