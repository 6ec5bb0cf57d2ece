//! What a status says about something that the API does in its own time.

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// On its way, or in a status that nobody knows yet.
    Pending,
    /// Ended well.
    Done,
    /// Ended, and not as was asked for.
    Failed,
    /// Ended, and the API does not know how: people have to find out.
    Unclear,
}

impl Stage {
    /// Whether there is nothing to wait for.
    pub(crate) fn is_final(self) -> bool {
        self != Self::Pending
    }

    /// Whether it ended, but not well.
    pub(crate) fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::Unclear)
    }
}

/// The stage of a task on the ledger. The API has two words for success: which one depends on the task.
pub(crate) fn task(status: &str) -> Stage {
    match status {
        "success" | "succeeded" => Stage::Done,
        "failed" => Stage::Failed,
        "unknown" => Stage::Unclear,
        _ => Stage::Pending,
    }
}

/// The stage of the delivery of an investment: every status that it does not leave by itself is an end.
pub(crate) fn delivery(status: &str) -> Stage {
    match status {
        "DELIVERED" => Stage::Done,
        "ABORTION" | "KYC_INSUFFICIENT" | "REJECTION" | "PAYMENT_MISSING" | "CANCELLATION" => Stage::Failed,
        _ => Stage::Pending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CreditStatus, InvestmentStatus, RedemptionStatus, TransferStatus};

    #[test]
    fn both_words_for_success_are_good_and_an_unknown_word_keeps_waiting() {
        check(RedemptionStatus::Success.as_str(), Stage::Done);
        check(TransferStatus::Succeeded.as_str(), Stage::Done);
        check(CreditStatus::Succeeded.as_str(), Stage::Done);
        check(TransferStatus::Failed.as_str(), Stage::Failed);
        check(TransferStatus::Undetermined.as_str(), Stage::Unclear);
        check(TransferStatus::Processing.as_str(), Stage::Pending);
        check("queued", Stage::Pending);

        #[track_caller]
        fn check(status: &str, expected: Stage) {
            assert_eq!(task(status), expected, "{status}");
        }
    }

    #[test]
    fn a_delivery_ends_with_it_or_with_a_cancellation() {
        check(&InvestmentStatus::Delivered, Stage::Done);
        check(&InvestmentStatus::Abortion, Stage::Failed);
        check(&InvestmentStatus::KycInsufficient, Stage::Failed);
        check(&InvestmentStatus::Rejection, Stage::Failed);
        check(&InvestmentStatus::PaymentMissing, Stage::Failed);
        check(&InvestmentStatus::Cancellation, Stage::Failed);
        check(&InvestmentStatus::KycPending, Stage::Pending);
        check(&InvestmentStatus::Paid, Stage::Pending);
        check(&InvestmentStatus::from("ON_ITS_WAY"), Stage::Pending);

        #[track_caller]
        fn check(status: &InvestmentStatus, expected: Stage) {
            assert_eq!(delivery(status.as_str()), expected, "{status}");
        }
    }
}
