//! What is written down.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Change, operation_id};
use crate::fault::{CallHead, FaultId};
use crate::http::{Grant, Verdict};
use crate::ledger::LedgerEntry;
use crate::ledger::effect::digest_of_bytes;
use crate::spec::Operation;

/// Something that happened to a sandbox.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event<'a> {
    /// A call was decided by the world.
    Call {
        change: Cow<'a, Change>,
        outcome: Fingerprint,
    },
    /// A call was decided without the world: replayed, or refused before.
    Entry(Cow<'a, LedgerEntry>),
    /// A call was offered to the armed faults.
    Offered(Offer<'a>),
    /// What a fault could strike was there, or was not.
    Spent(FaultId),
    GivenBack(FaultId),
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
}

/// Tells whether a call that is repeated for the world to arise again was answered as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    status: u16,
    body: String,
}

impl Fingerprint {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        let mut body = digest_of_bytes(&verdict.body);
        body.truncate(16);
        Self { status: verdict.status.as_u16(), body }
    }
}

impl<'a> Event<'a> {
    pub(crate) fn call(change: &'a Change, verdict: &Verdict) -> Self {
        Self::Call { change: Cow::Borrowed(change), outcome: Fingerprint::of(verdict) }
    }

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
