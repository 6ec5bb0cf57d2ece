use super::*;
use crate::clients::FIRST;
use crate::webhooks::DeliveryAttempt;

mod mishaps;

const START: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn pauses_double_up_to_an_hour() {
    let pauses: Vec<u64> = (1..=14).map(|failures| pause(failures).as_secs()).collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600]);
    assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
}

#[test]
fn webhooks_share_how_many_are_under_way_and_the_next_goes_when_one_has_ended() {
    check(1, 32);
    check(2, 64);
    check(3, 63);
    check(64, 64);
    check(100, 100);

    #[track_caller]
    fn check(webhooks: usize, expected: usize) {
        let mut outbox = outbox(webhooks);
        for investment in 0..40 {
            queue(&mut outbox, investment);
        }
        let mut jobs = take(&mut outbox, 0);
        assert_eq!(jobs.len(), expected, "{webhooks}");
        end(&mut outbox, &jobs.remove(0), 200, 0);
        assert_eq!(take(&mut outbox, 0).len(), 1, "{webhooks}");
    }
}

#[test]
fn webhooks_that_do_not_answer_leave_room_for_one_that_is_new() {
    let mut outbox = outbox(2);
    for investment in 0..100 {
        queue(&mut outbox, investment);
    }
    assert_eq!(take(&mut outbox, 0).len(), MAX_UNDER_WAY);
    outbox.add(Webhook::bearer("http://localhost", "t")).unwrap();
    queue(&mut outbox, 100);
    assert_eq!(take(&mut outbox, 0), [(203, false)]);
}

#[test]
fn a_webhook_that_does_not_answer_leaves_room_for_the_others() {
    let mut outbox = outbox(1);
    for investment in 0..100 {
        queue(&mut outbox, investment);
    }
    let mut jobs = take(&mut outbox, 0);
    assert_eq!((jobs.len(), outbox.next_due(), outbox.is_settled(START)), (MAX_TO_ONE, None, false));
    outbox.resend(DeliveryId(40)).unwrap();
    assert_eq!(take(&mut outbox, 0), [], "not by hand either");
    outbox.add(Webhook::bearer("http://localhost", "t")).unwrap();
    let to_both = queue(&mut outbox, 100);
    assert_eq!(take(&mut outbox, 0), [(to_both.0, false)], "the other one");
    end(&mut outbox, &jobs.remove(0), 200, 0);
    assert_eq!(take(&mut outbox, 0), [(40, true)]);
    end(&mut outbox, &jobs.remove(0), 200, 0);
    assert_eq!(take(&mut outbox, 0), [(33, false)]);
}

#[test]
fn what_somebody_asks_for_goes_first_and_leaves_the_rest_as_it_is() {
    let mut outbox = outbox(1);
    let (first, second) = (queue(&mut outbox, 1), queue(&mut outbox, 1));
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(1, false)]);
    end(&mut outbox, &jobs[0], 500, 0);

    // By hand the one that waits is sent before its time, and the one before keeps its own.
    outbox.resend(second).unwrap();
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(2, true)]);
    end(&mut outbox, &jobs[0], 500, 0);
    assert_eq!(due(&outbox), [Some(1), None]);
    // Also a failure of what is asked for leaves the time at which it is due anyway.
    outbox.resend(first).unwrap();
    outbox.resend(first).unwrap();
    for _ in 0..2 {
        let jobs = take(&mut outbox, 0);
        assert_eq!(jobs, [(1, true)]);
        end(&mut outbox, &jobs[0], 500, 0);
    }
    assert_eq!((take(&mut outbox, 0), due(&outbox)), (vec![], vec![Some(1), None]));
    // What is delivered by hand is not sent again when it is due.
    outbox.resend(first).unwrap();
    let jobs = take(&mut outbox, 0);
    end(&mut outbox, &jobs[0], 204, 0);
    assert_eq!(due(&outbox), [None, Some(0)]);
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(2, false)]);
    end(&mut outbox, &jobs[0], 200, 0);
    // Whatever comes of it later, it was delivered.
    outbox.resend(second).unwrap();
    let jobs = take(&mut outbox, 0);
    end(&mut outbox, &jobs[0], 500, 0);
    let last = outbox.deliveries(DeliveryId(1)).next().unwrap();
    assert_eq!((last.state, last.attempt_count, last.next_attempt_at), (DeliveryState::Delivered, 3, None));
    assert_eq!((outbox.next_due(), outbox.is_settled(START), outbox.lines.len()), (None, true, 0));
}

#[test]
fn a_delivery_that_is_delivered_by_hand_while_it_waits_leaves_its_line() {
    let mut outbox = outbox(1);
    let [_, second, _] = [(); 3].map(|()| queue(&mut outbox, 1));
    outbox.resend(second).unwrap();
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(2, true), (1, false)]);
    for job in &jobs {
        end(&mut outbox, job, 200, 0);
    }
    assert_eq!(take(&mut outbox, 0), [(3, false)]);
}

#[test]
fn who_is_removed_is_told_nothing_any_more() {
    let mut outbox = outbox(2);
    let (one, other) = (WebhookId(1), WebhookId(2));
    queue(&mut outbox, 1);
    queue(&mut outbox, 1);
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(1, false), (2, false)]);
    end(&mut outbox, &jobs[0], 200, 0);
    end(&mut outbox, &jobs[1], 500, 0);
    outbox.resend(DeliveryId(1)).unwrap();
    outbox.resend(DeliveryId(3)).unwrap();
    assert!(outbox.remove(one) && !outbox.remove(one));
    assert_eq!(outbox.resend(DeliveryId(1)), Err(Refusal::rule("The webhook has been removed.")));
    assert_eq!(outbox.resend(DeliveryId(3)), Err(Refusal::NotFound));
    let ids: Vec<_> = outbox.deliveries(DeliveryId::NONE).map(|it| (it.id.0, it.webhook_id)).collect();
    assert_eq!(ids, [(1, one), (2, other), (4, other)], "what was delivered can still be seen");
    assert_eq!(outbox.counts(), json!({"webhooks": 1, "pending": 2}));
    assert_eq!(take(&mut outbox, 3_600), [(2, false)]);
    // A number is given out once.
    assert_eq!(outbox.add(Webhook::bearer("http://localhost", "t")), Ok(WebhookId(3)));
}

