//! The issuance guide.

use std::path::Path;

use cashlink::{
    Cashlink, DistributionPlatformId, InvestorId, Problems, Scope,
    guides::{Error, Step, Steps, issuance},
};

use super::{Guide, ids};
use crate::{args::Ids, problem::Problem, variables::Variables};

/// Brings a security from its issuer to its first investor.
pub(crate) struct Issuance {
    pub(crate) investor_id: Option<InvestorId>,
    pub(crate) distribution_platform_id: Option<DistributionPlatformId>,
}

impl Guide for Issuance {
    const NAME: &'static str = "issuance";
    const TEMPLATE: &'static str = issuance::TEMPLATE;
    const SCOPES: &'static [Scope] = issuance::SCOPES;
    const STEPS: &'static [Step] = issuance::STEPS;
    const FLAGS: &'static [&'static str] = &["--investor-id", "--distribution-platform-id"];
    type Input = issuance::Input;
    type Report = issuance::Report;

    fn with(ids: &Ids) -> Self {
        Self { investor_id: ids.investor_id, distribution_platform_id: ids.distribution_platform_id }
    }

    fn sample() -> Self::Input {
        issuance::Input::sample()
    }

    fn resolve(input: &mut Self::Input, folder: &Path) {
        input.resolve_against(folder);
    }

    fn fill(&self, input: &mut Self::Input, variables: &Variables) -> Result<(), Vec<Problem>> {
        let platform = &mut input.distribution_platform_id;
        let platform = ids::fill(platform, self.distribution_platform_id, variables, ids::PLATFORM);
        let investor = ids::fill(&mut input.investment.investor_id, self.investor_id, variables, ids::INVESTOR);
        super::all(platform, investor)
    }

    fn check(input: &Self::Input) -> Result<(), Problems> {
        input.validate()
    }

    async fn run<S: Steps>(client: &Cashlink, steps: &S, input: &Self::Input) -> Result<Self::Report, Error> {
        issuance::issue(client, steps, input).await
    }
}
