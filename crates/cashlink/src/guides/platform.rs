//! Investment platform: leads an investor from an invitation to an investment.

use futures_util::join;
use serde::{Deserialize, Serialize};

use super::{
    Error, Step, StepError, Steps,
    object::Object,
    run::{Run, Stepped, both, required},
};
use crate::{Cashlink, InvestmentId, InvestorId, InvitationId, Mutation, Scope, WalletId, model};

mod input;
#[cfg(test)]
mod tests;

pub use input::{Input, SelfDisclosure, Survey, TEMPLATE};

/// The scopes that the guide needs.
pub const SCOPES: &[Scope] = &[
    Scope::InvestorsWrite,
    Scope::InvestorsRead,
    Scope::InvestmentsWrite,
    Scope::InvestmentsRead,
    Scope::DocumentsWrite,
];

const LIST_WALLETS: Step = Step::read("list_wallets", "v2_investors_wallets_list");
const CREATE_INVITATION: Step = Step::keyed("create_invitation", "v2_invitations_create");
const SUBMIT_SELF_DISCLOSURE: Step = Step::keyed("submit_self_disclosure", "v2_invitations_partial_update");
const SUBMIT_SURVEY: Step = Step::keyed("submit_survey", "v2_invitations_partial_update");
const WAIVE_SURVEY: Step = Step::keyed("waive_survey", "v2_invitations_partial_update");
const CREATE_INVESTMENT: Step = Step::keyed("create_investment", "v2_investments_create");
const SET_WALLET: Step = Step::absolute("set_wallet", "v2_investments_partial_update");
const READ_INVESTMENT: Step = Step::read("read_investment", "v2_investments_retrieve");

/// Every step that the guide may take, in order.
pub const STEPS: &[Step] = &[
    LIST_WALLETS,
    CREATE_INVITATION,
    SUBMIT_SELF_DISCLOSURE,
    SUBMIT_SURVEY,
    WAIVE_SURVEY,
    CREATE_INVESTMENT,
    SET_WALLET,
    READ_INVESTMENT,
];

/// What exists after the guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The investor.
    pub investor_id: InvestorId,
    /// The invitation.
    pub invitation_id: InvitationId,
    /// The investment.
    pub investment_id: InvestmentId,
    /// The wallet that will receive the units: the investor's oldest.
    pub wallet_id: WalletId,
    /// Where the investment stands.
    pub investment_status: model::InvestmentStatus,
}

/// Invites an onboarded investor, submits self-disclosure and survey, and turns the invitation into an investment.
///
/// The investor needs a wallet: the oldest one is set on the investment. The guide ends with the status that the
/// investment then has; acceptance and payment follow in their own time.
///
/// Run it again with the same run id and input after an interruption; what was done is not repeated.
///
/// # Errors
///
/// Fails before anything is sent if the input has problems; else with the step that failed. An investor without a
/// wallet is found out beside the invitation, before anything is submitted.
///
/// # Example
///
/// ```no_run
/// use cashlink::{CampaignId, Cashlink, InvestorId, guides::{Direct, platform}};
///
/// # async fn run(cashlink: Cashlink, investor_id: InvestorId, campaign_id: CampaignId) -> Result<(), cashlink::guides::Error> {
/// let mut input = platform::Input::sample();
/// input.investor_id = Some(investor_id);
/// input.campaign_id = Some(campaign_id);
/// let report = platform::invest(&cashlink, &Direct::new(uuid::Uuid::new_v4()), &input).await?;
/// println!("{} is {}", report.investment_id, report.investment_status);
/// # Ok(())
/// # }
/// ```
pub async fn invest<S: Steps>(client: &Cashlink, steps: &S, input: &Input) -> Result<Report, Error> {
    input.validate().map_err(Error::invalid)?;
    let run = Run::begin(steps, "platform", client.account(), input).await?;
    let guide = Guide { client, run: &run, input };
    run.end(guide.invest().await).await
}

struct Guide<'a, S> {
    client: &'a Cashlink,
    run: &'a Run<S>,
    input: &'a Input,
}

impl<S: Steps> Guide<'_, S> {
    async fn invest(&self) -> Stepped<Report> {
        let investor_id = required(self.input.investor_id, "investor_id")?;
        let (invitation_id, wallet_id) = join!(self.invite(investor_id), self.oldest_wallet(investor_id));
        let (invitation_id, wallet_id) = both(invitation_id, wallet_id)?;

        self.update(SUBMIT_SELF_DISCLOSURE, invitation_id, &self.input.self_disclosure.to_model()).await?;
        self.update(SUBMIT_SURVEY, invitation_id, &self.input.survey.to_model()).await?;
        if let Some(waiver) = &self.input.survey_waiver {
            let waived = model::InvitationUpdate::new().survey_waiver(waiver.clone());
            self.update(WAIVE_SURVEY, invitation_id, &waived).await?;
        }

        let investments = self.client.platform().investments();
        let signed = model::InvestmentCreateFromInvitation::new(invitation_id, self.input.signed_at);
        let investment_id = self.change(CREATE_INVESTMENT, investments.create(&signed.into())).await?.id;
        let update = model::InvestmentUpdate::new().wallet(wallet_id);
        self.change(SET_WALLET, investments.update(investment_id, &update)).await?;
        let query = investments.retrieve(investment_id);
        let read = self.run.step(READ_INVESTMENT, |_| async move { Ok(investment_status(&query.send().await?)) });
        let investment_status = read.await?.status().into();
        Ok(Report { investor_id, invitation_id, investment_id, wallet_id, investment_status })
    }

    async fn oldest_wallet(&self, investor_id: InvestorId) -> Stepped<WalletId> {
        let list = self.client.platform().wallets(investor_id).list();
        let oldest = self.run.step(LIST_WALLETS, |_| async move {
            let oldest = list.all().await?.into_iter().next();
            let oldest = oldest.ok_or_else(|| StepError::Obstacle("no wallet of the investor".to_owned()))?;
            Ok(Object::new(oldest.id, None))
        });
        Ok(oldest.await?.id)
    }

    async fn invite(&self, investor_id: InvestorId) -> Stepped<InvitationId> {
        let campaign_id = required(self.input.campaign_id, "campaign_id")?;
        let invitation = model::InvitationCreate::new(investor_id, campaign_id, self.input.units);
        let invitation = self.client.platform().invitations().create(&invitation);
        let invitation = self.run.call(CREATE_INVITATION, invitation, |invitation| Object::new(invitation.id, None));
        Ok(invitation.await?.id)
    }

    async fn update(&self, step: Step, id: InvitationId, update: &model::InvitationUpdate) -> Stepped<()> {
        let update = self.client.platform().invitations().update(id, update);
        self.run.call(step, update, |invitation| Object::new(invitation.id, None)).await?;
        Ok(())
    }

    async fn change(&self, step: Step, change: Mutation<model::Investment>) -> Stepped<Object<InvestmentId>> {
        self.run.call(step, change, investment_status).await
    }
}

fn investment_status(investment: &model::Investment) -> Object<InvestmentId> {
    Object::new(investment.id, Some(investment.status.as_str()))
}
