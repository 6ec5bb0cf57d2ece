//! What is to go wrong in a running sandbox.

use super::Sandbox;
use crate::engine::{Action, Done};
use crate::fault::{ArmedFault, Fault, FaultId};

impl Sandbox {
    /// Arms a fault for a call or an event to come.
    ///
    /// Its id is of use to [`disarm`](Self::disarm) it and to find it among the [`faults`](Self::faults).
    pub fn arm(&self, fault: Fault) -> FaultId {
        if !fault.could_strike(self.app.spec) {
            tracing::warn!(kind = fault.kind(), "a fault was armed that nothing can take");
        }
        match self.app.act(&Action::Arm(fault)) {
            Ok(Done::Fault(id)) => id,
            // It is never refused, but for a folder that cannot be written, which the log tells.
            _ => FaultId::default(),
        }
    }

    /// How many calls and events will still be struck by armed faults; `u64::MAX` if one of them has no bound.
    pub fn armed(&self) -> u64 {
        self.app.settled().faults.left()
    }

    /// The armed faults in the order in which calls and events meet them. One that has struck as often as it was to is gone.
    pub fn faults(&self) -> Vec<ArmedFault> {
        self.app.settled().faults.list()
    }

    /// Disarms one fault; `false` if it is not armed, or not any more.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// let id = sandbox.arm(Fault::truncated_reply().probability(0.1));
    /// assert_eq!(sandbox.faults()[0].id, id);
    /// assert!(sandbox.disarm(id));
    /// assert!(!sandbox.disarm(id));
    /// # Ok(())
    /// # }
    /// ```
    pub fn disarm(&self, id: FaultId) -> bool {
        self.app.act(&Action::Disarm(id)).is_ok()
    }

    /// Disarms every fault.
    pub fn clear_faults(&self) {
        self.do_always(&Action::ClearFaults);
    }
}
