//! What is written down.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Change, Done, operation_id};
use crate::fault::{CallHead, FaultId};
use crate::http::{Grant, Verdict};
use crate::ledger::LedgerEntry;
use crate::ledger::effect::digest_of_bytes;
use crate::spec::Operation;
use crate::webhooks::Attempted;
use crate::world::Refusal;

/// Something that happened to a sandbox.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event<'a> {
    /// A call is decided by the world.
    Call(Cow<'a, Change>),
    /// What came of the call or the action before.
    Outcome(Outcome),
    /// A call was decided without the world: replayed, or refused before.
    Entry(Cow<'a, LedgerEntry>),
    /// A call was offered to the armed faults.
    Offered(Offer<'a>),
    /// What a fault could strike was there, or was not.
    Spent(FaultId),
    GivenBack(FaultId),
    /// No call is under way any more that could have been struck.
    AllGivenBack,
    /// A token was given out.
    Issued {
        token: Cow<'a, str>,
        grant: Cow<'a, Grant>,
    },
    /// A token was taken back.
    Revoked {
        token: Cow<'a, str>,
    },
    Action(Cow<'a, Action>),
    /// A delivery was sent once.
    Attempted(Cow<'a, Attempted>),
}

/// Tells whether a call or an action that happens again, for the world to arise again, comes to the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The status and a digest of the body.
    Answered(u16, String),
    Done,
    Refused,
}

impl Outcome {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        let mut digest = digest_of_bytes(&verdict.body);
        digest.truncate(16);
        Self::Answered(verdict.status.as_u16(), digest)
    }

    pub(crate) fn of_action(result: &Result<Done, Refusal>) -> Self {
        if result.is_ok() { Self::Done } else { Self::Refused }
    }
}

impl From<Outcome> for Event<'_> {
    fn from(outcome: Outcome) -> Self {
        Self::Outcome(outcome)
    }
}

impl<'a> Event<'a> {
    pub(crate) fn offered(head: &CallHead<'a>) -> Self {
        Self::Offered(Offer {
            operation: head.operation,
            path: head.path.into(),
            client_id: head.client_id.map(Cow::Borrowed),
            idempotency_key: head.idempotency_key.map(Cow::Borrowed),
        })
    }

    pub(crate) fn issued(token: &'a str, grant: &'a Grant) -> Self {
        Self::Issued { token: Cow::Borrowed(token), grant: Cow::Borrowed(grant) }
    }
}

/// What the armed faults are told of a call.
#[derive(Serialize, Deserialize)]
pub(crate) struct Offer<'a> {
    #[serde(rename = "operation_id", with = "operation_id")]
    operation: &'static Operation,
    path: Cow<'a, str>,
    client_id: Option<Cow<'a, str>>,
    idempotency_key: Option<Cow<'a, str>>,
}

impl Offer<'_> {
    pub(crate) fn head(&self) -> CallHead<'_> {
        CallHead {
            operation: self.operation,
            path: &self.path,
            client_id: self.client_id.as_deref(),
            idempotency_key: self.idempotency_key.as_deref(),
        }
    }
}

/// A line of the log.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record<'a>(pub(crate) Timestamp, pub(crate) Event<'a>);
