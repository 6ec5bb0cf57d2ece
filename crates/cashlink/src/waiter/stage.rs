//! What a status says about something that the API does in its own time.

use crate::model::InvestmentStatus;

/// The way of an investment that goes well.
const WAY: [&str; 6] = ["KYC_PENDING", "REVIEW_PENDING", "WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED"];

/// What is waited for.
#[derive(Clone, Debug)]
pub(crate) enum Goal {
    /// That a task on the ledger has ended.
    Task,
    /// That an investment has this status, or one that is further on the way to its delivery.
    Reached(InvestmentStatus),
}

impl Goal {
    /// How far it is in `status`.
    pub(crate) fn stage(&self, status: &str) -> Stage {
        match self {
            Self::Task => task(status),
            Self::Reached(goal) => reached(goal.as_str(), status),
        }
    }
}

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

/// The stage of an investment that is to have the status `goal`. What it passes over on its way counts as reached.
fn reached(goal: &str, status: &str) -> Stage {
    let place = |status: &str| WAY.iter().position(|passed| *passed == status);
    let is_passed = place(goal).zip(place(status)).is_some_and(|(goal, status)| goal <= status);
    if goal == status || is_passed {
        return Stage::Done;
    }
    if delivery(status).is_final() { Stage::Failed } else { Stage::Pending }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CreditStatus, RedemptionStatus, TransferStatus};

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

    #[test]
    fn a_status_is_reached_by_itself_or_by_what_comes_after_it_on_the_way() {
        check("ACCEPTED", "WAITING_FOR_ACCEPTANCE", Stage::Pending);
        check("ACCEPTED", "ACCEPTED", Stage::Done);
        check("ACCEPTED", "PAID", Stage::Done);
        check("REVIEW_PENDING", "WAITING_FOR_ACCEPTANCE", Stage::Done);
        check("KYC_PENDING", "DELIVERED", Stage::Done);
        check("ACCEPTED", "REJECTION", Stage::Failed);
        check("ACCEPTED", "MOVED", Stage::Pending);

        check("CANCELLATION", "PAID", Stage::Pending);
        check("CANCELLATION", "CANCELLATION", Stage::Done);
        check("CANCELLATION", "REJECTION", Stage::Failed);
        check("CANCELLATION", "DELIVERED", Stage::Failed);
        check("MOVED", "PAID", Stage::Pending);
        check("MOVED", "MOVED", Stage::Done);

        for status in WAY.into_iter().chain(["REJECTION", "MOVED"]) {
            check("DELIVERED", status, delivery(status));
        }

        #[track_caller]
        fn check(goal: &str, status: &str, expected: Stage) {
            assert_eq!(Goal::Reached(goal.into()).stage(status), expected, "{status} on the way to {goal}");
        }
    }
}
