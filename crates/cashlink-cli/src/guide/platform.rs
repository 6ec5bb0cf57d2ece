//! The platform guide.

use std::path::Path;

use cashlink::{
    CampaignId, Cashlink, InvestorId, Problems, Scope,
    guides::{Error, Step, Steps, platform},
};

use super::{Guide, ids};
use crate::{args::Ids, problem::Problem, variables::Variables};

/// Leads an investor from an invitation to an investment.
pub(crate) struct Platform {
    pub(crate) campaign_id: Option<CampaignId>,
    pub(crate) investor_id: Option<InvestorId>,
}

impl Guide for Platform {
    const NAME: &'static str = "platform";
    const TEMPLATE: &'static str = platform::TEMPLATE;
    const SCOPES: &'static [Scope] = platform::SCOPES;
    const STEPS: &'static [Step] = platform::STEPS;
    const FLAGS: &'static [&'static str] = &["--campaign-id", "--investor-id"];
    type Input = platform::Input;
    type Report = platform::Report;

    fn with(ids: &Ids) -> Self {
        Self { campaign_id: ids.campaign_id, investor_id: ids.investor_id }
    }

    fn sample() -> Self::Input {
        platform::Input::sample()
    }

    fn resolve(_input: &mut Self::Input, _folder: &Path) {}

    fn fill(&self, input: &mut Self::Input, variables: &Variables) -> Result<(), Vec<Problem>> {
        let investor = ids::fill(&mut input.investor_id, self.investor_id, variables, ids::INVESTOR);
        let campaign = ids::fill(&mut input.campaign_id, self.campaign_id, variables, ids::CAMPAIGN);
        super::all(investor, campaign)
    }

    fn check(input: &Self::Input) -> Result<(), Problems> {
        input.validate()
    }

    async fn run<S: Steps>(client: &Cashlink, steps: &S, input: &Self::Input) -> Result<Self::Report, Error> {
        platform::invest(client, steps, input).await
    }
}
