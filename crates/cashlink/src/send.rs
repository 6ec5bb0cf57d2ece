//! The one send pipeline: token, attempt, classification, repetition.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cashlink_api::{BoxFuture, Client as RawClient, ResponseValue};
use futures_util::future::{self, Either};
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::{
    Cashlink, Error, IdempotencyKey, Result,
    auth::Token,
    call::{AttemptError, AttemptResult, Plan},
    error::{AuthFailure, Intent},
    exchange::OneAttempt,
    failure::Failure,
    page::{RawPage, Rows},
    retry::{self, History},
};

/// The slowest upload that is waited for: the time allowed grows by a second for each such piece of a document.
const SLOWEST_BYTES_PER_SECOND: u64 = 128 * 1024;

/// Makes one attempt, as [`Attempt`](crate::call::Attempt) does for calls that keep theirs.
pub(crate) type OneTry<T> =
    dyn Fn(RawClient, Option<IdempotencyKey>) -> BoxFuture<'static, AttemptResult<T>> + Send + Sync;

/// Makes what it can of the status and the body of a success that is not what it should be.
type Salvage<S> = dyn Fn(StatusCode, &[u8], &Intent) -> Option<S> + Send + Sync;

/// A reply that is what it should be, and the body that it was read from, as it came.
pub(crate) struct Success<T> {
    pub(crate) reply: ResponseValue<T>,
    pub(crate) body: Bytes,
}

/// Where a call stands.
struct Progress<'a> {
    plan: &'a Plan,
    deadline: Option<Instant>,
    history: History,
    attempts: u32,
}

impl Progress<'_> {
    fn intent(&self) -> Intent {
        Intent {
            operation_id: self.plan.operation.id,
            key: self.plan.key.clone(),
            attempts: self.attempts,
            outcome: self.history.outcome(),
        }
    }

    fn attempt(&self) -> retry::Attempt {
        retry::Attempt {
            number: self.attempts,
            repeatable: self.plan.is_repeatable(),
            may_have_applied: self.history.may_have_applied(),
        }
    }
}

impl Cashlink {
    /// Makes attempts until one succeeds or repeating is no use.
    pub(crate) async fn perform<T: DeserializeOwned>(&self, plan: &Plan, attempt: &OneTry<T>) -> Result<T> {
        Ok(self.perform_whole(plan, attempt).await?.reply.into_inner())
    }

    /// As [`perform`](Self::perform), with status and body of the reply.
    pub(crate) async fn perform_whole<T: DeserializeOwned>(
        &self,
        plan: &Plan,
        attempt: &OneTry<T>,
    ) -> Result<Success<T>> {
        match self.perform_or_salvage(plan, attempt, &|_, _, _| None::<Infallible>).await? {
            Either::Left(success) => Ok(success),
            Either::Right(never) => match never {},
        }
    }

    /// Makes attempts until one gives a page, which may have items that cannot be read.
    pub(crate) async fn perform_page<P: RawPage>(&self, plan: &Plan, attempt: &OneTry<P>) -> Result<Rows<P::Item>> {
        match self.perform_or_salvage(plan, attempt, &Rows::one_by_one).await? {
            Either::Left(page) => Ok(Rows::whole(page.reply.into_inner())),
            Either::Right(rows) => Ok(rows),
        }
    }

    async fn perform_or_salvage<T: DeserializeOwned, S>(
        &self,
        plan: &Plan,
        attempt: &OneTry<T>,
        salvage: &Salvage<S>,
    ) -> Result<Either<Success<T>, S>> {
        let clock = &self.exchanger().clock;
        let allowance = Duration::from_secs(plan.document_bytes / SLOWEST_BYTES_PER_SECOND);
        let longest = self.exchanger().attempt_timeout.saturating_add(allowance);
        // A deadline beyond what the clock can count to is none.
        let deadline = plan.timeout.and_then(|timeout| clock.now().checked_add(timeout));
        let mut progress = Progress { plan, deadline, history: History::in_doubt(plan.is_in_doubt), attempts: 0 };
        let mut token_replaced = false;

        loop {
            let token = match self.token(&progress).await {
                Ok(token) => token,
                Err(failure) => return Err(Error::from_auth(failure, progress.intent())),
            };
            let Some(timeout) = self.time_left(&progress, longest) else {
                return Err(Error::timed_out(progress.intent()));
            };
            progress.attempts += 1;
            let exchanger = Arc::clone(self.exchanger());
            let authorization = Some(token.authorization());
            let one = OneAttempt::new(exchanger, plan.operation, authorization, timeout).at(plan.url.clone());
            let one = one.in_form(plan.form);
            let one = Arc::new(one);
            let error = match attempt(self.exchanger().client(Arc::clone(&one)), plan.key.clone()).await {
                Ok(reply) => {
                    self.exchanger().budget.earn();
                    return Ok(Either::Left(Success { reply, body: one.body() }));
                }
                Err(AttemptError::Document(error)) => return Err(Error::from_document(error, progress.intent())),
                Err(AttemptError::Raw(error)) => error,
            };

            let odd = one.odd_success(&error);
            if let Some(salvaged) = odd.and_then(|(status, body)| salvage(status, &body, &progress.intent())) {
                self.exchanger().budget.earn();
                return Ok(Either::Right(salvaged));
            }
            let failure = one.failure::<T>(error);
            progress.history.record(plan.proof(&failure), plan.is_judged_once());
            tracing::debug!(
                operation = plan.operation.id,
                attempt = progress.attempts,
                failure = failure.name(),
                status = failure.status(),
                "attempt failed"
            );
            if failure.is_unauthorized() && !token_replaced {
                token_replaced = true;
                self.tokens().discard(&token);
                continue;
            }
            self.wait_or_give_up(failure, &progress).await?;
        }
    }

    async fn wait_or_give_up(&self, failure: Failure, progress: &Progress<'_>) -> Result<()> {
        let left = self.time_left(progress, Duration::MAX).unwrap_or_default();
        match self.exchanger().next_delay(progress.attempt(), &failure, left) {
            Some(delay) => {
                self.exchanger().clock.sleep(delay).await;
                Ok(())
            }
            None => Err(Error::from_failure(failure, progress.intent())),
        }
    }

    async fn token(&self, progress: &Progress<'_>) -> Result<Token, AuthFailure> {
        let clock = &self.exchanger().clock;
        let Some(deadline) = progress.deadline else {
            return self.tokens().get().await;
        };
        let get = std::pin::pin!(self.tokens().get());
        // No timer is set while there is a token at hand, as there nearly always is.
        let late = std::pin::pin!(async { clock.sleep(deadline.saturating_duration_since(clock.now())).await });
        match future::select(get, late).await {
            Either::Left((token, _)) => token,
            Either::Right(((), _)) => Err(AuthFailure::TimedOut),
        }
    }

    /// `wanted`, cut to what the deadline leaves; nothing if it has passed.
    fn time_left(&self, progress: &Progress<'_>, wanted: Duration) -> Option<Duration> {
        let Some(deadline) = progress.deadline else {
            return Some(wanted);
        };
        let left = deadline.saturating_duration_since(self.exchanger().clock.now());
        (!left.is_zero()).then(|| wanted.min(left))
    }
}