#[test]
fn there_are_so_many_webhooks_and_no_more() {
    let mut outbox = outbox(registry::MAX);
    assert!(outbox.add(Webhook::bearer("http://localhost", "t")).is_err());
    assert!(outbox.remove(WebhookId(7)));
    assert_eq!(outbox.add(Webhook::bearer("http://localhost", "t")), Ok(WebhookId(101)));
}

#[test]
fn who_is_set_up_anew_at_the_same_address_keeps_what_it_is_to_be_told() {
    let mut outbox = Outbox::default();
    let at = |url: &str, token: &str| Webhook::bearer(format!("http://localhost/{url}"), token);
    outbox.set_up(&[at("a", "1"), at("b", "1"), at("b", "1").of_client("another")]).unwrap();
    let by_hand = outbox.add(at("a", "1")).unwrap();
    queue(&mut outbox, 1);
    outbox.set_up(&[at("c", "2"), at("a", "2")]).unwrap();
    let told: Vec<_> = outbox.webhooks().map(|told| (told.id.0, told.webhook.url)).collect();
    assert_eq!(
        told,
        [(1, "http://localhost/a"), (4, "http://localhost/a"), (5, "http://localhost/c")]
            .map(|(id, url)| (id, url.to_owned()))
    );
    let pending: Vec<_> = outbox.deliveries(DeliveryId::NONE).map(|delivery| delivery.webhook_id).collect();
    assert_eq!(pending, [WebhookId(1), by_hand]);
    assert!(*outbox.webhooks[&WebhookId(1)] == at("a", "2"));
    // One too many with the one that was added, and then nothing is changed.
    assert!(outbox.set_up(&["x"; 100].map(|url| at(url, "1"))).is_err());
    assert_eq!(outbox.webhooks().count(), 3);
}

#[test]
fn old_deliveries_and_attempts_are_forgotten_and_pending_ones_are_not() {
    let mut outbox = outbox(1);
    let pending = queue(&mut outbox, 0);
    for second in 0..30 {
        outbox.under_way.insert(pending, WebhookId(1));
        end(&mut outbox, &(1, false), 500 + second, second);
    }
    for _ in 0..=MAX_DELIVERED {
        let id = queue(&mut outbox, 1);
        end(&mut outbox, &(id.0, false), 200, 0);
    }
    let kept: Vec<_> = outbox.deliveries(DeliveryId::NONE).collect();
    assert_eq!((kept.len(), kept[0].id, kept[1].id.0), (MAX_DELIVERED + 1, pending, 3));
    let statuses: Vec<_> = kept[0].attempts.iter().filter_map(|attempt| attempt.status).collect();
    assert_eq!((kept[0].attempt_count, statuses), (30, (510..530).collect()));
    assert_eq!(outbox.resend(DeliveryId(2)), Err(Refusal::NotFound));
}

#[test]
fn a_copy_sends_again_what_is_under_way() {
    let mut outbox = outbox(1);
    queue(&mut outbox, 1);
    let asked = queue(&mut outbox, 2);
    outbox.resend(asked).unwrap();
    let jobs = take(&mut outbox, 0);
    assert_eq!(jobs, [(2, true), (1, false)]);
    assert!(!outbox.is_settled(START));
    let mut copy = outbox.without_attempts_under_way();
    assert_eq!(take(&mut copy, 0), jobs);
}

/// With so many webhooks.
fn outbox(webhooks: usize) -> Outbox {
    let mut outbox = Outbox::default();
    for _ in 0..webhooks {
        outbox.add(Webhook::bearer("http://localhost", "t")).unwrap();
    }
    outbox
}

/// Queues a change of an investment; the number of its delivery to the last webhook.
fn queue(outbox: &mut Outbox, investment: u128) -> DeliveryId {
    let (status, at) = (crate::world::Status::Paid, START);
    let change = StatusChange { investment: Uuid::from_u128(investment), status, at, changed_at: at };
    outbox.queue(change, FIRST.id, None);
    outbox.queue(change, "another", None);
    DeliveryId(outbox.given.1)
}

/// All that is to be sent after so many seconds: which, and whether by hand.
fn take(outbox: &mut Outbox, seconds: i64) -> Vec<(u64, bool)> {
    let now = Timestamp::from_second(seconds).unwrap();
    let jobs = std::iter::from_fn(|| outbox.take_due(now));
    jobs.map(|job| (job.delivery.0, job.by_hand)).collect()
}

fn end(outbox: &mut Outbox, (id, by_hand): &(u64, bool), status: u16, seconds: u16) {
    let attempt = DeliveryAttempt { at: START, status: Some(status), error: None, reply: None, duration_ms: 0 };
    let attempted = Attempted { delivery: DeliveryId(*id), by_hand: *by_hand, attempt };
    outbox.attempted(&attempted, Timestamp::from_second(seconds.into()).unwrap());
}

/// After how many seconds each is due.
fn due(outbox: &Outbox) -> Vec<Option<i64>> {
    let due = outbox.deliveries(DeliveryId::NONE).map(|delivery| delivery.next_attempt_at);
    due.map(|due| due.map(Timestamp::as_second)).collect()
}
