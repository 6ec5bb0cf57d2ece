//! Hears of the end of what is waited for, so that it need not be asked for.

use std::{fmt, pin::pin, ptr, time::Duration};

use futures_util::future::{BoxFuture, Either, select};

use super::{Goal, Waiting};
use crate::{InvestmentId, model::InvestmentStatus, time::Clock};

/// Somebody who is told how investments stand.
pub(crate) trait Announcer: fmt::Debug + Send + Sync {
    /// Hears how `investment` stands, from now on.
    fn listen(&self, investment: InvestmentId) -> Box<dyn Ear>;

    /// How long nothing is asked while nothing is heard.
    fn patience(&self) -> Duration;
}

/// Two are the same if they are one.
impl PartialEq for dyn Announcer {
    fn eq(&self, other: &Self) -> bool {
        ptr::addr_eq(self, other)
    }
}

impl Eq for dyn Announcer {}

/// Hears how one investment stands.
pub(crate) trait Ear: Send {
    /// Waits for a status that was not heard before; one that is known already is heard at once. Nothing is lost if this
    /// is dropped.
    fn hear(&mut self) -> BoxFuture<'_, InvestmentStatus>;
}

/// What a wait hears while it does not ask.
pub(crate) struct News {
    /// None if nothing will be heard, or the end was.
    source: Option<Source>,
    goal: Goal,
}

struct Source {
    ear: Box<dyn Ear>,
    patience: Duration,
}

impl News {
    /// What is heard by a wait for `goal`, as `waiting` says.
    pub(crate) fn new(waiting: &Waiting, goal: Goal) -> Self {
        let source = waiting.announced().map(|(announcer, investment)| Source {
            ear: announcer.listen(investment),
            patience: announcer.patience(),
        });
        Self { source, goal }
    }

    /// Whether the end may be heard of yet, so that nothing has to be asked.
    pub(crate) fn is_expected(&self) -> bool {
        self.source.is_some()
    }

    /// Waits until the end is announced, or nothing new was for as long as the patience lasts, or `left` is over. Returns
    /// how long that took: nothing if no news is expected.
    ///
    /// What is announced is not what the API shows, so after an announced end no more news is expected: from then on it
    /// is asked.
    pub(crate) async fn wait(&mut self, clock: &dyn Clock, left: Duration) -> Duration {
        let mut waited = Duration::ZERO;
        let Some(source) = &mut self.source else {
            return waited;
        };
        loop {
            let pause = source.patience.min(left.saturating_sub(waited));
            let begun = clock.now();
            // Begun only when nothing is known yet.
            let silence = pin!(async { clock.sleep(pause).await });
            let heard = match select(source.ear.hear(), silence).await {
                Either::Left((status, _)) => status,
                Either::Right(_) => return waited + pause,
            };
            waited += clock.now().saturating_duration_since(begun).min(pause);
            if self.goal.stage(heard.as_str()).is_final() {
                self.source = None;
                return waited;
            }
        }
    }
}
