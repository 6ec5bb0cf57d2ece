//! What came of a request to a receiver or to a sandbox, if it was not what was asked for.

use serde_json::Value;

use super::{Failure, Kind, said};
use crate::{
    exit::{self, Effects, Exit},
    problem::Problem,
    webhooks::{Answer, Ended},
};

/// Whom a failure is about when it is not the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    /// Who answered.
    pub(super) speaker: &'static str,
    /// What was sent.
    pub(super) subject: &'static str,
}

const RECEIVER: Peer = Peer { speaker: "the receiver", subject: "the delivery" };
const TOKEN_ENDPOINT: Peer = Peer { speaker: "the token endpoint", subject: "the delivery" };
const SANDBOX: Peer = Peer { speaker: "the sandbox", subject: "the call" };

impl Failure {
    /// A delivery that was not answered with success. `again` sends the same event once more.
    pub(crate) fn of_delivery(ended: &Ended, again: &str) -> Self {
        let failure = Self::of_post(ended, RECEIVER);
        let hint = match failure.exit {
            Exit::Unauthenticated => "check that the token is one that the receiver knows".to_owned(),
            Exit::NotSent => "check the address, and whether the receiver runs; nothing was changed".to_owned(),
            Exit::Rejected if matches!(failure.status, Some(300..400)) => {
                "give the address that it points to: a delivery is not sent on, nor is the token".to_owned()
            }
            Exit::Rejected => "look at the receiver's log: replies to strangers tell no reason".to_owned(),
            _ => format!("send it again by `{again}`: a receiver counts the same event once"),
        };
        Self { hint: Some(hint), ..failure }
    }

    /// A token endpoint that gave no token: what it was asked for was not sent.
    pub(crate) fn of_token_endpoint(ended: &Ended) -> Self {
        let failure = Self::of_post(ended, TOKEN_ENDPOINT);
        let outcome = Some("not_sent");
        match ended {
            Ended::Answered(Answer { status: 200..300, .. }) => {
                let (message, kind) = ("the token endpoint answered without a token".to_owned(), Kind::ReplyUnreadable);
                let hint = Some("check the address: it has to be that of a token endpoint".to_owned());
                Self { exit: Exit::NotSent, kind, message, outcome, hint, ..failure }
            }
            Ended::Answered(Answer { status: 400..500, .. }) => {
                let hint = Some("check the client id and its secret, and whether the receiver knows them".to_owned());
                Self { exit: Exit::Unauthenticated, kind: Kind::Authentication, outcome, hint, ..failure }
            }
            _ => {
                let hint = Some("check the address, and whether the receiver runs; nothing was changed".to_owned());
                Self { exit: Exit::NotSent, outcome, hint, ..failure }
            }
        }
    }

    /// A call of a sandbox's control that was not answered with success.
    pub(crate) fn of_control(ended: &Ended) -> Self {
        let failure = Self::of_post(ended, SANDBOX);
        let hint = match failure.exit {
            Exit::Unauthenticated => "give the sandbox's token by --control-token-file or CASHLINK_SANDBOX_TOKEN",
            Exit::NotSent => "check the address, and whether the sandbox runs; nothing was changed",
            Exit::Rejected => "look at what the sandbox says; nothing was changed",
            _ => "look at the sandbox's page whether it was done before you run it again",
        };
        let fields = match ended {
            Ended::Answered(answer) => complaints(answer),
            _ => Vec::new(),
        };
        Self { hint: Some(hint.to_owned()), fields, ..failure }
    }

    /// The same failure of one of many deliveries: `options` go on with it. If it is to be sent again, that says so.
    pub(crate) fn going_on(self, options: &str) -> Self {
        let is_said = self.outcome == Some("unknown");
        let go_on = |hint| if is_said { hint } else { format!("{hint}; then go on with it by `{options}`") };
        Self { hint: self.hint.map(go_on), ..self }
    }

