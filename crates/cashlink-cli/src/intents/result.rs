//! What was learned of an intent by asking again, for a person and for a script.

use cashlink::journal::{Facts, Left, Reconciled, Resolution};
use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::row::facts_in_words;
use crate::{failure, journal, mask};

/// One result.
#[derive(Serialize)]
pub(super) struct ResultRow {
    pub(super) key: String,
    pub(super) operation_id: String,
    pub(super) address: String,
    pub(super) run_id: Option<Uuid>,
    pub(super) step: Option<String>,
    /// `applied`, `rejected` or `left`.
    pub(super) resolution: &'static str,
    pub(super) ids: Vec<Uuid>,
    pub(super) status: Option<String>,
    /// Why it is left, as one word.
    pub(super) reason: Option<&'static str>,
    pub(super) message: Option<String>,
    pub(super) hint: Option<String>,
}

impl ResultRow {
    /// `again` is what to do if the change has to be made again.
    pub(super) fn of(reconciled: &Reconciled, again: String) -> Self {
        let new = &reconciled.intent.new;
        let (run_id, step) = new.step.as_ref().map(|(run, step)| (*run, mask::plain(step))).unzip();
        let row = Self {
            key: new.key.to_string(),
            operation_id: mask::plain(&new.operation_id),
            address: mask::plain(&new.address),
            run_id,
            step,
            resolution: "left",
            ids: Vec::new(),
            status: None,
            reason: None,
            message: None,
            hint: None,
        };
        match &reconciled.resolution {
            Resolution::Applied(Facts { ids, status }) => {
                let status = status.as_deref().map(mask::plain);
                Self { resolution: "applied", ids: ids.clone(), status, ..row }
            }
            Resolution::Rejected(error) => Self { resolution: "rejected", message: Some(failure::chain(error)), ..row },
            Resolution::Left(left) => {
                let (reason, hint) = row.advice(left, again);
                Self { reason: Some(reason), message: Some(failure::chain(left)), hint: Some(hint), ..row }
            }
            _ => row,
        }
    }

    /// The result on one line.
    pub(super) fn line(&self) -> String {
        let facts = Facts { ids: self.ids.clone(), status: self.status.clone() };
        let more = self.message.clone().unwrap_or_else(|| facts_in_words(&facts));
        let line = format!("{:<8}  {}  {}  {more}", self.resolution, self.key, self.operation_id);
        line.trim_end().to_owned()
    }

    /// Why it is left, and what to do about it.
    fn advice(&self, left: &Left, again: String) -> (&'static str, String) {
        match left {
            Left::Unknown(error) if error.is_auth() => {
                ("unknown", "check the credentials and that they belong to this address, then ask again".to_owned())
            }
            Left::Unknown(_) => ("unknown", "ask again later".to_owned()),
            Left::TooOld => (
                "too_old",
                "look at the API whether it is there. If you know that the API remembers keys for longer, give \
                 --key-window"
                    .to_owned(),
            ),
            Left::Abandoned => ("abandoned", "its run was given up: look at the API whether it is there".to_owned()),
            Left::Overtaken => ("overtaken", "look at the API which value holds".to_owned()),
            Left::NeedsBody => ("needs_body", again),
            Left::NeedsDocument => ("needs_document", again),
            Left::Sealed(error) => ("sealed", journal::key_hint(error)),
            Left::OtherApi => ("other_api", format!("ask at the API that it was sent to, {}", origin(&self.address))),
            Left::OtherClient => ("other_client", "ask with the client id that it was sent with".to_owned()),
            Left::UnknownOperation => ("unknown_operation", "use a version that knows the operation".to_owned()),
            _ => ("other", "look at the API whether it is there".to_owned()),
        }
    }
}

/// `address` without its path.
fn origin(address: &str) -> String {
    Url::parse(address).map_or_else(|_| address.to_owned(), |address| address.origin().ascii_serialization())
}
