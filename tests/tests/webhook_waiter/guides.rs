//! Guides come to the same whether they wait for webhooks or ask, and whatever becomes of receiver and program meanwhile.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use cashlink::{
    Cashlink, InvestmentId, Waiting,
    guides::{Direct, Error, Progress, Steps, distributor, issuance, platform, registry},
    journal::{Journal, MemoryStore, RunStore, StepRecord},
};
use cashlink_sandbox::{InvestmentEvent, LedgerOutcome};
use serde::Serialize;
use serde_json::Value;
use tokio::{select, sync::watch};
use uuid::Uuid;

use crate::{polled::polled, world::World};

const RUN: Uuid = Uuid::from_u128(0x0000_B00C);
pub(crate) const READ: &str = "v2_investments_retrieve";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Guide {
    Registry,
    Distributor,
    Platform,
    Issuance,
}

const GUIDES: [Guide; 4] = [Guide::Registry, Guide::Distributor, Guide::Platform, Guide::Issuance];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Direct,
    Journaled,
}

pub(crate) const ENGINES: [Engine; 2] = [Engine::Direct, Engine::Journaled];

#[tokio::test]
async fn guides_come_to_the_same_by_webhooks_as_by_asking() {
    for (guide, engine) in GUIDES.into_iter().flat_map(|guide| ENGINES.map(|engine| (guide, engine))) {
        let asking = Life::new(guide, engine, World::settling(20).await);
        asking.whole(&Waiting::default()).await.unwrap();
        let told = Life::new(guide, engine, World::settling(20).await);
        told.whole(&told.by_webhook()).await.unwrap();
        assert_eq!(told.came_to().await, asking.came_to().await, "{guide:?} {engine:?}");

        let (asked, told_of) = (asking.world.calls(READ), told.world.calls(READ));
        match guide {
            Guide::Registry => assert!(told_of == 1 && asked > 1, "{engine:?}: {asked} and {told_of}"),
            // They wait for nothing. What they read, they read once.
            _ => assert!(told_of == asked && asked <= 1, "{guide:?} {engine:?}: {asked} and {told_of}"),
        }
        told.world.everything_arrives().await;
    }
}

#[tokio::test]
async fn no_question_is_sent_while_webhooks_arrive_however_long_the_ledger_takes() {
    for engine in ENGINES {
        let life = Life::new(Guide::Registry, engine, World::settling(500).await);
        let patient = life.world.waiter.clone().patience(Duration::from_secs(3600));
        let report =
            life.whole(&Waiting::default().deadline(Duration::from_secs(7200)).webhooks(&patient)).await.unwrap();
        assert_eq!(life.world.calls(READ), 1);
        let told = life.world.told(investment(&report)).await;
        assert_eq!(told.last().map(String::as_str), Some("DELIVERED"), "{told:?}");
    }
}

#[tokio::test]
async fn with_the_receiver_down_a_guide_asks_and_what_it_was_not_told_arrives_later() {
    for engine in ENGINES {
        let asking = Life::new(Guide::Registry, engine, World::settling(20).await);
        asking.whole(&Waiting::default()).await.unwrap();

        let life = Life::new(Guide::Registry, engine, World::settling(20).await);
        life.world.receiver_is_down(true);
        let report = life.whole(&life.by_webhook()).await.unwrap();
        assert_eq!(life.came_to().await, asking.came_to().await);
        // After 30 seconds without news.
        assert_eq!(life.world.calls(READ), 1);
        assert!(life.world.told(investment(&report)).await.is_empty());
        life.world.everything_arrives().await;
        assert_eq!(life.world.told(investment(&report)).await.last().map(String::as_str), Some("DELIVERED"));
    }
}

#[tokio::test]
async fn a_receiver_that_is_up_again_ends_the_wait() {
    // The delivery is tried 20, 21, 23, 27 and 35 seconds after the credit, and 30 is all that the wait has patience for.
    for (up, expected) in [(22, 23), (26, 27), (33, 30)] {
        let life = Life::new(Guide::Registry, Engine::Journaled, World::settling(20).await);
        let mut read_at = 0;
        let at = |second| {
            life.world.receiver_is_down((1..up).contains(&second));
            if life.world.calls(READ) == 0 {
                read_at = second;
            }
        };
        life.run(&life.by_webhook(), usize::MAX, at).await.unwrap().unwrap();
        assert_eq!((life.world.calls(READ), read_at), (1, expected), "up at {up}");
        life.world.everything_arrives().await;
    }
}

#[tokio::test]
async fn an_end_that_is_bad_ends_the_guide_at_once() {
    for engine in ENGINES {
        let life = Life::new(Guide::Registry, engine, World::settling(1000).await);
        let cancel = |second| {
            if second == 10 {
                let ledger = life.world.sandbox.ledger();
                let created = ledger.iter().find(|entry| entry.operation_id == "v2_investments_create").unwrap();
                let investment = created.resource.as_ref().unwrap().id;
                life.world.sandbox.trigger(investment, InvestmentEvent::Cancel).unwrap();
            }
        };
        let error = life.run(&life.by_webhook(), usize::MAX, cancel).await.unwrap().unwrap_err();
        assert_eq!(error.status(), Some("CANCELLATION"));
        assert_eq!((life.world.calls(READ), life.world.clock.seconds()), (1, 10));
    }
}

