//! Invitations: an investment process that is filled step by step and then converted.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::shown;
use super::ids::derived;
use super::money::Money;
use super::{Answer, Call, Problems, Refusal, Reply, Rules, World, refusal};

/// What a change may set, in the order of the reply.
const ANSWERS: [&str; 6] = [
    "self_disclosure_submitted_at",
    "self_disclosure_monthly_income",
    "self_disclosure_net_worth_100k",
    "survey_submitted_at",
    "survey",
    "survey_waiver",
];

#[derive(Clone)]
pub(super) struct Invitation {
    pub(super) id: Uuid,
    pub(super) investor: Uuid,
    pub(super) campaign: Uuid,
    pub(super) units: u64,
    answers: Map<String, Value>,
    /// Counts the changes: each has its own costs document.
    version: u64,
    /// When the costs document of this version is ready.
    costs_ready_at: Timestamp,
    /// The investment it was turned into.
    pub(super) investment: Option<Uuid>,
}

/// What an invitation is to be turned into.
pub(super) struct Conversion<'a> {
    pub(super) amount: &'a Money,
    /// What is held against the limit of the self-disclosure; none if that is too large to hold.
    pub(super) measured: Option<Money>,
    pub(super) now: Timestamp,
}

#[derive(Clone, Deserialize)]
struct Draft {
    investor_id: Uuid,
    campaign_id: Uuid,
    units: u64,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let draft: Draft = call.parse()?;
    world.check_invitation(call, &draft)?;
    let id = world.ids.next("invitation");
    let invitation = Invitation {
        id,
        investor: draft.investor_id,
        campaign: draft.campaign_id,
        units: draft.units,
        answers: Map::new(),
        version: 1,
        costs_ready_at: world.due(call.now),
        investment: None,
    };
    let view = invitation.view(&Value::Null);
    world.invitations.insert(call.owner, id, invitation);
    Ok(Reply::changed("invitation", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let invitations = world.invitations.list(call.owner);
    call.page_of(invitations, |invitation| invitation.view(&invitation.costs_document(call.now)))
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("invitation_id")?;
    let invitation = world.invitations.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(invitation.view(&invitation.costs_document(call.now))))
}

/// Sets the answers that are given; the costs document is made anew.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("invitation_id")?;
    let ready_at = world.due(call.now);
    let invitation = world.invitations.get_mut(call.owner, id).ok_or(Refusal::NotFound)?;
    if invitation.investment.is_some() {
        return Err(Refusal::rule("The invitation has been turned into an investment."));
    }
    for name in ANSWERS {
        if let Some(value) = call.body.get(name) {
            invitation.answers.insert(name.to_owned(), shown(name, value));
        }
    }
    invitation.version += 1;
    invitation.costs_ready_at = ready_at;
    Ok(Reply::changed("invitation", id, invitation.view(&Value::Null)))
}

