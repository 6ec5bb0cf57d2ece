//! One run: a sandbox, the book beside it, and step after step held against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cashlink_sandbox::{Sandbox, SandboxBuilder};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::ask::{Ask, Family};
use crate::book::{Book, Control};
use crate::draw::{Act, Kind, Step, act};
use crate::image::{Depth, Image, check_ids, ids};
use crate::seen::Seen;
use crate::wire::{Reply, Wire};
use crate::{compare, laws, setting};

mod call;
mod travel;

/// When every sandbox begins. Its clock moves only when it is told to.
pub(crate) const BEGINNING: &str = "2026-01-05T10:00:00Z";

/// What is to be done, and whether the sandbox keeps it in a folder.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) is_kept: bool,
    /// How closely it is compared before and after going back, going on elsewhere and starting again.
    pub(crate) depth: Depth,
    pub(crate) steps: Vec<Step>,
}

/// What was done, in words, and what was wrong in the end.
pub(crate) struct Failure {
    pub(crate) story: Vec<String>,
    pub(crate) message: String,
    /// How many steps it took.
    pub(crate) steps: usize,
}

/// A call that was answered, to be made again.
#[derive(Clone)]
struct Answered {
    client: usize,
    method: Method,
    path: String,
    key: String,
    body: Option<Value>,
    reply: Reply,
}

/// What a snapshot must bring back.
#[derive(Clone)]
struct Moment {
    /// The number that the sandbox gave it.
    number: u64,
    book: Book,
    answered: Vec<Answered>,
    image: Image,
    /// What the next call is answered.
    next: Reply,
}

pub(crate) struct Run {
    wire: Wire,
    folder: Option<tempfile::TempDir>,
    book: Book,
    seen: Seen,
    ledger: Vec<Value>,
    answered: Vec<Answered>,
    moments: Vec<Moment>,
    beginning: Option<(Book, Image)>,
    seeded: BTreeSet<Uuid>,
    depth: Depth,
    /// Whether it goes on in a fork, which keeps nothing.
    is_forked: bool,
    /// A sandbox that was left behind, and how.
    left: Option<(Wire, Book, Image)>,
    keys: u64,
    /// How many steps were begun.
    done: usize,
    story: Vec<String>,
    tally: Tally,
}

/// How many steps of each kind were accepted and refused. One that had nothing to be about counts as neither.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(pub(crate) BTreeMap<Kind, (usize, usize)>);

fn builder(folder: Option<PathBuf>) -> SandboxBuilder {
    let builder = Sandbox::builder().held_at(BEGINNING.parse().unwrap());
    // No token is to expire, however far the clock is put forward.
    let builder = builder.token_lifetime(std::time::Duration::from_secs(1_000_000_000));
    match folder {
        Some(folder) => builder.data(folder),
        None => builder,
    }
}

/// Carries out a plan.
pub(crate) async fn run(plan: &Plan) -> Result<Tally, Failure> {
    let mut run = Run::start(plan).await;
    let result = run.steps(&plan.steps).await;
    match result {
        Ok(()) => Ok(run.tally),
        Err(message) => Err(Failure { story: run.story, message, steps: run.done }),
    }
}

impl Run {
    async fn start(plan: &Plan) -> Self {
        let folder = plan.is_kept.then(|| tempfile::tempdir().unwrap());
        let wire = Wire::start(builder(folder.as_ref().map(|folder| folder.path().to_owned()))).await;
        let book = setting::book(&wire, BEGINNING.parse().unwrap()).await;
        let seen = Seen::look(&wire).await.unwrap();
        let mut seeded = ids(&book);
        // The partner had to make its own.
        seeded.remove(&book.issuers[1]);
        Self {
            wire,
            folder,
            book,
            seen,
            ledger: Vec::new(),
            answered: Vec::new(),
            moments: Vec::new(),
            beginning: None,
            seeded,
            depth: plan.depth,
            is_forked: false,
            left: None,
            keys: 0,
            done: 0,
            story: Vec::new(),
            tally: Tally::default(),
        }
    }

    async fn steps(&mut self, steps: &[Step]) -> Result<(), String> {
        let image = self.sweep(self.depth).await?;
        self.beginning = Some((self.book.clone(), image));
        for step in steps {
            self.done += 1;
            if let Some(is_accepted) = self.step(*step).await? {
                self.tally.count(step.kind, is_accepted);
            }
        }
        self.sweep(Depth::Everything).await?;
        if let Some((wire, book, image)) = self.left.take() {
            image
                .same_as(&Image::take(&wire, &book, self.depth).await)
                .map_err(|found| format!("in the one left: {found}"))?;
        }
        Ok(())
    }

