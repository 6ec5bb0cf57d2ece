use super::*;
use crate::fault::{FaultId, Mishap};

const HOUR: i64 = 3_600;

#[test]
fn who_waits_for_the_next_one_is_passed_by_it_alone() {
    let mut outbox = outbox(1);
    tell(&mut outbox, 0, Some(Mishap::Reorder));
    tell(&mut outbox, 1, None);
    tell(&mut outbox, 2, None);
    assert_eq!(sent(&mut outbox, 2), [2, 1, 3]);
}

#[test]
fn the_next_one_may_wait_for_the_next_but_one() {
    let mut outbox = outbox(1);
    for _ in 0..3 {
        tell(&mut outbox, 0, Some(Mishap::Reorder));
    }
    assert_eq!(sent(&mut outbox, 0), [0; 0]);
    tell(&mut outbox, 0, None);
    assert_eq!(sent(&mut outbox, 0), [4, 3, 2, 1]);
}

#[test]
fn who_waits_for_an_hour_is_passed_by_nothing_any_more() {
    let mut outbox = outbox(1);
    tell(&mut outbox, 0, Some(Mishap::Reorder));
    tell(&mut outbox, HOUR, None);
    assert_eq!(sent(&mut outbox, HOUR - 1), [0; 0]);
    assert_eq!(sent(&mut outbox, HOUR), [1, 2]);
}

#[test]
fn who_has_failed_after_an_hour_is_passed_by_nothing_either() {
    let mut outbox = outbox(1);
    tell(&mut outbox, 0, Some(Mishap::Reorder));
    assert_eq!(take(&mut outbox, HOUR), [(1, false)]);
    end(&mut outbox, &(1, false), 500, 3_600);
    tell(&mut outbox, HOUR, None);
    assert_eq!(sent(&mut outbox, HOUR), [0; 0]);
    assert_eq!(sent(&mut outbox, HOUR + 1), [1, 2]);
}

#[test]
fn what_stands_before_who_waits_goes_first() {
    let mut outbox = outbox(1);
    tell(&mut outbox, 0, None);
    tell(&mut outbox, 0, Some(Mishap::Reorder));
    let jobs = take(&mut outbox, 0);
    tell(&mut outbox, 0, None);
    end(&mut outbox, &jobs[0], 500, 0);
    assert_eq!((jobs, sent(&mut outbox, 1)), (vec![(1, false)], vec![1, 3, 2]));
}

#[test]
fn who_waits_and_is_delivered_by_hand_is_not_sent_again() {
    let mut outbox = outbox(1);
    let waiting = tell(&mut outbox, 0, Some(Mishap::Reorder));
    outbox.resend(waiting).unwrap();
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(1, true)]);
    // Also if it is passed by another one meanwhile.
    tell(&mut outbox, 0, None);
    end(&mut outbox, &jobs[0], 200, 0);
    assert_eq!(sent(&mut outbox, HOUR), [2]);
    assert_eq!((outbox.next_due(), outbox.lines.len()), (None, 0));
}

#[test]
fn copies_are_deliveries_of_their_own_that_keep_the_order() {
    let mut outbox = outbox(1);
    tell(&mut outbox, 0, Some(Mishap::Reorder));
    tell(&mut outbox, 0, Some(Mishap::Duplicate(2)));
    tell(&mut outbox, 0, None);
    assert_eq!(sent(&mut outbox, 0), [2, 3, 4, 1, 5]);
    let shown: Vec<_> = outbox.deliveries(DeliveryId::NONE).map(|it| it.fault.map(|fault| fault.kind)).collect();
    let [waits, copied] = [Some("webhook_reorder"), Some("webhook_duplicate")];
    assert_eq!(shown, [waits, copied, copied, copied, None]);
}

#[test]
fn what_is_held_holds_what_comes_after_it_and_is_not_held_longer_for_coming_later() {
    let mut outbox = outbox(1);
    let delay = Some(Mishap::Delay(Duration::from_secs(10)));
    tell(&mut outbox, 0, delay);
    tell(&mut outbox, 5, delay);
    tell(&mut outbox, 5, None);
    assert_eq!(sent(&mut outbox, 9), [0; 0]);
    assert_eq!(sent(&mut outbox, 10), [1]);
    assert_eq!(due(&outbox), [None, Some(15), None]);
    assert_eq!(sent(&mut outbox, 15), [2, 3]);
}

#[test]
fn each_webhook_has_a_line_of_its_own() {
    let mut outbox = outbox(2);
    tell(&mut outbox, 0, Some(Mishap::Reorder));
    tell(&mut outbox, 0, Some(Mishap::Duplicate(1)));
    let sent = sent(&mut outbox, 0);
    let of = |webhook: u64| -> Vec<u64> {
        let deliveries: Vec<_> = outbox.deliveries(DeliveryId::NONE).collect();
        let is_its = |id: &u64| deliveries.iter().any(|it| it.id.0 == *id && it.webhook_id.0 == webhook);
        sent.iter().copied().filter(is_its).collect()
    };
    assert_eq!((of(1), of(2)), (vec![3, 4, 1], vec![5, 6, 2]));
}

/// Tells of a change of one investment after so many seconds.
fn tell(outbox: &mut Outbox, seconds: i64, mishap: Option<Mishap>) -> DeliveryId {
    let at = Timestamp::from_second(seconds).unwrap();
    let change =
        StatusChange { investment: Uuid::from_u128(1), status: crate::world::Status::Paid, at, changed_at: at };
    outbox.queue(change, FIRST.id, mishap.map(|mishap| (FaultId::default(), mishap)));
    DeliveryId(outbox.given.1)
}

/// What a receiver is sent after so many seconds that takes all of it.
fn sent(outbox: &mut Outbox, seconds: i64) -> Vec<u64> {
    let mut sent = Vec::new();
    loop {
        let jobs = take(outbox, seconds);
        if jobs.is_empty() {
            return sent;
        }
        for job in jobs {
            end(outbox, &job, 200, seconds.try_into().unwrap());
            sent.push(job.0);
        }
    }
}
