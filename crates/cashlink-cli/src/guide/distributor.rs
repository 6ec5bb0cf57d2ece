//! The distributor guide.

use std::path::Path;

use cashlink::{
    Cashlink, Problems, Scope,
    guides::{Error, Step, Steps, distributor},
};

use super::Guide;
use crate::{args::Ids, problem::Problem, variables::Variables};

/// Onboards a company.
pub(crate) struct Distributor;

impl Guide for Distributor {
    const NAME: &'static str = "distributor";
    const TEMPLATE: &'static str = distributor::TEMPLATE;
    const SCOPES: &'static [Scope] = distributor::SCOPES;
    const STEPS: &'static [Step] = distributor::STEPS;
    const FLAGS: &'static [&'static str] = &[];
    type Input = distributor::Input;
    type Report = distributor::Report;

    fn with(_ids: &Ids) -> Self {
        Self
    }

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

    async fn run<S: Steps>(client: &Cashlink, steps: &S, input: &Self::Input) -> Result<Self::Report, Error> {
        distributor::onboard(client, steps, input).await
    }
}
