//! Deliveries of webhooks: how many a second are durable, and what a verdict costs.

mod naive;
mod receive;
mod send;
mod verdict;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub(crate) use self::{receive::serve, send::send, verdict::judge};
use crate::journal::mix;

const TOKEN: &str = "a-token-that-is-as-long-as-one-drawn-at-random";

/// The event of this number: each is of an investment of its own, so that each counts.
fn body(number: u64) -> String {
    let investment = Uuid::from_u64_pair(mix(2 * number), mix(2 * number + 1));
    let since = SignedDuration::from_micros(number.cast_signed());
    let changed_at = Timestamp::constant(1_740_000_000, 104_512_000) + since;
    format!(r#"{{"investment_id": "{investment}", "status": "PAID", "changed_at": "{changed_at:.6}"}}"#)
}
