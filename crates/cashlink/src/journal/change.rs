//! The way of a change through the journal: written down, sent, and its outcome noted.

use std::{sync::Arc, time::Instant};

use cashlink_api::ResponseValue;
use futures_util::future::{self, Either};
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use super::{
    Begun, Ending, Facts, Frozen, Intent, IntentState, Journal, NewIntent, SealError, Source, StoreError,
    StoreErrorKind, turns::Turn,
};
use crate::{
    Cashlink, Error, IdempotencyKey, Outcome, Result,
    call::Plan,
    error::{self, Withheld},
    reply,
    send::{OneTry, Success},
};

impl Cashlink {
    /// Sends a change, by way of the journal if there is one.
    pub(crate) async fn change<T: DeserializeOwned>(
        &self,
        mut plan: Plan,
        source: &Source,
        attempt: &OneTry<T>,
    ) -> Result<ResponseValue<T>> {
        plan.choose_key();
        let Some(journal) = self.journal() else {
            plan.hold_key_back();
            return Ok(self.perform_whole(&plan, attempt).await?.reply);
        };
        // Without a journal no call pays for a copy of what it sends, nor, as it is on the heap, for the size of this.
        let frozen = source.frozen();
        Box::pin(Change::new(self, journal, plan, &frozen).send(attempt)).await
    }
}

/// A change that has its intent in a journal.
pub(super) struct Change<'a> {
    pub(super) client: &'a Cashlink,
    pub(super) journal: &'a Journal,
    /// The key that names the intent, whether it is sent or not.
    pub(super) name: IdempotencyKey,
    pub(super) plan: Plan,
    pub(super) frozen: &'a Frozen,
}

impl<'a> Change<'a> {
    /// The change that `plan` says, under the key that it has.
    pub(super) fn new(client: &'a Cashlink, journal: &'a Journal, mut plan: Plan, frozen: &'a Frozen) -> Self {
        let name = plan.key.clone().unwrap_or_else(IdempotencyKey::random);
        plan.hold_key_back();
        Self { client, journal, name, plan, frozen }
    }
}

/// How to go on with an intent that is in the journal.
enum Permit<T> {
    Send,
    Recorded(ResponseValue<T>),
}

