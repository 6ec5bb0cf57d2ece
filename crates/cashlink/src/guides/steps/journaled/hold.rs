//! A run that is held: what its steps returned so far, and where the next results go.

use std::{collections::HashMap, fmt};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::input::Given;
use crate::{
    Error, IdempotencyKey, Outcome,
    error::Intent,
    guides::{Recorded, Rejection, Step, StepError, StepKind, StepStarted, Ticket},
    journal::{Journal, NewRun, Run, RunEnd, RunState, StepRecord, StepState, StoreError, StoreErrorKind},
};

/// A run of a journal, held until this is dropped, be it at the end of the guide or because its future was dropped.
pub(super) struct Hold {
    journal: Journal,
    run: Run,
    /// The last take of each step, as it was when the run was taken hold of.
    records: HashMap<String, StepRecord>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.journal.runs().release_run(self.run.new.id);
    }
}

/// One take of a step, and so the place of its result.
#[derive(Clone, Debug)]
pub(super) struct Take {
    step: Option<Step>,
    id: String,
    number: u32,
    key: IdempotencyKey,
}

/// What the journal says of a step that is about to be taken.
pub(super) enum Found<T> {
    /// It has its result.
    Recorded(Take, Result<T, StepError>),
    /// It has to be taken.
    Open(Take),
}

impl Hold {
    /// Takes hold of the run, which was begun with `given` or begins now.
    pub(super) async fn of(journal: &Journal, new: NewRun, given: &Given) -> Result<Self, Error> {
        let (id, guide) = (new.id, new.guide.clone());
        let run = journal.runs().hold_run(new).await.map_err(Error::journal)?;
        // From here on it is let go of whatever happens.
        let mut hold = Self { journal: journal.clone(), run, records: HashMap::new() };
        if hold.run.end.state == RunState::Abandoned {
            return Err(Error::invalid_field("run_id", "is that of a run that was abandoned: use a new one"));
        }
        if hold.run.new.guide != guide {
            let rule = format!("is that of a run of the guide {}: use a new one", hold.run.new.guide);
            return Err(Error::invalid_field("run_id", &rule));
        }
        given.check(id, &hold.run.new.input, journal.sealing_keys())?;
        for record in journal.runs().steps(id).await.map_err(Error::journal)? {
            let is_later = hold.records.get(&record.step).is_none_or(|known| known.take <= record.take);
            if is_later {
                hold.records.insert(record.step.clone(), record);
            }
        }
        Ok(hold)
    }

    fn id(&self) -> Uuid {
        self.run.new.id
    }

    /// The take of the step that holds `ticket`, and its result if that is recorded. If the last take was rejected and
    /// the run is resumed, the next take begins.
    pub(super) async fn find<T: Recorded>(
        &self,
        step: Step,
        ticket: &Ticket,
        resumes: bool,
        now: Timestamp,
    ) -> Result<Found<T>, StepError> {
        let take = Take { step: Some(step), id: ticket.id().to_owned(), number: 0, key: ticket.key().clone() };
        let Some(record) = self.records.get(ticket.id()) else {
            return Ok(Found::Open(take));
        };
        let take = self.numbered(take, record.take);
        match record.state {
            StepState::Done => {
                let value = serde_json::from_str(&record.value).map_err(|_| self.damaged(&take))?;
                Ok(Found::Recorded(take, Ok(value)))
            }
            StepState::Rejected if resumes => {
                let next = self.numbered(take, record.take.saturating_add(1));
                // Stored before the intent under its key is: whoever finds the intent finds the take.
                self.store(&next, StepState::Open, "null".to_owned(), None, now).await.map_err(Error::journal)?;
                Ok(Found::Open(next))
            }
            StepState::Rejected => {
                let rejection = self.rejection(&take, record)?;
                Ok(Found::Recorded(take, Err(rejection.into())))
            }
            StepState::Open | StepState::Waiting => Ok(Found::Open(take)),
        }
    }

    /// Records what the step returned, if it is final.
    pub(super) async fn keep<T: Recorded>(
        &self,
        take: &Take,
        result: Result<T, StepError>,
        now: Timestamp,
    ) -> Result<T, StepError> {
        match &result {
            Ok(value) => {
                let text = serde_json::to_string(value).map_err(|_| {
                    StoreError::new(StoreErrorKind::Unavailable, "what the step returned cannot be written as JSON")
                });
                let stored = match text {
                    Ok(text) => self.store(take, StepState::Done, text, None, now).await,
                    Err(error) => Err(error),
                };
                stored.map_err(|error| take.unrecorded(error))?;
            }
            Err(StepError::Rejected(rejection)) => self.keep_rejection(take, rejection, now).await,
            Err(StepError::Obstacle(_) | StepError::Interrupted(_)) => {}
        }
        result
    }

