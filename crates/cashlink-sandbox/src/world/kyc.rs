//! How far an investor's identification is.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum KycStatus {
    IdentStarted,
    Rejected,
    Success,
}

/// How an identification process that was started ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdentificationResult {
    /// The person is who they say they are.
    Success,
    /// The identification failed.
    Rejected,
}

impl From<IdentificationResult> for KycStatus {
    fn from(result: IdentificationResult) -> Self {
        match result {
            IdentificationResult::Success => Self::Success,
            IdentificationResult::Rejected => Self::Rejected,
        }
    }
}

/// The status of an investor with identifications of these statuses, oldest first.
///
/// A success stays; otherwise the newest identification counts.
pub(super) fn overall(statuses: impl DoubleEndedIterator<Item = KycStatus>) -> Option<KycStatus> {
    let mut newest_first = statuses.rev();
    let newest = newest_first.next()?;
    let succeeded = newest == KycStatus::Success || newest_first.any(|status| status == KycStatus::Success);
    Some(if succeeded { KycStatus::Success } else { newest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_stays_and_otherwise_the_newest_counts() {
        check(&[], None);
        check(&[KycStatus::IdentStarted], Some(KycStatus::IdentStarted));
        check(&[KycStatus::Rejected, KycStatus::IdentStarted], Some(KycStatus::IdentStarted));
        check(&[KycStatus::Success, KycStatus::Rejected], Some(KycStatus::Success));

        #[track_caller]
        fn check(statuses: &[KycStatus], expected: Option<KycStatus>) {
            assert_eq!(overall(statuses.iter().copied()), expected);
        }
    }
}
