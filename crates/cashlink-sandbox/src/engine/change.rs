//! Calls that are to change something, and the one step in which they do.
//!
//! Effect, remembered verdict and ledger entry change together, without an `await` between them: a client that
//! goes away can stop a call before this step or after it, never inside.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::event::Outcome;
use super::{Event, NotKept, State, operation_id};
use crate::http::{Kept, KeyId, Verdict};
use crate::ledger::effect::{Names, digest};
use crate::ledger::{LedgerEntry, LedgerOutcome, LedgerResource};
use crate::spec::Operation;
use crate::world::{Body, Call, Owner, Page, Reply, World};

/// A call that is to change something, as far as it decides what happens.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    #[serde(rename = "operation_id", with = "operation_id")]
    pub(crate) operation: &'static Operation,
    pub(crate) owner: Owner,
    /// The whole path as it was sent.
    pub(crate) path: String,
    /// The ids in it, by parameter name.
    pub(crate) ids: Vec<(String, Uuid)>,
    pub(crate) key: Option<String>,
    /// The body, or why it was refused.
    pub(crate) body: Result<Value, Verdict>,
}

/// An answer, and as JSON what it says if something was done.
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    pub(crate) reply: Option<Value>,
}

impl Change {
    /// The digest of the body, if it is one that the operation takes.
    pub(crate) fn body_digest(&self) -> Option<String> {
        self.body.as_ref().ok().map(digest)
    }

    /// What the call is remembered under.
    pub(crate) fn key_id(&self) -> Option<KeyId> {
        let key = self.key.clone()?;
        Some(KeyId { owner: self.owner, method: self.operation.method.clone(), path: self.path.clone(), key })
    }

    fn entry(&self, outcome: LedgerOutcome, status: u16, at: Timestamp) -> LedgerEntry {
        LedgerEntry {
            seq: 0,
            at,
            operation_id: self.operation.id.clone(),
            method: self.operation.method.to_string(),
            path: self.path.clone(),
            idempotency_key: self.key.clone(),
            outcome,
            status,
            resource: None,
            created: Vec::new(),
            body_digest: None,
            effect: None,
        }
    }

    /// What the world makes of it, and what there is to enter into the ledger.
    pub(crate) fn happen(&self, world: &mut World, names: &Names, now: Timestamp) -> (Decision, LedgerEntry) {
        world.settle(now);
        // What settling made belongs to no call.
        drop(world.take_recent_ids());
        let asked = self.body.as_ref();
        let effect = asked.ok().map(|body| names.effect(&self.operation.id, &self.ids, body));
        let answer = asked.map_err(Verdict::clone).and_then(|body| self.ask(world, body, now));
        let created = world.take_recent_ids();
        match answer {
            Ok((reply, resource)) => {
                let verdict = Verdict::new(self.operation.success, &reply);
                let entry = self.entry(LedgerOutcome::Applied, verdict.status.as_u16(), now);
                let entry = LedgerEntry { resource, created, effect, ..entry };
                (Decision { verdict, reply: Some(reply) }, entry)
            }
            Err(verdict) => {
                let entry = self.entry(LedgerOutcome::Rejected, verdict.status.as_u16(), now);
                (Decision { verdict, reply: None }, entry)
            }
        }
    }

    /// What the world answers.
    fn ask(&self, world: &mut World, body: &Value, now: Timestamp) -> Result<(Value, Option<LedgerResource>), Verdict> {
        let handler = self.operation.handler.ok_or_else(Verdict::not_found)?;
        let call = Call {
            owner: self.owner,
            family: self.operation.family,
            now,
            path: &self.ids,
            page: Page { number: 1, size: 1 },
            product: None,
            body,
        };
        let Reply { body, resource } = handler(world, &call)?;
        let body = match body {
            Body::Whole(value) => value,
            Body::Page { results, .. } => Value::Array(results),
        };
        Ok((body, resource.map(|resource| LedgerResource { kind: resource.kind.to_owned(), id: resource.id })))
    }
}

impl State {
    /// Decides a call for good.
    pub(crate) fn decide(
        &mut self,
        change: &Change,
        body_digest: Option<String>,
        now: Timestamp,
    ) -> Result<Decision, NotKept> {
        self.note(now, || Event::Call(Cow::Borrowed(change)))?;
        let decision = self.do_change(change, body_digest, now);
        self.conclude(now, || Outcome::of(&decision.verdict));
        Ok(decision)
    }

    /// Lets the world decide `change`, and remembers what it says.
    pub(super) fn do_change(&mut self, change: &Change, body_digest: Option<String>, now: Timestamp) -> Decision {
        let (Decision { verdict, reply }, entry) = change.happen(&mut self.world, self.ledger.names(), now);
        let entry = LedgerEntry { body_digest, ..entry };
        if let Some(id) = change.key_id() {
            self.keys.keep(id, Kept { verdict: verdict.clone(), entry: entry.clone() });
        }
        self.ledger.append(entry);
        self.report();
        Decision { verdict, reply }
    }
}
