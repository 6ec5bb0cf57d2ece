//! Steps that call the API.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answered, Changed, Run, concerns, line};
use crate::ask::{Ask, Family};
use crate::draw::Way;
use crate::wire::Reply;

impl Run {
    pub(super) async fn call(&mut self, client: usize, family: Family, ask: &Ask, way: Way) -> Result<bool, String> {
        let body = ask.body(&self.book, client);
        let note = if way == Way::Plain { String::new() } else { format!(" [{way:?}]") };
        self.story.push(format!("{}{note}", line(client, family, ask, body.as_ref())));
        let expected = self.book.judge(client, family, ask);
        let (method, path) = (ask.method(), ask.path(family));
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        let sent = Answered { client, method, path, key, body, reply: Reply { status: 0, text: String::new() } };
        if way == Way::Keyless && self.book.rules.strict && sent.method == Method::POST {
            let reply = self.send(&sent, None).await?;
            is_status(&reply, 400)?;
            self.look(Changed::Nothing).await?;
            return Ok(false);
        }
        let mut outcome = if expected.is_ok() { "applied" } else { "rejected" };
        if let Way::Hindered { fault, is_done } = way {
            self.wire.arm(fault, &sent.key).await;
            let hindered = self.send(&sent, Some(&sent.key)).await;
            let is_lost =
                fault == "reply_lost_after_commit" || fault == "truncated_reply" || fault == "reset_before_commit";
            if hindered.is_err() != is_lost {
                return Err(format!("{fault} lets this come: {hindered:?}"));
            }
            outcome = if is_done { "replayed" } else { outcome };
        }
        let reply = self.send(&sent, Some(&sent.key).filter(|_| way != Way::Keyless)).await?;
        is_status(&reply, expected.err().unwrap_or(ask.success()))?;
        let before = self.ledger.len();
        if expected.is_ok() {
            self.book.apply(client, ask, &reply.body());
        }
        let was_done = matches!(way, Way::Hindered { is_done: true, .. });
        let is_without_effect = expected.is_err() && !was_done;
        self.look(if is_without_effect { Changed::Nothing } else { Changed::By(concerns(ask)) }).await?;
        self.ends_as(before, outcome, reply.status)?;
        if way == Way::Keyless {
            return Ok(expected.is_ok());
        }
        let answered = Answered { reply, ..sent };
        if let Way::Twice | Way::OtherBody = way {
            self.again(&answered, way == Way::OtherBody).await?;
        }
        self.answered.push(answered);
        Ok(expected.is_ok())
    }

    /// Makes a call again that was made some time ago.
    pub(super) async fn replay(&mut self, pick: usize) -> Result<Option<bool>, String> {
        if self.answered.is_empty() {
            return Ok(None);
        }
        let answered = self.answered[pick % self.answered.len()].clone();
        self.story.push(format!("again: {} {} {}", answered.method, answered.path, answered.key));
        self.again(&answered, false).await.map(|()| Some(true))
    }

    /// The same key means the same reply, byte for byte, and nothing happens.
    async fn again(&mut self, answered: &Answered, is_other: bool) -> Result<(), String> {
        let mut sent = answered.clone();
        let before = self.ledger.len();
        if is_other {
            sent.body = Some(other(answered.body.as_ref()));
        }
        let reply = self.send(&sent, Some(&sent.key)).await?;
        if is_other && self.book.rules.strict {
            is_status(&reply, 422)?;
        } else if reply != answered.reply {
            return Err(format!("{:?} was answered, and now {reply:?}", answered.reply));
        } else {
            self.look(Changed::Nothing).await?;
            return self.ends_as(before, "replayed", reply.status);
        }
        self.look(Changed::Nothing).await
    }

    async fn send(&self, sent: &Answered, key: Option<&String>) -> Result<Reply, String> {
        let key = key.map(String::as_str);
        let reply = self.wire.call(sent.client, sent.method.clone(), &sent.path, key, sent.body.as_ref()).await;
        match reply {
            Ok(reply) if reply.status == 500 && reply.text.contains("operation") => Err(format!("a defect: {reply:?}")),
            other => other,
        }
    }

    /// The last entry of the ledger says what came of the call, and no other is about the same.
    fn ends_as(&self, before: usize, outcome: &str, status: u16) -> Result<(), String> {
        let new = &self.ledger[before..];
        let Some(last) = new.last() else {
            return Err("the ledger does not know the call".to_owned());
        };
        let effects = new.iter().filter(|entry| entry["outcome"] == "applied").count();
        let is_done_before = outcome == "replayed" && effects == 1 && status < 300;
        let fits = effects == usize::from(outcome == "applied") || is_done_before;
        if last["outcome"] == outcome && last["status"] == status && fits {
            return Ok(());
        }
        Err(format!("{outcome} with {status} is expected in the ledger: {new:?}"))
    }
}

/// Another body that the operation takes no less.
fn other(body: Option<&Value>) -> Value {
    let mut body = body.cloned().unwrap_or_else(|| json!({}));
    match &mut body {
        Value::Array(items) => {
            let more = items.first().cloned();
            items.extend(more);
        }
        body => body["signed_at"] = json!("2024-03-02T09:30:00Z"),
    }
    body
}

fn is_status(reply: &Reply, expected: u16) -> Result<(), String> {
    if reply.status == expected { Ok(()) } else { Err(format!("{expected} is expected: {reply:?}")) }
}
