//! The guides with their sample inputs.

use std::{fmt, path::Path};

use cashlink::{
    Cashlink, DocumentSource,
    guides::{Error, Steps, distributor, issuance, platform, registry},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::job::Seeds;

/// A guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "the matrix runs every one")]
pub enum Guide {
    /// An investment is imported, delivered and redeemed.
    Registry,
    /// A company is onboarded.
    Distributor,
    /// An invitation becomes an investment.
    Platform,
    /// A security comes from its issuer to an investor.
    Issuance,
}

impl Guide {
    /// Every guide.
    pub const ALL: [Self; 4] = [Self::Registry, Self::Distributor, Self::Platform, Self::Issuance];

    /// The name, as in step ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Distributor => "distributor",
            Self::Platform => "platform",
            Self::Issuance => "issuance",
        }
    }
}

impl fmt::Display for Guide {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a guide is given.
pub(super) enum Input {
    Registry(Box<registry::Input>),
    Distributor(Box<distributor::Input>),
    Platform(Box<platform::Input>),
    Issuance(Box<issuance::Input>),
}

impl Input {
    /// The sample of `guide`, over what the sandbox has.
    pub(super) fn sample(guide: Guide, seeds: Seeds) -> Self {
        match guide {
            Guide::Registry => {
                let mut input = registry::Input::sample();
                input.investment.campaign_id = Some(seeds.campaign.into());
                input.redemption.product_id = Some(seeds.product.into());
                Self::Registry(Box::new(input))
            }
            Guide::Distributor => Self::Distributor(Box::new(distributor::Input::sample())),
            Guide::Platform => {
                let mut input = platform::Input::sample();
                input.campaign_id = Some(seeds.campaign.into());
                input.investor_id = Some(seeds.investor.into());
                Self::Platform(Box::new(input))
            }
            Guide::Issuance => {
                let mut input = issuance::Input::sample();
                input.investment.investor_id = Some(seeds.investor.into());
                Self::Issuance(Box::new(input))
            }
        }
    }

    /// Takes the documents from files in `folder` that have their names.
    pub(super) fn take_files(&mut self, folder: &Path) {
        for document in self.documents() {
            *document = DocumentSource::path(folder.join(document.file_name()));
        }
    }

    /// Every document of the input.
    pub(super) fn documents(&mut self) -> Vec<&mut DocumentSource> {
        match self {
            Self::Registry(input) => {
                let signed = input.investment.signed_documents.iter_mut().map(|document| &mut document.file);
                signed.chain([&mut input.identification.legitimation_protocol]).collect()
            }
            Self::Distributor(input) => {
                let company = &mut input.legal_person;
                vec![
                    &mut company.company_identity_proof,
                    &mut company.company_structure_proof,
                    &mut input.identification.legitimation_protocol,
                ]
            }
            Self::Platform(_) => Vec::new(),
            Self::Issuance(input) => {
                let company = &mut input.issuer.legal_person;
                let signed = input.investment.signed_documents.iter_mut().map(|document| &mut document.file);
                signed.chain([&mut company.company_identity_proof, &mut company.company_structure_proof]).collect()
            }
        }
    }

    /// Runs the guide, and gives its report.
    pub(super) async fn run<S: Steps>(&self, client: &Cashlink, steps: &S) -> Result<Value, Error> {
        match self {
            Self::Registry(input) => registry::import(client, steps, input).await.map(|report| as_json(&report)),
            Self::Distributor(input) => distributor::onboard(client, steps, input).await.map(|report| as_json(&report)),
            Self::Platform(input) => platform::invest(client, steps, input).await.map(|report| as_json(&report)),
            Self::Issuance(input) => issuance::issue(client, steps, input).await.map(|report| as_json(&report)),
        }
    }
}

#[expect(clippy::expect_used, reason = "reports are ids and statuses")]
fn as_json(report: &impl Serialize) -> Value {
    serde_json::to_value(report).expect("a report is JSON")
}