    /// The same failure after `done` requests of the same run that had their effect.
    pub(crate) fn after(self, done: usize) -> Self {
        let effects = Effects { any_applied: done > 0, any_unknown: self.exit == Exit::Unknown };
        Self { exit: exit::of_run(effects, self.exit), ..self }
    }

    fn of_post(ended: &Ended, peer: Peer) -> Self {
        let speaker = peer.speaker;
        let (exit, kind, message) = match ended {
            Ended::Answered(Answer { status, .. }) => {
                let (exit, kind) = judge(*status);
                (exit, kind, format!("{speaker} answered with status {status}"))
            }
            Ended::NotSent(cause) => (Exit::NotSent, Kind::NotSent, format!("{speaker} cannot be reached: {cause}")),
            Ended::TimedOut => (Exit::Unknown, Kind::Timeout, format!("{speaker} did not answer in time")),
            Ended::Lost(cause) => (Exit::Unknown, Kind::ReplyLost, format!("the reply of {speaker} is lost: {cause}")),
        };
        let status = match ended {
            Ended::Answered(answer) => Some(answer.status),
            _ => None,
        };
        let outcome = Some(match exit {
            Exit::NotSent => "not_sent",
            Exit::Unknown => "unknown",
            _ => "rejected",
        });
        Self { status, outcome, peer: Some(peer), ..Self::new(exit, kind, message) }
    }
}

fn judge(status: u16) -> (Exit, Kind) {
    match status {
        401 | 403 => (Exit::Unauthenticated, Kind::Authentication),
        429 => (Exit::Rejected, Kind::RateLimited),
        // It may have failed after it was taken down.
        500.. => (Exit::Unknown, Kind::ServerError),
        _ => (Exit::Rejected, Kind::Rejected),
    }
}

/// What a sandbox says is wrong, fit to print.
fn complaints(answer: &Answer) -> Vec<Problem> {
    let Ok(Value::Object(members)) = serde_json::from_slice(&answer.body) else {
        return Vec::new();
    };
    let detail = members.get("detail").and_then(Value::as_str);
    let fields = members.iter().flat_map(|(name, value)| {
        let messages = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        messages.map(move |message| (if name == "non_field_errors" { "" } else { name.as_str() }, message))
    });
    said(detail, fields)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_status_of_a_reply_decides_how_the_program_ends() {
        check(400, Exit::Rejected, "rejected");
        check(302, Exit::Rejected, "rejected");
        check(401, Exit::Unauthenticated, "rejected");
        check(403, Exit::Unauthenticated, "rejected");
        check(429, Exit::Rejected, "rejected");
        check(500, Exit::Unknown, "unknown");
        check(503, Exit::Unknown, "unknown");

        #[track_caller]
        fn check(status: u16, exit: Exit, outcome: &str) {
            let failure = Failure::of_delivery(&answered(status, b"secret words"), "--status PAID");
            assert_eq!((failure.exit, failure.outcome), (exit, Some(outcome)));
            assert!(!failure.lines().concat().contains("secret words"));
        }
    }

    #[test]
    fn what_a_sandbox_says_is_told_as_its_words() {
        let body = br#"{"detail": "Not found.", "event": ["This cannot happen to 'Max'."], "other": {"a": 1}}"#;
        let lines = Failure::of_control(&answered(400, body)).lines();
        let expected = [
            "error: the sandbox answered with status 400",
            "  the sandbox says: Not found.",
            "  the sandbox says: event: This cannot happen to '…'.",
            "  outcome: rejected; the call changed nothing",
        ];
        assert_eq!(lines[..4], expected);
    }

    #[test]
    fn a_reply_that_did_not_come_leaves_open_whether_the_delivery_arrived() {
        let lines = Failure::of_delivery(&Ended::TimedOut, "--status PAID").lines();
        assert_eq!(lines[1], "  outcome: unknown; the delivery may have happened");
        assert!(lines[2].contains("send it again by `--status PAID`"), "{lines:?}");
    }

    fn answered(status: u16, body: &[u8]) -> Ended {
        Ended::Answered(Answer { status, body: body.to_vec(), elapsed: Duration::ZERO })
    }
}
