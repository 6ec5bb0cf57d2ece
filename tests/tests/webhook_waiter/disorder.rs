//! Events that come twice, late and in the wrong order, many at a time, and into an inbox that is a file.

use std::{sync::Arc, time::Duration};

use cashlink::{
    Cashlink, InvestmentId, Waiting,
    model::{InvestmentCreateDirect, InvestmentStatus},
    webhook::Waiter,
};
use cashlink_sandbox::{Fault, InvestmentEvent, Sandbox, Settlement};
use cashlink_sqlite::SqliteInbox;
use futures_util::future::join_all;
use jiff::Timestamp;

use crate::{
    guides::{ENGINES, Engine, Guide, Life, READ, investment},
    world::World,
};

#[tokio::test]
async fn guides_come_to_the_same_when_events_come_twice_late_and_in_the_wrong_order() {
    for engine in ENGINES {
        let asking = Life::new(Guide::Registry, engine, World::settling(20).await);
        asking.whole(&Waiting::default()).await.unwrap();
        let expected = asking.came_to().await;
        for seed in 1..=8 {
            let life = Life::new(Guide::Registry, engine, World::settling(20).await);
            for (number, fault) in [
                Fault::webhook_duplicate(3),
                Fault::webhook_reorder(),
                Fault::webhook_delay(Duration::from_secs(7)),
                Fault::webhook_delay(Duration::from_secs(100)),
            ]
            .into_iter()
            .enumerate()
            {
                life.world.sandbox.arm(fault.times(1000).probability(0.3).seed(seed * 10 + number as u64));
            }
            let report = life.whole(&life.by_webhook()).await.unwrap();
            assert_eq!(life.came_to().await, expected, "{engine:?} seed {seed}");
            // If its end was not told within 30 seconds it was asked for then.
            assert_eq!(life.world.calls(READ), 1, "{engine:?} seed {seed}");
            life.world.everything_arrives().await;
            let told = life.world.told(investment(&report)).await;
            assert_eq!(told.last().map(String::as_str), Some("DELIVERED"), "{engine:?} seed {seed}: {told:?}");
        }
    }
}

#[tokio::test]
async fn each_of_many_waits_reads_its_own_investment_once() {
    const MANY: usize = 60;
    let settlement = Settlement::After(Duration::from_secs(20));
    let world = World::of(Sandbox::builder().settlement(settlement)).await;
    let client = world.client();
    let mut ids = Vec::new();
    for number in 0..MANY {
        let id = paid(&world, &client).await;
        ids.push(id);
        match number % 3 {
            0 => world.sandbox.trigger(id.into(), InvestmentEvent::Cancel).unwrap(),
            _ => drop(client.platform().investments().credit(id).send().await.unwrap()),
        }
    }
    let (platform, distributor) = (client.platform(), client.distributor());
    let waits = ids.iter().enumerate().map(|(number, id)| match number % 2 {
        0 => platform.investments().wait_for_delivery(*id),
        _ => distributor.investments().wait_for_delivery(*id),
    });
    let waits = waits.map(|wait| wait.webhooks(&world.waiter).send());
    let ended = world.drive(join_all(waits), |_| {}).await;
    for (number, ended) in ended.into_iter().enumerate() {
        match number % 3 {
            0 => assert_eq!(ended.unwrap_err().status(), Some("CANCELLATION")),
            _ => assert_eq!(ended.unwrap().status, InvestmentStatus::Delivered),
        }
    }
    assert_eq!(world.calls(READ) + world.calls("distributor_v2_investments_retrieve"), MANY);
    assert_eq!(world.clock.seconds(), 20);
    assert_eq!(format!("{:?}", world.waiter), "Waiter { patience: 30s, waited_for: 0, .. }");
    world.everything_arrives().await;
}

#[tokio::test]
async fn an_inbox_that_is_a_file_tells_a_guide_that_goes_on_in_another_process() {
    let asking = Life::new(Guide::Registry, Engine::Journaled, World::settling(20).await);
    asking.whole(&Waiting::default()).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteInbox::open(folder.path().join("inbox.db")).unwrap());
    let sandbox = Sandbox::builder().settlement(Settlement::After(Duration::from_secs(20)));
    let life = Life::new(Guide::Registry, Engine::Journaled, World::with(open(), sandbox).await);
    life.until(10, &life.by_webhook()).await;
    life.world.pass(15).await;
    assert_eq!(life.world.calls(READ), 0);
    let waiter = Waiter::new(open());
    let report = life.whole(&Waiting::default().webhooks(&waiter)).await.unwrap();
    assert_eq!(report["investment_status"], "DELIVERED");
    assert_eq!(life.came_to().await, asking.came_to().await);
    assert_eq!(life.world.calls(READ), 1);
}

/// A paid investment.
async fn paid(world: &World, client: &Cashlink) -> InvestmentId {
    let (investor, campaign) = (world.sandbox.investor_id().into(), world.sandbox.campaign_id().into());
    let wallet = client.platform().wallets(investor).list().all().await.unwrap()[0].id;
    let now = Timestamp::UNIX_EPOCH;
    let mut draft = InvestmentCreateDirect::new(investor, campaign, 10).signed_at(now).wallet(wallet);
    (draft.accepted_at, draft.paid_at) = (Some(now), Some(now));
    client.platform().investments().create(&draft.into()).send().await.unwrap().id
}
