//! The last step of a call: what was asked is decided, and what is answered is checked.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::exchange::{Exchange, Gone, Prepared};
use super::verdict::Verdict;
use crate::engine::{Change, Decision, NotKept};
use crate::requests::{Checked, Problem, RequestOutcome};
use crate::world::{Body, Call, Owner, Reply};

#[cfg(test)]
mod tests;

impl Exchange {
    /// Decides a call that is to change something.
    pub(super) fn decide(&self, change: &Change, body_digest: Option<String>) -> Result<Verdict, Gone> {
        let Decision { verdict, reply } = {
            let mut state = self.app.state();
            if self.generation != self.app.generation() {
                return Err(Gone);
            }
            let now = self.app.clock.now();
            match state.decide(change, body_digest, now) {
                Ok(decision) => {
                    if !state.outbox.is_idle() {
                        self.app.wake_sender();
                    }
                    decision
                }
                Err(not_kept) => return Ok(self.not_kept(not_kept)),
            }
        };
        let outcome = if reply.is_some() { RequestOutcome::Applied } else { RequestOutcome::Rejected };
        Ok(self.checked(outcome, verdict, reply.as_ref()))
    }

    /// Answers a call that changes nothing.
    pub(super) fn read(&self, owner: Owner, prepared: &Prepared) -> Verdict {
        match self.look_up(owner, prepared) {
            Ok(body) => self.checked(RequestOutcome::Read, Verdict::new(self.operation.success, &body), Some(&body)),
            Err(verdict) => self.checked(RequestOutcome::Rejected, verdict, None),
        }
    }

    fn look_up(&self, owner: Owner, prepared: &Prepared) -> Result<Value, Verdict> {
        let handler = self.operation.handler.ok_or_else(Verdict::not_found)?;
        let mut state = self.app.state();
        let now = self.app.clock.now();
        state.settle(now);
        let call = Call {
            owner,
            family: self.operation.family,
            now,
            path: &prepared.path,
            page: prepared.query.page,
            product: prepared.query.product,
            body: &prepared.body,
        };
        let Reply { body, .. } = handler(&mut state.world, &call)?;
        drop(state);
        Ok(match body {
            Body::Whole(value) => value,
            Body::Page { count, results } => {
                prepared.query.envelope(self.app.address, (&self.parts.headers, &self.parts.uri), count, results)
            }
        })
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

    /// What is answered to a call that has no effect because it would be gone after a restart.
    pub(super) fn not_kept(&self, not_kept: NotKept) -> Verdict {
        let verdict = Verdict::from(not_kept);
        self.trace.decided(RequestOutcome::None, &verdict, None);
        verdict
    }
}
