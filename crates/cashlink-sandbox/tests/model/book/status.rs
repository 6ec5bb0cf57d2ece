//! The statuses of an investment and the ways between them, as the documentation has them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

use Status::{
    Abortion, Accepted, Cancellation, Delivered, KycInsufficient, KycPending, Paid, PaymentMissing, Rejection,
    ReviewPending, WaitingForAcceptance,
};

/// What people and the ledger can let happen, by the name that the sandbox has for it: from where to where.
pub(crate) const EVENTS: [(&str, &[Status], Status); 10] = [
    ("kyc_cleared", &[KycPending], ReviewPending),
    ("kyc_insufficient", &[KycPending], KycInsufficient),
    ("abort", &[KycPending], Abortion),
    ("reviewed", &[ReviewPending], WaitingForAcceptance),
    ("accept", &[WaitingForAcceptance], Accepted),
    ("reject", &[WaitingForAcceptance], Rejection),
    ("pay", &[Accepted], Paid),
    ("payment_missing", &[Accepted], PaymentMissing),
    ("cancel", &[Accepted, Paid, Delivered], Cancellation),
    ("deliver", &[Paid], Delivered),
];

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            KycPending => "KYC_PENDING",
            ReviewPending => "REVIEW_PENDING",
            WaitingForAcceptance => "WAITING_FOR_ACCEPTANCE",
            Accepted => "ACCEPTED",
            Paid => "PAID",
            Delivered => "DELIVERED",
            Abortion => "ABORTION",
            KycInsufficient => "KYC_INSUFFICIENT",
            Rejection => "REJECTION",
            PaymentMissing => "PAYMENT_MISSING",
            Cancellation => "CANCELLATION",
        }
    }

    pub(crate) fn is_open(self) -> bool {
        matches!(self, KycPending | ReviewPending | WaitingForAcceptance | Accepted | Paid)
    }

    pub(crate) fn is_cancelled(self) -> bool {
        !self.is_open() && self != Delivered
    }

    pub(crate) fn after(self, event: usize) -> Option<Self> {
        let (_, from, to) = EVENTS[event];
        from.contains(&self).then_some(to)
    }
}

/// Whether an investment that is shown as `from` may be shown as `to` later, in one step or in several.
pub(crate) fn leads_to(from: &str, to: &str) -> bool {
    let mut ways = EVENTS.iter().filter(|(_, origins, _)| origins.iter().any(|origin| origin.name() == from));
    from == to || ways.any(|(_, _, next)| leads_to(next.name(), to))
}
