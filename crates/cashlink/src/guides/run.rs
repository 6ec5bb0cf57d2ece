//! One run of a guide: makes the calls as steps, counts what was applied, and chooses among failures.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Recorded, Step, StepError, Steps,
    error::{Cause, Error, Failure},
};
use crate::{IdempotencyKey, Mutation, Outcome, Problems, Query, Waiting};

pub(super) type Stepped<T> = Result<T, Failure>;

/// The steps of a run, and how many of them have changed something.
pub(super) struct Run<S> {
    steps: S,
    applied: Arc<AtomicUsize>,
}

impl<S: Steps> Run<S> {
    /// Begins a run of the guide called `guide` with `input`, for what `account` says.
    pub(super) async fn begin<I: Serialize + Sync>(
        steps: &S,
        guide: &'static str,
        account: &str,
        input: &I,
    ) -> Result<Self, Error> {
        let steps = steps.begin(guide, account, input).await.map_err(Error::refused)?;
        Ok(Self { steps, applied: Arc::default() })
    }

    /// Ends the run with what the guide came to.
    pub(super) async fn end<R: Serialize + Sync>(&self, result: Stepped<R>) -> Result<R, Error> {
        let result = result.map_err(|failure| Error::new(failure, self.applied.load(Ordering::Relaxed)));
        if let Err(error) = self.steps.end(&result).await {
            // What the steps returned is recorded: only how the run stands is not, and the caller is told that now.
            tracing::warn!(%error, "how the run ended is not recorded");
        }
        result
    }

    /// Runs `mutation` as a step under the step's key. `take` picks what is recorded.
    pub(super) fn call<M, T>(
        &self,
        step: Step,
        mutation: Mutation<M>,
        take: fn(&M) -> T,
    ) -> BoxFuture<'static, Stepped<T>>
    where
        M: DeserializeOwned + Send + 'static,
        T: Recorded + 'static,
    {
        debug_assert_eq!(mutation.operation_id(), step.operation_id);
        self.step(step, move |key| async move { Ok(take(&mutation.key(key).send().await?)) })
    }

    /// Runs one step.
    pub(super) fn step<'a, T, F, Fut>(&self, step: Step, call: F) -> BoxFuture<'a, Stepped<T>>
    where
        T: Recorded + 'a,
        F: FnOnce(IdempotencyKey) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, StepError>> + Send + 'a,
    {
        let applied = Arc::clone(&self.applied);
        // Called here and not in the future: the ordinal belongs to the order of the calls.
        let result = self.steps.step(step, call);
        async move {
            let value = result.await.map_err(|error| Failure::new(step, Cause::Step(error)))?;
            applied.fetch_add(usize::from(step.has_effect()), Ordering::Relaxed);
            Ok(value)
        }
        .boxed()
    }

    /// Reads by `ask` until the answer is `settled` or the time is up.
    pub(super) async fn poll<M, T, F>(
        &self,
        step: Step,
        waiting: &Waiting,
        ask: F,
        take: fn(&M) -> T,
        settled: fn(&T) -> bool,
    ) -> Stepped<T>
    where
        M: DeserializeOwned + Send + 'static,
        T: Recorded + 'static,
        F: Fn() -> Query<M> + Send + Sync,
    {
        let answer = |_| {
            let query = ask();
            async move { Ok(take(&query.send().await?)) }
        };
        let last = self.steps.poll(step, waiting, answer, settled).await;
        let last = last.map_err(|error| Failure::new(step, Cause::Step(error)))?;
        if settled(&last) {
            return Ok(last);
        }
        let status = last.status().unwrap_or_default().to_owned();
        Err(Failure::new(step, Cause::Unsettled(status)))
    }
}

/// Both values, or the failure that counts: one whose outcome is unknown before any other, else the first.
pub(super) fn both<A, B>(first: Stepped<A>, second: Stepped<B>) -> Stepped<(A, B)> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
        (Err(first), Err(second)) => Err(weightier(first, second)),
    }
}

/// Runs the steps at the same time and waits for all of them, also when one fails.
pub(super) async fn every<T>(steps: Vec<BoxFuture<'_, Stepped<T>>>) -> Stepped<Vec<T>> {
    let mut values = Ok(Vec::new());
    for value in join_all(steps).await {
        values = both(values, value).map(|(mut values, value)| {
            values.push(value);
            values
        });
    }
    values
}

fn weightier(first: Failure, second: Failure) -> Failure {
    let (kept, dropped) = match second.outcome() {
        Outcome::Unknown if first.outcome() != Outcome::Unknown => (second, first),
        _ => (first, second),
    };
    tracing::debug!(step = dropped.step_name(), outcome = dropped.outcome().as_str(), "another step failed too");
    kept
}

/// The value of a field that validation has seen, or the problem that it is missing.
pub(super) fn required<T>(value: Option<T>, path: &str) -> Stepped<T> {
    value.ok_or_else(|| Failure::invalid(Problems::one(path, "is missing")))
}

#[cfg(test)]
mod tests;
