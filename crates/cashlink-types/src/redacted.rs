//! What `Debug` shows in place of a personal or secret value.

use std::fmt;

/// Prints `[redacted]`, and nothing of the value it stands for.
///
/// The generated models use it in their `Debug`, so that a person's data never reaches a log by way of `{:?}`.
///
/// ```
/// assert_eq!(format!("{:?}", Some(cashlink_types::Redacted)), "Some([redacted])");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
