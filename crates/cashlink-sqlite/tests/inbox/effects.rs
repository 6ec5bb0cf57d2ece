//! Effects: each happens once, with its event or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use cashlink::{
    journal::StoreErrorKind,
    webhook::{Event, Inbox, Recorded, Standing},
};
use futures_util::future::join_all;

use crate::{Folder, at, event, id, options, record, refused, writing};

#[tokio::test]
async fn an_event_has_its_effect_once_and_a_late_one_none_also_after_the_file_was_opened_again() {
    let folder = Folder::with_effects();
    let check = async |events: &[(&str, i64)], expected: &[Recorded]| {
        let inbox = writing().open(folder.path()).unwrap();
        let mut recorded = Vec::new();
        for (status, second) in events {
            recorded.push(record(&inbox, event(1, status, *second)).await.unwrap());
        }
        assert_eq!(recorded, expected);
        inbox.close().await.unwrap();
    };
    check(
        &[("ACCEPTED", 2), ("ACCEPTED", 2), ("PAID", 3)],
        &[Recorded::Applied, Recorded::Duplicate, Recorded::Applied],
    )
    .await;
    check(
        &[("PAID", 3), ("REVIEW_PENDING", 1), ("PAID", 4), ("REVIEW_PENDING", 1)],
        &[Recorded::Duplicate, Recorded::Late, Recorded::Repeated, Recorded::Duplicate],
    )
    .await;
    assert_eq!(folder.effects(), ["1 >ACCEPTED", "1 ACCEPTED>PAID"]);
    let inbox = options().open(folder.path()).unwrap();
    let standing = inbox.standing(id(1)).await.unwrap();
    assert_eq!(standing, Some(Standing::new("PAID".into(), Some(at(4)))));
    assert_eq!(inbox.standing(id(2)).await.unwrap(), None);
}

#[tokio::test]
async fn without_a_time_the_place_on_the_way_counts() {
    let folder = Folder::with_effects();
    let inbox = writing().open(folder.path()).unwrap();
    let observed = |status: &str| Event::observed(id(1), status.into());
    assert_eq!(record(&inbox, observed("PAID")).await.unwrap(), Recorded::Applied);
    assert_eq!(record(&inbox, observed("PAID")).await.unwrap(), Recorded::Duplicate);
    assert_eq!(record(&inbox, observed("ACCEPTED")).await.unwrap(), Recorded::Late);
    assert_eq!(inbox.standing(id(1)).await.unwrap(), Some(Standing::new("PAID".into(), None)));
    assert_eq!(inbox.list(0, 9).await.unwrap()[1].event, observed("ACCEPTED"));
}

#[tokio::test]
async fn what_led_to_a_status_that_was_read_has_no_effect_when_it_comes_nor_has_that_status() {
    let folder = Folder::with_effects();
    let inbox = writing().open(folder.path()).unwrap();
    let mut recorded = Vec::new();
    for event in [
        event(1, "ACCEPTED", 1),
        Event::observed(id(1), "DELIVERED".into()),
        event(1, "SIGNED", 2),
        event(1, "PAID", 3),
        event(1, "DELIVERED", 4),
        event(1, "MOVED", 5),
    ] {
        recorded.push(record(&inbox, event).await.unwrap());
    }
    let expected =
        [Recorded::Applied, Recorded::Applied, Recorded::Late, Recorded::Late, Recorded::Repeated, Recorded::Applied];
    assert_eq!(recorded, expected);
    assert_eq!(folder.effects(), ["1 >ACCEPTED", "1 ACCEPTED>DELIVERED", "1 DELIVERED>MOVED"]);
}

#[tokio::test]
async fn one_event_that_comes_many_times_at_once_has_one_effect() {
    let folder = Folder::with_effects();
    let inbox = writing().open(folder.path()).unwrap();
    let recorded = join_all((0..200).map(|index| record(&inbox, event(index % 10, "PAID", 1)))).await;
    let applied = recorded.into_iter().filter(|recorded| matches!(recorded, Ok(Recorded::Applied))).count();
    assert_eq!((applied, folder.effects().len()), (10, 10));
}

#[tokio::test]
async fn a_handler_that_fails_takes_back_its_own_event_alone() {
    let folder = Folder::with_effects();
    let tries = AtomicU32::new(0);
    let inbox = options().handled_by(move |transaction, change| {
        transaction.execute("INSERT INTO effects VALUES (0, '', ?1)", [change.event.status().as_str()])?;
        match change.event.status().as_str() {
            "FAILS" if tries.fetch_add(1, Ordering::Relaxed) == 0 => Err("not now".into()),
            "PANICS" => panic!("this is printed by the test of a handler that panics"),
            "BREAKS" => transaction.execute("INSERT INTO nowhere VALUES (1)", []).map(drop).map_err(Into::into),
            _ => Ok(()),
        }
    });
    let inbox = inbox.open(folder.path()).unwrap();
    let statuses = ["FIRST", "FAILS", "SECOND", "PANICS", "BREAKS", "THIRD"];
    let events: Vec<_> = statuses.iter().zip(0..).map(|(status, index)| event(index, status, 1)).collect();
    let outcomes = join_all(events.iter().map(|event| record(&inbox, event.clone()))).await;
    for (event, outcome) in events.iter().zip(outcomes) {
        let (status, event) = (event.status().as_str(), event.id().to_string());
        match status {
            "FAILS" | "BREAKS" => refused(outcome, StoreErrorKind::Unavailable, &["the handler failed", &event]),
            "PANICS" => refused(outcome, StoreErrorKind::Unavailable, &["the handler panicked", &event]),
            _ => assert_eq!(outcome.unwrap(), Recorded::Applied),
        }
    }
    assert_eq!(folder.effects(), ["0 >FIRST", "0 >SECOND", "0 >THIRD"]);
    assert_eq!(inbox.list(0, 9).await.unwrap().len(), 3);
    assert_eq!(inbox.standing(id(1)).await.unwrap(), None);
    // It comes again.
    assert_eq!(record(&inbox, events[1].clone()).await.unwrap(), Recorded::Applied);
    assert_eq!(folder.effects().len(), 4);
}

