//! One attempt: a delivery is sent, and what came back is taken down.

use std::time::Duration;

use axum::http::StatusCode;
use reqwest::Response;
use serde_json::json;
use tokio::time::timeout;

use super::outbox::Job;
use super::post::{self, Post};
use super::webhook::{Credentials, MASK, address};
use super::{Attempted, DeliveryAttempt};
use crate::clock::{Clock, Stopwatch};
use crate::world::StatusChange;

/// How long an attempt may take, in real time: token, call and reply together.
const LIMIT: Duration = Duration::from_secs(10);

/// How much of a reply is kept, in characters.
const SHOWN: usize = 512;

/// How many bytes a token has that is masked in a reply. A shorter one is found in words, and guards nothing.
const SHORTEST_MASKED: usize = 8;

/// What came back, as far as it has come.
#[derive(Default)]
struct Heard {
    status: Option<StatusCode>,
    error: Option<String>,
    reply: Option<String>,
}

/// A reply, and the token that was sent for it.
struct Replied {
    reply: Response,
    token: String,
}

/// Sends a delivery once.
pub(super) async fn attempt(job: &Job, post: &Post, clock: &Clock) -> Attempted {
    let (at, watch) = (clock.now(), Stopwatch::start());
    let mut heard = Heard::default();
    if timeout(LIMIT, heard.listen(job, post, clock)).await.is_err() {
        heard.error = Some(format!("the reply was not there whole after {} s", LIMIT.as_secs()));
    }
    let attempt = DeliveryAttempt {
        at,
        status: heard.status.map(|status| status.as_u16()),
        error: heard.error,
        reply: heard.reply,
        duration_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    Attempted { delivery: job.delivery, by_hand: job.by_hand, attempt }
}

impl Heard {
    /// Sends, and takes down what comes back as it comes: a status counts whatever becomes of the body.
    async fn listen(&mut self, job: &Job, post: &Post, clock: &Clock) {
        match send(job, post, clock).await {
            Ok(Replied { reply, token }) => {
                self.status = Some(reply.status());
                let body = post::read(reply).await;
                self.reply = Some(shown(&body.bytes, &token)).filter(|text| !text.is_empty());
                self.error = body.broken;
            }
            Err(error) => self.error = Some(error),
        }
    }
}

/// How the body of a reply begins. A receiver that repeats what it was sent does not give the token away.
fn shown(body: &[u8], token: &str) -> String {
    let mut text = String::from_utf8_lossy(body);
    if token.len() >= SHORTEST_MASKED {
        text = text.replace(token, MASK).into();
    }
    text.chars().take(SHOWN).collect()
}

async fn send(job: &Job, post: &Post, clock: &Clock) -> Result<Replied, String> {
    let (id, webhook) = &job.webhook;
    match &webhook.credentials {
        Credentials::Bearer(token) => call(job, post, token).await,
        Credentials::OAuth(oauth) => {
            let tokens = post.tokens(*id);
            let token = tokens.get(post, oauth, clock, None).await?;
            let replied = call(job, post, &token).await?;
            if replied.reply.status() != StatusCode::UNAUTHORIZED {
                return Ok(replied);
            }
            drop(replied);
            let token = tokens.get(post, oauth, clock, Some(&token)).await?;
            call(job, post, &token).await
        }
    }
}

async fn call(job: &Job, post: &Post, token: &str) -> Result<Replied, String> {
    let url = address(&job.webhook.1.url, post.reach)?;
    let StatusChange { investment, status, changed_at, .. } = job.change;
    let event = json!({ "investment_id": investment, "status": status, "changed_at": changed_at });
    let reply = post::send(post.call(&url)?.bearer_auth(token).json(&event)).await?;
    Ok(Replied { reply, token: token.to_owned() })
}
