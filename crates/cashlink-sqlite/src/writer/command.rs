//! Commands and queries with the callers that wait for them.

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{
    failure::{Failure, Result},
    transaction::{Action, Question, Transaction},
};

/// A command of any kind.
pub(crate) trait Execute: Send {
    /// Whether it must be durable when its caller is told.
    fn is_durable(&self) -> bool;

    /// Does it, and keeps the outcome.
    fn execute(&mut self, transaction: &mut Transaction<'_>) -> Result<()>;

    /// Tells the caller now, if that may be done before the commit and there is something good to tell.
    fn tell_early(&mut self);

    /// Tells the caller the outcome, now that the batch was committed.
    fn tell(self: Box<Self>);

    /// Tells the caller that the batch was not committed. Gives the command back if its caller was told of success.
    fn fail(self: Box<Self>, failure: &Failure) -> Option<Box<dyn Execute>>;
}

/// An action, and who waits for it.
pub(super) struct Command<A: Action> {
    action: A,
    outcome: Option<Result<A::Output>>,
    caller: Option<oneshot::Sender<Result<A::Output>>>,
}

impl<A: Action> Command<A> {
    pub(super) fn new(action: A) -> (Self, oneshot::Receiver<Result<A::Output>>) {
        let (caller, outcome) = oneshot::channel();
        (Self { action, outcome: None, caller: Some(caller) }, outcome)
    }

    fn tell_outcome(&mut self) {
        if let (Some(caller), Some(outcome)) = (self.caller.take(), self.outcome.take()) {
            // A caller that has gone away is no reason not to write.
            let _ = caller.send(outcome);
        }
    }
}

impl<A: Action> Execute for Command<A> {
    fn is_durable(&self) -> bool {
        !A::IS_TOLD_EARLY
    }

    fn execute(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let outcome = self.action.run(transaction);
        let told = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        self.outcome = Some(outcome);
        told
    }

    fn tell_early(&mut self) {
        if A::IS_TOLD_EARLY && matches!(self.outcome, Some(Ok(_))) {
            self.tell_outcome();
        }
    }

    fn tell(mut self: Box<Self>) {
        self.tell_outcome();
    }

    fn fail(mut self: Box<Self>, failure: &Failure) -> Option<Box<dyn Execute>> {
        if self.caller.is_none() {
            return Some(self);
        }
        if !matches!(self.outcome, Some(Err(_))) {
            self.outcome = Some(Err(failure.clone()));
        }
        self.tell_outcome();
        None
    }
}

/// A query of any kind.
pub(crate) trait Answer: Send {
    /// Reads, and keeps the outcome.
    fn ask(&mut self, connection: &Connection);

    /// Keeps a failure as the outcome.
    fn fail(&mut self, failure: Failure);

    /// Tells the caller the outcome.
    fn tell(self: Box<Self>);
}

/// A question, and who asked.
pub(super) struct Query<Q: Question> {
    question: Q,
    outcome: Option<Result<Q::Output>>,
    caller: oneshot::Sender<Result<Q::Output>>,
}

impl<Q: Question> Query<Q> {
    pub(super) fn new(question: Q) -> (Self, oneshot::Receiver<Result<Q::Output>>) {
        let (caller, outcome) = oneshot::channel();
        (Self { question, outcome: None, caller }, outcome)
    }
}

impl<Q: Question> Answer for Query<Q> {
    fn ask(&mut self, connection: &Connection) {
        if !self.caller.is_closed() {
            self.outcome = Some(self.question.ask(connection));
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.outcome = Some(Err(failure));
    }

    fn tell(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // Nobody is there to be told if the future was dropped.
            let _ = self.caller.send(outcome);
        }
    }
}
