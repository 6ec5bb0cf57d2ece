use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::clients::FIRST;
use crate::world::{Call, Family, InvestmentEvent, Page, Rules, Seed, investment};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn that_an_investment_is_made_is_no_change_but_each_step_from_there_is() {
    let (mut world, seed) = world(Rules::default());
    let id = invest(&mut world, &seed, &json!({"accepted_at": NOW, "paid_at": NOW}));
    check(&mut world, id, &[(Status::WaitingForAcceptance, 0), (Status::Accepted, 1), (Status::Paid, 2)]);
    world.trigger(id, InvestmentEvent::Cancel, NOW).unwrap();
    check(&mut world, id, &[(Status::Cancellation, 3)]);
    assert!(world.trigger(id, InvestmentEvent::Cancel, NOW).is_err());
    check(&mut world, id, &[]);
}

#[test]
fn a_review_is_a_status_of_its_own_only_where_there_is_one() {
    let (mut world, seed) = world(Rules { review: true, ..Rules::default() });
    let id = invest(&mut world, &seed, &json!({}));
    check(&mut world, id, &[(Status::ReviewPending, 0)]);
    let later = NOW + Duration::from_nanos(2_500);
    world.trigger(id, InvestmentEvent::Reviewed, later).unwrap();
    check(&mut world, id, &[(Status::WaitingForAcceptance, 2)]);
    world.trigger(id, InvestmentEvent::Accept, later).unwrap();
    check(&mut world, id, &[(Status::Accepted, 3)]);
}

#[test]
fn a_change_belongs_to_the_client_that_owns_the_investment() {
    let (mut world, seed) = world(Rules::default());
    let id = invest(&mut world, &seed, &json!({}));
    assert_eq!(world.client_of_investment(id), Some(FIRST.id));
    assert_eq!(world.client_of_investment(Uuid::nil()), None);
}

/// Statuses with how many microseconds after the beginning they are told to have come.
#[track_caller]
fn check(world: &mut World, id: Uuid, expected: &[(Status, i64)]) {
    let changes = world.take_changes();
    assert!(changes.iter().all(|change| change.investment == id));
    let found: Vec<_> = changes.iter().map(|change| (change.status, change.changed_at.as_microsecond())).collect();
    assert_eq!(found, expected);
}

fn world(rules: Rules) -> (World, Seed) {
    let mut world = World::new(rules);
    let seed = world.seed(NOW).unwrap();
    assert_eq!(world.take_changes(), []);
    (world, seed)
}

fn invest(world: &mut World, seed: &Seed, with: &Value) -> Uuid {
    let mut body = json!({
        "investor_id": seed.investor, "campaign_id": seed.campaign, "units": 1, "wallet": seed.wallet, "signed_at": NOW,
    });
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    let call = Call {
        owner: FIRST.owner,
        family: Family::Platform,
        now: NOW,
        path: &[],
        page: Page { number: 1, size: 1 },
        product: None,
        body: &body,
    };
    investment::create(world, &call).unwrap().resource.unwrap().id
}
