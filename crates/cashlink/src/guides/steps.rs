//! Steps: how a guide names its calls, so that it can be run at once, recorded, or resumed.
//!
//! A guide is written once over [`Steps`]. [`Direct`] runs it at once and records nothing. [`Journaled`] records every
//! result, and gives it again when the same run begins again.

use std::{future::Future, time::Duration};

use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Error, IdempotencyKey, Waiting};

mod direct;
mod failure;
mod journaled;
mod progress;
mod scope;
mod watch;

#[cfg(test)]
mod tests;

pub use direct::Direct;
pub use failure::{Rejection, StepError};
pub use journaled::Journaled;
pub use progress::{Progress, StepFinished, StepOutcome, StepStarted};
pub use scope::{StepScope, Ticket};

/// What a step does, which decides how it may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepKind {
    /// Changes something, under an idempotency key.
    Keyed,
    /// Sets absolute values without a key; a repetition changes nothing more.
    Absolute,
    /// Reads.
    Read,
}

/// The name of a step and the operation it calls.
///
/// Names are lower-case words joined by `_`: they become part of the idempotency key, so a step that is renamed is
/// another step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Step {
    /// The name, unique within its guide.
    pub name: &'static str,
    /// The operation, by its id in the API's OpenAPI document.
    pub operation_id: &'static str,
    /// What it does.
    pub kind: StepKind,
}

impl Step {
    /// A step that changes something under its key.
    pub const fn keyed(name: &'static str, operation_id: &'static str) -> Self {
        Self { name, operation_id, kind: StepKind::Keyed }
    }

    /// A step that sets absolute values and sends no key.
    pub const fn absolute(name: &'static str, operation_id: &'static str) -> Self {
        Self { name, operation_id, kind: StepKind::Absolute }
    }

    /// A step that reads.
    pub const fn read(name: &'static str, operation_id: &'static str) -> Self {
        Self { name, operation_id, kind: StepKind::Read }
    }

    /// Whether the step changes something.
    pub const fn has_effect(&self) -> bool {
        !matches!(self.kind, StepKind::Read)
    }
}

/// What a step returns: ids and statuses, never personal data, so that a journal may keep it in clear text.
pub trait Recorded: Serialize + DeserializeOwned + Send {
    /// The object that the step made or read; the first, if there are several.
    fn id(&self) -> Option<Uuid>;

    /// The status of that object.
    fn status(&self) -> Option<&str>;
}

/// Runs the steps of a guide.
///
/// A guide awaits only what these methods return. Steps that do not depend on each other run at the same time: call
/// them all, then `join!` what they returned, then `?`. Never `try_join!`, which drops calls in flight. A concurrent
/// part of more than one step gets its own [`branch`](Self::branch). It calls [`begin`](Self::begin) before its first
/// step, takes its steps by what that returns, and hands its result to [`end`](Self::end).
pub trait Steps: Clone + Send + Sync + 'static {
    /// Begins the run of the guide called `guide` with `input`, and returns the steps that it then takes. `account`
    /// stands for the API and the client that they are taken with.
    ///
    /// They are a branch of their own: two guides under one run id must not share the key of a step that both have.
    /// Where the run is durable, what it was given before is there afterwards, and it is held until what is returned,
    /// with all its clones, is dropped.
    ///
    /// # Errors
    ///
    /// Where the run is durable, fails before anything is sent if it was begun with another guide, account or input, was
    /// abandoned, or is held by somebody else.
    fn begin<'a, I>(&'a self, guide: &'static str, account: &'a str, input: &'a I) -> BoxFuture<'a, Result<Self, Error>>
    where
        I: Serialize + Sync,
    {
        let _ = (account, input);
        Box::pin(std::future::ready(Ok(self.branch(guide, 0))))
    }

    /// Takes note of what the guide came to. Where the run is durable, that is what is known of it from then on.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be stored. What the steps returned is stored all the same.
    fn end<'a, R>(&'a self, result: &'a Result<R, super::Error>) -> BoxFuture<'a, Result<(), Error>>
    where
        R: Serialize + Sync,
    {
        let _ = result;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Runs one step.
    ///
    /// `call` gets the idempotency key of the step, which depends on the run, the branch, the name and the ordinal
    /// only. The ordinal, which counts the steps of one name in one branch, is taken when this method is called, not
    /// when its future is first polled.
    fn step<'a, T, F, Fut>(&self, step: Step, call: F) -> BoxFuture<'a, Result<T, StepError>>
    where
        T: Recorded + 'a,
        F: FnOnce(IdempotencyKey) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, StepError>> + Send + 'a;

    /// Waits. Where the run is durable, a restart waits for what is left.
    fn sleep(&self, name: &'static str, duration: Duration) -> BoxFuture<'static, Result<(), StepError>>;

    /// A branch with ordinals of its own, for the part `index` of several concurrent parts called `name`.
    #[must_use]
    fn branch(&self, name: &'static str, index: usize) -> Self;

    /// Asks until the answer is `settled`, first at once and then after growing pauses. Where the run is durable, only a
    /// settled answer is recorded: a run that goes on asks anew, with the whole time that `waiting` allows.
    ///
    /// Returns the last answer when the time that `waiting` allows has been slept: look whether it is settled.
    ///
    /// This one asks even if `waiting` has webhooks that tell of the end. [`Direct`] and [`Journaled`] let themselves be
    /// told; what a guide comes to is the same.
    fn poll<'a, T, F, Fut>(
        &self,
        step: Step,
        waiting: &Waiting,
        mut ask: F,
        settled: fn(&T) -> bool,
    ) -> BoxFuture<'a, Result<T, StepError>>
    where
        T: Recorded + 'a,
        F: FnMut(IdempotencyKey) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, StepError>> + Send + 'a,
    {
        let steps = self.clone();
        let pauses = waiting.pauses();
        Box::pin(async move {
            for pause in pauses {
                let answer = steps.step(step, &mut ask).await?;
                if settled(&answer) {
                    return Ok(answer);
                }
                steps.sleep(step.name, pause).await?;
            }
            steps.step(step, &mut ask).await
        })
    }
}