#[tokio::test]
async fn the_time_for_the_delivery_is_what_it_is_without_webhooks() {
    for engine in ENGINES {
        let life = Life::new(Guide::Registry, engine, World::settling(1000).await);
        let waiting = life.by_webhook().deadline(Duration::from_secs(100));
        let error = life.whole(&waiting).await.unwrap_err();
        assert_eq!((error.status(), life.world.clock.seconds()), (Some("PAID"), 100));
        assert_eq!(life.world.calls(READ), 4);
        // All of it again, and by then it is delivered.
        let patient = life.by_webhook().deadline(Duration::from_secs(2000));
        let report = life.whole(&patient).await.unwrap();
        assert_eq!(report["investment_status"], "DELIVERED");
    }
}

#[tokio::test]
async fn a_guide_that_is_told_can_be_dropped_at_any_second_and_goes_on() {
    for engine in ENGINES {
        let expected = Life::new(Guide::Registry, engine, World::settling(20).await);
        expected.whole(&Waiting::default()).await.unwrap();
        let expected = expected.came_to().await;
        for dropped in [1, 11, 19, 20] {
            for rest in [0, 3, 40] {
                let life = Life::new(Guide::Registry, engine, World::settling(20).await);
                life.until(dropped, &life.by_webhook()).await;
                // Nobody receives while nothing runs.
                life.world.receiver_is_down(true);
                life.world.pass(rest).await;
                life.world.receiver_is_down(false);
                life.whole(&life.by_webhook()).await.unwrap();
                assert_eq!(life.came_to().await, expected, "{engine:?} dropped at {dropped} for {rest}");
                assert_eq!(life.world.calls(READ), 1, "{engine:?} dropped at {dropped} for {rest}");
                life.world.everything_arrives().await;
            }
        }
    }
}

#[tokio::test]
async fn a_guide_that_is_told_can_be_dropped_anywhere_and_goes_on() {
    let undisturbed = Life::new(Guide::Registry, Engine::Journaled, World::settling(20).await);
    let mut polls = usize::MAX;
    let first_second = |second| {
        if second == 1 {
            polls = undisturbed.polls.load(Ordering::Relaxed);
        }
    };
    undisturbed.run(&undisturbed.by_webhook(), usize::MAX, first_second).await.unwrap().unwrap();
    let expected = undisturbed.came_to().await;
    // From just before it begins to wait for the delivery: what comes before is not changed by webhooks.
    polls -= 5;
    let first = polls;
    loop {
        let life = Life::new(Guide::Registry, Engine::Journaled, World::settling(20).await);
        let ended = life.run(&life.by_webhook(), polls, |_| {}).await;
        let is_whole = ended.is_some();
        if !is_whole {
            life.world.pass(polls as u64 % 5).await;
            life.whole(&life.by_webhook()).await.unwrap();
        }
        assert_eq!(life.came_to().await, expected, "dropped after {polls} polls");
        // One that was under way when it was dropped is asked again.
        let reads = life.world.calls(READ);
        assert!((1..=2).contains(&reads), "dropped after {polls} polls: {reads} reads");
        assert!(format!("{:?}", life.world.waiter).contains("waited_for: 0"), "{:?}", life.world.waiter);
        if is_whole {
            break;
        }
        polls += 1;
    }
    assert!(polls > first + 30, "{first} to {polls}");
}

/// A guide that is run in a world, again and again until it has ended.
pub(crate) struct Life {
    guide: Guide,
    engine: Engine,
    pub(crate) world: World,
    store: MemoryStore,
    statuses: Arc<Mutex<Vec<Option<String>>>>,
    report: Mutex<Option<Value>>,
    /// How often the guide was polled so far.
    polls: AtomicUsize,
}

/// What there is afterwards, whatever ids it was given.
#[derive(Debug, PartialEq)]
pub(crate) struct CameTo {
    /// Operation, key and effect.
    effects: Vec<(String, Option<String>, Option<String>)>,
    /// Of the journal.
    records: Vec<StepRecord>,
    report: Option<Value>,
    /// The status that the investment was read in last.
    status: Option<String>,
}

impl Life {
    pub(crate) fn new(guide: Guide, engine: Engine, world: World) -> Self {
        Self {
            guide,
            engine,
            world,
            store: MemoryStore::new(),
            statuses: Arc::default(),
            report: Mutex::default(),
            polls: AtomicUsize::new(0),
        }
    }

    pub(crate) fn by_webhook(&self) -> Waiting {
        Waiting::default().webhooks(&self.world.waiter)
    }

