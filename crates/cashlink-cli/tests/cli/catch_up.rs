//! `cashlink webhooks catch-up`.

use cashlink_sandbox::{Fault, Scenario};
use serde_json::json;

use crate::{
    listen::Listening,
    process::{Ended, Local, run},
    receiver::Receiver,
};

fn catch_up(local: &Local, more: &[&str]) -> Ended {
    let mut command = local.cashlink(&["webhooks", "catch-up", "--json"]);
    run(command.args(more).env("CASHLINK_WEBHOOK_INBOX", local.folder().join("inbox.db")))
}

#[test]
fn what_no_event_told_of_is_taken_down_once_and_forwarded() {
    let local = Local::start();
    local.sandbox.seed(&Scenario::named("every-status").unwrap()).unwrap();
    let target = Receiver::start(&[]);
    let mut listening = Listening::start(&local.folder().join("inbox.db"), &["--forward", &target.url]);
    let ended = catch_up(&local, &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let count = ended.json()["looked_at"].as_u64().unwrap();
    let expected = |counted| json!({"status": "done", "looked_at": count, "counted": counted, "unknown": 0, "ahead": 0, "unreadable": 0});
    assert!(count >= 11 && ended.json() == expected(count), "{ended:?}");
    for _ in 0..count {
        let line = listening.next_that_was("forwarded");
        let came = target.next();
        assert_eq!(came.headers["idempotency-key"], line["event_id"].as_str().unwrap());
        assert_eq!(came.body, json!({"investment_id": line["investment_id"], "status": line["status"]}));
    }
    assert_eq!(catch_up(&local, &[]).json(), expected(0));
}

#[test]
fn each_family_has_its_list() {
    let local = Local::start();
    drop(Listening::start(&local.folder().join("inbox.db"), &[]));
    for family in ["platform", "distributor"] {
        local.sandbox.arm(
            Fault::html_reply(502)
                .on(match family {
                    "platform" => "v2_investments_list",
                    _ => "distributor_v2_investments_list",
                })
                .times(100),
        );
        let failed = catch_up(&local, &["--family", family]);
        assert_eq!((failed.code, &failed.json()["error"]["status"]), (Some(5), &502.into()), "{failed:?}");
        local.sandbox.clear_faults();
        assert_eq!(catch_up(&local, &["--family", family]).code, Some(0));
    }
}

#[test]
fn an_inbox_that_is_not_there_is_not_made() {
    let local = Local::start();
    let ended = catch_up(&local, &["--url", "nonsense"]);
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--url or CASHLINK_URL".to_owned()]), "{ended:?}");
    let ended = catch_up(&local, &[]);
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["CASHLINK_WEBHOOK_INBOX".to_owned()]), "{ended:?}");
    assert!(!local.folder().join("inbox.db").exists());
}
