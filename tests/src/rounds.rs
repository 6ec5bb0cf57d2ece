//! Counts the longest chain of dependent calls of a guide, without a clock.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cashlink::{
    IdempotencyKey,
    guides::{Recorded, Step, StepError, StepScope, Steps},
};
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, oneshot};
use uuid::Uuid;

/// Runs steps as if every call took one unit of time.
///
/// Each result is held back until every step under way has its result and the guide waits for one of them; then all of
/// them are given out at once. That is a round. A guide awaits nothing but its steps, so the number of rounds is the
/// length of its longest chain of dependent calls, on every machine and at any speed.
#[derive(Clone, Debug)]
pub struct Rounds {
    scope: StepScope,
    board: Arc<Board>,
}

#[derive(Debug, Default)]
struct Board {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    held: Vec<oneshot::Sender<()>>,
    started: Vec<&'static str>,
    rounds: Vec<Vec<&'static str>>,
    waits: usize,
}

impl Board {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rounds {
    /// Runs under the keys of `run_id`.
    pub fn new(run_id: Uuid) -> Self {
        Self { scope: StepScope::root(run_id), board: Arc::default() }
    }

    /// Runs `guide`, which was given a clone of these steps, to its end.
    pub async fn drive<T>(&self, guide: impl Future<Output = T>) -> T {
        let mut guide = std::pin::pin!(guide);
        loop {
            tokio::select! {
                // The guide goes first: what it can start, it has started before a round ends.
                biased;
                result = &mut guide => return result,
                () = self.board.changed.notified() => self.end_round(),
            }
        }
    }

    /// The names of the steps of each round.
    pub fn rounds(&self) -> Vec<Vec<&'static str>> {
        self.board.state().rounds.clone()
    }

    /// How often the guide paused.
    pub fn waits(&self) -> usize {
        self.board.state().waits
    }

    fn end_round(&self) {
        let mut state = self.board.state();
        if state.under_way > 0 || state.held.is_empty() {
            return;
        }
        let started = std::mem::take(&mut state.started);
        state.rounds.push(started);
        for held in state.held.drain(..) {
            // A step that was dropped meanwhile needs no result.
            let _ = held.send(());
        }
    }
}

impl Steps for Rounds {
    fn step<'a, T, F, Fut>(&self, step: Step, call: F) -> BoxFuture<'a, Result<T, StepError>>
    where
        T: Recorded + 'a,
        F: FnOnce(IdempotencyKey) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, StepError>> + Send + 'a,
    {
        let ticket = self.scope.next(step.name);
        let board = Arc::clone(&self.board);
        Box::pin(async move {
            let ticket = ticket?;
            {
                let mut state = board.state();
                state.under_way += 1;
                state.started.push(step.name);
            }
            let result = call(ticket.key().clone()).await;
            let (release, released) = oneshot::channel();
            {
                let mut state = board.state();
                state.under_way -= 1;
                state.held.push(release);
            }
            board.changed.notify_one();
            // It fails only if the board is gone, and then nobody counts.
            let _ = released.await;
            result
        })
    }

    fn sleep(&self, _name: &'static str, _duration: Duration) -> BoxFuture<'static, Result<(), StepError>> {
        self.board.state().waits += 1;
        Box::pin(std::future::ready(Ok(())))
    }

    fn branch(&self, name: &'static str, index: usize) -> Self {
        Self { scope: self.scope.child(name, index), board: Arc::clone(&self.board) }
    }
}
