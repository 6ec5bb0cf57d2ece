//! One sandbox, one journal, and a guide that is run in them life after life.

use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use cashlink::{
    Cashlink,
    guides::{Error, Journaled, distributor, issuance, platform, registry},
    journal::{IntentStore, Journal, MemoryStore, RunState, RunStore, Which},
};
use cashlink_sandbox::{LedgerOutcome, Sandbox, Settlement};
use cashlink_tests::session;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::yielding::Yielding;

pub(crate) const RUN: Uuid = Uuid::from_u128(0x2E5_0EE);

#[derive(Clone, Copy, Debug)]
pub(crate) enum Guide {
    Registry,
    Distributor,
    Platform,
    Issuance,
}

pub(crate) const GUIDES: [Guide; 4] = [Guide::Registry, Guide::Distributor, Guide::Platform, Guide::Issuance];

/// A world that is given anew to each test, with what outlives a process: the server and the journal.
pub(crate) struct Scene {
    pub(crate) guide: Guide,
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) store: MemoryStore,
}

/// Which effects the ledger has, and how often.
pub(crate) type Effects = BTreeMap<(String, String), usize>;

impl Scene {
    /// The ledger takes 30 seconds for each of its tasks, so that there is something to wait for.
    pub(crate) async fn new(guide: Guide) -> Self {
        let settlement = Settlement::After(Duration::from_secs(30));
        let sandbox = Sandbox::builder().settlement(settlement).start().await.unwrap();
        Self { guide, sandbox: Arc::new(sandbox), store: MemoryStore::new() }
    }

    pub(crate) fn journal(&self) -> Journal {
        Journal::new(Yielding(self.store.clone()))
    }

    pub(crate) fn steps(&self) -> Journaled {
        self.journal().run(RUN).clock(Arc::new(session::clock(&self.sandbox)))
    }

    /// A client as a new process would make it: without a token and without a connection.
    pub(crate) fn client(&self) -> Cashlink {
        let clock = session::clock(&self.sandbox);
        session::builder(&self.sandbox).clock(clock).journal(self.journal()).build().unwrap()
    }

    /// Runs the guide to its end. Gives its report.
    pub(crate) async fn run(&self, client: &Cashlink, steps: &Journaled) -> Result<Value, Error> {
        match self.guide {
            Guide::Registry => json(registry::import(client, steps, &registry_input(&self.sandbox)).await),
            Guide::Distributor => json(distributor::onboard(client, steps, &distributor::Input::sample()).await),
            Guide::Platform => json(platform::invest(client, steps, &platform_input(&self.sandbox)).await),
            Guide::Issuance => json(issuance::issue(client, steps, &issuance_input(&self.sandbox)).await),
        }
    }

    /// Runs the guide in a new process that ends after `polls` polls, if the guide has not ended by then.
    pub(crate) async fn life(&self, polls: usize) -> Option<Value> {
        let (client, steps) = (self.client(), self.steps());
        let result = polled(self.run(&client, &steps), polls).await?;
        Some(result.unwrap_or_else(|error| panic!("{:?} after {polls} polls: {error:?}", self.guide)))
    }

    /// What took effect. Of what has no key, and only sets what was set already, one counts: it may be sent again.
    pub(crate) fn effects(&self) -> Effects {
        let mut effects = Effects::new();
        for entry in self.sandbox.ledger() {
            match entry.outcome {
                LedgerOutcome::Applied => {
                    let has_key = entry.idempotency_key.is_some();
                    let count = effects.entry((entry.operation_id, entry.effect.unwrap())).or_default();
                    *count = if has_key { *count + 1 } else { 1 };
                }
                LedgerOutcome::Replayed => {}
                other => panic!("{other:?}: {}", entry.operation_id),
            }
        }
        effects
    }

    /// Checks that the journal knows the run as done with `report`, and that nothing is pending.
    pub(crate) async fn assert_settled(&self, report: &Value) {
        let run = self.store.find_run(RUN).await.unwrap().unwrap();
        let stored: Value = serde_json::from_str(&run.end.report.unwrap()).unwrap();
        assert_eq!((run.end.state, &stored), (RunState::Done, report));
        let pending = self.store.list(Which::Open, 0, 100).await.unwrap();
        assert!(pending.is_empty(), "{pending:?}");
    }
}

/// Polls `future` up to `polls` times, then drops it.
async fn polled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // Dropped at once: what it waits for must not move on first.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn json<R: Serialize>(report: Result<R, Error>) -> Result<Value, Error> {
    report.map(|report| serde_json::to_value(report).unwrap())
}

pub(crate) fn registry_input(sandbox: &Sandbox) -> registry::Input {
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    input.redemption.product_id = Some(sandbox.product_id().into());
    input
}

pub(crate) fn platform_input(sandbox: &Sandbox) -> platform::Input {
    let mut input = platform::Input::sample();
    input.campaign_id = Some(sandbox.campaign_id().into());
    input.investor_id = Some(sandbox.investor_id().into());
    input
}

pub(crate) fn issuance_input(sandbox: &Sandbox) -> issuance::Input {
    let mut input = issuance::Input::sample();
    input.investment.investor_id = Some(sandbox.investor_id().into());
    input
}
