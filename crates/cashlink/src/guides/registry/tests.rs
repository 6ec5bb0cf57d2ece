use super::*;
use crate::{CampaignId, ProductId, guides::input::OwnWallet};

fn sample() -> Input {
    let mut input = Input::sample();
    input.investment.campaign_id = Some(CampaignId::new(uuid::Uuid::nil()));
    input
}

fn paths(input: &Input) -> Vec<String> {
    input.validate().err().iter().flatten().map(|problem| problem.path.clone()).collect()
}

#[test]
fn the_sample_is_valid_once_it_has_a_campaign() {
    assert_eq!(paths(&Input::sample()), ["investment.campaign_id"]);
    assert_eq!(sample().validate(), Ok(()));
}

#[test]
fn the_template_is_the_sample_apart_from_the_files() {
    let mut input: Input = serde_saphyr::from_str(TEMPLATE).unwrap();
    let sample = Input::sample();
    let written = &input.identification.legitimation_protocol;
    assert_eq!(written.file_name(), sample.identification.legitimation_protocol.file_name());
    input.identification.legitimation_protocol = sample.identification.legitimation_protocol.clone();
    for (document, made) in input.investment.signed_documents.iter_mut().zip(&sample.investment.signed_documents) {
        assert_eq!(document.file.file_name(), made.file.file_name());
        document.file = made.file.clone();
    }
    assert_eq!(input, sample);
}

#[test]
fn what_the_template_has_in_comments_can_be_used() {
    let uncommented = TEMPLATE
        .lines()
        .map(|line| {
            let mut line = line.to_owned();
            let field = line.trim_start().strip_prefix("# ").is_some_and(|rest| {
                let word = rest.trim_start().split(':').next().unwrap_or_default();
                rest.contains(':') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            });
            if field {
                line = line.replacen("# ", "", 1);
            }
            line
        })
        .collect::<Vec<_>>()
        .join("\n");
    let input: Input = serde_saphyr::from_str(&uncommented).unwrap();
    assert_eq!(input.investment.campaign_id, Some(CampaignId::new(uuid::Uuid::nil())));
    assert_eq!(input.redemption.product_id, Some(ProductId::new(uuid::Uuid::nil())));
    assert!(input.wallet.is_some());
    assert_eq!(input.investor.natural_person.is_subject_to_us_tax, Some(false));
}

#[test]
fn five_mistakes_are_five_problems() {
    let mut input = sample();
    input.investor.natural_person.country = "Germany".to_owned();
    if let Some(bank_account) = &mut input.investor.bank_account {
        bank_account.iban = "DE89 3704 0044 0532 0130 00".to_owned();
    }
    input.identification.legitimation_protocol = crate::DocumentSource::path("/no/such/protocol.pdf");
    input.investment.units = 0;
    input.investment.signed_documents[1].category = String::new();
    assert_eq!(
        paths(&input),
        [
            "investor.natural_person.country",
            "investor.bank_account.iban",
            "identification.legitimation_protocol",
            "investment.units",
            "investment.signed_documents[1].category",
        ],
    );
}

#[test]
fn every_part_is_checked() {
    check("investor.natural_person.forename", |input| input.investor.natural_person.forename.clear());
    check("investor.natural_person.is_subject_to_us_tax", |input| {
        input.investor.natural_person.is_subject_to_us_tax = Some(true);
    });
    check("investor.tax_information", |input| input.investor.tax_information = None);
    check("investor.communication.email", |input| {
        if let Some(communication) = &mut input.investor.communication {
            communication.email = "erika".to_owned();
        }
    });
    check("identification.document_valid_to", |input| {
        input.identification.document_valid_to = jiff::civil::date(2025, 3, 2);
    });
    check("identification.verified_at", |input| {
        input.investor.natural_person.birth_date = jiff::civil::date(2025, 3, 3);
    });
    check("wallet.address", |input| {
        input.wallet = Some(OwnWallet { address: "0x0".to_owned(), receiving_enabled: None });
    });
    check("investment.accepted_at", |input| {
        input.investment.accepted_at = Some(input.investment.signed_at - jiff::SignedDuration::from_secs(1));
    });
    check("investment.paid_at", |input| {
        input.investment.accepted_at = Some(input.investment.signed_at + jiff::SignedDuration::from_secs(1));
    });
    check("redemption.units", |input| input.redemption.units = Some(301));
    check("redemption.units", |input| input.redemption.units = Some(0));

    #[track_caller]
    fn check(path: &str, spoil: fn(&mut Input)) {
        let mut input = sample();
        spoil(&mut input);
        assert_eq!(paths(&input), [path]);
    }
}

#[test]
fn an_expired_document_is_fine_if_it_was_valid_when_it_was_verified() {
    let mut input = sample();
    input.identification.document_valid_to = jiff::civil::date(2025, 3, 3);
    assert_eq!(input.validate(), Ok(()));
}

#[test]
fn an_unknown_field_is_named() {
    let misspelled = TEMPLATE.replace("    surname:", "    surename:");
    let error = serde_saphyr::from_str::<Input>(&misspelled).unwrap_err().to_string();
    assert!(error.contains("surename"), "{error}");
}

#[test]
fn debug_shows_nothing_personal() {
    let mut input = sample();
    input.wallet =
        Some(OwnWallet { address: "0x52908400098527886E0F7030069857D2E4169EE7".to_owned(), receiving_enabled: None });
    let printed = format!("{input:?}");
    for personal in [
        "Erika",
        "Beispiel",
        "1984",
        "Muster",
        "12345",
        "+49",
        "DE89",
        "COBA",
        "98765432100",
        "example.org",
        "T00000000",
        "2031",
        "EXAMPLE-0001",
        "identification.pdf",
        "subscription.pdf",
        "0x5290",
    ] {
        assert!(!printed.contains(personal), "{personal}: {printed}");
    }
    assert!(printed.contains("units: 300"));
}

#[test]
fn the_steps_have_names_of_their_own() {
    let names: std::collections::HashSet<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names.len(), STEPS.len());
}
