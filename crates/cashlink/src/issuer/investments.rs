//! Investments of the Issuer API (`/issuer/v2`).

use crate::{
    InvestmentId, Listing, ProductId, Query, Wait,
    model::{Investment, InvestmentStatus},
    resource::resource,
};

resource! {
    /// Reads the investments in the client's products, of all distribution platforms.
    pub struct Investments;

    /// Reads one investment: where it stands, and a copy of the investor's data at the time of investing.
    pub fn retrieve(id: InvestmentId) -> Query<Investment> = issuer_v2_investments_retrieve;

    /// Lists the investments in all products of the client, oldest first.
    pub fn list() -> Listing<Investment> = issuer_v2_investments_list with product_id;
}

impl Investments<'_> {
    /// Lists the investments in one product, oldest first.
    pub fn list_of_product(&self, product_id: ProductId) -> Listing<Investment> {
        self.list().product(product_id)
    }

    /// Waits until the investment has `status`, or one that is further on the way to its delivery; one that ends otherwise
    /// fails.
    pub fn wait_for(&self, id: InvestmentId, status: InvestmentStatus) -> Wait<Investment> {
        Wait::until(self.retrieve(id), id, status)
    }
}
