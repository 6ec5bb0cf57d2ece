//! Whether what a call said of its outcome agrees with the ledger.

use cashlink::{Error, Outcome};

/// What a call said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Applied,
    Failed(Outcome, Reason),
}

/// What a failure goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A status with which the API judges a request.
    Verdict,
    Other,
}

/// What is known of an intent beside what its last call said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Whether the client has a journal, and so knows of the earlier calls.
    pub(super) is_journaled: bool,
    pub(super) key: Key,
    /// An earlier call may have happened.
    pub(super) was_in_doubt: bool,
    /// How often it had taken effect before the call.
    pub(super) applied_before: usize,
    /// How often it has taken effect after the call.
    pub(super) applied: usize,
}

/// What the API does with the key of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    None,
    Assumed,
    Evidenced,
}

impl Said {
    pub(super) fn of(result: &Result<(), Error>) -> Self {
        let Err(error) = result else {
            return Self::Applied;
        };
        // A page of a gateway judges nothing.
        let is_verdict = error.api().is_some_and(|reply| {
            let judges = matches!(reply.status(), 400 | 402 | 404..=406 | 410 | 412 | 413 | 415 | 422);
            judges && (reply.detail().is_some() || !reply.fields().is_empty())
        });
        Self::Failed(error.outcome(), if is_verdict { Reason::Verdict } else { Reason::Other })
    }
}

/// What is wrong with `said`.
pub(super) fn wrong(said: Said, known: Known) -> Option<&'static str> {
    let Known { is_journaled, key, was_in_doubt, applied_before, applied } = known;
    if key != Key::None && applied > 1 {
        return Some("applied twice under one key");
    }
    // Without a journal, a call knows nothing of those before it.
    let happened = if is_journaled { applied > 0 } else { applied > applied_before };
    match said {
        Said::Applied => (applied == 0).then_some("said to be applied, and was not"),
        Said::Failed(Outcome::Unknown, _) => None,
        Said::Failed(Outcome::Rejected, _) if happened => Some("said to be rejected, and was applied"),
        Said::Failed(Outcome::NotSent, _) if happened => Some("said not to be sent, and was applied"),
        Said::Failed(Outcome::Rejected, Reason::Verdict) if key == Key::Evidenced => None,
        Said::Failed(..) if is_journaled && was_in_doubt => Some("an earlier call was forgotten"),
        Said::Failed(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: Known =
        Known { is_journaled: true, key: Key::Evidenced, was_in_doubt: false, applied_before: 0, applied: 0 };
    const VERDICT: Said = Said::Failed(Outcome::Rejected, Reason::Verdict);
    const TURNED_AWAY: Said = Said::Failed(Outcome::Rejected, Reason::Other);
    const NOT_SENT: Said = Said::Failed(Outcome::NotSent, Reason::Other);
    const UNKNOWN: Said = Said::Failed(Outcome::Unknown, Reason::Other);

    #[test]
    fn every_way_to_be_wrong_is_found() {
        let applied = Known { applied: 1, ..FRESH };
        check(Said::Applied, FRESH, true);
        check(Said::Applied, applied, false);
        check(UNKNOWN, FRESH, false);
        check(UNKNOWN, applied, false);
        for no in [VERDICT, TURNED_AWAY, NOT_SENT] {
            check(no, FRESH, false);
            check(no, applied, true);
            check(no, Known { applied_before: 1, ..applied }, true);
            check(no, Known { applied_before: 1, is_journaled: false, ..applied }, false);
        }
        check(UNKNOWN, Known { applied: 2, ..FRESH }, true);
        check(UNKNOWN, Known { applied: 2, key: Key::None, ..FRESH }, false);
    }

    #[test]
    fn only_a_verdict_under_a_heeded_key_ends_a_doubt() {
        let in_doubt = Known { was_in_doubt: true, ..FRESH };
        check(NOT_SENT, in_doubt, true);
        check(TURNED_AWAY, in_doubt, true);
        check(VERDICT, in_doubt, false);
        check(VERDICT, Known { key: Key::Assumed, ..in_doubt }, true);
        check(NOT_SENT, Known { is_journaled: false, ..in_doubt }, false);
    }

    #[track_caller]
    fn check(said: Said, known: Known, is_wrong: bool) {
        assert_eq!(wrong(said, known).is_some(), is_wrong, "{said:?}, {known:?}");
    }
}
