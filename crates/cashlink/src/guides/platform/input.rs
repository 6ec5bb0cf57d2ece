//! The input of the platform guide.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    CampaignId, InvestorId, Problems,
    guides::input::{MAX_DOCUMENT_BYTES, sample},
    model,
    model::SurveyWaiver,
    validation::Checks,
};

/// An input file with a comment on every field, filled with the values of [`Input::sample`].
pub const TEMPLATE: &str = include_str!("template.yaml");

/// What an onboarded investor said and signed on a platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Who invests; onboarded already, with a wallet. An input file may leave it to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub investor_id: Option<InvestorId>,
    /// Campaign to invest in. An input file may leave it to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// Number of units.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub units: i64,
    /// What the investor said about income and wealth; it decides how much may be invested.
    pub self_disclosure: SelfDisclosure,
    /// What the investor said about knowledge and experience.
    pub survey: Survey,
    /// Why there are no answers, such as `NO_ANSWERS`; needed if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub survey_waiver: Option<SurveyWaiver>,
    /// When the investor gave the binding confirmation.
    pub signed_at: Timestamp,
}

/// What an investor said about income and wealth.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SelfDisclosure {
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Whether the investor made a statement about monthly income.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_income: Option<bool>,
    /// Whether the investor states a net worth above EUR 100,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_worth_100k: Option<bool>,
}

/// What an investor said about knowledge and experience.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Survey {
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// The answers. No source states their form.
    #[serde(default)]
    pub answers: Vec<Map<String, Value>>,
}

redacted_debug!(SelfDisclosure, Survey);

impl Input {
    /// 1,100 units, more than may be bought without a self-disclosure, and no answers to the survey. It names neither
    /// investor nor campaign.
    pub fn sample() -> Self {
        let submitted_at = sample::DISCLOSED_AT;
        Self {
            investor_id: None,
            campaign_id: None,
            units: 1100,
            self_disclosure: SelfDisclosure { submitted_at, monthly_income: Some(true), net_worth_100k: Some(true) },
            survey: Survey { submitted_at, answers: Vec::new() },
            survey_waiver: Some(SurveyWaiver::from("NO_ANSWERS")),
            signed_at: sample::SIGNED_AT,
        }
    }

    /// Checks everything that can be checked without sending anything, as the guide does before its first step.
    ///
    /// # Errors
    ///
    /// Returns every problem at once, each by the path of its field.
    pub fn validate(&self) -> Result<(), Problems> {
        let mut checks = Checks::new(MAX_DOCUMENT_BYTES);
        checks.present("investor_id", self.investor_id.as_ref());
        checks.present("campaign_id", self.campaign_id.as_ref());
        checks.units("units", self.units);
        match &self.survey_waiver {
            Some(waiver) => checks.text("survey_waiver", waiver.as_str()),
            None => {
                checks.require("survey_waiver", !self.survey.answers.is_empty(), "is missing: there are no answers");
            }
        }
        let (disclosed, surveyed) = (self.self_disclosure.submitted_at, self.survey.submitted_at);
        checks.order("signed_at", Some(&self.signed_at), "self_disclosure.submitted_at", Some(&disclosed));
        checks.order("signed_at", Some(&self.signed_at), "survey.submitted_at", Some(&surveyed));
        checks.finish()
    }
}

impl SelfDisclosure {
    pub(super) fn to_model(&self) -> model::InvitationUpdate {
        let mut model = model::InvitationUpdate::new().self_disclosure_submitted_at(self.submitted_at);
        if let Some(monthly_income) = self.monthly_income {
            model = model.self_disclosure_monthly_income(monthly_income);
        }
        if let Some(net_worth_100k) = self.net_worth_100k {
            model = model.self_disclosure_net_worth_100k(net_worth_100k);
        }
        model
    }
}

impl Survey {
    pub(super) fn to_model(&self) -> model::InvitationUpdate {
        model::InvitationUpdate::new().survey_submitted_at(self.submitted_at).survey(self.answers.clone())
    }
}
