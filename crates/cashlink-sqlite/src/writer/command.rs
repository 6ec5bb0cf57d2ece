//! Commands and queries with the callers that wait for them.

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{
    failure::{Failure, Result},
    transaction::{Action, Question, Transaction},
};

/// A command of any kind.
pub(super) trait Execute: Send {
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

    fn tell(&mut self, outcome: Result<A::Output>) {
        if let Some(caller) = self.caller.take() {
            // A caller that has gone away is no reason not to write.
            let _ = caller.send(outcome);
        }
    }
}

impl<A: Action> Execute for Command<A> {
    fn execute(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let outcome = self.action.run(transaction);
        let told = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        self.outcome = Some(outcome);
        told
    }

    fn tell_early(&mut self) {
        if A::IS_TOLD_EARLY && matches!(self.outcome, Some(Ok(_))) {
            let outcome = self.outcome.take();
            outcome.into_iter().for_each(|outcome| Self::tell(self, outcome));
        }
    }

    fn tell(mut self: Box<Self>) {
        if let Some(outcome) = self.outcome.take() {
            Self::tell(&mut self, outcome);
        }
    }

    fn fail(mut self: Box<Self>, failure: &Failure) -> Option<Box<dyn Execute>> {
        if self.caller.is_none() {
            return Some(self);
        }
        let outcome = match self.outcome.take() {
            Some(Err(own)) => Err(own),
            _ => Err(failure.clone()),
        };
        Self::tell(&mut self, outcome);
        None
    }
}

/// A query of any kind.
pub(super) trait Answer: Send {
    /// Answers it.
    fn answer(self: Box<Self>, connection: &Connection);
}

/// A question, and who asked.
pub(super) struct Query<Q: Question> {
    question: Q,
    caller: oneshot::Sender<Result<Q::Output>>,
}

impl<Q: Question> Query<Q> {
    pub(super) fn new(question: Q) -> (Self, oneshot::Receiver<Result<Q::Output>>) {
        let (caller, outcome) = oneshot::channel();
        (Self { question, caller }, outcome)
    }
}

impl<Q: Question> Answer for Query<Q> {
    fn answer(self: Box<Self>, connection: &Connection) {
        if !self.caller.is_closed() {
            // Nobody is there to be told if the future was dropped.
            let _ = self.caller.send(self.question.ask(connection));
        }
    }
}
