//! An event, as it is told to people and scripts.

use cashlink::{
    InvestmentId,
    webhook::{Event, Recorded},
};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::{listing::to_the_second, mask};

/// What of an event is told. What is not known of it may be personal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    pub(crate) event_id: Uuid,
    investment_id: InvestmentId,
    status: String,
    changed_at: Option<Timestamp>,
}

impl Told {
    pub(crate) fn of(event: &Event) -> Self {
        Self {
            event_id: event.id(),
            investment_id: event.investment_id(),
            status: mask::plain(event.status().as_str()),
            changed_at: event.changed_at(),
        }
    }

    /// The beginning of a line about what happened to it at `time`.
    pub(crate) fn in_words(&self, time: Timestamp) -> String {
        let Self { investment_id, status, .. } = self;
        format!("{}  {investment_id}  {status:<20}", to_the_second(&time.to_string()))
    }
}

/// What became of an event, as one word.
pub(crate) fn word(recorded: Recorded) -> &'static str {
    match recorded {
        Recorded::Applied => "applied",
        Recorded::Duplicate => "duplicate",
        Recorded::Late => "late",
        Recorded::Repeated => "repeated",
        _ => "recorded",
    }
}