    /// Whether it was accepted; none if there was nothing to be done.
    async fn step(&mut self, step: Step) -> Result<Option<bool>, String> {
        match act(step, &self.book) {
            Act::Call { client, family, ask, way } => self.call(client, family, &ask, way).await.map(Some),
            Act::Control(control) => self.control(&control).await.map(Some),
            Act::Replay(pick) => self.replay(pick).await,
            Act::Allow { client, platform, is_allowed } => self.allow(client, platform, is_allowed).await.map(Some),
            Act::Snapshot => self.snapshot().await.map(Some),
            Act::Restore(pick) => self.restore(pick).await,
            Act::Reset => self.reset().await,
            Act::Fork { is_left } => self.fork(is_left).await,
            Act::Restart => self.restart().await,
            Act::Sweep => self.sweep(Depth::Everything).await.map(|_| Some(true)),
        }
    }

    async fn control(&mut self, control: &Control) -> Result<bool, String> {
        let (method, path, body) = control.call();
        self.story.push(format!("{method} /_sandbox{path} {body}"));
        let mut book = self.book.clone();
        let expected = book.control(control);
        let reply = self.wire.control(method, &path, Some(&body)).await;
        let is_done = reply.status < 300;
        if expected.err() != (!is_done).then_some(reply.status) {
            return Err(format!("{expected:?} is expected: {reply:?}"));
        }
        if is_done {
            self.book = book;
        }
        self.look(if is_done { Changed::By(control.concerns()) } else { Changed::Nothing }).await?;
        Ok(is_done)
    }

    async fn allow(&mut self, client: usize, platform: usize, is_allowed: bool) -> Result<bool, String> {
        self.story.push(format!("client {client} may list on platform {platform}: {is_allowed}"));
        let id = self.wire.sandbox.clients()[client].id.clone();
        self.wire.sandbox.allow_platform(&id, self.book.platforms[platform], is_allowed).unwrap();
        if is_allowed {
            self.book.allowed.insert((client, platform));
        } else {
            self.book.allowed.remove(&(client, platform));
        }
        self.look(Changed::By(None)).await?;
        Ok(true)
    }

    /// Looks at what the step made of it.
    async fn look(&mut self, changed: Changed) -> Result<(), String> {
        if let Changed::Nothing = changed {
            let products = self.seen.products.clone();
            if self.seen != (Seen { products, ..Seen::glance(&self.wire).await? }) {
                return Err("something changed though nothing was done".to_owned());
            }
            return self.read_ledger().await;
        }
        let seen = Seen::look(&self.wire).await?;
        self.book.name_arrivals(&seen.investments);
        laws::check(&seen, self.book.now)?;
        if let Changed::By(concerned) = changed {
            laws::check_step(&self.seen, &seen, concerned)?;
        }
        compare::check(&self.book, &seen)?;
        self.seen = seen;
        self.read_ledger().await
    }

    /// Reads what came to the ledger; entries stand in the order of their numbers and times.
    async fn read_ledger(&mut self) -> Result<(), String> {
        let path = format!("/ledger?after={}", self.ledger.len());
        let Value::Array(new) = self.wire.control(Method::GET, &path, None).await.body() else {
            return Err("the ledger cannot be read".to_owned());
        };
        for entry in new {
            let time = |entry: &Value| entry["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
            let is_next = entry["seq"] == self.ledger.len() + 1;
            let is_later = self.ledger.last().is_none_or(|last| time(last) <= time(&entry));
            if !is_next || !is_later || time(&entry) > Some(self.book.now) {
                return Err(format!("the ledger is not in order: {:?}, {entry}", self.ledger.last()));
            }
            self.ledger.push(entry);
        }
        Ok(())
    }

    /// Reads everything.
    async fn sweep(&mut self, depth: Depth) -> Result<Image, String> {
        self.look(Changed::Nothing).await?;
        let image = Image::take(&self.wire, &self.book, depth).await;
        image.check(&self.book)?;
        check_ids(&self.book, &self.seeded, &self.ledger, &image)?;
        Ok(image)
    }
}

impl Tally {
    fn count(&mut self, kind: Kind, is_accepted: bool) {
        let (accepted, refused) = self.0.entry(kind).or_default();
        *(if is_accepted { accepted } else { refused }) += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (kind, (accepted, refused)) in &other.0 {
            let sum = self.0.entry(*kind).or_default();
            *sum = (sum.0 + accepted, sum.1 + refused);
        }
    }
}

/// What a step may have changed.
#[derive(Clone, Copy)]
enum Changed {
    Nothing,
    /// What follows from a step about this investment or investor, if it is about one.
    By(Option<Uuid>),
    /// It is another world.
    Everything,
}

/// Whose statuses a call may change.
fn concerns(ask: &Ask) -> Option<Uuid> {
    match ask {
        Ask::Identify { investor, .. } | Ask::Person { investor, .. } => Some(*investor),
        Ask::Change { investment, .. } => Some(*investment),
        _ => None,
    }
}

/// A call as a line.
fn line(client: usize, family: Family, ask: &Ask, body: Option<&Value>) -> String {
    let body = body.map(|body| match ask {
        Ask::Investor { .. } | Ask::Product { .. } | Ask::Campaign { .. } => format!("{ask:?}"),
        Ask::Identify { is_import: true, .. } => "(imported)".to_owned(),
        _ => body.to_string(),
    });
    let who = ["client", "partner"][client];
    format!("{who} {} {} {}", ask.method(), ask.path(family), body.unwrap_or_default())
}
