//! Campaigns: units of a product on offer on one platform.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{parse, shown};
use super::money::Money;
use super::price::Price;
use super::product::{LARGEST, Product};
use super::refusal::{Problems, unknown};
use super::{Answer, Call, Owner, Refusal, Reply, Shelf, Viewer, World};

#[derive(Clone, Debug)]
pub(super) struct Campaign {
    pub(super) id: Uuid,
    pub(super) product: Uuid,
    pub(super) platform: Uuid,
    pub(super) name: String,
    pub(super) price: Money,
    pub(super) units: std::ops::RangeInclusive<u64>,
    pub(super) allocation: u64,
    /// Units of the allocation that investments hold.
    pub(super) taken: u64,
    pub(super) is_active: bool,
    pub(super) natural_persons_allowed: bool,
    pub(super) legal_persons_allowed: bool,
    pub(super) country: String,
    pub(super) rule_type: String,
    pub(super) created_at: Timestamp,
}

#[derive(Clone, Deserialize)]
struct Draft {
    distribution_platform_id: Uuid,
    name: String,
    allocation: u64,
    price_per_token: Price,
    min_number_of_tokens: u64,
    max_number_of_tokens: u64,
    legal_persons_allowed: bool,
    natural_persons_allowed: bool,
    country: String,
    rule_type: String,
    is_campaign_active: bool,
}

#[derive(Deserialize)]
struct Update {
    is_campaign_active: bool,
}

/// A field and why its value does not suit the campaign.
pub(super) type Objection = (&'static str, &'static str);

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let product = world.product_in_path(call)?;
    let draft: Draft = call.parse()?;
    world.check_campaign(product, &draft)?;
    let product = product.id;
    let id = world.ids.next("campaign");
    let campaign = Campaign::new(id, product, draft, call.now);
    let view = campaign.view();
    world.add_campaign(call.owner, campaign);
    Ok(Reply::changed("campaign", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let product = world.product_in_path(call)?.id;
    let shelf = Shelf::new(world.viewer(call)?, Some(product));
    call.page_of(world.campaigns.listed(shelf), Campaign::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    Ok(Reply::read(world.campaign_in_path(call)?.view()))
}

/// Opens or closes a campaign, which is all that may be changed.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let campaign = world.campaign_in_path(call)?;
    campaign.check_unchanged(call.body)?;
    let (id, update): (Uuid, Update) = (campaign.id, call.parse()?);
    let campaign = world.campaigns.get_mut(call.owner, id).ok_or(Refusal::NotFound)?;
    campaign.is_active = update.is_campaign_active;
    Ok(Reply::changed("campaign", id, campaign.view()))
}

impl Campaign {
    fn new(id: Uuid, product: Uuid, draft: Draft, created_at: Timestamp) -> Self {
        Self {
            id,
            product,
            platform: draft.distribution_platform_id,
            name: draft.name,
            price: draft.price_per_token.money,
            units: draft.min_number_of_tokens..=draft.max_number_of_tokens,
            allocation: draft.allocation,
            taken: 0,
            is_active: draft.is_campaign_active,
            natural_persons_allowed: draft.natural_persons_allowed,
            legal_persons_allowed: draft.legal_persons_allowed,
            country: draft.country,
            // The documentation prints the values with spaces, as no other enum has them.
            rule_type: draft.rule_type.replace(' ', "_"),
            created_at,
        }
    }

    /// Why a company or person may not take `units`, sold in multiples of `step_size`; `None` if they may.
    pub(super) fn objection(&self, step_size: u64, is_company: bool, units: u64) -> Option<Objection> {
        let left = self.allocation.saturating_sub(self.taken);
        let rules = [
            (!self.is_active, ("campaign_id", "The campaign is not active.")),
            (is_company && !self.legal_persons_allowed, ("campaign_id", "The campaign is not open to legal persons.")),
            (
                !is_company && !self.natural_persons_allowed,
                ("campaign_id", "The campaign is not open to natural persons."),
            ),
            (!units.is_multiple_of(step_size), ("units", "Ensure this value is a multiple of the step size.")),
            (units < *self.units.start(), ("units", "Ensure this value is not less than the minimum of the campaign.")),
            (
                units > *self.units.end(),
                ("units", "Ensure this value is not greater than the maximum of the campaign."),
            ),
            (units > left, ("units", "The campaign has fewer units left.")),
        ];
        rules.into_iter().find(|(broken, _)| *broken).map(|(_, objection)| objection)
    }

    /// Refuses a change of anything but whether it is active; what is already so may be said again.
    fn check_unchanged(&self, body: &Value) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        let fixed = self.view();
        let fixed = fixed.as_object().into_iter().flatten().filter(|(name, _)| *name != "is_campaign_active");
        for (name, present) in fixed {
            if body.get(name).is_some_and(|sent| !is_same(name, sent, present)) {
                problems.field(name, "This field cannot be changed.");
            }
        }
        problems.into_result()
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "id": self.id,
            "product_id": self.product,
            "distribution_platform_id": self.platform,
            "name": self.name,
            "allocation": self.allocation,
            "price_per_token": self.price.to_json(),
            "min_number_of_tokens": self.units.start(),
            "max_number_of_tokens": self.units.end(),
            "legal_persons_allowed": self.legal_persons_allowed,
            "natural_persons_allowed": self.natural_persons_allowed,
            "country": self.country,
            "rule_type": self.rule_type,
            "is_campaign_active": self.is_active,
            "created_at": self.created_at,
        })
    }
}

