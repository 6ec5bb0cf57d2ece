//! Exit codes, and which one a run ends with.

use std::process::ExitCode;

/// Explains the codes below every `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
    0  done
    1  internal error
    2  usage or invalid input; nothing was sent
    3  rejected by the API
    4  authentication failed
    5  not sent; it cannot have happened
    6  outcome unknown; it may have happened
    7  partly done; some steps were applied
  130  interrupted";

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Internal,
    Invalid,
    Rejected,
    Unauthenticated,
    NotSent,
    Unknown,
    PartlyDone,
    Interrupted,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Invalid => 2,
            Self::Rejected => 3,
            Self::Unauthenticated => 4,
            Self::NotSent => 5,
            Self::Unknown => 6,
            Self::PartlyDone => 7,
            Self::Interrupted => 130,
        }
    }

    /// The `status` of a JSON document.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "failed",
            Self::Invalid => "invalid",
            Self::Rejected => "rejected",
            Self::Unauthenticated => "unauthenticated",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::PartlyDone => "partly_done",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What the steps of a run that failed have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// At least one step changed something.
    pub(crate) any_applied: bool,
    /// At least one step may have changed something.
    pub(crate) any_unknown: bool,
}

/// How a run ends that failed by `cause`, the end that the failing step alone would give.
pub(crate) fn of_run(effects: Effects, cause: Exit) -> Exit {
    match effects {
        Effects { any_unknown: true, .. } => Exit::Unknown,
        Effects { any_applied: true, .. } => Exit::PartlyDone,
        Effects { .. } => cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_happened_weighs_more_than_what_did_and_that_more_than_the_cause() {
        check(false, false, Exit::Unauthenticated, Exit::Unauthenticated);
        check(false, false, Exit::Rejected, Exit::Rejected);
        check(false, false, Exit::NotSent, Exit::NotSent);
        check(true, false, Exit::Unauthenticated, Exit::PartlyDone);
        check(true, false, Exit::Rejected, Exit::PartlyDone);
        check(true, true, Exit::Rejected, Exit::Unknown);
        check(false, true, Exit::NotSent, Exit::Unknown);

        #[track_caller]
        fn check(any_applied: bool, any_unknown: bool, cause: Exit, expected: Exit) {
            assert_eq!(of_run(Effects { any_applied, any_unknown }, cause), expected);
        }
    }

    #[test]
    fn the_help_explains_every_code() {
        let all = [
            Exit::Done,
            Exit::Internal,
            Exit::Invalid,
            Exit::Rejected,
            Exit::Unauthenticated,
            Exit::NotSent,
            Exit::Unknown,
            Exit::PartlyDone,
            Exit::Interrupted,
        ];
        let codes: Vec<u8> =
            HELP.lines().skip(1).filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
        assert_eq!(codes, all.map(Exit::code));
    }
}
