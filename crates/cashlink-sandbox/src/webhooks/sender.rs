//! Sends what is due, for as long as the sandbox is there.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::attempt::attempt;
use super::outbox::Job;
use super::post::Post;
use super::{Attempted, Credentials, Delivery, DeliveryId, Webhook, problems};
use crate::clock::Time;
use crate::engine::{Action, Done, Event, NotKept};
use crate::http::App;
use crate::world::{Problems, Refusal};

/// How long to wait before trying again to write down what came of an attempt.
const PAUSE: Duration = Duration::from_secs(1);

/// What there is to do.
struct Due {
    generation: u64,
    jobs: Vec<Job>,
    /// How long until there is more, if nothing happens before.
    wait: Option<Duration>,
}

/// Sends what is due until it is stopped. Without a webhook it only waits to be woken.
pub(crate) async fn send(app: Arc<App>) {
    let mut under_way = JoinSet::new();
    let mut post = Post::new(app.reach());
    let mut generation = app.generation();
    loop {
        let due = app.due();
        if due.generation != generation {
            // What is under way belongs to a world that is gone.
            under_way.abort_all();
            post = post.without_tokens();
            generation = due.generation;
        }
        for job in due.jobs {
            under_way.spawn(deliver(Arc::clone(&app), post.clone(), job, generation));
        }
        let wait = async {
            match due.wait {
                Some(wait) => app.clock.sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = app.mail.notified() => {}
            Some(_) = under_way.join_next() => {}
            () = wait => {}
        }
    }
}

async fn deliver(app: Arc<App>, post: Post, job: Job, generation: u64) {
    let attempted = attempt(&job, &post, &app.clock).await;
    // Until it is written down it has not happened, and is not tried again either.
    while app.note_attempt(&attempted, generation).is_err() {
        app.clock.sleep(PAUSE).await;
    }
}

impl App {
    /// Wakes the sender.
    pub(crate) fn wake_sender(&self) {
        self.mail.notify_one();
    }

    /// Tells `webhook` of what happens from now on.
    pub(crate) fn add_webhook(&self, webhook: Webhook) -> Result<Done, Refusal> {
        self.check_webhook(&webhook)?;
        self.act(&Action::AddWebhook(webhook))
    }

    /// Whether `webhook` can be told.
    pub(crate) fn check_webhook(&self, webhook: &Webhook) -> Result<(), Refusal> {
        let credentials = slice::from_ref(&webhook.credentials);
        self.webhook_problems(&webhook.url, &webhook.client_id, credentials).into_result()
    }

    /// What keeps a webhook from being told, all at once.
    pub(crate) fn webhook_problems(&self, url: &str, client_id: &str, credentials: &[Credentials]) -> Problems {
        let mut problems = problems(url, credentials, self.reach());
        if self.state().world.clients().of_id(client_id).is_none() {
            problems.field("client_id", "There is no such client.");
        }
        problems
    }

    /// The deliveries that came after `id`, as they are now.
    pub(crate) fn deliveries(&self, after: DeliveryId) -> Vec<Delivery> {
        self.settled().outbox.deliveries(after).collect()
    }

    /// Waits until nothing is due by the sandbox's clock and nothing is under way.
    pub(crate) async fn deliveries_settled(&self) {
        let mut changed = self.changed();
        while !self.is_settled() {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    fn is_settled(&self) -> bool {
        let mut state = self.state();
        let now = self.clock.now();
        state.settle(now);
        state.outbox.is_settled(now)
    }

    /// What is to be sent now, which is under way from then on.
    fn due(&self) -> Due {
        let mut state = self.state();
        let generation = self.generation();
        let mut jobs = Vec::new();
        if state.outbox.is_idle() {
            return Due { generation, jobs, wait: None };
        }
        let now = self.clock.now();
        // Tasks on the ledger end when somebody looks, and who waits for a webhook does not.
        state.settle(now);
        while let Some(job) = state.outbox.take_due(now) {
            jobs.push(job);
        }
        // When one that is under way has ended, this is asked again.
        let next = state.outbox.next_due();
        let next = next.into_iter().chain(state.world.next_due()).min();
        Due { generation, jobs, wait: next.and_then(|next| self.real_time_until(next, now)) }
    }

    /// How long it takes until `time`; for ever if the clock stands.
    fn real_time_until(&self, time: Timestamp, now: Timestamp) -> Option<Duration> {
        let runs = matches!(self.clock.time(), Time::Runs(_));
        runs.then(|| Duration::try_from(time.duration_since(now)).unwrap_or_default())
    }

    /// Takes down what came of an attempt, unless everything went back meanwhile.
    fn note_attempt(&self, attempted: &Attempted, generation: u64) -> Result<(), NotKept> {
        let mut state = self.state();
        if generation != self.generation() {
            return Ok(());
        }
        let now = self.clock.now();
        state.note(now, || Event::Attempted(std::borrow::Cow::Borrowed(attempted)))?;
        state.take_attempt(attempted, now);
        drop(state);
        self.touch();
        self.wake_sender();
        Ok(())
    }
}
