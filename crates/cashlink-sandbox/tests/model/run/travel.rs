//! Steps that leave the sandbox as it is and go on from somewhere else.

use reqwest::Method;

use super::{Changed, Moment, Run, builder};
use crate::ask::person;
use crate::image::Image;
use crate::setting;
use crate::wire::{Reply, Wire};

impl Run {
    pub(super) async fn snapshot(&mut self) -> Result<bool, String> {
        let image = self.sweep(self.depth).await?;
        let number = self.keep().await?;
        self.story.push(format!("POST /_sandbox/snapshots: {number}"));
        let next = next(&self.wire).await?;
        self.go_back(number).await?;
        let (book, answered) = (self.book.clone(), self.answered.clone());
        self.moments.push(Moment { number, book, answered, image, next });
        self.look(Changed::Nothing).await?;
        Ok(true)
    }

    /// Everything is as it was, and so is what comes next: the same call is given the same ids.
    pub(super) async fn restore(&mut self, pick: usize) -> Result<Option<bool>, String> {
        if self.moments.is_empty() {
            return Ok(None);
        }
        let moment = self.moments[pick % self.moments.len()].clone();
        self.story.push(format!("POST /_sandbox/snapshots/{}/restore", moment.number));
        self.go_back(moment.number).await?;
        (self.book, self.answered) = (moment.book, moment.answered);
        self.is_as(&moment.image).await?;
        is_next(&moment.next, &next(&self.wire).await?)?;
        self.go_back(moment.number).await?;
        Ok(Some(true))
    }

    async fn keep(&self) -> Result<u64, String> {
        let reply = self.wire.control(Method::POST, "/snapshots", None).await;
        reply.body()["id"].as_u64().ok_or_else(|| format!("no snapshot: {reply:?}"))
    }

    async fn go_back(&self, number: u64) -> Result<(), String> {
        is_done(&self.wire.control(Method::POST, &format!("/snapshots/{number}/restore"), None).await)
    }

    /// After a reset and the same calls, everything is as it was.
    pub(super) async fn reset(&mut self) -> Result<Option<bool>, String> {
        self.story.push("POST /_sandbox/reset".to_owned());
        is_done(&self.wire.control(Method::POST, "/reset", None).await)?;
        self.moments.clear();
        self.answered.clear();
        let Some((book, image)) = self.beginning.clone() else {
            return Ok(None);
        };
        setting::book(&self.wire, book.now).await;
        self.book = book;
        self.is_as(&image).await?;
        Ok(Some(true))
    }

    /// Goes on in a copy, or lets the copy lie. Whichever stays behind must stay as it is.
    pub(super) async fn fork(&mut self, is_left: bool) -> Result<Option<bool>, String> {
        if self.left.is_some() {
            return Ok(None);
        }
        let image = self.sweep(self.depth).await?;
        self.story.push(format!("fork{}", if is_left { ", and go on there" } else { "" }));
        let fork = self.wire.sandbox.fork().await.map_err(|error| error.to_string())?;
        let mut other = self.wire.moved_to(fork);
        image
            .same_as(&Image::take(&other, &self.book, self.depth).await)
            .map_err(|found| format!("in the fork: {found}"))?;
        if is_left {
            std::mem::swap(&mut self.wire, &mut other);
            // A fork keeps nothing in a folder and has no snapshots.
            self.is_forked = true;
            self.moments.clear();
        }
        self.left = Some((other, self.book.clone(), image));
        Ok(Some(true))
    }

    /// Stops the sandbox and starts it with the same folder.
    pub(super) async fn restart(&mut self) -> Result<Option<bool>, String> {
        let folder = self.folder.as_ref().filter(|_| !self.is_forked).map(|folder| folder.path().to_owned());
        let Some(folder) = folder else {
            return Ok(None);
        };
        let image = self.sweep(self.depth).await?;
        self.story.push("stop, and start with the same folder".to_owned());
        let fork = self.wire.sandbox.fork().await.map_err(|error| error.to_string())?;
        let mut other = self.wire.moved_to(fork);
        std::mem::swap(&mut self.wire, &mut other);
        other.sandbox.stop().await;
        let sandbox = builder(Some(folder)).start().await.map_err(|error| error.to_string())?;
        let started = self.wire.moved_to(sandbox);
        let fork = std::mem::replace(&mut self.wire, started);
        self.is_as(&image).await?;
        let number = self.keep().await?;
        is_next(&next(&fork).await?, &next(&self.wire).await?)?;
        self.go_back(number).await?;
        let path = format!("/snapshots/{number}");
        is_done(&self.wire.control(Method::DELETE, &path, None).await)?;
        Ok(Some(true))
    }

    /// Everything is as it was in `image`.
    async fn is_as(&mut self, image: &Image) -> Result<(), String> {
        self.ledger.clear();
        self.look(Changed::Everything).await?;
        image.same_as(&self.sweep(self.depth).await?)
    }
}

/// What one more call is answered, which is always the same call.
async fn next(wire: &Wire) -> Result<Reply, String> {
    let reply = wire.call(0, Method::POST, "/v2/investors/", Some("next"), Some(&person())).await?;
    if reply.status == 201 { Ok(reply) } else { Err(format!("the next call is refused: {reply:?}")) }
}

fn is_next(expected: &Reply, found: &Reply) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("the next call was answered {expected:?}, and now {found:?}")) }
}

fn is_done(reply: &Reply) -> Result<(), String> {
    if reply.status == 204 { Ok(()) } else { Err(format!("it is not done: {reply:?}")) }
}
