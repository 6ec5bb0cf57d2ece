//! The process that is killed: it runs one guide over a journal, and asks at each boundary whether it may go on.

use std::{
    error::Error,
    io::{self, BufRead, Write},
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use cashlink::{
    Cashlink, Scope,
    journal::{Journal, SealingKey, SealingKeys},
    time::{Clock, SystemClock},
};
use cashlink_sqlite::SqliteStore;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::{
    gate::Gated,
    guide::Input,
    job::{Job, Word},
};
use crate::clock::JumpingClock;

/// Runs what the first line of the standard input says, and tells the standard output of it.
///
/// # Errors
///
/// Fails if it is not told what to do, or nobody listens. What becomes of the guide is no error.
pub fn run() -> Result<(), Box<dyn Error>> {
    let job: Job = serde_json::from_str(&line()?)?;
    // One thread: while it waits at a boundary, nothing else goes on.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let word = match runtime.block_on(guide(&job)) {
        Ok(report) => Word::Done(report),
        Err(error) => Word::Failed(chain(&*error)),
    };
    Ok(say(&word)?)
}

async fn guide(job: &Job) -> Result<serde_json::Value, Box<dyn Error>> {
    let store = SqliteStore::open(&job.journal)?;
    let journal = Journal::new(Gated::new(store, pass));
    let journal = match job.sealing_key {
        Some(key) => journal.sealed_by(SealingKeys::new(SealingKey::from_bytes(key))),
        None => journal,
    };
    let clock = FromNow { origin: SystemClock.wall(), jumps: JumpingClock::new() };
    let client = Cashlink::builder()
        .base_url(&job.url)
        .credentials(&job.client_id, &job.client_secret)
        .scopes(Scope::ALL)
        .clock(clock.clone())
        .jitter_seed(1)
        .journal(journal.clone())
        .build()?;
    let mut input = Input::sample(job.guide, job.seeds);
    if let Some(folder) = &job.documents {
        input.take_files(folder);
    }
    let steps = journal.run(job.run_id).clock(Arc::new(clock));
    Ok(input.run(&client, &steps).await?)
}

/// A clock that begins today, as what a journal has of long ago may be pruned, and whose waits take no time.
#[derive(Clone, Debug)]
struct FromNow {
    origin: Timestamp,
    jumps: JumpingClock,
}

impl Clock for FromNow {
    fn now(&self) -> Instant {
        self.jumps.now()
    }

    fn wall(&self) -> Timestamp {
        self.origin + self.jumps.waited()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.jumps.sleep(duration)
    }
}

/// Waits at a boundary until it may go on, or is killed.
fn pass(boundary: &str) {
    let answer = say(&Word::At(boundary.to_owned())).and_then(|()| line());
    if answer.is_err() {
        // Whoever started it is gone: nobody would ever kill it.
        process::abort();
    }
}

fn line() -> io::Result<String> {
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line),
    }
}

fn say(word: &Word) -> io::Result<()> {
    let line = serde_json::to_string(word)?;
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        text = format!("{text}: {below}");
        cause = below.source();
    }
    text
}
