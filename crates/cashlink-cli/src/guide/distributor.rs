//! The distributor guide.

use std::path::Path;

use cashlink::{
    Cashlink, Problems, Scope,
    guides::{Direct, Error, Step, distributor},
};

use super::Guide;
use crate::{problem::Problem, variables::Variables};

/// Onboards a company.
pub(crate) struct Distributor;

impl Guide for Distributor {
    const NAME: &'static str = "distributor";
    const TEMPLATE: &'static str = distributor::TEMPLATE;
    const SCOPES: &'static [Scope] = distributor::SCOPES;
    const STEPS: &'static [Step] = distributor::STEPS;
    type Input = distributor::Input;
    type Report = distributor::Report;

    fn sample() -> Self::Input {
        distributor::Input::sample()
    }

    fn resolve(input: &mut Self::Input, folder: &Path) {
        input.resolve_against(folder);
    }

    fn fill(&self, _input: &mut Self::Input, _variables: &Variables) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    fn check(input: &Self::Input) -> Result<(), Problems> {
        input.validate()
    }

    async fn run(client: &Cashlink, steps: &Direct, input: &Self::Input) -> Result<Self::Report, Error> {
        distributor::onboard(client, steps, input).await
    }
}
