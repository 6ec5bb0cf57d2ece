//! Products, the campaigns that offer them, and the platforms they may be offered on.

use uuid::Uuid;

use super::money::Money;

#[derive(Debug)]
pub(super) struct Product {
    /// Units are sold in multiples of this.
    pub(super) step_size: u64,
    /// Whether it is a crypto security, which cannot be redeemed through the API.
    pub(super) ewpg: bool,
}

#[derive(Debug)]
pub(super) struct Campaign {
    pub(super) product: Uuid,
    pub(super) price: Money,
    pub(super) units: std::ops::RangeInclusive<u64>,
    pub(super) allocation: u64,
    /// Units of the allocation that investments hold.
    pub(super) taken: u64,
    pub(super) is_active: bool,
    pub(super) natural_persons_allowed: bool,
    pub(super) legal_persons_allowed: bool,
}

#[derive(Debug)]
pub(super) struct Platform {
    pub(super) id: Uuid,
    pub(super) is_allowed: bool,
}

/// A field and why its value does not suit the campaign.
pub(super) type Objection = (&'static str, &'static str);

impl Campaign {
    /// Why a company or person may not take `units` of `product`; `None` if they may.
    pub(super) fn objection(&self, product: &Product, is_company: bool, units: u64) -> Option<Objection> {
        let left = self.allocation.saturating_sub(self.taken);
        let rules = [
            (!self.is_active, ("campaign_id", "The campaign is not active.")),
            (is_company && !self.legal_persons_allowed, ("campaign_id", "The campaign is not open to legal persons.")),
            (
                !is_company && !self.natural_persons_allowed,
                ("campaign_id", "The campaign is not open to natural persons."),
            ),
            (!units.is_multiple_of(product.step_size), ("units", "Ensure this value is a multiple of the step size.")),
            (units < *self.units.start(), ("units", "Ensure this value is not less than the minimum of the campaign.")),
            (
                units > *self.units.end(),
                ("units", "Ensure this value is not greater than the maximum of the campaign."),
            ),
            (units > left, ("units", "The campaign has fewer units left.")),
        ];
        rules.into_iter().find(|(broken, _)| *broken).map(|(_, objection)| objection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign() -> Campaign {
        Campaign {
            product: Uuid::nil(),
            price: Money::cents(100),
            units: 10..=1_000,
            allocation: 1_200,
            taken: 300,
            is_active: true,
            natural_persons_allowed: true,
            legal_persons_allowed: false,
        }
    }

    const PRODUCT: Product = Product { step_size: 5, ewpg: false };

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
            let objection = campaign().objection(&PRODUCT, false, units);
            assert_eq!(objection.map(|(_, message)| message), expected);
        }
    }

    #[test]
    fn a_campaign_may_be_closed_or_closed_to_companies() {
        assert!(campaign().objection(&PRODUCT, true, 10).is_some());
        let closed = Campaign { is_active: false, ..campaign() };
        assert_eq!(closed.objection(&PRODUCT, false, 10).unwrap().0, "campaign_id");
    }
}
