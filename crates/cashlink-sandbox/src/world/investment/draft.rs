//! What a new investment says, and the rules it must keep.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::super::campaign::Campaign;
use super::super::investor::Investor;
use super::super::invitation::Conversion;
use super::super::money::BELOW_ZERO;
use super::super::price::Price;
use super::super::refusal::{Problems, Step, unknown};
use super::super::{Call, Family, Owner, Refusal, World, signed_document};
use super::view::to_pay;
use super::{Investment, Money};

#[derive(Clone, Deserialize)]
pub(super) struct Draft {
    pub(super) invitation_id: Option<Uuid>,
    investor_id: Option<Uuid>,
    campaign_id: Option<Uuid>,
    units: Option<u64>,
    pub(super) signed_at: Option<Timestamp>,
    pub(super) accepted_at: Option<Timestamp>,
    pub(super) paid_at: Option<Timestamp>,
    pub(super) wallet: Option<Uuid>,
    pub(super) disagio: Option<Price>,
    pub(super) signed_documents: Option<Vec<signed_document::Draft>>,
}

/// Who takes how much of what.
pub(super) struct Terms {
    pub(super) investor: Uuid,
    pub(super) campaign: Uuid,
    pub(super) product: Uuid,
    pub(super) units: u64,
    pub(super) price: Money,
    /// Price times units.
    amount: Money,
    /// What the product adds to the amount.
    pub(super) agio: Option<Money>,
}

/// The body of `call` with its terms, checked against every rule.
pub(super) fn read(world: &World, call: &Call<'_>) -> Result<(Terms, Draft), Refusal> {
    let mut draft: Draft = call.parse()?;
    // Distributors invite nobody: there the property means nothing.
    draft.invitation_id = draft.invitation_id.filter(|_| call.family == Family::Platform);
    let terms = match draft.invitation_id {
        Some(invitation) => world.terms_of_invitation(call, invitation, &draft)?,
        None => world.terms_of_body(call, &draft)?,
    };
    world.check_draft(call, &terms, &draft)?;
    Ok((terms, draft))
}

impl World {
    fn terms_of_body(&self, call: &Call<'_>, draft: &Draft) -> Result<Terms, Refusal> {
        let (Some(investor_id), Some(campaign_id), Some(units)) = (draft.investor_id, draft.campaign_id, draft.units)
        else {
            return Err(Refusal::rule("Either an invitation or investor, campaign and units are needed."));
        };
        let mut problems = Problems::default();
        let investor = self.investors.get(call.owner, investor_id);
        if investor.is_none() {
            problems.field("investor_id", &unknown(investor_id));
        }
        let campaign = self.campaign_on_offer(call.owner, campaign_id);
        if campaign.is_none() {
            problems.field("campaign_id", &unknown(campaign_id));
        }
        problems.into_result()?;
        let (Some(investor), Some(campaign)) = (investor, campaign) else {
            return Err(Refusal::NotFound);
        };
        if let Some((field, message)) = self.objection(campaign, investor.profile.is_company(), units) {
            return Err(Refusal::field(field, message));
        }
        let amount = amount(&campaign.price, units, "units")?;
        Ok(Terms {
            investor: investor_id,
            campaign: campaign_id,
            product: campaign.product,
            units,
            price: campaign.price.clone(),
            agio: self.agio(campaign, &amount, "units")?,
            amount,
        })
    }

    fn terms_of_invitation(&self, call: &Call<'_>, id: Uuid, draft: &Draft) -> Result<Terms, Refusal> {
        let mut problems = Problems::default();
        let not_allowed = [
            ("accepted_at", draft.accepted_at.is_some()),
            ("investor_id", draft.investor_id.is_some()),
            ("campaign_id", draft.campaign_id.is_some()),
            ("units", draft.units.is_some()),
        ];
        for (field, _) in not_allowed.iter().filter(|(_, is_given)| *is_given) {
            problems.field(field, "This field is not allowed together with invitation_id.");
        }
        problems.into_result()?;

        let invitation = self.invitations.get(call.owner, id).ok_or_else(|| Refusal::unknown("invitation_id", id))?;
        let campaign = self.campaigns.find(invitation.campaign).ok_or(Refusal::NotFound)?;
        let investor = self.investors.get(call.owner, invitation.investor).ok_or(Refusal::NotFound)?;
        let amount = amount(&campaign.price, invitation.units, "invitation_id")?;
        let measured = if self.rules.cumulative_self_disclosure {
            let before = self.invested_by_invitation(call.owner, investor, campaign.product);
            before.and_then(|before| before.plus(&amount))
        } else {
            Some(amount.clone())
        };
        let conversion = Conversion { amount: &amount, measured, now: call.now };
        if let Some(obstacle) = invitation.obstacle(&conversion, &self.rules) {
            return Err(Refusal::field("invitation_id", obstacle));
        }
        let is_company = investor.profile.is_company();
        if let Some((_, message)) = self.objection(campaign, is_company, invitation.units) {
            return Err(Refusal::field("invitation_id", message));
        }
        Ok(Terms {
            investor: invitation.investor,
            campaign: invitation.campaign,
            product: campaign.product,
            units: invitation.units,
            price: campaign.price.clone(),
            agio: self.agio(campaign, &amount, "invitation_id")?,
            amount,
        })
    }

