//! Products of the Issuer API (`/issuer/v2`).

use crate::{
    Listing, Mutation, ProductId, Query,
    model::{Product, ProductCreate, ProductUpdate},
    resource::resource,
};

resource! {
    /// Creates, changes and reads products: securities whose units investors can hold.
    pub struct Products;

    /// Submits a product. A digital security is then deployed by itself, a crypto security is checked by Cashlink first.
    ///
    /// Exactly one price is needed: the nominal value if `provide_nominal_value` is true, else the issuance price. A
    /// crypto security (`ewpg`) has an ISIN. That the call takes a key is assumed.
    pub fn create(product: &ProductCreate) -> Mutation<Product> = issuer_v2_products_create;

    /// Changes what is set in `update`; what is kept is not sent. What may still be changed after the product is on the
    /// ledger is not documented.
    ///
    /// The call carries no idempotency key: it sets absolute values, so repeating it changes nothing more. That it takes
    /// none is assumed.
    pub fn update(id: ProductId, update: &ProductUpdate) -> Mutation<Product>
        = issuer_v2_products_partial_update without key;

    /// Reads one product, whose `status` shows how far it is. The values of the status are not documented.
    pub fn retrieve(id: ProductId) -> Query<Product> = issuer_v2_products_retrieve;

    /// Lists the products of the client's issuers, oldest first.
    pub fn list() -> Listing<Product> = issuer_v2_products_list;
}
