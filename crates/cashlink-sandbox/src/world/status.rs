//! The life of an investment as a table of transitions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What can happen to an investment.
///
/// The API itself brings about acceptance, payment and delivery; the rest is done by people in the
/// issuer's user interface and can be played with [`Sandbox::trigger`](crate::Sandbox::trigger).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InvestmentEvent {
    /// The investor's identification is complete.
    KycCleared,
    /// The investor's identification is incomplete or inconsistent.
    KycInsufficient,
    /// The investor stops.
    Abort,
    /// The external review is done.
    Reviewed,
    /// The issuer accepts.
    Accept,
    /// The issuer refuses.
    Reject,
    /// The money has arrived.
    Pay,
    /// The money has not arrived in time.
    PaymentMissing,
    /// The investor withdraws.
    Cancel,
    /// The units are on the wallet.
    Deliver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    KycPending,
    ReviewPending,
    WaitingForAcceptance,
    Accepted,
    Paid,
    Delivered,
    Abortion,
    KycInsufficient,
    Rejection,
    PaymentMissing,
    Cancellation,
}

impl fmt::Display for Status {
    /// As the API writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

use InvestmentEvent as Event;

const TRANSITIONS: &[(Status, Event, Status)] = &[
    (Status::KycPending, Event::KycCleared, Status::ReviewPending),
    (Status::KycPending, Event::KycInsufficient, Status::KycInsufficient),
    (Status::KycPending, Event::Abort, Status::Abortion),
    (Status::ReviewPending, Event::Reviewed, Status::WaitingForAcceptance),
    (Status::WaitingForAcceptance, Event::Accept, Status::Accepted),
    (Status::WaitingForAcceptance, Event::Reject, Status::Rejection),
    (Status::Accepted, Event::Pay, Status::Paid),
    (Status::Accepted, Event::PaymentMissing, Status::PaymentMissing),
    (Status::Accepted, Event::Cancel, Status::Cancellation),
    (Status::Paid, Event::Deliver, Status::Delivered),
    (Status::Paid, Event::Cancel, Status::Cancellation),
    (Status::Delivered, Event::Cancel, Status::Cancellation),
];

impl Status {
    /// The status after `event`, or `None` if it cannot happen now.
    pub(crate) fn after(self, event: Event) -> Option<Self> {
        let row = TRANSITIONS.iter().find(|(from, on, _)| *from == self && *on == event);
        row.map(|(_, _, to)| *to)
    }

    /// Everything that can happen now.
    pub(crate) fn events(self) -> impl Iterator<Item = Event> {
        TRANSITIONS.iter().filter(move |(from, _, _)| *from == self).map(|(_, event, _)| *event)
    }

    /// Those that an investment can become after it was made; one may come more than once.
    pub(crate) fn taken_on() -> impl Iterator<Item = Self> {
        TRANSITIONS.iter().map(|(_, _, to)| *to)
    }

    /// The statuses that lead to this one.
    pub(crate) fn origins(self) -> impl Iterator<Item = Self> {
        TRANSITIONS.iter().filter(move |(_, _, to)| *to == self).map(|(from, _, _)| *from)
    }

    /// Whether the normal path can still go on.
    pub(crate) fn is_open(self) -> bool {
        matches!(
            self,
            Self::KycPending | Self::ReviewPending | Self::WaitingForAcceptance | Self::Accepted | Self::Paid
        )
    }

    /// Whether the investment was ended without being delivered or after it.
    pub(crate) fn is_cancelled(self) -> bool {
        !self.is_open() && self != Self::Delivered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUSES: [Status; 11] = [
        Status::KycPending,
        Status::ReviewPending,
        Status::WaitingForAcceptance,
        Status::Accepted,
        Status::Paid,
        Status::Delivered,
        Status::Abortion,
        Status::KycInsufficient,
        Status::Rejection,
        Status::PaymentMissing,
        Status::Cancellation,
    ];

    #[test]
    fn the_normal_path_ends_delivered() {
        let path = [Event::KycCleared, Event::Reviewed, Event::Accept, Event::Pay, Event::Deliver];
        let end = path.iter().try_fold(Status::KycPending, |status, event| status.after(*event));
        assert_eq!(end, Some(Status::Delivered));
    }

    #[test]
    fn a_cancelled_investment_stays_as_it_is() {
        for (from, event, _) in TRANSITIONS {
            assert!(!from.is_cancelled(), "{from:?} leaves on {event:?}");
        }
    }

    #[test]
    fn only_a_paid_investment_is_delivered() {
        for status in STATUSES {
            assert_eq!(status.after(Event::Deliver).is_some(), status == Status::Paid, "{status:?}");
        }
    }

    #[test]
    fn nothing_is_paid_before_it_is_accepted() {
        for status in [Status::KycPending, Status::ReviewPending, Status::WaitingForAcceptance] {
            assert_eq!(status.after(Event::Pay), None);
        }
    }

    #[test]
    fn each_pair_has_one_outcome() {
        for (index, (from, event, _)) in TRANSITIONS.iter().enumerate() {
            let again = TRANSITIONS[index + 1..].iter().any(|(f, e, _)| f == from && e == event);
            assert!(!again, "{from:?} on {event:?} is listed twice");
        }
    }

    #[test]
    fn the_wire_has_upper_snake_case() {
        let wire = serde_json::to_value(Status::WaitingForAcceptance).unwrap();
        assert_eq!(wire, "WAITING_FOR_ACCEPTANCE");
    }
}
