//! A folder, and the clients of the sandboxes that have it one after the other.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fastrand::Rng;
use reqwest::{Client, Method};
use serde_json::json;
use tempfile::TempDir;
use tokio::{sync::watch, task::yield_now};

use super::{
    Program, Result,
    control::Control,
    ensure,
    judge::{ask_again, check_ledger, shown},
    life::Tally,
    server::Server,
    sums::{self, Counts, check_counts, check_units},
    wire::Wire,
    worker::{Seeds, Worker},
};

/// How many clients call at once; the last of them is another client of the API.
const WORKERS: u64 = 4;

/// How many answers a life has at most.
const MOST_ANSWERS: u64 = 120;

/// How often others get their turn at most between the last answer and the kill.
const MOST_TURNS: u32 = 5_000;

/// A folder with all that is known of what it has to hold.
pub(super) struct Folder<'a> {
    program: &'a Program,
    random: Rng,
    place: TempDir,
    http: Client,
    server: Server,
    workers: Vec<Worker>,
    /// None only while it works.
    control: Option<Control>,
    campaign: String,
    at_first: Counts,
}

impl<'a> Folder<'a> {
    /// A new folder with a sandbox.
    pub(super) async fn new(program: &'a Program, seed: u64) -> Result<Self> {
        let place = tempfile::tempdir()?;
        let server = program.start(place.path()).await?;
        let http = Client::builder().no_proxy().build()?;
        let wire = wire(&http, &server, &Arc::default())?;
        // The clock is put forward further than tokens last otherwise.
        let lasting = json!({"token_lifetime": "1000000h"});
        wire.tell(Method::PATCH, "/settings", Some(&lasting)).await.ok_or("the settings cannot be changed")?;
        let credentials = |name: &str| -> Result<[String; 2]> {
            let variable = |what: &str| server.variable(&format!("CASHLINK_{name}CLIENT_{what}"));
            Ok([variable("ID")?, variable("SECRET")?])
        };
        let (first, partner) = (credentials("")?, credentials("PARTNER_")?);
        let seeds = Seeds::of(&server)?;
        let mut random = Rng::with_seed(seed);
        let mut workers = Vec::new();
        // One more of them makes what the control decides on.
        for number in 0..=WORKERS {
            let is_partner = number == WORKERS - 1;
            let [id, secret] = if is_partner { &partner } else { &first };
            let token = wire.token(id, secret).await.ok_or("there is no token")?;
            let seeds = (!is_partner).then(|| seeds.clone());
            workers.push(Worker::new(format!("w{number}"), random.u64(..), seeds, token));
        }
        let clerk = workers.pop().ok_or("there is no clerk")?;
        let control = Some(Control::new(random.u64(..), clerk, first));
        let at_first = sums::counts(&wire).await?;
        let campaign = server.variable("CASHLINK_CAMPAIGN_ID")?;
        Ok(Self { program, random, place, http, server, workers, control, campaign, at_first })
    }

    /// Lets clients work, kills the sandbox amid that, and compares what is there afterwards.
    pub(super) async fn live(mut self, tally: &mut Tally) -> Result<Self> {
        let answers = Arc::new(watch::Sender::new(0));
        let wire_before = wire(&self.http, &self.server, &answers)?;
        let stop = Arc::new(AtomicBool::new(false));
        let firsts: Vec<_> = self.workers.iter().map(|worker| worker.calls.len()).collect();
        let mut control = self.control.take().ok_or("nobody controls")?;
        let first_of_clerk = control.clerk().calls.len();
        let actions = control.answered;

        let tasks: Vec<_> =
            self.workers.drain(..).map(|worker| worker.work(wire_before.clone(), Arc::clone(&stop))).collect();
        let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        let control = tokio::spawn(control.work(wire_before, Arc::clone(&stop)));
        let target = self.random.u64(1..=MOST_ANSWERS);
        answers.subscribe().wait_for(|count| *count >= target).await?;
        for _ in 0..self.random.u32(..MOST_TURNS) {
            yield_now().await;
        }
        stop.store(true, Ordering::Relaxed);
        self.server.kill().await?;
        tally.kills += 1;
        for task in tasks {
            self.workers.push(task.await?);
        }
        let mut control = control.await?;
        tally.actions += control.answered - actions;
        tally.calls += *answers.borrow();

        if self.random.u8(..6) == 0 {
            self.program.start_and_kill(self.place.path(), self.random.u32(..MOST_TURNS)).await?;
            tally.starting += 1;
        }
        self.server = self.program.start(self.place.path()).await?;
        let wire = wire(&self.http, &self.server, &Arc::default())?;
        let sum = |of: fn(&Worker) -> u64| self.workers.iter().map(of).sum::<u64>();
        let wire_of_clerk = wire.with(&control.clerk().token);
        let strikes = (sum(|worker| worker.strikes), sum(|worker| worker.open_reads));
        control.check(&wire_of_clerk, strikes).await?;
        control.disarm(&wire).await?;
        for (worker, first) in self.workers.iter_mut().zip(firsts) {
            ask_again(worker, first, &wire, tally).await?;
        }
        ask_again(control.clerk(), first_of_clerk, &wire, tally).await?;
        self.check(&mut control, &wire).await?;
        self.control = Some(control);
        self.rest(&wire, tally).await
    }

    /// Whether everything fits together that is there.
    async fn check(&self, control: &mut Control, wire: &Wire) -> Result<()> {
        let ledger = wire.shown("/ledger").await?;
        let ledger = ledger.as_array().map(Vec::as_slice).unwrap_or_default();
        for worker in self.workers.iter().chain([&*control.clerk()]) {
            check_ledger(&worker.calls, ledger)?;
        }
        check_counts(wire, &self.at_first, ledger).await?;
        check_units(&wire.with(&control.clerk().token), &self.campaign).await
    }

    /// Kills it once more while nobody asks for anything: nothing changes.
    async fn rest(mut self, before: &Wire, tally: &mut Tally) -> Result<Self> {
        let shown_before = shown(before).await?;
        self.server.kill().await?;
        self.server = self.program.start(self.place.path()).await?;
        tally.resting += 1;
        let shown_now = shown(&wire(&self.http, &self.server, &Arc::default())?).await?;
        ensure(shown_before == shown_now, || "something has changed while nobody asked for anything".to_owned())?;
        Ok(self)
    }
}

fn wire(http: &Client, server: &Server, answers: &Arc<watch::Sender<u64>>) -> Result<Wire> {
    Ok(Wire::new(http.clone(), &server.variable("CASHLINK_SANDBOX")?, "", Arc::clone(answers)))
}
