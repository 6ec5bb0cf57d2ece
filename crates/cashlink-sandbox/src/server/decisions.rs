//! What people in the issuer's user interface and the ledger decide.

use uuid::Uuid;

use super::Sandbox;
use crate::engine::Action;
use crate::error::Result;
use crate::world::{IdentificationResult, InvestmentEvent, OpenTask, TaskEnd};

impl Sandbox {
    /// Lets something happen to an investment that the API has no call for.
    ///
    /// # Errors
    ///
    /// Fails if there is no such investment or this cannot happen in its present status.
    pub fn trigger(&self, investment: Uuid, event: InvestmentEvent) -> Result<()> {
        self.act(&Action::Trigger { investment, event }, &format!("{event:?}"))
    }

    /// Ends the validation of a crypto security, which then goes to the ledger.
    ///
    /// # Errors
    ///
    /// Fails if there is no such product or it is not being validated.
    pub fn validate_product(&self, id: Uuid) -> Result<()> {
        self.act(&Action::ValidateProduct { product: id }, "the validation of the product")
    }

    /// Ends an identification that was started with an empty object.
    ///
    /// # Errors
    ///
    /// Fails if this investor has no such identification under way.
    pub fn decide_identification(&self, investor: Uuid, id: Uuid, result: IdentificationResult) -> Result<()> {
        self.act(&Action::DecideIdentification { investor, identification: id, result }, &format!("{result:?}"))
    }

    /// Lets the next credit, redemption or transfer that begins end like this.
    ///
    /// Several wait in order, one for each task to come.
    pub fn next_task_ends(&self, end: TaskEnd) {
        self.do_always(&Action::NextTaskEnds(end));
    }

    /// Sets whether transfers may leave a wallet.
    ///
    /// # Errors
    ///
    /// Fails if there is no such wallet.
    pub fn freeze_wallet(&self, wallet: Uuid, is_frozen: bool) -> Result<()> {
        self.act(&Action::FreezeWallet { wallet, is_frozen }, &format!("freezing wallet {wallet}"))
    }

    /// Sets whether transfers of a product are paused.
    ///
    /// # Errors
    ///
    /// Fails if there is no such product.
    pub fn pause_transfers(&self, product: Uuid, is_paused: bool) -> Result<()> {
        self.act(&Action::PauseTransfers { product, is_paused }, &format!("pausing transfers of product {product}"))
    }

    /// Decides how far an investor's identification is, without knowing which one is under way.
    ///
    /// Who is identified already but has a background check outstanding is decided on by that. For an investor who is
    /// not identified and has nothing under way, an identification is made.
    ///
    /// # Errors
    ///
    /// Fails if there is no such investor, or nothing is left to decide.
    pub fn decide_kyc(&self, investor: Uuid, result: IdentificationResult) -> Result<()> {
        self.act(&Action::DecideKyc { investor, result }, &format!("{result:?}"))
    }

    /// The work on the ledger that is under way or whose end nobody knows, in the order it began.
    pub fn tasks(&self) -> Vec<OpenTask> {
        let now = self.now();
        let mut state = self.app.state();
        state.settle(now);
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
        self.act(&Action::FinishTask { task: id, end }, &format!("{end:?} of task {id}"))
    }
}
