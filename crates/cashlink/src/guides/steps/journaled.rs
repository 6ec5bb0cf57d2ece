//! Runs the steps over a journal: what is recorded is not done again.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::{Progress, Recorded, Step, StepError, StepScope, Steps, Ticket, watch::Watch};
use crate::{
    Error, IdempotencyKey, Waiting,
    journal::{Journal, NewRun},
    time::Clock,
    waiter::Pace,
};

mod hold;
mod input;

use hold::{Found, Hold, Take};
use input::Given;

/// Runs a guide over a [`Journal`], so that it can go on where it stopped, in another process too.
///
/// Made by [`Journal::run`]. Give the client the same journal by [`Builder::journal`](crate::Builder::journal): then
/// what a step sends is written down before it leaves.
///
/// Run the guide again with the same run id and input after a crash, a lost connection or a dropped future. A step whose
/// result is recorded gives that, and nothing is sent. A step that was under way is asked for again under its key, and
/// later ones run as if nothing had happened. So a run that had come to its end gives the same report once more.
///
/// - **Input.** The same run id with another guide, another input, or at another API or with another client id, is
///   refused before anything is sent. The error names the first field that differs, never a value. With sealing keys the
///   journal keeps the input encrypted. Without, it keeps one byte of a digest of each field, which narrows a value down
///   to one in 256. It always keeps a digest of the whole: who knows all fields but one can find that by trial.
/// - **Refusals.** The API's no to a step is recorded too, and given again: the API is assumed to repeat it under the
///   same key.
///   When its cause is gone, [`resume`](Self::resume) takes the step once more under another key.
/// - **Reads.** What the guide went on with stays what it was. What stood in the way is looked at again.
/// - **Waiting.** Only an end is recorded. A run that goes on waits again for as long as it may.
/// - **One at a time.** The run is held until the guide has ended or its future is dropped. Whoever begins it meanwhile,
///   in this process or another, gets an error.
///
/// ```
/// use cashlink::{
///     Cashlink,
///     guides::registry,
///     journal::{Journal, MemoryStore, SealingKey, SealingKeys},
/// };
///
/// # async fn run(client: Cashlink, stored_run_id: uuid::Uuid, input: registry::Input) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = Journal::new(MemoryStore::new()).sealed_by(SealingKeys::new(SealingKey::generate()));
/// match registry::import(&client, &journal.run(stored_run_id), &input).await {
///     Ok(report) => println!("{}", report.investment_id),
///     Err(error) if error.is_resumable() => println!("run {stored_run_id} can go on later: {error}"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Journaled {
    journal: Journal,
    scope: StepScope,
    /// Counts pauses apart from steps, so that no key depends on them.
    pauses: StepScope,
    watch: Watch,
    resumes: bool,
    hold: Option<Arc<Hold>>,
    /// A guide within a guide: the outer one begins and ends the run.
    is_part: bool,
}

impl Journal {
    /// The steps of the run `run_id`, to be given to a guide. Store the run id before the run begins.
    pub fn run(&self, run_id: Uuid) -> Journaled {
        let scope = StepScope::root(run_id);
        Journaled {
            journal: self.clone(),
            pauses: pauses_of(&scope),
            scope,
            watch: Watch::default(),
            resumes: false,
            hold: None,
            is_part: false,
        }
    }
}

fn pauses_of(scope: &StepScope) -> StepScope {
    scope.child("sleep", 0)
}

impl Journaled {
    /// Takes steps that the API had refused once more, each under another key.
    ///
    /// Ask for it when the cause of the refusal is gone. Under its first key the API would give its first answer again.
    #[must_use]
    pub fn resume(mut self) -> Self {
        self.resumes = true;
        self
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.watch.clock = clock;
        self
    }

