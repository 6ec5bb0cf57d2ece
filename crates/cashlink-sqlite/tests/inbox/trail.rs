//! What is kept of events, for how long, and how readers go through it.

use std::time::Duration;

use cashlink::webhook::{Event, Inbox, Received, Recorded};
use cashlink_sqlite::{InboxOptions, SqliteInbox};
use uuid::Uuid;

use crate::{Folder, Hands, at, event, id, options, record, writing};

const DAY: i64 = 24 * 60 * 60;

fn keeping(hands: &Hands) -> InboxOptions {
    writing().keep(Duration::from_secs(30 * 24 * 60 * 60)).clock(hands.clone())
}

async fn statuses(inbox: &SqliteInbox) -> Vec<String> {
    let listed = inbox.list(0, usize::MAX).await.unwrap();
    listed.iter().map(|received| received.event.status().to_string()).collect()
}

async fn record_on(inbox: &SqliteInbox, day: i64, event: Event) -> Recorded {
    inbox.record(event, at(day * DAY)).await.unwrap()
}

#[tokio::test]
async fn an_event_is_listed_as_it_came() {
    let body = br#"{"investment_id":"7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11","status":"MOVED",
        "changed_at":"2025-03-04T09:15:27.104512378+01:00","reason":{"code":[1,"a"]}}"#;
    let (known, parsed) = (event(1, "PAID", 1), Event::parse(body).unwrap());
    let folder = Folder::new();
    let inbox = options().open(folder.path()).unwrap();
    record(&inbox, known.clone()).await.unwrap();
    record(&inbox, parsed.clone()).await.unwrap();
    let expected = [
        Received::new(1, known, at(60), Recorded::Applied),
        Received::new(2, parsed.clone(), at(60), Recorded::Applied),
    ];
    assert_eq!(inbox.list(0, 9).await.unwrap(), expected);
    assert_eq!(inbox.list(1, 9).await.unwrap(), expected[1..]);
    assert_eq!(inbox.list(0, 1).await.unwrap(), expected[..1]);
    assert_eq!(inbox.list(u64::MAX, 9).await.unwrap(), []);
    assert_eq!(inbox.standing(parsed.investment_id()).await.unwrap().unwrap().changed_at, parsed.changed_at());
}

#[tokio::test]
async fn what_is_not_known_of_an_event_can_be_left_out() {
    let body = format!(r#"{{"investment_id":"{}","status":"PAID","note":"Ada"}}"#, Uuid::nil());
    let event = Event::parse(body.as_bytes()).unwrap();
    let folder = Folder::new();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    let told = seen.clone();
    let inbox = options().without_extra().handled_by(move |_, change| {
        *told.lock().unwrap() = Some(change.event.extra()["note"].to_string());
        Ok(())
    });
    let inbox = inbox.open(folder.path()).unwrap();
    record(&inbox, event.clone()).await.unwrap();
    assert_eq!(seen.lock().unwrap().as_deref(), Some("\"Ada\""));
    assert_eq!(inbox.list(0, 9).await.unwrap()[0].event, Event::observed(event.investment_id(), "PAID".into()));
    assert_eq!(record(&inbox, event).await.unwrap(), Recorded::Duplicate);
    inbox.close().await.unwrap();
    let bytes = std::fs::read(folder.path()).unwrap();
    assert!(!bytes.windows(3).any(|bytes| bytes == b"Ada"));
}

#[tokio::test]
async fn old_events_go_and_what_they_came_to_stays() {
    let (folder, hands) = (Folder::with_effects(), Hands::at(0));
    let inbox = keeping(&hands).open(folder.path()).unwrap();
    record_on(&inbox, 0, event(1, "ACCEPTED", 1)).await;
    record_on(&inbox, 0, event(1, "PAID", 2)).await;
    record_on(&inbox, 20, event(2, "PAID", 2)).await;
    inbox.close().await.unwrap();
    hands.set(40 * DAY);
    let inbox = keeping(&hands).open(folder.path()).unwrap();
    assert_eq!(statuses(&inbox).await, ["PAID"]);
    assert_eq!(inbox.standing(id(1)).await.unwrap().unwrap().status.as_str(), "PAID");
    // What comes once more has no effect, and places are not used again.
    assert_eq!(record_on(&inbox, 40, event(1, "ACCEPTED", 1)).await, Recorded::Late);
    assert_eq!(record_on(&inbox, 40, event(1, "PAID", 2)).await, Recorded::Repeated);
    assert_eq!(folder.effects().len(), 3);
    let places: Vec<_> = inbox.list(0, 9).await.unwrap().iter().map(|received| received.place).collect();
    assert_eq!(places, [3, 4, 5]);
}

#[tokio::test]
async fn an_inbox_that_stays_open_removes_them_from_time_to_time_and_more_than_one_portion() {
    let (folder, hands) = (Folder::with_effects(), Hands::at(0));
    let inbox = keeping(&hands).open(folder.path()).unwrap();
    let all = (0..1000).map(|index| inbox.record(event(index, "OLD", 1), at(0)));
    futures_util::future::join_all(all).await;
    hands.set(31 * DAY);
    let mut rounds = 0;
    while statuses(&inbox).await.iter().any(|status| status == "OLD") {
        rounds += 1;
        assert!(rounds < 100, "they are still there");
        // A portion follows upon every batch.
        record_on(&inbox, 31, event(1, "NEW", 31 * DAY + rounds)).await;
    }
    assert!(!statuses(&inbox).await.is_empty());
}

#[tokio::test]
async fn an_event_that_a_reader_has_not_passed_stays() {
    let (folder, hands) = (Folder::with_effects(), Hands::at(0));
    let inbox = keeping(&hands).open(folder.path()).unwrap();
    for (index, status) in ["FIRST", "SECOND", "THIRD"].into_iter().enumerate() {
        record_on(&inbox, 0, event(index as u128, status, 1)).await;
    }
    assert_eq!(inbox.cursor("mail").await.unwrap(), 0);
    inbox.set_cursor("mail", 1).await.unwrap();
    inbox.set_cursor("ledger", 3).await.unwrap();
    inbox.close().await.unwrap();
    hands.set(40 * DAY);
    let open = || keeping(&hands).open(folder.path()).unwrap();
    let inbox = open();
    assert_eq!(statuses(&inbox).await, ["SECOND", "THIRD"]);
    assert_eq!((inbox.cursor("mail").await.unwrap(), inbox.cursor("ledger").await.unwrap()), (1, 3));
    inbox.set_cursor("mail", 2).await.unwrap();
    inbox.close().await.unwrap();
    let inbox = open();
    assert_eq!(statuses(&inbox).await, ["THIRD"]);
    inbox.remove_cursor("mail").await.unwrap();
    inbox.close().await.unwrap();
    let inbox = open();
    assert_eq!(statuses(&inbox).await, [""; 0]);
    assert_eq!(inbox.cursor("mail").await.unwrap(), 0);
}
