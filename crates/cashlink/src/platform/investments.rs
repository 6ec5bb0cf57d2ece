//! Investments of the Cashlink API (`/v2`).

use crate::{
    InvestmentId, Listing, Mutation, ProductId, Query,
    model::{Credit, Investment, InvestmentCreate, InvestmentUpdate},
    resource::resource,
};

resource! {
    /// Creates, changes and reads investments, and credits their units.
    pub struct Investments;

    /// Creates an investment, directly or from an invitation.
    pub fn create(investment: &InvestmentCreate) -> Mutation<Investment> = v2_investments_create;

    /// Sets fields of an investment, such as its wallet; fields that are kept are not sent.
    ///
    /// The call carries no idempotency key: it sets absolute values, so repeating it changes nothing more.
    pub fn update(id: InvestmentId, update: &InvestmentUpdate) -> Mutation<Investment>
        = v2_investments_partial_update without key;

    /// Starts the credit of an investment: its units are delivered to its wallet.
    ///
    /// The investment must be paid and have a wallet. The credit is a task on the ledger; when it has succeeded, the
    /// investment is `DELIVERED`. If a task ends as `unknown`, it needs investigation by a person: never start it again.
    pub fn credit(id: InvestmentId) -> Mutation<Credit> = v2_investments_credits_create;

    /// Reads one investment and its status.
    pub fn retrieve(id: InvestmentId) -> Query<Investment> = v2_investments_retrieve;

    /// Lists the investments of the client, oldest first.
    pub fn list() -> Listing<Investment> = v2_investments_list with product_id;
}

impl Investments<'_> {
    /// Lists the investments in one product, oldest first. The filter is assumed for this family.
    pub fn list_of_product(&self, product_id: ProductId) -> Listing<Investment> {
        self.list().product(product_id)
    }
}