    /// What the product adds to `amount`; if they are too large to hold together, `field` is to blame.
    fn agio(&self, campaign: &Campaign, amount: &Money, field: &str) -> Result<Option<Money>, Refusal> {
        let product = self.products.find(campaign.product);
        let percent = product.and_then(|product| product.terms.agio_percent.as_ref());
        let Some(percent) = percent.filter(|percent| !percent.is_zero()) else {
            return Ok(None);
        };
        let agio = percent.percent_of(amount).filter(|agio| amount.plus(agio).is_some());
        let agio = agio.ok_or_else(|| too_large(field))?;
        Ok(Some(agio).filter(Money::is_positive))
    }

    /// What an investor has invested in a product by invitations; none if that is too large to hold.
    fn invested_by_invitation(&self, owner: Owner, investor: &Investor, product: Uuid) -> Option<Money> {
        let investments = investor.investments.iter().filter_map(|id| self.investments.get(owner, *id));
        let mut amounts =
            investments.filter(|investment| investment.product == product).filter_map(Investment::invited_amount);
        amounts.try_fold(Money::cents(0), |sum, amount| sum.plus(&amount))
    }

    fn check_draft(&self, call: &Call<'_>, terms: &Terms, draft: &Draft) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        if draft.signed_at.is_none() && !self.rules.web_subscription {
            problems.required("signed_at");
        }
        let investor = self.investor_in_body(call.owner, terms.investor)?;
        let must_accept = self.rules.account_setup_required && call.family == Family::Platform;
        if must_accept && !investor.profile.has_accepted_account() {
            let field = if draft.invitation_id.is_some() { "invitation_id" } else { "investor_id" };
            problems.field(field, "The investor has not agreed to the documents of the account.");
        }
        if let Some(wallet) = draft.wallet.filter(|wallet| investor.wallet(*wallet).is_none()) {
            problems.field("wallet", &unknown(wallet));
        }
        let signed_documents = draft.signed_documents.as_deref().unwrap_or_default();
        let length = signed_documents.len();
        for (index, document) in signed_documents.iter().enumerate() {
            if self.documents.get(call.owner, document.document_id).is_none() {
                let steps = [
                    Step::Key("signed_documents".to_owned()),
                    Step::Item { index, length },
                    Step::Key("document_id".to_owned()),
                ];
                problems.at(&steps, &unknown(document.document_id));
            }
        }
        let disagio = draft.disagio.clone().map(|disagio| disagio.beside(&terms.price));
        if let Some(message) = disagio.and_then(|disagio| objection_to_disagio(&disagio, terms)) {
            problems.field("disagio", message);
        }
        problems.into_result()
    }
}

fn objection_to_disagio(disagio: &Money, Terms { amount, agio, .. }: &Terms) -> Option<&'static str> {
    if disagio.is_negative() {
        return Some(BELOW_ZERO);
    }
    match disagio.exceeds(amount) {
        None => Some("The disagio must have the currency of the campaign."),
        Some(true) => Some("The disagio must not exceed the amount invested."),
        Some(false) if to_pay(amount, agio.as_ref(), Some(disagio)).is_none() => {
            Some("The disagio has too many decimals for this amount.")
        }
        Some(false) => None,
    }
}

/// What `units` cost; if that is too large to hold, `field` is to blame.
fn amount(price: &Money, units: u64, field: &str) -> Result<Money, Refusal> {
    price.times(units).ok_or_else(|| too_large(field))
}

fn too_large(field: &str) -> Refusal {
    Refusal::field(field, "The amount is too large.")
}
