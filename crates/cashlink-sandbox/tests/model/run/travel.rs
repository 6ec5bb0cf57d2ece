//! Steps that leave the sandbox as it is and go on from somewhere else.

use reqwest::Method;

use super::{Changed, Moment, Run, builder};
use crate::image::Image;
use crate::setting;
use crate::wire::{Reply, Wire};

impl Run {
    pub(super) async fn snapshot(&mut self) -> Result<bool, String> {
        let image = self.sweep(self.depth).await?;
        let reply = self.wire.control(Method::POST, "/snapshots", None).await;
        let number = reply.body()["id"].as_u64().ok_or_else(|| format!("no snapshot: {reply:?}"))?;
        self.story.push(format!("POST /_sandbox/snapshots: {number}"));
        let (book, answered) = (self.book.clone(), self.answered.clone());
        self.moments.push(Moment { number, book, answered, image });
        self.look(Changed::Nothing).await?;
        Ok(true)
    }

    pub(super) async fn restore(&mut self, pick: usize) -> Result<Option<bool>, String> {
        if self.moments.is_empty() {
            return Ok(None);
        }
        let moment = self.moments[pick % self.moments.len()].clone();
        let path = format!("/snapshots/{}/restore", moment.number);
        self.story.push(format!("POST /_sandbox{path}"));
        is_done(&self.wire.control(Method::POST, &path, None).await)?;
        (self.book, self.answered) = (moment.book, moment.answered);
        self.is_as(&moment.image).await?;
        Ok(Some(true))
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
        other.stop().await;
        let sandbox = builder(Some(folder)).start().await.map_err(|error| error.to_string())?;
        self.wire = self.wire.moved_to(sandbox);
        self.is_as(&image).await?;
        Ok(Some(true))
    }

    /// Everything is as it was in `image`.
    async fn is_as(&mut self, image: &Image) -> Result<(), String> {
        self.ledger.clear();
        self.look(Changed::Everything).await?;
        image.same_as(&self.sweep(self.depth).await?)
    }
}

impl Wire {
    async fn stop(self) {
        self.sandbox.stop().await;
    }
}

fn is_done(reply: &Reply) -> Result<(), String> {
    if reply.status == 204 { Ok(()) } else { Err(format!("it is not done: {reply:?}")) }
}