impl Invitation {
    /// Why it cannot be turned into an investment yet; `None` if it can.
    pub(super) fn obstacle(&self, conversion: &Conversion<'_>, rules: &Rules) -> Option<&'static str> {
        if self.investment.is_some() {
            return Some("The invitation has already been turned into an investment.");
        }
        if let Some(obstacle) = self.obstacle_of_limit(conversion) {
            return Some(obstacle);
        }
        if rules.costs_document_required && conversion.now < self.costs_ready_at {
            return Some("The costs document is not ready.");
        }
        if !self.has("survey_submitted_at") {
            return Some("The survey has not been submitted.");
        }
        let has_answers =
            self.answers.get("survey").and_then(Value::as_array).is_some_and(|answers| !answers.is_empty());
        if !has_answers && !self.has("survey_waiver") {
            return Some("A survey without answers needs a waiver.");
        }
        None
    }

    fn obstacle_of_limit(&self, conversion: &Conversion<'_>) -> Option<&'static str> {
        let limit = self.limit();
        if conversion.amount.exceeds(&limit).is_none() {
            return Some("The limit of the self-disclosure is in EUR, the price of the campaign is not.");
        }
        let is_within = conversion.measured.as_ref().and_then(|sum| sum.exceeds(&limit)) == Some(false);
        (!is_within).then_some("The amount exceeds the limit of the self-disclosure.")
    }

    /// How much the investor may invest by what they disclosed.
    fn limit(&self) -> Money {
        let states = |name: &str| self.answers.get(name) == Some(&Value::Bool(true));
        let euros = if states("self_disclosure_monthly_income") {
            25_000
        } else if states("self_disclosure_net_worth_100k") {
            10_000
        } else {
            1_000
        };
        Money::cents(euros * 100)
    }

    fn has(&self, name: &str) -> bool {
        self.answers.get(name).is_some_and(|value| !value.is_null())
    }

    fn costs_document(&self, now: Timestamp) -> Value {
        if now < self.costs_ready_at {
            return Value::Null;
        }
        let id = derived("costs document", &format!("{} {}", self.id, self.version));
        json!({ "id": id, "url": format!("https://sandbox.invalid/costs/{id}.pdf") })
    }

    fn view(&self, costs_document: &Value) -> Value {
        let mut view = Map::new();
        view.insert("id".to_owned(), json!(self.id));
        view.insert("investor_id".to_owned(), json!(self.investor));
        view.insert("campaign_id".to_owned(), json!(self.campaign));
        view.insert("units".to_owned(), json!(self.units));
        for name in ANSWERS {
            view.insert(name.to_owned(), self.answers.get(name).cloned().unwrap_or_default());
        }
        view.insert("costs_document".to_owned(), costs_document.clone());
        Value::Object(view)
    }
}

impl World {
    fn check_invitation(&self, call: &Call<'_>, draft: &Draft) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        let investor = self.investors.get(call.owner, draft.investor_id);
        if investor.is_none() {
            problems.field("investor_id", &refusal::unknown(draft.investor_id));
        }
        let campaign = self.campaign_on_offer(call.owner, draft.campaign_id);
        if campaign.is_none() {
            problems.field("campaign_id", &refusal::unknown(draft.campaign_id));
        }
        if let (Some(investor), Some(campaign)) = (investor, campaign) {
            let is_company = investor.profile.is_company();
            if let Some((field, message)) = self.objection(campaign, is_company, draft.units) {
                problems.field(field, message);
            }
        }
        problems.into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_follows_the_self_disclosure() {
        check(&json!({}), 1_000);
        check(&json!({"self_disclosure_net_worth_100k": true}), 10_000);
        check(&json!({"self_disclosure_monthly_income": true}), 25_000);
        check(&json!({"self_disclosure_monthly_income": true, "self_disclosure_net_worth_100k": true}), 25_000);
        check(&json!({"self_disclosure_monthly_income": false, "self_disclosure_net_worth_100k": false}), 1_000);

        #[track_caller]
        fn check(answers: &Value, euros: i128) {
            assert_eq!(invitation(answers).limit(), Money::cents(euros * 100));
        }
    }

    #[test]
    fn a_conversion_needs_a_survey_with_answers_or_a_waiver() {
        let submitted = "2022-03-01T10:00:00Z";
        check(&json!({}), false);
        check(&json!({"survey_submitted_at": submitted}), false);
        check(&json!({"survey_submitted_at": submitted, "survey": []}), false);
        check(&json!({"survey_submitted_at": submitted, "survey": [], "survey_waiver": "NO_ANSWERS"}), true);
        check(&json!({"survey_submitted_at": submitted, "survey": [{"answer": 1}]}), true);
        check(&json!({"survey": [], "survey_waiver": "NO_ANSWERS"}), false);

        #[track_caller]
        fn check(answers: &Value, is_ready: bool) {
            let amount = Money::cents(100);
            let conversion = Conversion { amount: &amount, measured: Some(amount.clone()), now: Timestamp::UNIX_EPOCH };
            assert_eq!(invitation(answers).obstacle(&conversion, &Rules::default()).is_none(), is_ready);
        }
    }

    fn invitation(answers: &Value) -> Invitation {
        Invitation {
            id: Uuid::nil(),
            investor: Uuid::nil(),
            campaign: Uuid::nil(),
            units: 1,
            answers: answers.as_object().cloned().unwrap(),
            version: 1,
            costs_ready_at: Timestamp::UNIX_EPOCH,
            investment: None,
        }
    }
}