    pub(crate) async fn whole(&self, waiting: &Waiting) -> Result<Value, Error> {
        self.run(waiting, usize::MAX, |_| {}).await.unwrap()
    }

    /// Runs the guide as a new process would, and drops it when this second has come.
    pub(crate) async fn until(&self, dropped: u64, waiting: &Waiting) {
        let seconds = watch::Sender::new(0);
        let mut passed = seconds.subscribe();
        let run = self.run(waiting, usize::MAX, |second| {
            seconds.send_replace(second);
        });
        select! {
            biased;
            ended = run => panic!("it ended: {ended:?}"),
            _ = passed.wait_for(|second| *second == dropped) => {}
        }
    }

    /// Runs the guide as a new process would, and drops it after `polls` polls.
    pub(crate) async fn run(
        &self,
        waiting: &Waiting,
        polls: usize,
        at: impl FnMut(u64),
    ) -> Option<Result<Value, Error>> {
        let clock = Arc::new(self.world.clock.clone());
        let statuses = Arc::clone(&self.statuses);
        let observe = move |progress: &Progress| {
            if let Progress::Finished(step) = progress
                && step.name == "read_investment"
            {
                statuses.lock().unwrap().push(step.status.clone());
            }
        };
        match self.engine {
            Engine::Direct => {
                let steps = Direct::new(RUN).clock(clock).observe(observe);
                let guide = self.guide_on(self.world.client(), steps, waiting);
                self.world.drive(polled(guide, polls, &self.polls), at).await
            }
            Engine::Journaled => {
                let journal = Journal::new(self.store.clone());
                let client = self.world.builder().journal(journal.clone()).build().unwrap();
                let guide = self.guide_on(client, journal.run(RUN).clock(clock).observe(observe), waiting);
                self.world.drive(polled(guide, polls, &self.polls), at).await
            }
        }
    }
}

impl Life {
    async fn guide_on<S: Steps>(&self, client: Cashlink, steps: S, waiting: &Waiting) -> Result<Value, Error> {
        let sandbox = &self.world.sandbox;
        let report = match self.guide {
            Guide::Registry => {
                let mut input = registry::Input::sample();
                input.investment.campaign_id = Some(sandbox.campaign_id().into());
                input.redemption.product_id = Some(sandbox.product_id().into());
                json(registry::import_with(&client, &steps, &input, waiting).await)
            }
            Guide::Distributor => json(distributor::onboard(&client, &steps, &distributor::Input::sample()).await),
            Guide::Platform => {
                let mut input = platform::Input::sample();
                input.campaign_id = Some(sandbox.campaign_id().into());
                input.investor_id = Some(sandbox.investor_id().into());
                json(platform::invest(&client, &steps, &input).await)
            }
            Guide::Issuance => {
                let mut input = issuance::Input::sample();
                input.investment.investor_id = Some(sandbox.investor_id().into());
                json(issuance::issue(&client, &steps, &input).await)
            }
        };
        if let Ok(report) = &report {
            *self.report.lock().unwrap() = Some(report.clone());
        }
        report
    }

    pub(crate) async fn came_to(&self) -> CameTo {
        let mut names = Names::default();
        let ledger = self.world.sandbox.ledger().into_iter();
        let applied = ledger.filter(|entry| entry.outcome == LedgerOutcome::Applied);
        let mut effects: Vec<_> =
            applied.map(|entry| (entry.operation_id, entry.idempotency_key, entry.effect)).collect();
        effects.sort();
        let report = self.report.lock().unwrap().clone().map(|report| names.replace(report));
        let mut records = self.store.steps(RUN).await.unwrap();
        records.sort_by(|one, other| one.step.cmp(&other.step));
        for record in &mut records {
            record.at = jiff::Timestamp::UNIX_EPOCH;
            record.value = names.replace(serde_json::from_str(&record.value).unwrap()).to_string();
        }
        let status = self.statuses.lock().unwrap().last().cloned().flatten();
        CameTo { effects, records, report, status }
    }
}

/// Gives ids numbers in the order in which they are met.
#[derive(Default)]
struct Names(BTreeMap<Uuid, usize>);

impl Names {
    fn replace(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => match text.parse::<Uuid>() {
                Ok(id) => {
                    let next = self.0.len();
                    format!("id {}", self.0.entry(id).or_insert(next)).into()
                }
                Err(_) => text.into(),
            },
            Value::Array(items) => items.into_iter().map(|item| self.replace(item)).collect(),
            Value::Object(members) => members.into_iter().map(|(name, member)| (name, self.replace(member))).collect(),
            other => other,
        }
    }
}

fn json<R: Serialize>(report: Result<R, Error>) -> Result<Value, Error> {
    report.map(|report| serde_json::to_value(report).unwrap())
}

pub(crate) fn investment(report: &Value) -> InvestmentId {
    report["investment_id"].as_str().unwrap().parse().unwrap()
}
