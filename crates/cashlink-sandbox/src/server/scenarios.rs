//! Scenarios in a running sandbox, and what they gave names to.

use std::collections::BTreeMap;
use std::slice;

use uuid::Uuid;

use super::Sandbox;
use crate::engine::{Action, Done};
use crate::error::{Kind, Result};
use crate::scenario::Scenario;

impl Sandbox {
    /// Lets everything happen that `scenario` says, on top of what there is; gives the ids of what it named.
    ///
    /// # Errors
    ///
    /// Fails if a step is refused; the error says which and why. Then nothing of the scenario has happened.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{Sandbox, Scenario};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// let names = sandbox.seed(&Scenario::named("every-status")?)?;
    /// assert!(names.contains_key("delivered"));
    /// assert_eq!(sandbox.names()["delivered"], names["delivered"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn seed(&self, scenario: &Scenario) -> Result<BTreeMap<String, Uuid>> {
        match self.app.act(&Action::Seed(Box::new(scenario.clone()))) {
            Ok(Done::Named(named)) => Ok(named),
            // Seeding makes nothing else.
            Ok(_) => Ok(BTreeMap::new()),
            Err(refusal) => Err(Kind::Scenario(refusal).into()),
        }
    }

    /// Goes back to the beginning, and on to what `scenario` says instead of those that the sandbox was started with.
    ///
    /// # Errors
    ///
    /// Fails if a step is refused, and for what [`reset`](Self::reset) fails for. Then nothing has changed.
    pub fn reset_to(&self, scenario: &Scenario) -> Result<BTreeMap<String, Uuid>> {
        Ok(self.app.reset(Some(slice::from_ref(scenario)))?)
    }

    /// The ids of what has a name: what every sandbox begins with, and what scenarios made.
    ///
    /// A name that was given more than once stands for the newest.
    pub fn names(&self) -> BTreeMap<String, Uuid> {
        self.app.state().names.clone()
    }
}