impl Change<'_> {
    async fn send<T: DeserializeOwned>(mut self, attempt: &OneTry<T>) -> Result<ResponseValue<T>> {
        let start = self.client.exchanger().clock.now();
        let (turn, begun) = self.in_time(start, self.begin()).await??;
        if let Permit::Recorded(reply) = self.permit(&begun)? {
            return Ok(reply);
        }
        let spent = self.client.exchanger().clock.now().duration_since(start);
        self.plan.timeout = self.plan.timeout.map(|timeout| timeout.saturating_sub(spent));
        let was_applied = matches!(&begun, Begun::Known(intent) if intent.state == IntentState::Applied);
        let result = self.sent(attempt, was_applied).await;
        drop(turn);
        match result {
            Ok(success) => Ok(success.reply),
            // The journal knows better than a refusal that contradicts it.
            Err(error) if was_applied => Err(error.doubted()),
            Err(error) => Err(error),
        }
    }

    /// Sends the change and takes note of the outcome.
    pub(super) async fn sent<T: DeserializeOwned>(&self, attempt: &OneTry<T>, was_applied: bool) -> Result<Success<T>> {
        let result = self.client.perform_whole(&self.plan, attempt).await;
        let ending = self.ending(&result);
        // What was applied stays so, also if asking for its reply again failed.
        if !was_applied || ending.state == IntentState::Applied {
            self.note(ending).await;
        }
        result
    }

    /// Makes the intent durable, when no other call of this process is under way with its key.
    async fn begin(&self) -> Result<(Turn, Begun)> {
        let turn = self.journal.turns().wait(&self.name).await;
        let limit = self.client.max_document_bytes();
        let digest = match self.frozen.digest(self.client.account(), &self.name, limit).await {
            Ok(digest) => digest,
            Err(error) => return Err(Error::from_document(error, self.unwritten().await)),
        };
        let content = match self.frozen.content(self.journal.sealing_keys(), &self.name) {
            Ok(content) => content,
            Err(error) => return Err(Error::from_journal(unsealed(error), self.unwritten().await)),
        };
        let new = NewIntent {
            key: self.name.clone(),
            operation_id: self.plan.operation.id.to_owned(),
            address: format!("{}{}", self.client.exchanger().address(), self.frozen.path),
            digest,
            content,
            step: self.name.origin().map(|(run, step)| (run, step.to_owned())),
            begun_at: self.now(),
        };
        match self.journal.intents().begin(new).await {
            Ok(begun) => Ok((turn, begun)),
            Err(error) => Err(Error::from_journal(error, self.unwritten().await)),
        }
    }

    /// The intent, if it could not begin now. An earlier call may have sent it, and what failed to be written may be in
    /// the journal all the same, from where it is sent later.
    async fn unwritten(&self) -> error::Intent {
        self.intent(match self.journal.intents().find(&self.name).await {
            Ok(Some(Intent { state: IntentState::Pending | IntentState::Applied, .. })) => Outcome::Unknown,
            Ok(_) | Err(_) => Outcome::NotSent,
        })
    }

    /// Whether the change may be sent, after `begun`; or the reply that is recorded.
    fn permit<T: DeserializeOwned>(&mut self, begun: &Begun) -> Result<Permit<T>> {
        let known = match begun {
            Begun::New => return Ok(Permit::Send),
            Begun::Known(known) => known,
            Begun::Conflict(other) => {
                let intent = self.intent(Outcome::NotSent);
                return Err(Error::key_taken(other, intent));
            }
        };
        match known.state {
            IntentState::Rejected | IntentState::NotSent => return Ok(Permit::Send),
            IntentState::Pending => {}
            IntentState::Applied => {
                if let Some(reply) = self.recorded(known) {
                    return Ok(Permit::Recorded(reply));
                }
            }
        }
        if let Some(why) = self.withheld(known) {
            let why = if known.state == IntentState::Applied { Withheld::Applied } else { why };
            return Err(Error::withheld(why, self.intent(Outcome::Unknown)));
        }
        self.plan.is_in_doubt = true;
        Ok(Permit::Send)
    }

    /// Why `known`, which may have been applied, must not be sent again.
    pub(super) fn withheld(&self, known: &Intent) -> Option<Withheld> {
        if !self.plan.is_keyed() {
            // It sets absolute values: no key protects it, and none has to be remembered.
            return known.is_overtaken.then_some(Withheld::Overtaken);
        }
        self.is_old(known).then_some(Withheld::TooOld)
    }

    /// Whether `known` began longer ago than a key is trusted. One that began in the future did so by a clock that was
    /// set back, and how old it is is not known.
    pub(super) fn is_old(&self, known: &Intent) -> bool {
        let window = SignedDuration::try_from(self.journal.window()).unwrap_or(SignedDuration::MAX);
        self.now().duration_since(known.new.begun_at).abs() > window
    }

    /// The reply that the journal has for `known`, if it can be opened and read.
    fn recorded<T: DeserializeOwned>(&self, known: &Intent) -> Option<ResponseValue<T>> {
        let ending = known.ending.as_ref()?;
        let status = StatusCode::from_u16(ending.status?).ok()?;
        let keys = self.journal.sealing_keys()?;
        let body = keys.open(&purpose(&self.name), ending.reply.as_deref()?).ok()?;
        let given = reply::given(self.plan.operation, self.plan.form, &body).unwrap_or(body);
        let value = serde_json::from_slice(&given).ok()?;
        Some(ResponseValue::new(value, status, HeaderMap::new()))
    }

    fn ending<T>(&self, result: &Result<Success<T>>) -> Ending {
        let (state, status) = match result {
            Ok(success) => (IntentState::Applied, Some(success.reply.status().as_u16())),
            Err(error) => (state(error.outcome()), error.status()),
        };
        let body = result.as_ref().map(|success| &success.body[..]).unwrap_or_default();
        let keys = self.journal.sealing_keys().filter(|_| state == IntentState::Applied);
        Ending {
            state,
            at: self.now(),
            status,
            facts: Facts::of(body),
            reply: keys.and_then(|keys| keys.seal(&purpose(&self.name), body).ok()),
            note: result.as_ref().err().map(ToString::to_string),
        }
    }

    /// Takes note of the outcome. If that fails the intent stays pending, and asking again under its key is safe.
    async fn note(&self, ending: Ending) {
        if let Err(error) = self.journal.intents().finish(&self.name, ending).await {
            tracing::warn!(operation = self.plan.operation.id, %error, "the outcome is not in the journal");
        }
    }

    /// The output of `future`, unless the time of the call is up before it is ready.
    ///
    /// This call has sent nothing by then. But it may be in the journal, from where it is sent later, and an earlier call
    /// under its key may have happened.
    async fn in_time<F: Future>(&self, start: Instant, future: F) -> Result<F::Output> {
        let clock = Arc::clone(&self.client.exchanger().clock);
        let Some(deadline) = self.plan.timeout.and_then(|timeout| start.checked_add(timeout)) else {
            return Ok(future.await);
        };
        let future = std::pin::pin!(future);
        let late = std::pin::pin!(async { clock.sleep(deadline.saturating_duration_since(clock.now())).await });
        match future::select(future, late).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(((), _)) => Err(Error::timed_out(self.intent(Outcome::Unknown))),
        }
    }

    fn intent(&self, outcome: Outcome) -> error::Intent {
        let (operation_id, key) = (self.plan.operation.id, Some(self.name.clone()));
        error::Intent { operation_id, key, attempts: 0, outcome }
    }

    fn now(&self) -> Timestamp {
        self.client.exchanger().clock.wall()
    }
}

fn state(outcome: Outcome) -> IntentState {
    match outcome {
        Outcome::Rejected => IntentState::Rejected,
        Outcome::NotSent => IntentState::NotSent,
        Outcome::Unknown => IntentState::Pending,
    }
}

fn unsealed(error: SealError) -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the request cannot be encrypted").with_source(error)
}

/// What the reply under `key` is sealed for.
pub(super) fn purpose(key: &IdempotencyKey) -> String {
    format!("reply {key}")
}
