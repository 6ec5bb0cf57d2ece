//! Several who use the same file.

use std::{sync::Barrier, thread, time::Duration};

use cashlink::{
    journal::StoreErrorKind,
    webhook::{Inbox, Recorded},
};
use cashlink_sqlite::SqliteInbox;
use futures_util::future::join_all;

use crate::{Folder, event, record, refused, writing};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_that_comes_to_two_inboxes_on_one_file_has_one_effect() {
    let folder = Folder::with_effects();
    let inboxes: Vec<_> = (0..3).map(|_| writing().open(folder.path()).unwrap()).collect();
    let mut tasks = Vec::new();
    for inbox in &inboxes {
        for index in 0..100 {
            let inbox = inbox.clone();
            tasks.push(tokio::spawn(async move { record(&inbox, event(index, "PAID", 1)).await.unwrap() }));
        }
    }
    let recorded: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    let count = |expected| recorded.iter().filter(|recorded| **recorded == expected).count();
    assert_eq!((count(Recorded::Applied), count(Recorded::Duplicate)), (100, 200));
    assert_eq!(folder.effects().len(), 100);
    let places: Vec<_> = inboxes[0].list(0, 999).await.unwrap().iter().map(|received| received.place).collect();
    assert_eq!(places, (1..=100).collect::<Vec<_>>());
    // One of them sees what another took down.
    assert_eq!(record(&inboxes[1], event(500, "PAID", 1)).await.unwrap(), Recorded::Applied);
    assert_eq!(record(&inboxes[2], event(500, "ACCEPTED", 0)).await.unwrap(), Recorded::Late);
}

#[test]
fn a_file_that_many_make_at_once_is_made_once() {
    for _ in 0..10 {
        let folder = Folder::new();
        let barrier = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    barrier.wait();
                    SqliteInbox::open(folder.path()).unwrap();
                });
            }
        });
    }
}

#[tokio::test]
async fn an_application_that_keeps_its_database_locked_is_told_of_and_then_all_goes_on() {
    let folder = Folder::with_effects();
    let inbox = writing().wait(Duration::ZERO).open(folder.path()).unwrap();
    let application = folder.connection();
    application.execute_batch("BEGIN IMMEDIATE").unwrap();
    refused(record(&inbox, event(1, "PAID", 1)).await, StoreErrorKind::Unavailable, &["keeps the file locked"]);
    // Reading waits for nobody.
    assert!(inbox.list(0, 9).await.unwrap().is_empty());
    application.execute_batch("COMMIT").unwrap();
    assert_eq!(record(&inbox, event(1, "PAID", 1)).await.unwrap(), Recorded::Applied);
}
