//! The one thread that writes: it takes all that waits, does it in one transaction, and commits once for all.

mod batch;
mod command;

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
};

use cashlink::journal::StoreError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use self::{
    batch::Batches,
    command::{Answer, Command, Execute, Query},
};
use crate::{
    failure::{Failure, Result},
    file::Lock,
    ledger::Ledger,
    transaction::{Action, Question, Transaction},
};

/// How many commands wait before callers do.
const QUEUE: usize = 1024;

/// How many commands are committed at once at most.
const BATCH: usize = 512;

/// What the thread is asked to do.
enum Work {
    Write(Box<dyn Execute>),
    Read(Box<dyn Answer>),
    Close(oneshot::Sender<()>),
}

/// Does nothing, which is done when all before it is durable.
pub(crate) struct Flush;

impl Action for Flush {
    type Output = ();

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, _: &mut Transaction<'_>) -> Result<()> {
        Ok(())
    }
}

/// The way to the thread. Dropping it ends the thread when all that waited is done.
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    path: Arc<PathBuf>,
}

/// What the thread needs.
pub(crate) struct Parts {
    pub(crate) path: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) lock: Lock,
    pub(crate) ledger: Ledger,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(parts: Parts) -> io::Result<Self> {
        let path = Arc::new(parts.path.clone());
        let (queue, waiting) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new().name("cashlink-journal".to_owned());
        let thread = thread.spawn(move || write(parts, waiting))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), path })
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
        is_closed.await.map_err(|_| self.closed())
    }

    async fn send(&self, work: Work) -> std::result::Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or_else(|| self.closed())?;
        queue.send(work).await.map_err(|_| self.closed())
    }

    async fn receive<T>(&self, outcome: oneshot::Receiver<Result<T>>) -> std::result::Result<T, StoreError> {
        let outcome = outcome.await.map_err(|_| self.closed())?;
        outcome.map_err(|failure| failure.at(&self.path))
    }

    fn closed(&self) -> StoreError {
        Failure::unavailable("it is closed; open it again").at(&self.path)
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
fn write(parts: Parts, mut waiting: mpsc::Receiver<Work>) {
    let mut batches = Batches::new(parts);
    let (mut work, mut closing) = (Vec::with_capacity(BATCH), Vec::new());
    while closing.is_empty() && waiting.blocking_recv_many(&mut work, BATCH) > 0 {
        let (mut writes, mut reads) = (Vec::with_capacity(work.len()), Vec::new());
        for work in work.drain(..) {
            match work {
                Work::Write(command) => writes.push(command),
                Work::Read(query) => reads.push(query),
                Work::Close(closed) => closing.push(closed),
            }
        }
        batches.write(writes);
        batches.read(reads);
    }
    waiting.close();
    batches.close();
    for closed in closing {
        // Nobody is there to be told if the future of `close` was dropped.
        let _ = closed.send(());
    }
}
