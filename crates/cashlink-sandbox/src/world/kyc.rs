//! How far an investor's identification is.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum KycStatus {
    IdentStarted,
    UnderReview,
    ManualReviewRequired,
    Rejected,
    Success,
}

impl KycStatus {
    /// Whether it may still be decided.
    pub(super) fn is_under_way(self) -> bool {
        matches!(self, Self::IdentStarted | Self::UnderReview | Self::ManualReviewRequired)
    }
}

/// What becomes of an identification that was started.
///
/// The first three end it, the others are stages on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdentificationResult {
    /// The person is who they say they are.
    Success,
    /// The investor is refused: what waits for the identification is cancelled as `KYC_INSUFFICIENT`.
    Rejected,
    /// This attempt failed, which is shown as `REJECTED` too; investments wait for another one.
    Failed,
    /// Checks are running.
    UnderReview,
    /// People have to look at it.
    ManualReviewRequired,
}

impl From<IdentificationResult> for KycStatus {
    fn from(result: IdentificationResult) -> Self {
        match result {
            IdentificationResult::Success => Self::Success,
            IdentificationResult::Rejected | IdentificationResult::Failed => Self::Rejected,
            IdentificationResult::UnderReview => Self::UnderReview,
            IdentificationResult::ManualReviewRequired => Self::ManualReviewRequired,
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
