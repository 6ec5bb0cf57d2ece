//! Products of the Distributor API (`/distributor/v2`).

use crate::{Listing, ProductId, Query, model::Product, resource::resource};

resource! {
    /// Reads products: securities whose units investors can hold. Issuers create and change them.
    pub struct Products;

    /// Reads one product that an issuer has listed for this platform.
    ///
    /// Any other is [not found](crate::Error::is_not_found).
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: ProductId) -> Query<Product> = distributor_v2_products_retrieve;

    /// Lists the products that an issuer has listed for this platform, oldest first.
    ///
    /// That products can be read is documented; the page, and the scope `products:read`, are assumed.
    pub fn list() -> Listing<Product> = distributor_v2_products_list;
}
