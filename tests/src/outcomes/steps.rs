//! What meets the attempts of a call, drawn at random.

use std::time::Duration;

use cashlink_sandbox::Fault;
use fastrand::Rng;

use crate::gateway::Treatment;

/// What meets one attempt.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Nothing: the attempt gets through.
    Pass,
    /// A fault of the server that is no verdict.
    Fault(Fault),
    /// A refusal of the API itself.
    Verdict(Fault),
    /// A fault of the way.
    Way(Treatment),
}

/// Statuses with which the API itself judges a request.
const VERDICTS: [u16; 10] = [400, 402, 404, 405, 406, 410, 412, 413, 415, 422];

/// Statuses with which a request is turned away at the door.
const TURNED_AWAY: [u16; 9] = [301, 307, 308, 401, 403, 409, 421, 425, 429];

/// Statuses that prove nothing, whether the request was carried out or not.
const PROVES_NOTHING: [u16; 9] = [302, 303, 408, 499, 500, 501, 502, 503, 504];

impl Step {
    /// One of all steps. `waits`: also such as take real time.
    pub(super) fn draw(random: &mut Rng, waits: bool) -> Self {
        let kinds = if waits { 16 } else { 15 };
        match random.u8(0..kinds) {
            0 => Self::Pass,
            1 => Self::Fault(Fault::reply_lost_after_commit()),
            2 => Self::Fault(Fault::truncated_reply()),
            3 => Self::Fault(Fault::error_after_commit(pick(random, &PROVES_NOTHING))),
            4 => Self::Fault(Fault::reset_before_commit()),
            5 | 6 => Self::Fault(Fault::error_before_commit(pick(random, &PROVES_NOTHING))),
            7 => Self::Fault(turned_away(random)),
            8 => Self::Verdict(verdict(random)),
            9 => Self::Fault(Fault::html_reply(pick(random, &[200, 400, 403, 404, 413, 500, 502, 503]))),
            10 => Self::Fault(Fault::reply(pick(random, &[200, 201]), "application/json", "\"nonsense\"")),
            11 => Self::Fault(Fault::throttle(Duration::from_secs(random.u64(0..40)))),
            12 => Self::Fault(Fault::token_expired()),
            13 => Self::Way(Treatment::CutRequest(random.u16(0..1000))),
            14 => Self::Way(Treatment::CutReply(random.u16(0..1000))),
            _ => Self::Way(Treatment::Hold),
        }
    }
}

/// What comes in the place of a verdict that would contradict an earlier answer under the same key.
pub(super) fn turned_away(random: &mut Rng) -> Fault {
    let fault = Fault::error_before_commit(pick(random, &TURNED_AWAY));
    if random.bool() { fault } else { fault.body("") }
}

fn verdict(random: &mut Rng) -> Fault {
    let fault = Fault::error_before_commit(pick(random, &VERDICTS));
    if random.bool() { fault } else { fault.body(r#"{"status":["Not in this status."]}"#) }
}

fn pick(random: &mut Rng, statuses: &[u16]) -> u16 {
    random.choice(statuses).copied().unwrap_or_default()
}