/// Whether `sent` says what a campaign shows as `present`, be it in another way.
fn is_same(name: &str, sent: &Value, present: &Value) -> bool {
    let text = sent.as_str().unwrap_or_default();
    match name {
        "price_per_token" => {
            let price = |value| parse::<Price>(value).ok().map(|price| price.money);
            price(sent).zip(price(present)).is_some_and(|(sent, present)| sent.equals(&present))
        }
        "rule_type" => text.replace(' ', "_") == *present,
        "created_at" => shown(name, sent) == *present,
        "id" | "product_id" | "distribution_platform_id" => text.to_lowercase() == *present,
        _ => sent == present,
    }
}

impl World {
    /// Shows a campaign to the issuer of its product, and to those on its platform.
    pub(super) fn add_campaign(&mut self, issuer: Owner, campaign: Campaign) {
        let Campaign { id, product, platform, .. } = campaign;
        self.campaigns.insert(issuer, id, campaign);
        for viewer in [Viewer::Client(issuer), Viewer::Platform(platform)] {
            self.campaigns.show(id, Shelf::new(viewer, Some(product)));
        }
    }

    /// A campaign that the investors of `owner` can see.
    pub(super) fn campaign_on_offer(&self, owner: Owner, id: Uuid) -> Option<&Campaign> {
        let campaign = self.campaigns.find(id)?;
        let is_here = Some(campaign.platform) == self.own_platform(owner);
        (is_here && self.product_on_offer(owner, campaign.product).is_some()).then_some(campaign)
    }

    /// How many units of `product` its campaigns offer.
    pub(super) fn allocated(&self, product: Uuid) -> u128 {
        let issuer = self.products.owner_of(product).map(Viewer::Client);
        let campaigns = issuer.map(|issuer| self.campaigns.listed(Shelf::new(issuer, Some(product))));
        campaigns.into_iter().flatten().map(|campaign| u128::from(campaign.allocation)).sum()
    }

    fn campaign_in_path(&self, call: &Call<'_>) -> Result<&Campaign, Refusal> {
        let product = self.product_in_path(call)?.id;
        let id = call.id("campaign_id")?;
        let is_shown = self.campaigns.is_shown(id, Shelf::new(self.viewer(call)?, Some(product)));
        self.campaigns.find(id).filter(|_| is_shown).ok_or(Refusal::NotFound)
    }

    fn check_campaign(&self, product: &Product, draft: &Draft) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        let platform = draft.distribution_platform_id;
        if self.platforms.find(platform).is_none() {
            problems.field("distribution_platform_id", &unknown(platform));
        } else if !self.is_listed(product.id, platform) {
            problems.field("distribution_platform_id", "The product is not listed on this platform.");
        }
        let allocated = self.allocated(product.id) + u128::from(draft.allocation);
        if allocated > u128::from(product.terms.max_issuable_amount) {
            problems.field("allocation", "The campaigns would offer more units than can be issued.");
        }
        if !draft.price_per_token.money.is_positive() {
            problems.field("price_per_token", "Ensure this value is greater than 0.");
        }
        if draft.min_number_of_tokens > draft.max_number_of_tokens {
            problems.field("min_number_of_tokens", "Ensure this value is not greater than the maximum.");
        }
        if draft.max_number_of_tokens > LARGEST {
            let message = format!("Ensure this value is less than or equal to {LARGEST}.");
            problems.field("max_number_of_tokens", &message);
        }
        problems.into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::*;
    use crate::clients::FIRST;

    fn campaign() -> Campaign {
        Campaign {
            id: Uuid::nil(),
            product: Uuid::nil(),
            platform: Uuid::nil(),
            name: String::new(),
            price: Money::cents(100),
            units: 10..=1_000,
            allocation: 1_200,
            taken: 300,
            is_active: true,
            natural_persons_allowed: true,
            legal_persons_allowed: false,
            country: "DEU".to_owned(),
            rule_type: "PUBLIC_OFFERING".to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    const STEP: u64 = 5;

    #[test]
    fn units_follow_step_limits_and_allocation() {
        check(10, None);
        check(900, None);
        check(12, Some("Ensure this value is a multiple of the step size."));
        check(5, Some("Ensure this value is not less than the minimum of the campaign."));
        check(1_005, Some("Ensure this value is not greater than the maximum of the campaign."));
        check(905, Some("The campaign has fewer units left."));

        #[track_caller]
        fn check(units: u64, expected: Option<&str>) {
            let objection = campaign().objection(STEP, false, units);
            assert_eq!(objection.map(|(_, message)| message), expected);
        }
    }

    #[test]
    fn a_campaign_may_be_closed_or_closed_to_companies() {
        assert!(campaign().objection(STEP, true, 10).is_some());
        let closed = Campaign { is_active: false, ..campaign() };
        assert_eq!(closed.objection(STEP, false, 10).unwrap().0, "campaign_id");
    }

    #[test]
    fn a_campaign_is_on_offer_on_the_own_platform_only() {
        let mut world = World::new(Rules::default());
        let seed = world.seed(Timestamp::UNIX_EPOCH).unwrap();
        let (other, _) = world.platforms(FIRST.owner).into_iter().find(|(id, _)| *id != seed.platform).unwrap();
        let mut is_on_offer = |number, product, platform| {
            let id = Uuid::from_u128(number);
            world.add_campaign(FIRST.owner, Campaign { id, product, platform, ..campaign() });
            world.campaign_on_offer(FIRST.owner, id).is_some()
        };
        assert!(is_on_offer(1, seed.product, seed.platform));
        assert!(!is_on_offer(2, seed.product, other));
        assert!(!is_on_offer(3, Uuid::from_u128(3), seed.platform));
    }
}
