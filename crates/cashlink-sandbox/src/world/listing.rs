//! Listings: a product on a platform, so that its investors may hold the product.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::refusal::{Problems, unknown};
use super::{Answer, Call, Owner, Refusal, Reply, Viewer, World};

#[derive(Clone, Debug)]
pub(super) struct Listing {
    id: Uuid,
    pair: Pair,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Pair {
    product_id: Uuid,
    distribution_platform_id: Uuid,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let pair: Pair = call.parse()?;
    world.check_listing(call.owner, pair)?;
    let id = world.ids.next("listing");
    let listing = Listing { id, pair, created_at: call.now };
    let view = listing.view();
    world.add_listing(call.owner, listing);
    Ok(Reply::changed("listing", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.listings.list(call.owner), Listing::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let listing = world.listings.get(call.owner, call.id("listing_id")?).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(listing.view()))
}

impl Listing {
    pub(super) fn new(id: Uuid, product_id: Uuid, distribution_platform_id: Uuid, created_at: Timestamp) -> Self {
        Self { id, pair: Pair { product_id, distribution_platform_id }, created_at }
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "id": self.id,
            "product_id": self.pair.product_id,
            "distribution_platform_id": self.pair.distribution_platform_id,
            "created_at": self.created_at,
        })
    }
}

impl World {
    pub(super) fn add_listing(&mut self, owner: Owner, listing: Listing) {
        let Pair { product_id, distribution_platform_id } = listing.pair;
        self.products.show(product_id, Viewer::Platform(distribution_platform_id).into());
        self.listings.insert(owner, listing.id, listing);
    }

    /// Whether investors of `platform` may hold `product`.
    pub(super) fn is_listed(&self, product: Uuid, platform: Uuid) -> bool {
        self.products.is_shown(product, Viewer::Platform(platform).into())
    }

    fn check_listing(&self, owner: Owner, pair: Pair) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        if self.products.get(owner, pair.product_id).is_none() {
            problems.field("product_id", &unknown(pair.product_id));
        }
        let platform = pair.distribution_platform_id;
        if self.platforms.find(platform).is_none() {
            problems.field("distribution_platform_id", &unknown(platform));
        } else if !self.is_allowed(owner, platform) {
            problems.field("distribution_platform_id", "Products may not be listed on this platform.");
        }
        problems.into_result()
    }
}
