//! The client that tells the sandbox what the API has no call for, and what has to be there of that.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use fastrand::Rng;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Result, call::Answer, ensure, wire::Wire, worker::Worker};

/// How many snapshots are taken: there may be a hundred.
const MOST_SNAPSHOTS: usize = 40;

/// What strikes calls of the workers in passing. None of it is a verdict.
const PASSING: [&str; 6] = [
    "reply_lost_after_commit",
    "reset_before_commit",
    "error_before_commit",
    "error_after_commit",
    "truncated_reply",
    "throttle",
];

/// What must be there for certain, and what perhaps.
#[derive(Debug, Default)]
struct Told<T: Ord> {
    answered: BTreeSet<T>,
    open: BTreeSet<T>,
}

impl<T: Ord + Clone> Told<T> {
    fn add(&mut self, value: T, is_answered: bool) {
        if is_answered {
            self.answered.insert(value);
        } else {
            self.open.insert(value);
        }
    }

    /// What is there is from now on what was answered.
    fn settle(&mut self, found: BTreeSet<T>) -> bool {
        let is_right =
            self.answered.is_subset(&found) && found.difference(&self.answered).all(|value| self.open.contains(value));
        self.answered = found;
        self.open.clear();
        is_right
    }
}

/// The client that controls.
#[derive(Debug)]
pub(super) struct Control {
    random: Rng,
    /// Makes the investments that are decided on.
    clerk: Worker,
    credentials: [String; 2],
    /// How far the clock was put forward, in hours, and by what it was perhaps put forward as well.
    hours: i64,
    open_hours: Vec<i64>,
    snapshots: BTreeSet<u64>,
    open_snapshots: usize,
    clients: Told<String>,
    page_size: Value,
    open_page_sizes: Vec<Value>,
    /// Faults that no call meets, and the one that strikes lists by chance.
    standing: BTreeMap<u64, Value>,
    open_standing: usize,
    chance: Option<u64>,
    accepted: Vec<String>,
    tokens: Vec<String>,
    /// The ledger as far as it was shown.
    ledger: Vec<Value>,
    /// How many actions were answered.
    pub(super) answered: u64,
}

impl Control {
    pub(super) fn new(seed: u64, clerk: Worker, credentials: [String; 2]) -> Self {
        Self {
            random: Rng::with_seed(seed),
            clerk,
            credentials,
            hours: 0,
            open_hours: Vec::new(),
            snapshots: BTreeSet::new(),
            open_snapshots: 0,
            clients: Told::default(),
            page_size: json!(100),
            open_page_sizes: Vec::new(),
            standing: BTreeMap::new(),
            open_standing: 0,
            chance: None,
            accepted: Vec::new(),
            tokens: Vec::new(),
            ledger: Vec::new(),
            answered: 0,
        }
    }

    /// What was asked of the API on the way.
    pub(super) fn clerk(&mut self) -> &mut Worker {
        &mut self.clerk
    }

    /// Acts until it is told to stop.
    pub(super) async fn work(mut self, wire: Wire, stop: Arc<AtomicBool>) -> Self {
        let wire = wire.with(&self.clerk.token);
        while !stop.load(Ordering::Relaxed) {
            let before = self.answered;
            self.act(&wire).await;
            if self.answered == before {
                tokio::task::yield_now().await;
            }
        }
        self
    }

    async fn act(&mut self, wire: &Wire) {
        match self.random.u8(..10) {
            0 => self.advance(wire).await,
            1 if self.snapshots.len() < MOST_SNAPSHOTS => self.snapshot(wire).await,
            2 => self.add_client(wire).await,
            3 => self.set(wire).await,
            4 => self.stand(wire).await,
            5 | 6 => self.pass(wire).await,
            7 => self.accept(wire).await,
            8 => self.sign_in(wire).await,
            _ => self.look(wire).await,
        }
    }

    async fn advance(&mut self, wire: &Wire) {
        let hours = 6 * self.random.i64(1..=4);
        match self.tell(wire, "/clock", &json!({"advance": format!("PT{hours}H")}), 200).await {
            Some(_) => self.hours += hours,
            None => self.open_hours.push(hours),
        }
    }

