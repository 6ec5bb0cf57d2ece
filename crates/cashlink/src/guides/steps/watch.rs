//! Tells an observer and the log how each step goes.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use uuid::Uuid;

use super::{Progress, Recorded, StepError, StepFinished, StepStarted};
use crate::time::{Clock, SystemClock};

type Observer = dyn Fn(&Progress) + Send + Sync;

/// Who is told, and by which clock it is measured.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Arc<Observer>>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), observer: None }
    }
}

impl Watch {
    /// Makes `call` and tells of its begin and its end.
    pub(super) async fn over<T: Recorded>(
        &self,
        run: Uuid,
        started: StepStarted,
        call: impl Future<Output = Result<T, StepError>> + Send,
    ) -> Result<T, StepError> {
        self.tell(&Progress::Started(started.clone()));
        let begin = self.clock.now();
        let result = call.await;
        self.end(run, started.finished(self.clock.now().duration_since(begin), &result));
        result
    }

    /// Tells of a step whose `result` was recorded earlier.
    pub(super) fn recorded<T: Recorded>(&self, run: Uuid, started: StepStarted, result: &Result<T, StepError>) {
        self.tell(&Progress::Started(started.clone()));
        let finished = started.finished(Duration::ZERO, result);
        self.end(run, StepFinished { is_recorded: true, ..finished });
    }

    fn end(&self, run: Uuid, finished: StepFinished) {
        tracing::debug!(
            run = %run,
            step = finished.id,
            operation_id = finished.operation_id,
            outcome = finished.outcome.as_str(),
            is_recorded = finished.is_recorded,
            "step ended",
        );
        self.tell(&Progress::Finished(finished));
    }

    fn tell(&self, progress: &Progress) {
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watch").field("clock", &self.clock).finish_non_exhaustive()
    }
}
