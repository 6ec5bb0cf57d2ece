//! The clock of a running sandbox, and what it is set to.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::Sandbox;
use crate::engine::{Action, Present};
use crate::error::{Kind, Result};
use crate::world::Settlement;

impl Sandbox {
    /// The time by the sandbox's clock.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Puts the sandbox's clock forward: tokens expire, and what the ledger was asked for settles.
    pub fn advance(&self, by: Duration) {
        self.do_always_on(|present| Action::SetTime(present.time.advanced(by)));
    }

    /// Lets the clock stand still, or run on from where it stands.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = cashlink_sandbox::Sandbox::start().await?;
    /// sandbox.hold_clock(true);
    /// let before = sandbox.now();
    /// sandbox.advance(Duration::from_secs(60));
    /// assert_eq!(sandbox.now().duration_since(before).as_secs(), 60);
    /// # Ok(())
    /// # }
    /// ```
    pub fn hold_clock(&self, is_held: bool) {
        self.do_always_on(|present| Action::SetTime(present.time.held(is_held)));
    }

    /// Everything that can be set while the sandbox runs, by name: what `GET /_sandbox/settings` shows.
    pub fn settings(&self) -> Value {
        self.app.configuration(&self.app.state()).show()
    }

    /// Sets what `change` names, an object with some of the [`settings`](Self::settings).
    ///
    /// # Errors
    ///
    /// Fails if there is no such setting or a value makes no sense, and then nothing changes.
    ///
    /// # Example
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = cashlink_sandbox::Sandbox::start().await?;
    /// sandbox.set(&serde_json::json!({"page_size": 10, "review": true}))?;
    /// assert_eq!(sandbox.settings()["page_size"], 10);
    /// assert!(sandbox.set(&serde_json::json!({"page_size": 0})).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set(&self, change: &Value) -> Result<()> {
        let done = self.app.act_on(|present| present.configuration.changed(change).map(Action::Configure));
        done.map(|_| ()).map_err(|refusal| Kind::of(refusal, Kind::Setting).into())
    }

    /// How long the ledger takes from now on. What it is doing already is done as it would have been.
    pub fn set_settlement(&self, settlement: Settlement) {
        self.do_always_on(|Present { mut configuration, .. }| {
            configuration.rules.settlement = settlement;
            Action::Configure(configuration)
        });
    }
}
