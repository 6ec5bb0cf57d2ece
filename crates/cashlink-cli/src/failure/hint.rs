//! What to do after a failure.

use crate::exit::Exit;

const CREDENTIALS: &str =
    "check the client id, the client secret, the scopes of the client, and that they belong to this address; ";

/// What a hint depends on.
pub(super) struct Advice<'a> {
    /// How the step that failed ended.
    pub(super) cause: Exit,
    /// How the run ended.
    pub(super) exit: Exit,
    /// The same run id may get further.
    pub(super) is_resumable: bool,
    pub(super) guide: &'a str,
    pub(super) run_id: &'a str,
}

/// What to do after a call that belongs to no guide has ended as `exit`, under `key` if it had one.
pub(super) fn of_call(exit: Exit, key: Option<&str>) -> String {
    match (exit, key) {
        (Exit::Unknown, Some(key)) => {
            format!("run it again soon with the same data and --key {key}: nothing happens twice under one key")
        }
        (Exit::Unknown, None) => "read what became of it before you run it again".to_owned(),
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

impl Advice<'_> {
    /// First what to mend, then how to go on.
    pub(super) fn text(&self) -> String {
        let mend = match self.cause {
            Exit::Unauthenticated => CREDENTIALS,
            Exit::NotSent => "check the address and the network; ",
            Exit::Rejected => "look at what is said above; ",
            _ => "",
        };
        format!("{mend}{}", self.go_on())
    }

    fn go_on(&self) -> String {
        let Self { guide, run_id, .. } = self;
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
