//! Ids from flags, from the input file and from the environment.

use std::str::FromStr;

use crate::{problem::Problem, variables::Variables};

pub(super) const CAMPAIGN: &str = "CASHLINK_CAMPAIGN_ID";
pub(super) const PRODUCT: &str = "CASHLINK_PRODUCT_ID";
pub(super) const INVESTOR: &str = "CASHLINK_INVESTOR_ID";
pub(super) const PLATFORM: &str = "CASHLINK_DISTRIBUTION_PLATFORM_ID";

/// An id that may come from several places: a flag beats the input file, which beats the environment.
pub(super) fn fill<Id: Copy + FromStr>(
    field: &mut Option<Id>,
    flag: Option<Id>,
    variables: &Variables,
    name: &str,
) -> Result<(), Problem> {
    if let Some(id) = flag.or(*field) {
        *field = Some(id);
        return Ok(());
    }
    *field = variables.id(name)?;
    Ok(())
}

/// Says where a missing id can be given.
pub(super) fn explain(problem: Problem) -> Problem {
    let variable = match problem.path.rsplit('.').next() {
        Some("campaign_id") => CAMPAIGN,
        Some("investor_id") => INVESTOR,
        _ => return problem,
    };
    let flag = match variable {
        CAMPAIGN => "--campaign-id",
        _ => "--investor-id",
    };
    if problem.message != "is missing" {
        return problem;
    }
    Problem { message: format!("is missing; set it in the input file, by {flag} or by {variable}"), ..problem }
}

#[cfg(test)]
mod tests {
    use cashlink::CampaignId;

    use super::*;

    const IN_ENVIRONMENT: &str = "00000000-0000-0000-0000-000000000001";

    #[test]
    fn a_flag_beats_the_file_and_the_file_the_environment() {
        let id = |number: u128| CampaignId::from(uuid::Uuid::from_u128(number));
        check(None, None, id(1));
        check(None, Some(id(2)), id(2));
        check(Some(id(3)), Some(id(2)), id(3));
        check(Some(id(3)), None, id(3));

        #[track_caller]
        fn check(flag: Option<CampaignId>, in_file: Option<CampaignId>, expected: CampaignId) {
            let variables = Variables::of(&[(CAMPAIGN, IN_ENVIRONMENT)]);
            let mut field = in_file;
            fill(&mut field, flag, &variables, CAMPAIGN).unwrap();
            assert_eq!(field, Some(expected));
        }
    }

    #[test]
    fn a_variable_that_is_not_needed_may_hold_anything() {
        let variables = Variables::of(&[(CAMPAIGN, "nonsense")]);
        let mut field = Some(CampaignId::from(uuid::Uuid::nil()));
        assert!(fill(&mut field, None, &variables, CAMPAIGN).is_ok());
        assert!(fill(&mut None::<CampaignId>, None, &variables, CAMPAIGN).is_err());
    }

    #[test]
    fn it_is_said_where_a_missing_id_can_be_given() {
        let problem = explain(Problem::new("investment.campaign_id", "is missing"));
        assert!(problem.message.contains("--campaign-id") && problem.message.contains(CAMPAIGN));
        let other = Problem::new("investment.units", "is missing");
        assert_eq!(explain(other.clone()), other);
    }
}
