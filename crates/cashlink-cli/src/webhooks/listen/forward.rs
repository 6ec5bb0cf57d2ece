//! Sends events that counted on, in order and at least once.

use std::{sync::Arc, time::Duration};

use cashlink::{
    journal::StoreError,
    time::{Clock as _, SystemClock},
    webhook::{Inbox as _, Received, Recorded},
};
use cashlink_sqlite::SqliteInbox;
use reqwest::{Client, header};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, watch};
use url::Url;

use super::line::{Line, Lines};
use crate::{
    args::ForwardOptions,
    connection::secret_in,
    failure,
    problem::Problem,
    variables::Variables,
    webhooks::{
        address,
        post::{self, Ended},
        told::Told,
    },
};

/// How the inbox knows how far events were sent on, wherever to: what one address had, another one is not sent.
const CURSOR: &str = "cashlink webhooks listen --forward";

const TOKEN: &str = "CASHLINK_FORWARD_TOKEN";

/// How many events are read at a time.
const SLICE: usize = 100;

/// How long a reply is waited for.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The first wait after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How long nobody has to say that there is something new: other programs may take events down in the same inbox.
const LOOK: Duration = Duration::from_secs(1);

/// The longest wait after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Where events are sent on to.
pub(super) struct Target {
    url: Url,
    token: Option<SecretString>,
}

impl Target {
    /// Takes each setting from its flag or else from its variable. None if nothing is to be sent on.
    ///
    /// # Errors
    ///
    /// Names everything that is wrong.
    pub(super) fn new(options: &ForwardOptions, variables: &Variables) -> Result<Option<Self>, Vec<Problem>> {
        let Some(url) = &options.forward else { return Ok(None) };
        let token = match &options.forward_token_file {
            Some(file) => secret_in(file).map(Some).map_err(|message| Problem::new("--forward-token-file", message)),
            None => variables.get(TOKEN),
        };
        match (address::receiver(url, "--forward"), token) {
            (Ok(url), Ok(token)) => Ok(Some(Self { url, token: token.map(SecretString::from) })),
            (url, token) => Err(url.err().into_iter().chain(token.err()).collect()),
        }
    }

    /// The address without what may be secret.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// Sends events on.
pub(super) struct Forwarder {
    target: Target,
    http: Client,
    inbox: SqliteInbox,
    lines: Lines,
    news: Arc<Notify>,
}

impl Forwarder {
    pub(super) fn new(target: Target, inbox: SqliteInbox, lines: Lines, news: Arc<Notify>) -> failure::Result<Self> {
        Ok(Self { http: post::client(&target.url)?, target, inbox, lines, news })
    }

    /// Sends on what is there and what comes, until `stopped` changes. What is under way then is ended.
    pub(super) async fn run(self, mut stopped: watch::Receiver<bool>) {
        if let Err(error) = self.claim().await {
            tracing::error!(reason = %error, "events that are not forwarded for long may be removed");
        }
        let mut pause = FIRST_PAUSE;
        while !*stopped.borrow() {
            let wait = match self.slice(&mut stopped).await {
                Ok(Slice::Full) => {
                    pause = FIRST_PAUSE;
                    continue;
                }
                Ok(Slice::Empty) => LOOK,
                Err(error) => {
                    tracing::error!(reason = %error, "the inbox cannot be read; events wait to be forwarded");
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    pause
                }
            };
            tokio::select! {
                () = self.news.notified() => {}
                () = SystemClock.sleep(wait) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    /// Has the inbox keep what is not sent on yet, however long that takes.
    async fn claim(&self) -> Result<(), StoreError> {
        let place = self.inbox.cursor(CURSOR).await?;
        self.inbox.set_cursor(CURSOR, place).await
    }

    /// Sends on the next events.
    async fn slice(&self, stopped: &mut watch::Receiver<bool>) -> Result<Slice, StoreError> {
        let place = self.inbox.cursor(CURSOR).await?;
        let slice = self.inbox.list(place, SLICE).await?;
        let Some(last) = slice.last().map(|received| received.place) else {
            return Ok(Slice::Empty);
        };
        for received in slice.iter().filter(|received| received.recorded == Recorded::Applied) {
            if !self.deliver(received, stopped).await {
                return Ok(Slice::Full);
            }
            // Only now, so that it is sent once more if this program is killed in between.
            self.inbox.set_cursor(CURSOR, received.place).await?;
        }
        if slice.last().is_some_and(|received| received.recorded != Recorded::Applied) {
            self.inbox.set_cursor(CURSOR, last).await?;
        }
        Ok(Slice::Full)
    }

    /// Sends an event until it is answered with success. False if the end came first.
    async fn deliver(&self, received: &Received, stopped: &mut watch::Receiver<bool>) -> bool {
        let mut pause = FIRST_PAUSE;
        while !*stopped.borrow() {
            let ended = self.send(received).await;
            let (at, event) = (SystemClock.wall(), Told::of(&received.event));
            let (reply_status, reason) = match ended {
                Ended::Answered(answer) if answer.is_success() => {
                    let (reply_status, ms) = (answer.status, answer.elapsed.as_millis());
                    self.lines.tell(Line::Forwarded { at, event, reply_status, ms }).await;
                    return true;
                }
                Ended::Answered(answer) => {
                    (Some(answer.status), format!("{} answered with status {}", self.target.origin(), answer.status))
                }
                Ended::NotSent(cause) => (None, format!("{} cannot be reached: {cause}", self.target.origin())),
                Ended::TimedOut => (None, format!("{} did not answer in time", self.target.origin())),
                Ended::Lost(cause) => (None, format!("the reply of {} is lost: {cause}", self.target.origin())),
            };
            let again_in_ms = pause.as_millis();
            self.lines.tell(Line::NotForwarded { at, event, reply_status, reason, again_in_ms }).await;
            tokio::select! {
                () = SystemClock.sleep(pause) => {}
                _ = stopped.changed() => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        false
    }

    async fn send(&self, received: &Received) -> Ended {
        let event = &received.event;
        let body = match serde_json::to_vec(event) {
            Ok(body) => body,
            // What was read from JSON can be written as JSON.
            Err(error) => return Ended::NotSent(failure::chain(&error)),
        };
        let request = self.http.post(self.target.url.clone()).header(header::CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", event.id().to_string());
        let request = match &self.target.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        };
        post::send(request.body(body), TIMEOUT).await
    }
}

/// What there was to be sent on.
enum Slice {
    Empty,
    /// There may be more.
    Full,
}

/// How many events that counted were not sent on yet.
///
/// # Errors
///
/// Fails if the inbox cannot be read.
pub(super) async fn left(inbox: &SqliteInbox) -> Result<usize, StoreError> {
    let (mut place, mut count) = (inbox.cursor(CURSOR).await?, 0);
    loop {
        let slice = inbox.list(place, SLICE).await?;
        let Some(last) = slice.last() else { return Ok(count) };
        place = last.place;
        count += slice.iter().filter(|received| received.recorded == Recorded::Applied).count();
    }
}
