//! Listings of the Issuer API (`/issuer/v2`).

use crate::{
    Listing, ListingId, Mutation, Query,
    model::{self, ListingCreate},
    resource::resource,
};

resource! {
    /// Puts products on distribution platforms, and reads which product is where.
    pub struct Listings;

    /// Lists a product on a distribution platform: from then on the platform's investors may hold and receive it.
    ///
    /// The platform must allow it (`is_allowed`), or the API refuses. A product may be on any number of platforms.
    pub fn create(listing: &ListingCreate) -> Mutation<model::Listing> = issuer_v2_listings_create;

    /// Reads one listing.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: ListingId) -> Query<model::Listing> = issuer_v2_listings_retrieve;

    /// Lists the listings of the client's products, oldest first.
    pub fn list() -> Listing<model::Listing> = issuer_v2_listings_list;
}
