//! Runs the steps at once and records nothing.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{Progress, Recorded, Step, StepError, StepScope, StepStarted, Steps, watch::Watch};
use crate::{IdempotencyKey, Waiting, time::Clock, waiter::Pace};

/// Runs a guide at once.
///
/// Nothing is recorded, but every key is derived from the run id. After a crash, running the guide again with the same
/// run id and the same input asks for every effect again under its first key, and the API answers with what it did
/// before, for as long as it remembers keys. So store the run id before the run begins. It suits trials, and processes
/// that are short and watched; [`Journaled`](super::Journaled) does not depend on the API's memory for what it recorded.
///
/// ```no_run
/// use cashlink::{Cashlink, guides::{Direct, Progress, registry}};
///
/// # async fn run(cashlink: Cashlink, stored_run_id: uuid::Uuid, input: registry::Input) -> Result<(), Box<dyn std::error::Error>> {
/// let steps = Direct::new(stored_run_id).observe(|progress| {
///     if let Progress::Finished(step) = progress {
///         println!("{} {} ms", step.name, step.elapsed.as_millis());
///     }
/// });
/// let report = registry::import(&cashlink, &steps, &input).await?;
/// println!("{}", report.investment_id);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Direct {
    scope: StepScope,
    watch: Watch,
}

impl Direct {
    /// Runs under the keys of `run_id`.
    pub fn new(run_id: Uuid) -> Self {
        Self { scope: StepScope::root(run_id), watch: Watch::default() }
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.watch.clock = clock;
        self
    }

    /// Tells `observer` of every step that begins or ends. It is called on the task that runs the guide: be quick.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.watch.observer = Some(Arc::new(observer));
        self
    }
}

impl Steps for Direct {
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
            let key = ticket.key().clone();
            let call = async move { call(key).await };
            run.watch.over(run.scope.run(), StepStarted::new(step, &ticket), call).await
        })
    }

    fn sleep(&self, _name: &'static str, duration: Duration) -> BoxFuture<'static, Result<(), StepError>> {
        let clock = Arc::clone(&self.watch.clock);
        Box::pin(async move {
            clock.sleep(duration).await;
            Ok(())
        })
    }

    fn branch(&self, name: &'static str, index: usize) -> Self {
        Self { scope: self.scope.child(name, index), ..self.clone() }
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
        let run = self.clone();
        let mut pace = Pace::new(waiting);
        Box::pin(async move {
            let clock = &*run.watch.clock;
            pace.begin(clock).await;
            loop {
                let answer = run.step(step, &mut ask).await?;
                if settled(&answer) || !pace.goes_on(clock).await {
                    return Ok(answer);
                }
            }
        })
    }
}

impl fmt::Debug for Direct {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Direct").field("scope", &self.scope).field("watch", &self.watch).finish()
    }
}
