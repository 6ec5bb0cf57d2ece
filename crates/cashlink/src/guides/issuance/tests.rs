use super::*;
use crate::{InvestorId, Money, WalletId};

fn sample() -> Input {
    let mut input = Input::sample();
    input.investment.investor_id = Some(InvestorId::new(uuid::Uuid::nil()));
    input
}

fn problems(input: &Input) -> Vec<String> {
    input.validate().err().iter().flatten().map(ToString::to_string).collect()
}

fn paths(input: &Input) -> Vec<String> {
    input.validate().err().iter().flatten().map(|problem| problem.path.clone()).collect()
}

#[track_caller]
fn check(problem: &str, spoil: fn(&mut Input)) {
    let mut input = sample();
    spoil(&mut input);
    let expected: Vec<_> = Some(problem).filter(|problem| !problem.is_empty()).into_iter().collect();
    assert_eq!(problems(&input), expected);
}

#[test]
fn the_sample_is_valid_once_it_has_an_investor() {
    assert_eq!(paths(&Input::sample()), ["investment.investor_id"]);
    assert_eq!(sample().validate(), Ok(()));
}

#[test]
fn the_template_is_the_sample_apart_from_the_files() {
    let mut input: Input = serde_saphyr::from_str(TEMPLATE).unwrap();
    let sample = Input::sample();
    let (company, made) = (&mut input.issuer.legal_person, &sample.issuer.legal_person);
    assert_eq!(company.company_identity_proof.file_name(), made.company_identity_proof.file_name());
    assert_eq!(company.company_structure_proof.file_name(), made.company_structure_proof.file_name());
    company.company_identity_proof = made.company_identity_proof.clone();
    company.company_structure_proof = made.company_structure_proof.clone();
    for (document, made) in input.investment.signed_documents.iter_mut().zip(&sample.investment.signed_documents) {
        assert_eq!(document.file.file_name(), made.file.file_name());
        document.file = made.file.clone();
    }
    assert_eq!(input, sample);
}

#[test]
fn what_the_template_has_in_comments_can_be_used() {
    let fields = ["salutation", "phone", "isin", "distribution_platform_id", "investor_id", "wallet"];
    let mut text = TEMPLATE.to_owned();
    for field in fields {
        let commented = format!("# {field}: ");
        assert!(text.contains(&commented), "{field}");
        text = text.replace(&commented, &format!("{field}: "));
    }
    let input: Input = serde_saphyr::from_str(&text).unwrap();
    assert!(input.issuer.natural_person.salutation.is_some() && input.issuer.natural_person.phone.is_some());
    assert!(input.product.isin.is_some() && input.distribution_platform_id.is_some());
    assert_eq!(input.investment.investor_id, Some(InvestorId::new(uuid::Uuid::nil())));
    assert_eq!(input.investment.wallet, Some(WalletId::new(uuid::Uuid::nil())));
    assert!(paths(&input).iter().all(|path| path.ends_with("_proof") || path.ends_with("file")));
}

#[test]
fn mistakes_are_found_in_every_part_at_once() {
    let mut input = Input::sample();
    input.issuer.legal_person.company_identity_proof = crate::DocumentSource::path("/no/such/extract.pdf");
    input.issuer.natural_person.citizenship = "DE".to_owned();
    input.issuer.bank_account.bic = "COBA".to_owned();
    input.product.name = " ".to_owned();
    input.campaign.country = "Germany".to_owned();
    input.investment.units = 0;
    input.investment.signed_documents[1].category = String::new();
    assert_eq!(
        paths(&input),
        [
            "issuer.legal_person.company_identity_proof",
            "issuer.natural_person.citizenship",
            "issuer.bank_account.bic",
            "product.name",
            "campaign.country",
            "investment.investor_id",
            "investment.units",
            "investment.units",
            "investment.signed_documents[1].category",
        ],
    );
}

#[test]
fn a_crypto_security_has_an_isin_and_another_may() {
    check("product.isin: is missing: a crypto security has one", |input| input.product.ewpg = true);
    check("product.isin: must be an ISIN: its check digit is wrong", |input| {
        input.product.isin = Some("DE000A0AAAA0".to_owned());
    });
    check("", |input| input.product.isin = Some("DE000A0AAAA8".to_owned()));
}

#[test]
fn a_product_has_the_price_that_it_says_it_has_and_no_other() {
    check("product.nominal_value: is missing: provide_nominal_value is true", |input| {
        input.product.nominal_value = None;
    });
    check("product.issuance_price: must be left out while provide_nominal_value is true", |input| {
        input.product.issuance_price = input.product.nominal_value;
    });
    check("product.issuance_price: is missing: provide_nominal_value is false", |input| {
        input.product.provide_nominal_value = false;
        input.product.nominal_value = None;
    });
    check("product.nominal_value: must be left out while provide_nominal_value is false", |input| {
        input.product.provide_nominal_value = false;
        input.product.issuance_price = input.product.nominal_value;
    });
    check("product.nominal_value: must be more than zero", |input| {
        input.product.nominal_value = "EUR 0.00".parse::<Money>().ok();
    });
    check("campaign.price_per_token: must be more than zero", |input| {
        input.campaign.price_per_token = "EUR -0.01".parse().unwrap();
    });
}

