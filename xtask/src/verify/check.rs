//! One thing that must hold, and what is done if it does not.

use anyhow::Result;

use super::command::Cargo;

/// One thing that must hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    /// What it is called by.
    pub(super) name: &'static str,
    /// What holds if it passes.
    pub(super) about: &'static str,
    /// What to run or to do when it does not hold.
    pub(super) fix: &'static str,
    /// What `--fix` does then.
    pub(super) mend: Mend,
    /// Looks.
    pub(super) run: fn(&Cargo) -> Verdict,
}

/// What `--fix` does about a check that failed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mend {
    /// Does what is named. Only where files are written anew from others or change nothing but their form.
    ByItself(&'static str, fn(&Cargo) -> Result<()>),
    /// Nothing, for this reason.
    ByHand(&'static str),
}

/// Whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does.
    Passed,
    /// It does, and this is worth knowing.
    Noted(String),
    /// It does not; with what the check printed.
    Failed(String),
    /// Nobody knows; with what is missing, and how to get it.
    Skipped(String),
}

impl Verdict {
    /// `problems`, one a line; none of them is a pass.
    pub(super) fn of(problems: &[String]) -> Self {
        if problems.is_empty() { Self::Passed } else { Self::Failed(problems.join("\n")) }
    }

    /// In a word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Passed | Self::Noted(_) => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }

    /// What there is to say beside that word.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Passed => "",
            Self::Noted(text) | Self::Failed(text) | Self::Skipped(text) => text.trim_end(),
        }
    }
}

impl From<Result<()>> for Verdict {
    fn from(result: Result<()>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(error) => Self::Failed(format!("{error:#}")),
        }
    }
}
