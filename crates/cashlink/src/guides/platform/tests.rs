use super::*;
use crate::CampaignId;

fn sample() -> Input {
    let mut input = Input::sample();
    input.investor_id = Some(InvestorId::new(uuid::Uuid::nil()));
    input.campaign_id = Some(CampaignId::new(uuid::Uuid::nil()));
    input
}

fn paths(input: &Input) -> Vec<String> {
    input.validate().err().iter().flatten().map(|problem| problem.path.clone()).collect()
}

#[test]
fn the_sample_is_valid_once_it_has_an_investor_and_a_campaign() {
    assert_eq!(paths(&Input::sample()), ["investor_id", "campaign_id"]);
    assert_eq!(sample().validate(), Ok(()));
}

#[test]
fn the_template_is_the_sample() {
    assert_eq!(serde_saphyr::from_str::<Input>(TEMPLATE).unwrap(), Input::sample());
}

#[test]
fn mistakes_are_found_at_once() {
    let mut input = sample();
    input.units = -5;
    input.survey_waiver = None;
    input.signed_at = input.survey.submitted_at - jiff::SignedDuration::from_secs(1);
    assert_eq!(paths(&input), ["units", "survey_waiver", "signed_at", "signed_at"]);
}

#[test]
fn answers_need_no_waiver() {
    let mut input = sample();
    input.survey_waiver = None;
    input.survey.answers.push([("risk".to_owned(), "high".into())].into_iter().collect());
    assert_eq!(input.validate(), Ok(()));
    assert!(!format!("{input:?}").contains("high"));
}

#[test]
fn the_steps_have_names_of_their_own() {
    let names: std::collections::HashSet<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names.len(), STEPS.len());
}
