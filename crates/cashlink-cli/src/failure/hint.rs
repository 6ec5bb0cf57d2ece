//! What to do after a failure.

use crate::exit::Exit;

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
            (_, true) => "run it again; nothing was done".to_owned(),
            (_, false) => "mend the input and run it again under a new run id; nothing was done".to_owned(),
        }
    }
}