    async fn snapshot(&mut self, wire: &Wire) {
        match self.tell(wire, "/snapshots", &json!({}), 201).await {
            Some(answer) => self.snapshots.extend(answer.json()["id"].as_u64()),
            None => self.open_snapshots += 1,
        }
    }

    async fn add_client(&mut self, wire: &Wire) {
        let id = format!("client-{}", self.random.u64(..));
        let answer = self.tell(wire, "/clients", &json!({"client_id": id, "client_secret": "secret"}), 201).await;
        self.clients.add(id, answer.is_some());
    }

    async fn set(&mut self, wire: &Wire) {
        let page_size = json!(self.random.u64(1..=1_000));
        let answer = wire.tell(Method::PATCH, "/settings", Some(&json!({"page_size": page_size}))).await;
        match answer {
            Some(_) => {
                (self.page_size, self.answered) = (page_size, self.answered + 1);
                self.open_page_sizes.clear();
            }
            None => self.open_page_sizes.push(page_size),
        }
    }

    /// Arms a fault that strikes nothing, so that all of it has to be there.
    async fn stand(&mut self, wire: &Wire) {
        let fault = json!({
            "kind": "throttle", "operation_id": "v2_redemptions_retrieve", "count": self.random.u32(1..), "retry_after": 7,
        });
        match self.tell(wire, "/faults", &fault, 201).await.and_then(|answer| answer.json()["id"].as_u64()) {
            Some(id) => drop(self.standing.insert(id, fault)),
            None => self.open_standing += 1,
        }
    }

    /// Arms a fault for a call of the workers.
    async fn pass(&mut self, wire: &Wire) {
        if self.chance.is_none() {
            let fault = json!({
                "kind": "error_before_commit", "status": 503, "operation_id": "v2_investors_list", "probability": 0.3,
            });
            self.chance = self.tell(wire, "/faults", &fault, 201).await.and_then(|answer| answer.json()["id"].as_u64());
            return;
        }
        let kind = self.random.choice(&PASSING).copied().unwrap_or_default();
        let fault = json!({"kind": kind, "method": "POST", "path": "/v2/*/", "skip": self.random.u32(..5)});
        self.tell(wire, "/faults", &fault, 201).await;
    }

    async fn accept(&mut self, wire: &Wire) {
        let Some(id) = self.clerk.invest(wire).await else { return };
        let path = format!("/investments/{id}/events");
        if self.tell(wire, &path, &json!({"event": "accept"}), 204).await.is_some() {
            self.accepted.push(id);
        }
    }

    async fn sign_in(&mut self, wire: &Wire) {
        let [id, secret] = &self.credentials;
        if let Some(token) = wire.token(id, secret).await {
            self.tokens.push(token);
            self.answered += 1;
        }
    }

    async fn look(&mut self, wire: &Wire) {
        if let Ok(Value::Array(entries)) = wire.shown(&format!("/ledger?after={}", self.ledger.len())).await {
            self.ledger.extend(entries);
        }
    }

    async fn tell(&mut self, wire: &Wire, path: &str, body: &Value, expected: u16) -> Option<Answer> {
        let answer = wire.tell(Method::POST, path, Some(body)).await?;
        if answer.status != expected {
            self.clerk.differences.push(format!("{path} is answered {answer:?} to {body}"));
        }
        self.answered += 1;
        Some(answer)
    }

