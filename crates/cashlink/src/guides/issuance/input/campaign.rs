//! What a distribution platform offers.

use serde::{Deserialize, Serialize};

use super::Product;
use crate::{DistributionPlatformId, Money, guides::input::sample, model, model::CampaignRuleType, validation::Checks};

/// Units of the product on offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Name of the campaign.
    pub name: String,
    /// Number of units set aside for the campaign.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub allocation: i64,
    /// Price of one unit in this campaign.
    pub price_per_token: Money,
    /// Number of units that an investment must have at least.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub min_number_of_tokens: i64,
    /// Number of units that an investment may have at most.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub max_number_of_tokens: i64,
    /// Whether companies may invest.
    pub legal_persons_allowed: bool,
    /// Whether natural persons may invest.
    pub natural_persons_allowed: bool,
    /// Where the offer is made, ISO 3166-1 alpha-3.
    pub country: String,
    /// Rule of law under which the units are offered, such as `PUBLIC_OFFERING`.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub rule_type: CampaignRuleType,
    /// Whether investments are possible; true, as one follows.
    pub is_campaign_active: bool,
}

impl Campaign {
    pub(crate) fn sample() -> Self {
        Self {
            name: "Beispielanleihe 2030, first offer".to_owned(),
            allocation: 10_000,
            price_per_token: sample::unit_price(),
            min_number_of_tokens: 10,
            max_number_of_tokens: 1_000,
            legal_persons_allowed: true,
            natural_persons_allowed: true,
            country: "DEU".to_owned(),
            rule_type: CampaignRuleType::from("PUBLIC_OFFERING"),
            is_campaign_active: true,
        }
    }

    /// Checks the campaign as an offer of `product`.
    pub(super) fn check(&self, product: &Product, checks: &mut Checks) {
        let (least, most) = (self.min_number_of_tokens, self.max_number_of_tokens);
        checks.text("name", &self.name);
        checks.units("allocation", self.allocation);
        checks.at_most("allocation", self.allocation, "product.max_issuable_amount", product.max_issuable_amount);
        checks.price("price_per_token", &self.price_per_token);
        checks.units("min_number_of_tokens", least);
        checks.at_most("min_number_of_tokens", least, "max_number_of_tokens", most);
        checks.units("max_number_of_tokens", most);
        let somebody = self.legal_persons_allowed || self.natural_persons_allowed;
        checks.require("natural_persons_allowed", somebody, "must be true unless legal_persons_allowed is");
        checks.country("country", &self.country);
        checks.text("rule_type", self.rule_type.as_str());
        checks.require("is_campaign_active", self.is_campaign_active, "must be true: an investment follows");
    }

    pub(in crate::guides::issuance) fn to_model(&self, platform_id: DistributionPlatformId) -> model::CampaignCreate {
        model::CampaignCreate::new(model::CampaignCreateRequired {
            distribution_platform_id: platform_id,
            name: self.name.clone(),
            allocation: self.allocation,
            price_per_token: self.price_per_token.into(),
            min_number_of_tokens: self.min_number_of_tokens,
            max_number_of_tokens: self.max_number_of_tokens,
            legal_persons_allowed: self.legal_persons_allowed,
            natural_persons_allowed: self.natural_persons_allowed,
            country: self.country.clone(),
            rule_type: self.rule_type.clone(),
            is_campaign_active: self.is_campaign_active,
        })
    }
}