    /// A verdict is given on even if it cannot be recorded: asked again under the same key, the API gives it again.
    async fn keep_rejection(&self, take: &Take, rejection: &Rejection, now: Timestamp) {
        let Ok(text) = serde_json::to_string(&rejection.without_messages()) else { return };
        let sealed = self.journal.sealing_keys().and_then(|keys| {
            let whole = serde_json::to_vec(rejection).ok()?;
            keys.seal(&self.purpose(take), &whole).ok()
        });
        if let Err(error) = self.store(take, StepState::Rejected, text, sealed, now).await {
            tracing::warn!(step = take.id, %error, "the rejection is not recorded");
        }
    }

    /// Until when the pause that holds `ticket` lasts; nothing if it is over.
    pub(super) async fn pause(
        &self,
        ticket: &Ticket,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<(Take, Timestamp)>, Error> {
        let take = Take { step: None, id: ticket.id().to_owned(), number: 0, key: ticket.key().clone() };
        match self.records.get(ticket.id()) {
            Some(record) if record.state == StepState::Done => Ok(None),
            Some(record) => {
                let until = serde_json::from_str(&record.value).map_err(|_| self.damaged(&take))?;
                Ok(Some((take, until)))
            }
            None => {
                self.store_time(&take, StepState::Waiting, until, now).await?;
                Ok(Some((take, until)))
            }
        }
    }

    /// Records that the pause, which lasted `until` then, is over.
    pub(super) async fn end_pause(&self, take: &Take, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        self.store_time(take, StepState::Done, until, now).await
    }

    /// Records what the guide came to.
    pub(super) async fn end<R: Serialize>(
        &self,
        result: &Result<R, crate::guides::Error>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let end = match result {
            Ok(report) => {
                let report = serde_json::to_string(report);
                let report = report.map_err(|_| Error::invalid_field("report", "cannot be written as JSON"))?;
                RunEnd { state: RunState::Done, at: now, report: Some(report), note: None }
            }
            Err(error) => RunEnd { state: RunState::Open, at: now, report: None, note: Some(note(error)) },
        };
        let is_known = self.run.end.state == RunState::Done && self.run.end.report == end.report;
        if is_known {
            return Ok(());
        }
        self.journal.runs().end_run(self.id(), end).await.map_err(Error::journal)
    }

    fn numbered(&self, take: Take, number: u32) -> Take {
        let key = match number {
            0 => IdempotencyKey::derive(self.id(), &take.id),
            // Not the next ordinal, which may be that of the next step of this name.
            number => IdempotencyKey::derive(self.id(), &format!("{}.{number}", take.id)),
        };
        Take { number, key, ..take }
    }

    fn rejection(&self, take: &Take, record: &StepRecord) -> Result<Rejection, Error> {
        let keys = self.journal.sealing_keys();
        let opened = keys.zip(record.sealed.as_ref()).and_then(|(keys, sealed)| {
            let whole = keys.open(&self.purpose(take), sealed).ok()?;
            serde_json::from_slice(&whole).ok()
        });
        match opened {
            Some(rejection) => Ok(rejection),
            None => serde_json::from_str(&record.value).map_err(|_| self.damaged(take)),
        }
    }

    fn purpose(&self, take: &Take) -> String {
        format!("run {} step {} {}", self.id(), take.id, take.number)
    }

    async fn store_time(&self, take: &Take, state: StepState, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        let value = format!("\"{until}\"");
        self.store(take, state, value, None, now).await.map_err(Error::journal)
    }

    async fn store(
        &self,
        take: &Take,
        state: StepState,
        value: String,
        sealed: Option<Vec<u8>>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let record = StepRecord {
            run_id: self.id(),
            step: take.id.clone(),
            take: take.number,
            operation_id: take.step.map(|step| step.operation_id.to_owned()),
            key: take.key.clone(),
            state,
            value,
            sealed,
            at,
        };
        self.journal.runs().record_step(record).await
    }

    fn damaged(&self, take: &Take) -> Error {
        let what = format!("what is stored of the step {} of the run {} cannot be read", take.id, self.id());
        Error::journal(StoreError::new(StoreErrorKind::Damaged, what))
    }
}

impl Take {
    pub(super) fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// What an observer is told when `step`, which holds `ticket`, begins in this take.
    pub(super) fn started(&self, step: Step, ticket: &Ticket) -> StepStarted {
        let key = (step.kind == StepKind::Keyed).then(|| self.key.clone());
        StepStarted { key, ..StepStarted::new(step, ticket) }
    }

    /// The effect happened, but that is not recorded: taken again, the step asks under the same key.
    fn unrecorded(&self, error: StoreError) -> StepError {
        StepError::Interrupted(match self.step {
            Some(step) if step.has_effect() => {
                let (operation_id, key) = (step.operation_id, Some(self.key.clone()));
                Error::from_journal(error, Intent { operation_id, key, attempts: 1, outcome: Outcome::Unknown })
            }
            _ => Error::journal(error),
        })
    }
}

/// Why the run is open still, with the cause below: neither shows personal data.
fn note(error: &crate::guides::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Hold").field("run", &self.id()).finish_non_exhaustive()
    }
}
