//! How far an investment is, by the events that counted.

use jiff::Timestamp;

use super::Event;
use crate::model::InvestmentStatus;

/// How an investment stands by the last event that counted: its watermark.
///
/// A store keeps one for each investment and asks it about every new event: by [`weigh`](Self::weigh) all stores
/// decide alike.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// The status that counts.
    pub status: InvestmentStatus,
    /// Since when; none if the event did not say.
    pub changed_at: Option<Timestamp>,
}

/// What an event that was not seen before says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weight {
    /// Something new: the investment stands like this now.
    Applies(Standing),
    /// The status that counts already, at another time. It has no effect; the investment stands like this.
    Repeats(Standing),
    /// How things were before what counts already.
    Late,
}

impl Standing {
    /// A standing that a store kept.
    pub fn new(status: InvestmentStatus, changed_at: Option<Timestamp>) -> Self {
        Self { status, changed_at }
    }

    /// What `event`, which was not seen before, says of an investment that stands at `current`.
    ///
    /// What changed later counts. Where that cannot be told, because both changed at the same time or one does not say
    /// when, what is further on the way of an investment counts: first the five statuses to `DELIVERED` in their order,
    /// then statuses that are not known, then those that end it otherwise.
    ///
    /// Only where the investment stands at a known status since nobody knows when, as after it was
    /// [read](Event::observed), an event with a time and a status that is not known is late: it may tell of what led there.
    pub fn weigh(current: Option<&Self>, event: &Event) -> Weight {
        let said = Self::new(event.status().clone(), event.changed_at());
        let Some(current) = current else {
            return Weight::Applies(said);
        };
        if current.status == said.status {
            return Weight::Repeats(Self { changed_at: current.changed_at.max(said.changed_at), ..said });
        }
        let is_new = match (current.changed_at, said.changed_at) {
            (Some(before), Some(after)) if before != after => before < after,
            // Counting it would let all that followed it count once more.
            (None, Some(_)) if said.status.is_unknown() => false,
            _ => place(&current.status) < place(&said.status),
        };
        if is_new { Weight::Applies(said) } else { Weight::Late }
    }
}

/// How far on the way of an investment a status is.
fn place(status: &InvestmentStatus) -> u8 {
    match status {
        InvestmentStatus::KycPending => 0,
        InvestmentStatus::ReviewPending => 1,
        InvestmentStatus::WaitingForAcceptance => 2,
        InvestmentStatus::Accepted => 3,
        InvestmentStatus::Paid => 4,
        InvestmentStatus::Delivered => 5,
        InvestmentStatus::Unknown(_) => 6,
        _ => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InvestmentId;

    #[test]
    fn what_changed_later_counts_and_where_that_cannot_be_told_what_is_further_on() {
        check(None, ("PAID", Some(5)), Some(("PAID", Some(5))));
        check(Some(("ACCEPTED", Some(5))), ("PAID", Some(6)), Some(("PAID", Some(6))));
        check(Some(("PAID", Some(5))), ("ACCEPTED", Some(4)), None);
        // Time is stronger than the way that is known.
        check(Some(("CANCELLATION", Some(5))), ("DELIVERED", Some(6)), Some(("DELIVERED", Some(6))));
        check(Some(("MOVED", Some(5))), ("PAID", Some(4)), None);

        check(Some(("ACCEPTED", Some(5))), ("PAID", Some(5)), Some(("PAID", Some(5))));
        check(Some(("PAID", Some(5))), ("ACCEPTED", Some(5)), None);
        check(Some(("DELIVERED", Some(5))), ("MOVED", Some(5)), Some(("MOVED", Some(5))));
        check(Some(("CANCELLATION", Some(5))), ("MOVED", Some(5)), None);
        check(Some(("DELIVERED", None)), ("PAID", Some(9)), None);
        check(Some(("PAID", Some(9))), ("DELIVERED", None), Some(("DELIVERED", None)));
        check(Some(("DELIVERED", Some(9))), ("PAID", None), None);

        check(Some(("DELIVERED", None)), ("MOVED", Some(9)), None);
        check(Some(("DELIVERED", None)), ("MOVED", None), Some(("MOVED", None)));
        check(Some(("DELIVERED", None)), ("CANCELLATION", Some(9)), Some(("CANCELLATION", Some(9))));

        #[track_caller]
        fn check(
            current: Option<(&str, Option<i64>)>,
            event: (&str, Option<i64>),
            expected: Option<(&str, Option<i64>)>,
        ) {
            let current = current.map(standing);
            let Standing { status, changed_at } = standing(event);
            let event = match changed_at {
                Some(at) => Event::new(InvestmentId::new(uuid::Uuid::nil()), status, at),
                None => Event::observed(InvestmentId::new(uuid::Uuid::nil()), status),
            };
            let expected = expected.map_or(Weight::Late, |expected| Weight::Applies(standing(expected)));
            assert_eq!(Standing::weigh(current.as_ref(), &event), expected);
        }
    }

    #[test]
    fn the_same_status_again_says_nothing_new_and_moves_only_the_time() {
        check(Some(5), Some(9), Some(9));
        check(Some(9), Some(5), Some(9));
        check(None, Some(5), Some(5));
        check(Some(5), None, Some(5));

        #[track_caller]
        fn check(current: Option<i64>, event: Option<i64>, expected: Option<i64>) {
            let current = standing(("PAID", current));
            let said = standing(("PAID", event));
            let event = match said.changed_at {
                Some(at) => Event::new(InvestmentId::new(uuid::Uuid::nil()), said.status, at),
                None => Event::observed(InvestmentId::new(uuid::Uuid::nil()), said.status),
            };
            assert_eq!(Standing::weigh(Some(&current), &event), Weight::Repeats(standing(("PAID", expected))));
        }
    }

    fn standing((status, second): (&str, Option<i64>)) -> Standing {
        Standing::new(status.into(), second.map(|second| Timestamp::from_second(second).unwrap()))
    }
}
