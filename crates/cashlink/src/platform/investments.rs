//! Investments of the Cashlink API (`/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvestmentId, Listing, Mutation, ProductId, Query,
    call::{listing, mutation, query},
    model::{Credit, Investment, InvestmentCreate, InvestmentUpdate},
};

/// Creates, changes and reads investments, and credits their units.
#[derive(Clone, Copy, Debug)]
pub struct Investments<'a> {
    client: &'a Cashlink,
}

impl<'a> Investments<'a> {
    pub(super) fn new(client: &'a Cashlink) -> Self {
        Self { client }
    }

    /// Creates an investment, directly or from an invitation.
    pub fn create(&self, investment: &InvestmentCreate) -> Mutation<Investment> {
        let body = Arc::new(investment.clone());
        mutation!(self.client, V2_INVESTMENTS_CREATE, [body], |api, key| api.v2_investments_create(key, &body))
    }

    /// Sets fields of an investment, such as its wallet; fields that are kept are not sent.
    ///
    /// The call carries no idempotency key: it sets absolute values, so repeating it changes nothing more.
    pub fn update(&self, id: InvestmentId, update: &InvestmentUpdate) -> Mutation<Investment> {
        let body = Arc::new(update.clone());
        mutation!(self.client, V2_INVESTMENTS_PARTIAL_UPDATE, [body], |api, _key| api
            .v2_investments_partial_update(&id, &body))
    }

    /// Starts the credit of an investment: its units are delivered to its wallet.
    ///
    /// The investment must be paid and have a wallet. The credit is a task on the ledger; when it has succeeded, the
    /// investment is `DELIVERED`. If a task ends as `unknown`, it needs investigation by a person: never start it again.
    pub fn credit(&self, id: InvestmentId) -> Mutation<Credit> {
        mutation!(self.client, V2_INVESTMENTS_CREDITS_CREATE, [], |api, key| api
            .v2_investments_credits_create(&id, key))
    }

    /// Reads one investment and its status.
    pub fn retrieve(&self, id: InvestmentId) -> Query<Investment> {
        query!(self.client, V2_INVESTMENTS_RETRIEVE, |api| api.v2_investments_retrieve(&id))
    }

    /// Lists the investments of the client, oldest first.
    pub fn list(&self) -> Listing<Investment> {
        listing!(self.client, V2_INVESTMENTS_LIST, |api, filter| api.v2_investments_list(
            None,
            filter.page_size,
            filter.product_id.as_ref()
        ))
    }

    /// Lists the investments in one product, oldest first. The filter is assumed for this family.
    pub fn list_of_product(&self, product_id: ProductId) -> Listing<Investment> {
        self.list().product(product_id)
    }
}
