//! The registry guide.

use std::path::Path;

use cashlink::{
    CampaignId, Cashlink, Problems, ProductId, Scope,
    guides::{Error, Step, Steps, registry},
};

use super::{Guide, ids};
use crate::{args::Ids, problem::Problem, variables::Variables};

/// Imports a signed and paid investment, and redeems it if there is a product.
pub(crate) struct Registry {
    pub(crate) campaign_id: Option<CampaignId>,
    pub(crate) product_id: Option<ProductId>,
    pub(crate) no_redeem: bool,
}

impl Guide for Registry {
    const NAME: &'static str = "registry";
    const TEMPLATE: &'static str = registry::TEMPLATE;
    const SCOPES: &'static [Scope] = registry::SCOPES;
    const STEPS: &'static [Step] = registry::STEPS;
    const FLAGS: &'static [&'static str] = &["--campaign-id", "--product-id", "--no-redeem"];
    type Input = registry::Input;
    type Report = registry::Report;

    fn with(ids: &Ids) -> Self {
        Self { campaign_id: ids.campaign_id, product_id: ids.product_id, no_redeem: ids.no_redeem }
    }

    fn sample() -> Self::Input {
        registry::Input::sample()
    }

    fn resolve(input: &mut Self::Input, folder: &Path) {
        input.resolve_against(folder);
    }

    fn fill(&self, input: &mut Self::Input, variables: &Variables) -> Result<(), Vec<Problem>> {
        let campaign = ids::fill(&mut input.investment.campaign_id, self.campaign_id, variables, ids::CAMPAIGN);
        let product = if self.no_redeem {
            input.redemption = registry::Redemption::default();
            Ok(())
        } else {
            ids::fill(&mut input.redemption.product_id, self.product_id, variables, ids::PRODUCT)
        };
        super::all(campaign, product)
    }

    fn check(input: &Self::Input) -> Result<(), Problems> {
        input.validate()
    }

    async fn run<S: Steps>(client: &Cashlink, steps: &S, input: &Self::Input) -> Result<Self::Report, Error> {
        registry::import(client, steps, input).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[
        (ids::CAMPAIGN, "00000000-0000-0000-0000-000000000001"),
        (ids::PRODUCT, "00000000-0000-0000-0000-000000000002"),
    ];

    #[test]
    fn it_redeems_when_there_is_a_product_unless_told_not_to() {
        check(false, true);
        check(true, false);

        #[track_caller]
        fn check(no_redeem: bool, redeems: bool) {
            let guide = Registry { campaign_id: None, product_id: None, no_redeem };
            let mut input = Registry::sample();
            input.redemption.units = Some(1);
            guide.fill(&mut input, &Variables::of(VARIABLES)).unwrap();
            assert_eq!(input.redemption.product_id.is_some(), redeems);
            assert_eq!(input.redemption.units.is_some(), redeems);
            assert!(Registry::check(&input).is_ok());
        }
    }
}
