//! What people and the ledger decide, played by hand.

use uuid::Uuid;

use super::Sandbox;
use crate::error::{Kind, Result};
use crate::world::{IdentificationResult, OpenTask, TaskEnd};

impl Sandbox {
    /// Decides how far an investor's identification is, without knowing which one is under way.
    ///
    /// Who is identified already but has a background check outstanding is decided on by that. For an investor who is
    /// not identified and has nothing under way, an identification is made.
    ///
    /// # Errors
    ///
    /// Fails if there is no such investor, or nothing is left to decide.
    pub fn decide_kyc(&self, investor: Uuid, result: IdentificationResult) -> Result<()> {
        let now = self.now();
        let mut state = self.app.state();
        state.world.settle(now);
        let decided = state.world.decide_kyc(investor, result, now);
        decided.map_err(|_| Kind::Impossible(format!("{result:?}")).into())
    }

    /// The work on the ledger that is under way or whose end nobody knows, in the order it began.
    pub fn tasks(&self) -> Vec<OpenTask> {
        let now = self.now();
        let mut state = self.app.state();
        state.world.settle(now);
        state.world.tasks().collect()
    }

    /// Ends work on the ledger at once, whenever it was due.
    ///
    /// What ended as unknown can be settled by this once people have found out. Takes the id of a credit, redemption or
    /// transfer, or that of a product that is put on the ledger.
    ///
    /// # Errors
    ///
    /// Fails if there is no such task, its end is known already, or it cannot end like this.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{Sandbox, TaskEnd};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// for task in sandbox.tasks() {
    ///     sandbox.finish_task(task.id, TaskEnd::Failed)?;
    /// }
    /// assert!(sandbox.tasks().is_empty());
    /// # sandbox.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn finish_task(&self, id: Uuid, end: TaskEnd) -> Result<()> {
        let now = self.now();
        let mut state = self.app.state();
        state.world.settle(now);
        let finished = state.world.finish_task(id, end, now);
        finished.map_err(|_| Kind::Impossible(format!("{end:?} of task {id}")).into())
    }
}