#[tokio::test]
async fn a_handler_that_ends_the_transaction_is_found_out_and_takes_no_other_event_with_it() {
    for ending in ["COMMIT", "ROLLBACK", "COMMIT; BEGIN", "ROLLBACK; BEGIN", "RELEASE cashlink_webhook"] {
        let folder = Folder::with_effects();
        let inbox = options().handled_by(move |transaction, change| {
            let is_bad = change.event.status().as_str() == "BAD";
            transaction.execute("INSERT INTO effects VALUES (0, '', ?1)", [change.event.status().as_str()])?;
            Ok(transaction.execute_batch(if is_bad { ending } else { "" })?)
        });
        let inbox = inbox.open(folder.path()).unwrap();
        let statuses = ["FIRST", "BAD", "SECOND"];
        let events = statuses.iter().zip(0..).map(|(status, index)| record(&inbox, event(index, status, 1)));
        let mut outcomes = join_all(events).await;
        refused(outcomes.remove(1), StoreErrorKind::Unavailable, &["the handler ended the transaction"]);
        // The batch is done again event by event, and what it had committed by then is known already.
        for outcome in outcomes {
            assert!(matches!(outcome, Ok(Recorded::Applied | Recorded::Duplicate)), "{ending}: {outcome:?}");
        }
        let effects = folder.effects();
        let of = |status: &str| effects.iter().filter(|effect| effect.ends_with(status)).count();
        assert_eq!((of("FIRST"), of("SECOND")), (1, 1), "{ending}");
        // What the bad handler committed itself, it committed with its event.
        let taken_down = inbox.list(0, 9).await.unwrap();
        let bad = taken_down.iter().filter(|received| received.event.status().as_str() == "BAD").count();
        assert_eq!(of("BAD"), bad, "{ending}");
    }
}

#[tokio::test]
async fn a_rule_that_is_checked_at_the_end_fails_the_event_that_breaks_it() {
    let folder = Folder::new();
    folder.sql(
        "CREATE TABLE known (status TEXT PRIMARY KEY);
         INSERT INTO known VALUES ('PAID');
         CREATE TABLE effects (investment, before, status REFERENCES known (status) DEFERRABLE INITIALLY DEFERRED);",
    );
    let inbox = writing().open(folder.path()).unwrap();
    let statuses = ["PAID", "MOVED", "PAID"];
    let events = statuses.iter().zip(0..).map(|(status, index)| record(&inbox, event(index, status, 1)));
    let mut outcomes = join_all(events).await;
    refused(outcomes.remove(1), StoreErrorKind::Unavailable, &["breaks a rule of the database"]);
    assert!(outcomes.into_iter().all(|outcome| outcome.unwrap() == Recorded::Applied));
    assert_eq!(folder.effects(), ["0 >PAID", "2 >PAID"]);
}

#[tokio::test]
async fn a_full_disk_fails_what_has_no_room_and_all_goes_on_when_there_is_some() {
    let folder = Folder::new();
    folder.sql("CREATE TABLE effects (content BLOB)");
    let pages = Arc::new(AtomicU32::new(60));
    let most = Arc::clone(&pages);
    let inbox = options().handled_by(move |transaction, _| {
        transaction.pragma_update(None, "max_page_count", most.load(Ordering::SeqCst))?;
        transaction.execute("INSERT INTO effects VALUES (zeroblob(20000))", [])?;
        Ok(())
    });
    let inbox = inbox.open(folder.path()).unwrap();
    let mut stored = 0;
    let error = loop {
        match record(&inbox, event(stored, "PAID", 1)).await {
            Ok(recorded) => assert_eq!(recorded, Recorded::Applied),
            Err(error) => break error,
        }
        stored += 1;
        assert!(stored < 60, "the disk is not full");
    };
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    // Many at once: none of them is stored in part, and none is told of as stored that is not.
    let outcomes = join_all((100..110).map(|index| record(&inbox, event(index, "PAID", 1)))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(inbox.list(0, 99).await.unwrap().len(), usize::try_from(stored).unwrap());
    pages.store(10_000, Ordering::SeqCst);
    for index in (stored..stored + 5).chain(100..110) {
        assert_eq!(record(&inbox, event(index, "PAID", 1)).await.unwrap(), Recorded::Applied);
    }
    let effects: u128 = folder
        .connection()
        .query_row("SELECT count(*) FROM effects", [], |row| row.get::<_, i64>(0))
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(effects, stored + 15);
}

#[tokio::test]
async fn a_commit_survives_a_loss_of_power_whatever_the_application_has_set() {
    let folder = Folder::new();
    folder.sql("CREATE TABLE effects (journal TEXT, synchronous INTEGER); PRAGMA synchronous = OFF;");
    let inbox = options().handled_by(|transaction, _| {
        let journal: String = transaction.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        let synchronous: i64 = transaction.pragma_query_value(None, "synchronous", |row| row.get(0))?;
        transaction.execute("INSERT INTO effects VALUES (?1, ?2)", (journal, synchronous))?;
        Ok(())
    });
    record(&inbox.open(folder.path()).unwrap(), event(1, "PAID", 1)).await.unwrap();
    let found = folder
        .connection()
        .query_row("SELECT journal, synchronous FROM effects", [], |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(found, Ok(("wal".to_owned(), 2)));
}