    /// Whether all that it was told is there; `strikes` says which lists were refused, and of how many nobody knows.
    pub(super) async fn check(&mut self, wire: &Wire, (strikes, open): (u64, u64)) -> Result<()> {
        self.check_clock(wire).await?;
        self.check_faults(wire, strikes, open).await?;
        let snapshots: BTreeSet<u64> = numbers(&wire.shown("/snapshots").await?);
        let more = snapshots.difference(&self.snapshots).count();
        ensure(self.snapshots.is_subset(&snapshots) && more <= self.open_snapshots, || {
            format!("{:?} and {} more were taken, there are {snapshots:?}", self.snapshots, self.open_snapshots)
        })?;
        (self.snapshots, self.open_snapshots) = (snapshots, 0);

        let clients = wire.shown("/clients").await?;
        let ids = clients.as_array().into_iter().flatten().filter_map(|client| client["id"].as_str());
        let ids = ids.filter(|id| id.starts_with("client-")).map(str::to_owned).collect();
        ensure(self.clients.settle(ids), || format!("clients are missing or were never added: {clients}"))?;

        let page_size = wire.shown("/settings").await?["page_size"].clone();
        let may_be = page_size == self.page_size || self.open_page_sizes.contains(&page_size);
        ensure(may_be, || format!("the page size is {page_size}, not {}", self.page_size))?;
        self.page_size = page_size;
        self.open_page_sizes.clear();

        let ledger = wire.shown("/ledger").await?;
        let entries = ledger.as_array().map(Vec::as_slice).unwrap_or_default();
        ensure(entries.starts_with(&self.ledger), || "the ledger is not what it was".to_owned())?;
        for token in self.tokens.iter().rev().take(5) {
            let answer = wire.with(token).get("/v2/investments/?page_size=1").await;
            ensure(answer.is_some_and(|answer| answer.status == 200), || "a token is not good any more".to_owned())?;
        }
        for id in self.accepted.iter().rev().take(10) {
            let status =
                wire.get(&format!("/v2/investments/{id}/")).await.map(|answer| answer.json()["status"].clone());
            ensure(status == Some(json!("ACCEPTED")), || format!("investment {id} was accepted, and is {status:?}"))?;
        }
        Ok(())
    }

    async fn check_clock(&mut self, wire: &Wire) -> Result<()> {
        let clock = wire.shown("/clock").await?;
        let ahead: SignedDuration = clock["ahead"].as_str().unwrap_or_default().parse()?;
        let mut possible = BTreeSet::from([self.hours]);
        for hours in self.open_hours.drain(..) {
            possible.extend(possible.clone().into_iter().map(|sum| sum + hours));
        }
        let is_right = possible.iter().any(|hours| SignedDuration::from_hours(*hours) == ahead);
        self.hours = ahead.as_hours();
        ensure(is_right, || format!("the clock is {ahead:?} ahead, and may be by these hours: {possible:?}"))
    }

    async fn check_faults(&mut self, wire: &Wire, strikes: u64, open: u64) -> Result<()> {
        let armed_now = wire.shown("/faults").await?;
        let mut more = 0;
        let mut standing = BTreeMap::new();
        for fault in armed_now.as_array().into_iter().flatten() {
            let id = fault["id"].as_u64().unwrap_or_default();
            if self.chance == Some(id) {
                let struck = fault["struck"].as_u64().unwrap_or_default();
                let is_right = (strikes..=strikes + open).contains(&struck);
                ensure(is_right, || format!("{strikes} lists were struck, perhaps {open} more: {fault}"))?;
            } else if fault["operation_id"] == "v2_redemptions_retrieve" {
                let armed = self.standing.remove(&id);
                more += usize::from(armed.is_none());
                let mut armed = armed.unwrap_or_else(|| json!({"count": fault["count"]}));
                (armed["left"], armed["struck"]) = (armed["count"].clone(), json!(0));
                let members = armed.as_object().into_iter().flatten();
                let is_same =
                    members.into_iter().all(|(name, value)| fault[name] == *value || fault[name][0] == *value);
                ensure(is_same, || format!("{armed} was armed, and is {fault}"))?;
                standing.insert(id, fault.clone());
            }
        }
        let (lost, open) = (std::mem::replace(&mut self.standing, standing), std::mem::take(&mut self.open_standing));
        ensure(lost.is_empty() && more <= open, || format!("{lost:?} are lost, {more} were armed by themselves"))?;
        let is_there = self.chance.is_none_or(|id| numbers(&armed_now).contains(&id));
        ensure(is_there, || "the fault that strikes by chance is lost".to_owned())
    }

    /// Disarms what would strike whoever asks again.
    pub(super) async fn disarm(&self, wire: &Wire) -> Result<()> {
        for id in numbers(&wire.shown("/faults").await?) {
            if !self.standing.contains_key(&id) && self.chance != Some(id) {
                wire.tell(Method::DELETE, &format!("/faults/{id}"), None).await;
            }
        }
        Ok(())
    }
}

fn numbers(list: &Value) -> BTreeSet<u64> {
    list.as_array().into_iter().flatten().filter_map(|item| item["id"].as_u64()).collect()
}
