//! What to do after a failure.

use crate::exit::Exit;

/// What a hint depends on.
pub(super) struct Advice<'a> {
    /// How the step that failed ended.
    pub(super) cause: Exit,
    /// How the run ended.
    pub(super) exit: Exit,
    pub(super) guide: &'a str,
    pub(super) run_id: &'a str,
}

impl Advice<'_> {
    /// First what to mend, then how to go on.
    pub(super) fn text(&self) -> String {
        let mend = match self.cause {
            Exit::Unauthenticated => {
                "check the client id, the client secret, the scopes of the client, and that they belong to this address; "
            }
            Exit::NotSent => "check the address and the network; ",
            Exit::Rejected => "look at what the API says; ",
            _ => "",
        };
        format!("{mend}{}", self.go_on())
    }

    fn go_on(&self) -> String {
        let Self { guide, run_id, .. } = self;
        match (self.exit, self.cause) {
            (Exit::Unknown, _) => format!(
                "run it again soon with the same input and --run-id {run_id}: the same keys are sent, so nothing happens twice"
            ),
            (Exit::PartlyDone, Exit::Rejected) => format!(
                "the steps before stand. With --run-id {run_id} they are not repeated, but the API may give this answer \
                 again under the same key; under a new run id they would happen a second time"
            ),
            (Exit::PartlyDone, _) => {
                format!("then run it again with the same input and --run-id {run_id}: what was done is not repeated")
            }
            (Exit::Invalid, _) => format!("`cashlink guide {guide} --template` shows every field"),
            (Exit::Rejected, _) => "mend the input and run it again under a new run id; nothing was done".to_owned(),
            _ => "then run it again; nothing was done".to_owned(),
        }
    }
}
