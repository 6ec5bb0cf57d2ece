//! Reading what was sealed, for people who look into a journal.

use super::{Content, Intent, Journal, Run, SealError, SealingKeys, StepRecord, change, frozen};
use crate::{Json, guides::Rejection};

impl Journal {
    /// The body that `intent` sends; none if there is none, or it was not kept. It holds personal data.
    ///
    /// # Errors
    ///
    /// Fails if it was sealed with a key that is not at hand, or is damaged.
    pub fn request(&self, intent: &Intent) -> Result<Option<Json>, SealError> {
        match &intent.new.content {
            Content::Sealed(sealed) => frozen::body(self.keys()?, &intent.new.key, sealed),
            Content::None | Content::Withheld | Content::Document => Ok(None),
        }
    }

    /// What the API answered to `intent`; none if it was not applied, or the answer was not kept. It holds personal
    /// data.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub fn reply(&self, intent: &Intent) -> Result<Option<Json>, SealError> {
        let Some(sealed) = intent.ending.as_ref().and_then(|ending| ending.reply.as_deref()) else {
            return Ok(None);
        };
        let plain = self.keys()?.open(&change::purpose(&intent.new.key), sealed)?;
        // An answer may be empty.
        Ok(serde_json::from_slice(&plain).ok())
    }

    /// What `run` was given; none if it was not kept. It holds personal data.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub fn input(&self, run: &Run) -> Result<Option<Json>, SealError> {
        let Some(sealed) = &run.new.input.sealed else {
            return Ok(None);
        };
        let plain = self.keys()?.open(&format!("run {} input", run.new.id), sealed)?;
        serde_json::from_slice(&plain).map(Some).map_err(|_| SealError::damaged())
    }

    /// The API's no to `step`, with its messages; none if the step was not rejected, or they were not kept.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub fn rejection(&self, step: &StepRecord) -> Result<Option<Rejection>, SealError> {
        let Some(sealed) = &step.sealed else {
            return Ok(None);
        };
        let purpose = format!("run {} step {} {}", step.run_id, step.step, step.take);
        let plain = self.keys()?.open(&purpose, sealed)?;
        serde_json::from_slice(&plain).map(Some).map_err(|_| SealError::damaged())
    }

    fn keys(&self) -> Result<&SealingKeys, SealError> {
        self.sealing_keys().ok_or_else(SealError::no_keys)
    }
}
