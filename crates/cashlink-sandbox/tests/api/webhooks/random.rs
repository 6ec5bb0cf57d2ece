//! Whatever happens in whatever order: what is sent keeps its order, and a sandbox that is started again goes on as it was.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::http::StatusCode;
use cashlink_sandbox::{Delivery, Fault, InvestmentEvent, RegisteredWebhook, SandboxBuilder, Settlement, Webhook};
use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::kept::again;
use super::receiver::{Call, Receiver};
use super::{SECOND, changed_at, held};
use crate::campaigns::investment;
use crate::client::{Api, NOW};

const STEPS: usize = 40;

#[tokio::test]
async fn a_sandbox_that_is_started_again_is_as_it_was_whatever_happened() {
    for seed in 0..5 {
        let mut life = Life::begin(seed).await;
        for step in 0..STEPS {
            life.step(step % 2 == 1).await;
            if step % 5 == 4 {
                life.api.sandbox.deliveries_settled().await;
                let before = life.shown().await;
                life.api = again(life.api, life.settings.clone()).await;
                assert_eq!(life.shown().await, before, "seed {seed}, step {step}");
            }
        }
        assert!(life.receiver.calls().len() > STEPS / 4, "seed {seed}: {}", life.receiver.calls().len());
    }
}

#[tokio::test]
async fn each_webhook_takes_the_changes_of_an_investment_one_after_the_other_as_they_happened() {
    for seed in 100..105 {
        let mut life = Life::begin(seed).await;
        for _ in 0..STEPS {
            life.step(false).await;
        }
        for _ in 0..12 {
            life.api.sandbox.advance(3_600 * SECOND);
            life.api.sandbox.deliveries_settled().await;
        }
        let mut taken: HashMap<(String, String), Vec<Timestamp>> = HashMap::new();
        let calls = life.receiver.calls();
        let mut tries = HashMap::new();
        for call in &calls {
            let about = (call.bearer().to_owned(), call.event()["investment_id"].to_string());
            if is_taken(seed, call, count(&mut tries, call)) {
                taken.entry(about).or_default().push(changed_at(call));
            }
        }
        assert!(taken.len() > 5, "seed {seed}");
        for (about, times) in &taken {
            assert!(times.is_sorted_by(|one, next| one < next), "seed {seed}: {about:?} took {times:?}");
        }
        let deliveries = life.api.sandbox.deliveries();
        assert_eq!(
            taken.values().map(Vec::len).sum::<usize>(),
            deliveries.len(),
            "seed {seed}: each is taken, and once"
        );
        assert!(calls.len() > deliveries.len(), "seed {seed}: some were refused first");
    }
}

/// A sandbox to which things happen that are drawn from a seed.
struct Life {
    api: Api,
    receiver: Receiver,
    settings: SandboxBuilder,
    rng: Rng,
    investments: Vec<Uuid>,
    wallet: String,
    _folder: TempDir,
}

impl Life {
    async fn begin(seed: u64) -> Self {
        let tries = Mutex::new(HashMap::new());
        let receiver = Receiver::answering(move |call, _| {
            let before = count(&mut tries.lock().unwrap(), call);
            if is_taken(seed, call, before) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
        });
        let (receiver, folder) = (receiver.await, TempDir::new().unwrap());
        let settings = held().data(folder.path()).settlement(Settlement::After(30 * SECOND));
        let settings = settings.webhook(Webhook::bearer(receiver.url(), "token-0"));
        let api = Api::with(settings.clone()).await;
        api.sandbox.snapshot().unwrap();
        let wallets = api.get(&format!("/v2/investors/{}/wallets/", api.sandbox.investor_id())).await;
        let wallet = wallets.body[0]["id"].as_str().unwrap().to_owned();
        let (rng, investments) = (Rng::with_seed(seed), Vec::new());
        Self { api, receiver, settings, rng, investments, wallet, _folder: folder }
    }

    /// Lets something happen; one of the things that break the order only if that `may_break` it.
    async fn step(&mut self, may_break: bool) {
        let sandbox = &self.api.sandbox;
        match self.rng.u32(0..if may_break { 13 } else { 9 }) {
            0..=2 => {
                let mut body = investment(&sandbox.investor_id().to_string(), &sandbox.campaign_id().to_string(), 300);
                let is_paid = self.rng.bool();
                if is_paid {
                    let dates = json!({"wallet": self.wallet, "accepted_at": NOW, "paid_at": NOW});
                    body.as_object_mut().unwrap().extend(dates.as_object().unwrap().clone());
                }
                // Also after a restart each call has a key of its own.
                let mut key = || format!("{:032x}", self.rng.u128(..));
                let made = self.api.post_with("/v2/investments/", &key(), &body).await.id();
                if is_paid {
                    let credits = format!("/v2/investments/{made}/credits/");
                    self.api.post_with(&credits, &key(), &json!({})).await.must_be(201);
                }
                self.investments.push(made.parse().unwrap());
            }
            3..=4 => {
                let events = [InvestmentEvent::Accept, InvestmentEvent::Pay, InvestmentEvent::Cancel];
                let event = events[self.rng.usize(..events.len())];
                if let Some(investment) = self.rng.choice(&self.investments) {
                    // It cannot happen to each of them.
                    let _ = sandbox.trigger(*investment, event);
                }
            }
            5..=6 => sandbox.advance(self.rng.u32(0..40) * SECOND),
            // Whoever looks lets tasks end, and is not written down.
            7 => drop(self.shown().await),
            8 => {
                let token = format!("token-{}", self.rng.u32(1..1_000_000));
                sandbox.add_webhook(&Webhook::bearer(self.receiver.url(), token)).unwrap();
            }
            9 => {
                let deliveries = sandbox.deliveries();
                if let Some(delivery) = self.rng.choice(&deliveries) {
                    let _ = sandbox.resend(delivery.id);
                }
            }
            10 => {
                let faults = [Fault::webhook_reorder(), Fault::webhook_duplicate(2), Fault::webhook_delay(9 * SECOND)];
                let fault = faults[self.rng.usize(..faults.len())].clone();
                sandbox.arm(fault.times(self.rng.u32(1..4)).skip(self.rng.u32(0..2)));
            }
            11 => {
                let webhooks = sandbox.webhooks();
                if let Some(webhook) = self.rng.choice(&webhooks).filter(|_| webhooks.len() > 1) {
                    sandbox.remove_webhook(webhook.id).unwrap();
                }
            }
            _ => {
                if self.rng.bool() {
                    sandbox.snapshot().unwrap();
                } else if let Some(snapshot) = self.rng.choice(&sandbox.snapshots()) {
                    sandbox.restore(snapshot.id).unwrap();
                }
            }
        }
    }

    async fn shown(&self) -> (Vec<RegisteredWebhook>, Vec<Delivery>, Value) {
        let state = self.api.tell(reqwest::Method::GET, "/state", &json!({})).await;
        (self.api.sandbox.webhooks(), self.api.sandbox.deliveries(), state.must_be(200).clone())
    }
}

/// How often a receiver was sent this before.
fn count(tries: &mut HashMap<(String, String), u32>, call: &Call) -> u32 {
    let times = tries.entry((call.bearer().to_owned(), call.text.clone())).or_default();
    *times += 1;
    *times - 1
}

/// Whether a receiver takes what it was sent so often before; each is taken at some time.
fn is_taken(seed: u64, call: &Call, before: u32) -> bool {
    let bytes = call.text.bytes().chain(call.bearer().bytes());
    let drawn = bytes.fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    before >= Rng::with_seed(drawn).u32(0..4)
}
