//! An event, as the sender means it.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::Result;

/// Statuses with their place on the way of an investment: of two that came about at the same time the later one counts.
pub(super) const STATUSES: [(&str, u8); 9] = [
    ("KYC_PENDING", 0),
    ("REVIEW_PENDING", 1),
    ("WAITING_FOR_ACCEPTANCE", 2),
    ("ACCEPTED", 3),
    ("PAID", 4),
    ("DELIVERED", 5),
    // Not in the description: it has to be kept all the same.
    ("MOVED_ELSEWHERE", 6),
    ("CANCELLATION", 7),
    ("REJECTION", 7),
];

/// Says that an investment got a status. Two are the same if all is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Event {
    pub(super) investment: Uuid,
    /// The number of the status in [`STATUSES`].
    pub(super) status: usize,
    /// Microseconds since the epoch.
    pub(super) changed_at: i64,
}

impl Event {
    /// What the tables have of it, in words.
    pub(super) fn of_words(investment: &str, status: &str, changed_at: &str) -> Result<Self> {
        let number = STATUSES.iter().position(|(name, _)| *name == status);
        let changed_at: Timestamp = changed_at.parse()?;
        Ok(Self {
            investment: investment.parse()?,
            status: number.ok_or_else(|| format!("no event has the status {status}"))?,
            changed_at: changed_at.as_microsecond(),
        })
    }

    /// Tells which of two events of an investment counts: the greater one.
    pub(super) fn rank(&self) -> (i64, u8) {
        (self.changed_at, STATUSES[self.status].1)
    }

    /// What is sent. The form says how the same is written: the offset, and whether there is a member that means nothing.
    pub(super) fn body(&self, form: u8) -> Result<String> {
        let at = Timestamp::from_microsecond(self.changed_at)?;
        let changed_at = match form % 3 {
            0 => at.to_string(),
            1 => at.to_string().replace('Z', "+00:00"),
            _ => at.display_with_offset(jiff::tz::Offset::constant(2)).to_string(),
        };
        let extra = if form.is_multiple_of(2) { String::new() } else { format!(r#","attempt":{form}"#) };
        let (investment, (status, _)) = (self.investment, STATUSES[self.status]);
        Ok(format!(r#"{{"investment_id":"{investment}","status":"{status}","changed_at":"{changed_at}"{extra}}}"#))
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { investment, status, changed_at } = self;
        write!(formatter, "{} of {investment} at {changed_at} µs", STATUSES[*status].0)
    }
}