    /// Tells `observer` of every step that begins or ends, also of one whose result was recorded. It is called on the
    /// task that runs the guide: be quick.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.watch.observer = Some(Arc::new(observer));
        self
    }

    fn now(&self) -> Timestamp {
        self.watch.clock.wall()
    }

    fn hold(&self) -> Result<&Hold, StepError> {
        let unbegun = || StepError::Interrupted(Error::invalid_field("run", "must begin before its first step"));
        self.hold.as_deref().ok_or_else(unbegun)
    }

    async fn find<T: Recorded>(&self, step: Step, ticket: &Ticket) -> Result<Found<T>, StepError> {
        self.hold()?.find(step, ticket, self.resumes, self.now()).await
    }

    fn replay<T: Recorded>(
        &self,
        step: Step,
        ticket: &Ticket,
        take: &Take,
        result: Result<T, StepError>,
    ) -> Result<T, StepError> {
        self.watch.recorded(self.scope.run(), take.started(step, ticket), &result);
        result
    }

    async fn pause(&self, ticket: &Ticket, duration: Duration) -> Result<(), StepError> {
        let (hold, now) = (self.hold()?, self.now());
        let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let until = now.checked_add(duration).unwrap_or(Timestamp::MAX);
        if let Some((take, until)) = hold.pause(ticket, until, now).await? {
            // A clock that was set back does not make it longer.
            let left = until.duration_since(now).min(duration);
            self.watch.clock.sleep(left.try_into().unwrap_or_default()).await;
            hold.end_pause(&take, until, self.now()).await?;
        }
        Ok(())
    }
}

impl Steps for Journaled {
    fn begin<'a, I>(&'a self, guide: &'static str, account: &'a str, input: &'a I) -> BoxFuture<'a, Result<Self, Error>>
    where
        I: Serialize + Sync,
    {
        Box::pin(async move {
            let branch = self.branch(guide, 0);
            if self.hold.is_some() {
                return Ok(Self { is_part: true, ..branch });
            }
            let (id, given) = (self.scope.run(), Given::new(account, input)?);
            let record = given.record(id, self.journal.sealing_keys())?;
            let new = NewRun { id, guide: guide.to_owned(), input: record, begun_at: self.now() };
            let hold = Hold::of(&self.journal, new, &given).await?;
            Ok(Self { hold: Some(Arc::new(hold)), ..branch })
        })
    }

    fn end<'a, R>(&'a self, result: &'a Result<R, crate::guides::Error>) -> BoxFuture<'a, Result<(), Error>>
    where
        R: Serialize + Sync,
    {
        Box::pin(async move {
            match &self.hold {
                Some(hold) if !self.is_part => hold.end(result, self.now()).await,
                _ => Ok(()),
            }
        })
    }

    fn step<'a, T, F, Fut>(&self, step: Step, call: F) -> BoxFuture<'a, Result<T, StepError>>
    where
        T: Recorded + 'a,
        F: FnOnce(IdempotencyKey) -> Fut + Send + 'a,
        Fut: Future<Output = Result<T, StepError>> + Send + 'a,
    {
        let ticket = self.scope.next(step.name);
        let run = self.clone();
        Box::pin(async move {
            let ticket = ticket?;
            let take = match run.find(step, &ticket).await? {
                Found::Recorded(take, result) => return run.replay(step, &ticket, &take, result),
                Found::Open(take) => take,
            };
            let hold = run.hold()?;
            let taken = async {
                let result = call(take.key().clone()).await;
                hold.keep(&take, result, run.now()).await
            };
            run.watch.over(run.scope.run(), take.started(step, &ticket), taken).await
        })
    }

    fn sleep(&self, name: &'static str, duration: Duration) -> BoxFuture<'static, Result<(), StepError>> {
        let ticket = self.pauses.next(name);
        let run = self.clone();
        Box::pin(async move { run.pause(&ticket?, duration).await })
    }

    fn branch(&self, name: &'static str, index: usize) -> Self {
        let scope = self.scope.child(name, index);
        Self { pauses: pauses_of(&scope), scope, ..self.clone() }
    }

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
        let ticket = self.scope.next(step.name);
        let run = self.clone();
        let mut pace = Pace::new(waiting);
        Box::pin(async move {
            let ticket = ticket?;
            let take = match run.find(step, &ticket).await? {
                Found::Recorded(take, result) => return run.replay(step, &ticket, &take, result),
                Found::Open(take) => take,
            };
            let hold = run.hold()?;
            let clock = &*run.watch.clock;
            pace.begin(clock).await;
            loop {
                let asked = async {
                    let answer = ask(take.key().clone()).await;
                    match answer {
                        Ok(answer) if !settled(&answer) => Ok(answer),
                        answer => hold.keep(&take, answer, run.now()).await,
                    }
                };
                let answer = run.watch.over(run.scope.run(), take.started(step, &ticket), asked).await?;
                if settled(&answer) {
                    return Ok(answer);
                }
                if !pace.goes_on(clock).await {
                    return Ok(answer);
                }
            }
        })
    }
}

impl fmt::Debug for Journaled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Journaled")
            .field("journal", &self.journal)
            .field("scope", &self.scope)
            .field("watch", &self.watch)
            .field("resumes", &self.resumes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