#[test]
fn the_limits_of_product_campaign_and_investment_contain_each_other() {
    check("campaign.allocation: must not be more than product.max_issuable_amount", |input| {
        input.product.max_issuable_amount = 9_999;
    });
    check("", |input| input.campaign.max_number_of_tokens = 10_001);
    check("investment.units: must not be more than campaign.allocation", |input| input.campaign.allocation = 49);
    check("investment.units: must be a multiple of product.step_size", |input| input.investment.units = 55);
    check("investment.units: must not be less than campaign.min_number_of_tokens", |input| {
        input.campaign.min_number_of_tokens = 60;
    });
    check("investment.units: must not be more than campaign.max_number_of_tokens", |input| {
        input.campaign.max_number_of_tokens = 40;
    });
    // No number of units is within limits that cross each other.
    let mut input = sample();
    input.campaign.min_number_of_tokens = 60;
    input.campaign.max_number_of_tokens = 40;
    assert_eq!(paths(&input), ["campaign.min_number_of_tokens", "investment.units", "investment.units"]);
    let mut input = sample();
    input.product.step_size = 50_001;
    assert_eq!(paths(&input), ["product.step_size", "investment.units"]);
}

#[test]
fn numbers_have_signs_that_make_sense() {
    check("product.step_size: must be at least 1", |input| input.product.step_size = 0);
    check("campaign.min_number_of_tokens: must be at least 1", |input| input.campaign.min_number_of_tokens = 0);
    check("product.agio_percent: must not be negative", |input| {
        input.product.agio_percent = "-0.5".parse().ok();
    });
    check("product.payment_deadline: must not be negative", |input| input.product.payment_deadline = -1);
    check("product.cancellation_deadline: must not be negative", |input| input.product.cancellation_deadline = -1);
}

#[test]
fn a_campaign_is_open_to_somebody() {
    check("campaign.is_campaign_active: must be true: an investment follows", |input| {
        input.campaign.is_campaign_active = false;
    });
    check("campaign.natural_persons_allowed: must be true unless legal_persons_allowed is", |input| {
        input.campaign.natural_persons_allowed = false;
        input.campaign.legal_persons_allowed = false;
    });
    check("", |input| input.campaign.natural_persons_allowed = false);
}

#[test]
fn times_are_in_order_and_the_later_ones_may_be_missing() {
    check("investment.accepted_at: must not be before signed_at", |input| {
        input.investment.accepted_at = Some(input.investment.signed_at - jiff::SignedDuration::from_secs(1));
    });
    check("", |input| {
        input.investment.accepted_at = None;
        input.investment.paid_at = None;
    });
}

#[test]
fn the_statement_about_us_tax_cannot_be_left_out() {
    let silent = TEMPLATE.replacen("    is_subject_to_us_tax: false", "    # silent: false", 1);
    let error = serde_saphyr::from_str::<Input>(&silent).unwrap_err().to_string();
    assert!(error.contains("is_subject_to_us_tax"), "{error}");
}

#[test]
fn money_is_sent_as_money_and_a_percentage_as_text() {
    let input = sample();
    let product = serde_json::to_value(input.product.to_model(IssuerId::new(uuid::Uuid::nil()))).unwrap();
    let price = serde_json::json!({ "amount": "10000", "decimals": 2, "currency": "EUR" });
    assert_eq!((&product["nominal_value"], &product["agio_percent"]), (&price, &"2.50".into()));
    assert!(product.get("issuance_price").is_none() && product.get("isin").is_none());
    let campaign = input.campaign.to_model(DistributionPlatformId::new(uuid::Uuid::nil()));
    assert_eq!(serde_json::to_value(campaign).unwrap()["price_per_token"], price);
}

#[test]
fn debug_shows_nothing_personal() {
    let printed = format!("{:?}", sample());
    for personal in ["Energie", "Industrieweg", "Muster", "1971", "12345", "+49", "DE89", "COBA", "HRB", "shareholders"]
    {
        assert!(!printed.contains(personal), "{personal}: {printed}");
    }
    assert!(printed.contains("units: 50"));
}

#[test]
fn the_steps_have_names_of_their_own() {
    let names: std::collections::HashSet<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names.len(), STEPS.len());
}

#[test]
fn the_scopes_are_those_of_both_clients() {
    let both = || ISSUER_SCOPES.iter().chain(DISTRIBUTOR_SCOPES);
    assert!(SCOPES.iter().all(|scope| both().any(|other| other == scope)));
    assert!(both().all(|scope| SCOPES.contains(scope)));
}
