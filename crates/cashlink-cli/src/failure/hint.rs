//! What to do after a failure.

use cashlink::IdempotencyKey;

use super::{Asked, Origin, judge};
use crate::exit::Exit;

const CREDENTIALS: &str =
    "check the client id, the client secret, the scopes of the client, and that they belong to this address; ";

/// What is to be mended beside what the exit code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    None,
    Journal,
    KeyTaken,
    Withheld,
    /// Told with the problem.
    Run,
}

impl Remedy {
    pub(super) fn of(error: &cashlink::Error) -> Self {
        if error.journal_failure().is_some() {
            Self::Journal
        } else if error.is_withheld() {
            Self::Withheld
        } else if judge::is_key_taken(error) {
            Self::KeyTaken
        } else {
            Self::None
        }
    }
}

/// What a hint depends on.
pub(super) struct Advice<'a> {
    /// How the step that failed ended.
    pub(super) cause: Exit,
    /// How the run ended.
    pub(super) exit: Exit,
    pub(super) remedy: Remedy,
    /// The same run id may get further.
    pub(super) is_resumable: bool,
    pub(super) origin: &'a Origin<'a>,
}

/// What to do after a call that belongs to no guide has ended as `exit`.
pub(super) fn of_call(exit: Exit, remedy: Remedy, asked: &Asked) -> String {
    let key = asked.key.as_ref().map(IdempotencyKey::as_str);
    match (remedy, key) {
        // It was sent, and what the API answered could not be written down.
        (Remedy::Journal, key) if exit == Exit::Unknown => {
            return format!("see to the journal; then {}", unknown(key, asked.reconcile.as_deref()));
        }
        (Remedy::Journal, _) => {
            return "see to the journal, or do without by --no-journal; nothing was changed".to_owned();
        }
        (Remedy::KeyTaken, Some(key)) => {
            return format!(
                "use another key only for another change; to ask for the same again, give its data to the byte as they were. \
                 `cashlink intents show {key}` shows the first one"
            );
        }
        (Remedy::Withheld, _) => {
            return "look at the API whether the change is there; make it anew, under another key, if it is not"
                .to_owned();
        }
        _ => {}
    }
    match (exit, key) {
        (Exit::Unknown, key) => unknown(key, asked.reconcile.as_deref()),
        (Exit::Unauthenticated, _) => CREDENTIALS.trim_end_matches("; ").to_owned(),
        (Exit::NotSent, _) => "check the address and the network; nothing was changed".to_owned(),
        (Exit::Rejected, Some(key)) => {
            format!(
                "look at what the API says. If it is busy, wait and use --key {key} again; if the data has to be mended, use \
                 another, as the API may repeat its answer. Where an earlier call under this key ended as unknown, it still is"
            )
        }
        _ => "look at what the API says; nothing was changed".to_owned(),
    }
}

fn unknown(key: Option<&str>, reconcile: Option<&str>) -> String {
    match (reconcile, key) {
        (Some(reconcile), Some(key)) => format!(
            "`{reconcile}` finds out what became of it; or run it again soon with the same data and --key {key}: nothing \
             happens twice under one key"
        ),
        (Some(reconcile), None) => format!("`{reconcile}` finds out what became of it"),
        (None, Some(key)) => {
            format!("run it again soon with the same data and --key {key}: nothing happens twice under one key")
        }
        (None, None) => "read what became of it before you run it again".to_owned(),
    }
}

impl Advice<'_> {
    /// First what to mend, then how to go on.
    pub(super) fn text(&self) -> String {
        let mend = match (self.remedy, self.cause) {
            (Remedy::Journal, _) => "see to the journal; ",
            (_, Exit::Unauthenticated) => CREDENTIALS,
            (_, Exit::NotSent) => "check the address and the network; ",
            (_, Exit::Rejected) => "look at what is said above; ",
            _ => "",
        };
        let go_on = match self.origin.again {
            Some(again) => self.go_on_in_journal(again),
            None => self.go_on(),
        };
        format!("{mend}{go_on}")
    }

    /// The run is written down: what it did is known.
    fn go_on_in_journal(&self, again: &str) -> String {
        let mismatch = self.origin.mismatch.unwrap_or_default();
        match (self.exit, self.is_resumable) {
            (Exit::Invalid, _) if self.remedy == Remedy::Run => String::new(),
            (Exit::Invalid, _) => mismatch.to_owned(),
            (Exit::Unknown, _) if self.remedy == Remedy::Withheld => {
                "a person has to look at the API whether the change is there: its key is too old to ask again"
                    .to_owned()
            }
            (Exit::Unknown, true) => format!("`{again}` finds out and goes on: nothing happens twice"),
            (Exit::Unknown, false) => self.go_on(),
            (Exit::PartlyDone, true) => format!("`{again}` goes on from there: what was done is not repeated"),
            (Exit::PartlyDone, false) => format!(
                "what was done stays. If the cause can be put right at the API, do that, and `{again}` takes the step once \
                 more under a new key; with another input only a new run helps, which does what was done a second time"
            ),
            (_, true) => format!("`{again}` goes on; this run did nothing"),
            (_, false) => format!(
                "mend the input and run it again under a new run id; this run did nothing. If the cause was put right at \
                 the API, `{again}` takes the step once more"
            ),
        }
    }

    fn go_on(&self) -> String {
        let Origin { guide, run_id, .. } = self.origin;
        match (self.exit, self.is_resumable) {
            (Exit::Invalid, _) => format!("`cashlink guide {guide} --template` shows every field"),
            (Exit::Unknown, true) => format!(
                "run it again soon with the same input and --run-id {run_id}: the same keys are sent, so nothing happens twice"
            ),
            (Exit::Unknown, false) => {
                "a person has to find out what became of it, with the registry's support; start nothing again"
                    .to_owned()
            }
            (Exit::PartlyDone, true) => {
                format!("run it again with the same input and --run-id {run_id}: what was done is not repeated")
            }
            (Exit::PartlyDone, false) => format!(
                "what was done stays. With --run-id {run_id} it is not repeated, but the API may give the same answer again; \
                 under a new run id it would be done a second time"
            ),
            (_, true) => format!("run it again with the same input and --run-id {run_id}; this run did nothing"),
            (_, false) => format!(
                "mend the input and run it again; this run did nothing. Take a new run id only if no earlier run had \
                 --run-id {run_id}: what that did would be done a second time"
            ),
        }
    }
}
