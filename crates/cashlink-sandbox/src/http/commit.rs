//! The one step in which a call takes effect.
//!
//! Effect, remembered verdict and ledger entry change together, without an `await` between them: a client that
//! goes away can stop a call before this step or after it, never inside.

use std::borrow::Cow;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::exchange::{Exchange, Prepared};
use super::keys::{self, Kept, KeyId};
use super::verdict::Verdict;
use crate::ledger::{Ledger, LedgerEntry, LedgerOutcome, LedgerResource};
use crate::requests::{Checked, Problem, RequestOutcome};
use crate::world::{Body, Call, Owner, Reply, World};

#[cfg(test)]
mod tests;

impl Exchange {
    /// Decides the call for good.
    pub(super) fn commit(
        &self,
        owner: Owner,
        key: Option<&KeyId>,
        prepared: Result<Prepared, Verdict>,
        body_digest: Option<String>,
    ) -> Verdict {
        let (verdict, body) = {
            let state = &mut *self.app.state();
            let now = self.app.clock.now();
            state.world.settle(now);
            // What settling made belongs to no call.
            drop(state.world.take_recent_ids());
            let effect = prepared.as_ref().ok().and_then(|prepared| self.effect(&state.ledger, prepared));
            let decided = prepared.and_then(|prepared| self.ask(&mut state.world, owner, now, &prepared));
            let created = state.world.take_recent_ids();
            let (verdict, entry, body) = match decided {
                Ok((verdict, resource, body)) => {
                    let entry = self.entry(LedgerOutcome::Applied, verdict.status, now);
                    (verdict, LedgerEntry { resource, created, effect, ..entry }, Some(body))
                }
                Err(verdict) => {
                    let entry = self.entry(LedgerOutcome::Rejected, verdict.status, now);
                    (verdict, entry, None)
                }
            };
            let entry = LedgerEntry { body_digest, ..entry };
            if let Some(id) = key {
                state.keys.keep(id, Kept { verdict: verdict.clone(), entry: entry.clone() });
            }
            if self.operation.is_mutating() {
                state.ledger.append(entry);
            }
            (verdict, body)
        };
        let outcome = match (body.is_some(), self.operation.is_mutating()) {
            (false, _) => RequestOutcome::Rejected,
            (true, false) => RequestOutcome::Read,
            (true, true) => RequestOutcome::Applied,
        };
        self.checked(outcome, verdict, body.as_ref())
    }

    /// What the call would do, if it is to do anything.
    fn effect(&self, ledger: &Ledger, prepared: &Prepared) -> Option<String> {
        let Prepared { path, body, .. } = prepared;
        self.operation.is_mutating().then(|| ledger.names().effect(&self.operation.id, path, body))
    }

    /// What the world answers, as the bytes of the reply and as the reply, and what it is about.
    fn ask(
        &self,
        world: &mut World,
        owner: Owner,
        now: Timestamp,
        prepared: &Prepared,
    ) -> Result<(Verdict, Option<LedgerResource>, Value), Verdict> {
        let handler = self.operation.handler.ok_or_else(Verdict::not_found)?;
        let call = Call {
            owner,
            family: self.operation.family,
            now,
            path: &prepared.path,
            page: prepared.query.page,
            product: prepared.query.product,
            body: &prepared.body,
        };
        let Reply { body, resource } = handler(world, &call)?;
        let body = match body {
            Body::Whole(value) => value,
            Body::Page { count, results } => {
                prepared.query.envelope(self.app.address, (&self.parts.headers, &self.parts.uri), count, &results)
            }
        };
        let resource = resource.map(|resource| LedgerResource { kind: resource.kind.to_owned(), id: resource.id });
        Ok((Verdict::new(self.operation.success, &body), resource, body))
    }

    /// The verdict, unless it is not what the description promises: that is a defect of the sandbox.
    pub(super) fn checked(&self, outcome: RequestOutcome, verdict: Verdict, body: Option<&Value>) -> Verdict {
        let of_verdict = || serde_json::from_slice(&verdict.body).map(Cow::Owned).unwrap_or_default();
        let (verdict, reply) = match self.operation.reply(verdict.status) {
            None => (verdict, None),
            Some(schema) => {
                let body = body.map_or_else(of_verdict, Cow::Borrowed);
                match schema.first_problem(&body) {
                    None => (verdict, Some(Checked::Passed)),
                    Some(problem) => (self.broken(&verdict, &problem), Some(Checked::Failed(problem))),
                }
            }
        };
        self.trace.decided(outcome, &verdict, reply);
        verdict
    }

    /// What is answered instead of a reply that breaks the description: in what, but nothing of the reply itself.
    fn broken(&self, verdict: &Verdict, problem: &Problem) -> Verdict {
        let (operation, status) = (self.operation.id.as_str(), verdict.status.as_u16());
        let Problem { place, problem: rule } = problem;
        tracing::error!(operation, status, place, rule, "the reply breaks the description");
        let detail =
            format!("The reply {status} of the sandbox to {operation} breaks the description: {rule} at \"{place}\".");
        let body =
            json!({ "detail": detail, "operation_id": operation, "status": status, "place": place, "rule": rule });
        Verdict::new(StatusCode::INTERNAL_SERVER_ERROR, &body)
    }

    /// An entry of which nothing is known yet but the head of the call and what it is answered.
    pub(super) fn entry(&self, outcome: LedgerOutcome, status: StatusCode, at: Timestamp) -> LedgerEntry {
        LedgerEntry {
            seq: 0,
            at,
            operation_id: self.operation.id.clone(),
            method: self.parts.method.to_string(),
            path: self.parts.uri.path().to_owned(),
            idempotency_key: keys::text(&self.parts.headers),
            outcome,
            status: status.as_u16(),
            resource: None,
            created: Vec::new(),
            body_digest: None,
            effect: None,
        }
    }
}
