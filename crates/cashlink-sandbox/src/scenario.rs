//! Scenarios: what a sandbox begins with beyond what every sandbox has, as a file of calls and decisions.

use std::fmt;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Kind, Result};

mod check;
mod document;
mod draft;
mod names;
mod read;
mod run;
#[cfg(test)]
mod schema;
mod shipped;

pub(crate) use draft::Draft;
pub(crate) use names::Names;
pub(crate) use read::{from_value, from_yaml};
pub(crate) use shipped::find as named;

use document::Document;

/// The largest file, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// What a sandbox is to hold: calls of the API and decisions, which it makes in order.
///
/// A test that needs an investment in every status, or a hundred investors, names a scenario instead of making them. The
/// calls keep the rules and schemas of the API as a client's calls do, but make no entry in the ledger or the request log.
///
/// # Example
///
/// ```
/// use cashlink_sandbox::{Sandbox, Scenario};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cashlink_sandbox::Error> {
/// let scenario = Scenario::parse(
///     "
///     name: signed
///     steps:
///       - call:
///           operation: v2_investments_create
///           body: {investor_id: $investor, campaign_id: $campaign, units: 300, signed_at: 2024-03-01T09:30:00Z}
///           as: signed
///       - trigger: {investment: $signed, event: accept}
///     ",
/// )?;
/// let sandbox = Sandbox::builder().scenario(scenario).start().await?;
/// assert!(sandbox.names().contains_key("signed"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scenario {
    document: Document,
    /// In which line of its file each part stands, if it was read from one.
    #[serde(skip)]
    lines: read::Lines,
}

impl Scenario {
    /// One of the scenarios that come with the sandbox.
    ///
    /// # Errors
    ///
    /// Fails if there is none of this name; the error lists those there are.
    pub fn named(name: &str) -> Result<Self> {
        shipped::find(name).map_err(|refusal| Kind::Scenario(refusal).into())
    }

    /// Reads a scenario from the text of a file in YAML or JSON.
    ///
    /// # Errors
    ///
    /// Fails if the text is larger than 1 MiB, is not YAML, or is no scenario; the error says where and why.
    pub fn parse(text: &str) -> Result<Self> {
        from_yaml(text).map_err(|refusal| Kind::Scenario(refusal).into())
    }

    /// Reads a scenario from a file in YAML or JSON.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, and for what [`parse`](Self::parse) fails for.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |source| Kind::ScenarioFile { path: path.to_owned(), source };
        // Beyond its bound a file is refused whatever it holds.
        let size = fs::metadata(path).map_err(failed)?.len();
        if size > LARGEST {
            return Err(Kind::Scenario(read::too_large()).into());
        }
        Self::parse(&fs::read_to_string(path).map_err(failed)?)
    }

    /// The scenarios that come with the sandbox, each with what it is for.
    pub fn shipped() -> impl ExactSizeIterator<Item = Self> {
        shipped::all()
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// What it is for; empty if it does not say.
    pub fn description(&self) -> &str {
        &self.document.description
    }

    /// The time that its clock is put to before its first step.
    pub(crate) fn begins_at(&self) -> Option<Timestamp> {
        self.document.clock.set
    }
}

impl fmt::Debug for Scenario {
    /// Leaves out the calls, whose bodies may hold personal data, and the secrets of clients.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scenario").field("name", &self.document.name).finish_non_exhaustive()
    }
}
