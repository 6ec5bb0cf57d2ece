//! The one thread that writes: it takes all that waits, does it in one transaction, and commits once for all.

mod batch;
mod command;

use std::{
    path::PathBuf,
    thread::{self, JoinHandle},
};

use cashlink::journal::StoreError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::command::{Answer, Execute};
use self::{
    batch::Batches,
    command::{Command, Query},
};
use crate::{
    failure::{Failure, JOURNAL, Result, Subject},
    file::{Lock, Place},
    ledger::Ledger,
    prune::Prune,
    reader,
    transaction::{Action, Question, Transaction},
};

/// How many commands wait before callers do.
const QUEUE: usize = 1024;

/// How many commands are committed at once at most.
const BATCH: usize = 512;

/// What the thread is asked to do.
pub(crate) enum Work {
    Write(Box<dyn Execute>),
    Read(Box<dyn Answer>),
    Close(oneshot::Sender<Result<()>>),
}

/// Is done when all before it is durable.
pub(crate) struct Flush;

impl Action for Flush {
    type Output = ();

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<()> {
        // An empty transaction would not be synced, and with it nothing that is before it.
        transaction.has_changes = true;
        Ok(())
    }
}

/// What the thread works on.
pub(crate) trait Keeper {
    /// Does `commands`, commits, and tells the callers.
    fn write(&mut self, commands: Vec<Box<dyn Execute>>);

    /// Answers `queries` from what was committed.
    fn read(&self, queries: Vec<Box<dyn Answer>>);

    /// Does what nobody waits for, in a small portion. Tells whether there is more of it.
    fn tidy(&mut self) -> bool;

    /// Makes durable what is not, and closes the file.
    fn close(self) -> Result<()>;
}

/// The way to the thread. Dropping it ends the thread when all that waited is done.
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
    subject: &'static Subject,
}

/// What the thread needs.
pub(crate) struct Parts {
    pub(crate) path: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) lock: Lock,
    pub(crate) ledger: Ledger,
    pub(crate) prune: Prune,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(parts: Parts) -> Result<Self> {
        let path = parts.path.clone();
        Self::keep(&JOURNAL, path, Batches::new(parts))
    }

    /// Starts the thread over what is at `path`.
    pub(crate) fn keep(subject: &'static Subject, path: PathBuf, keeper: impl Keeper + Send + 'static) -> Result<Self> {
        Self::spawn(subject, path, move |waiting| write(keeper, waiting))
    }

    /// Starts a thread that only reads.
    pub(crate) fn start_read_only(path: PathBuf, place: Place) -> Result<Self> {
        Self::spawn(&JOURNAL, path, move |waiting| read(&place, waiting))
    }

    fn spawn(
        subject: &'static Subject,
        path: PathBuf,
        life: impl FnOnce(mpsc::Receiver<Work>) + Send + 'static,
    ) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let name = format!("cashlink-{}", subject.noun);
        let thread = thread::Builder::new().name(name).spawn(move || life(waiting));
        let thread = thread.map_err(|error| Failure::unavailable(format!("no thread can be started: {error}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), path, subject })
    }

    /// Has `action` done in the next batch.
    pub(crate) async fn run<A: Action>(&self, action: A) -> std::result::Result<A::Output, StoreError> {
        let (command, outcome) = Command::new(action);
        self.send(Work::Write(Box::new(command))).await?;
        self.receive(outcome).await
    }

    /// Has `question` answered after all that was asked before was done.
    pub(crate) async fn ask<Q: Question>(&self, question: Q) -> std::result::Result<Q::Output, StoreError> {
        let (query, outcome) = Query::new(question);
        self.send(Work::Read(Box::new(query))).await?;
        self.receive(outcome).await
    }

    /// Ends the thread when all that waits is done, and waits for it.
    pub(crate) async fn close(&self) -> std::result::Result<(), StoreError> {
        let (closed, is_closed) = oneshot::channel();
        self.send(Work::Close(closed)).await?;
        self.receive(is_closed).await
    }

    async fn send(&self, work: Work) -> std::result::Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or_else(|| self.closed())?;
        queue.send(work).await.map_err(|_| self.closed())
    }

    async fn receive<T>(&self, outcome: oneshot::Receiver<Result<T>>) -> std::result::Result<T, StoreError> {
        let outcome = outcome.await.map_err(|_| self.closed())?;
        outcome.map_err(|failure| failure.of(self.subject, &self.path))
    }

    fn closed(&self) -> StoreError {
        Failure::unavailable("it is closed; open it again").of(self.subject, &self.path)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        // The thread ends by itself once nobody can send; a panic in it has been reported by its own hook.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The life of the thread.
fn write(mut keeper: impl Keeper, mut waiting: mpsc::Receiver<Work>) {
    let mut closing = Vec::new();
    let mut has_more = keeper.tidy();
    while closing.is_empty() {
        let Some(work) = next(&mut waiting, has_more) else {
            break;
        };
        let (mut writes, mut reads) = (Vec::with_capacity(work.len()), Vec::new());
        for work in work {
            match work {
                Work::Write(command) => writes.push(command),
                Work::Read(query) => reads.push(query),
                Work::Close(closed) => closing.push(closed),
            }
        }
        keeper.write(writes);
        keeper.read(reads);
        has_more = keeper.tidy();
    }
    waiting.close();
    let outcome = keeper.close();
    for closed in closing {
        // Nobody is there to be told if the future of `close` was dropped.
        let _ = closed.send(outcome.clone());
    }
}

/// The life of a thread that only reads.
fn read(place: &Place, mut waiting: mpsc::Receiver<Work>) {
    while let Some(work) = waiting.blocking_recv() {
        match work {
            Work::Write(command) => {
                let failure = Failure::unavailable("it was opened for reading only: open it with SqliteStore::open");
                // A command whose caller was not told before has nothing to give back.
                let _ = command.fail(&failure);
            }
            Work::Read(mut query) => {
                let asked = reader::with(place, |connection| {
                    query.ask(connection);
                    Ok(())
                });
                asked.unwrap_or_else(|failure| query.fail(failure));
                query.tell();
            }
            Work::Close(closed) => {
                // Nobody is there to be told if the future of `close` was dropped.
                let _ = closed.send(Ok(()));
                return;
            }
        }
    }
}

/// All that waits, up to the size of a batch. Nothing, if there is none and the thread has `other` things to do. `None`
/// if nobody can ask for anything any more.
fn next(waiting: &mut mpsc::Receiver<Work>, other: bool) -> Option<Vec<Work>> {
    let mut work = Vec::new();
    if other && waiting.is_empty() && !waiting.is_closed() {
        return Some(work);
    }
    (waiting.blocking_recv_many(&mut work, BATCH) > 0).then_some(work)
}

#[cfg(test)]
mod tests;
