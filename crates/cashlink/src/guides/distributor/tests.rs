use super::*;

fn paths(input: &Input) -> Vec<String> {
    input.validate().err().iter().flatten().map(|problem| problem.path.clone()).collect()
}

#[test]
fn the_sample_is_valid() {
    assert_eq!(Input::sample().validate(), Ok(()));
}

#[test]
fn the_template_is_the_sample_apart_from_the_files() {
    let mut input: Input = serde_saphyr::from_str(TEMPLATE).unwrap();
    let sample = Input::sample();
    let (company, made) = (&mut input.legal_person, &sample.legal_person);
    assert_eq!(company.company_identity_proof.file_name(), made.company_identity_proof.file_name());
    assert_eq!(company.company_structure_proof.file_name(), made.company_structure_proof.file_name());
    company.company_identity_proof = made.company_identity_proof.clone();
    company.company_structure_proof = made.company_structure_proof.clone();
    input.identification.legitimation_protocol = sample.identification.legitimation_protocol.clone();
    assert_eq!(input, sample);
}

#[test]
fn mistakes_are_found_in_every_part_at_once() {
    let mut input = Input::sample();
    input.legal_person.company_structure_proof = crate::DocumentSource::bytes("empty.pdf", "application/pdf", "");
    input.legal_person.is_subject_to_us_tax = true;
    input.natural_person.citizenship = "DE".to_owned();
    input.bank_account.bic = "COBA".to_owned();
    input.bank_account.currency = "eur".to_owned();
    input.tax_information.tax_identification_number = " ".to_owned();
    input.communication.email = "office@localhost".to_owned();
    input.identification.document_valid_from = jiff::civil::date(2032, 1, 1);
    input.benefiting_persons[0].zip = "1\n2".to_owned();
    input.wallet.address = Some("0x1".to_owned());
    assert_eq!(
        paths(&input),
        [
            "legal_person.company_structure_proof",
            "legal_person.is_subject_to_us_tax",
            "natural_person.citizenship",
            "bank_account.bic",
            "bank_account.currency",
            "tax_information.tax_identification_number",
            "communication.email",
            "identification.document_valid_to",
            "benefiting_persons[0].zip",
            "wallet.address",
        ],
    );
}

#[test]
fn a_company_needs_a_benefiting_person() {
    let mut input = Input::sample();
    input.benefiting_persons.clear();
    assert_eq!(paths(&input), ["benefiting_persons"]);
}

#[test]
fn the_statement_about_us_tax_cannot_be_left_out() {
    let silent = TEMPLATE.replacen("  is_subject_to_us_tax: false", "  # silent: false", 1);
    let error = serde_saphyr::from_str::<Input>(&silent).unwrap_err().to_string();
    assert!(error.contains("is_subject_to_us_tax"), "{error}");
}

#[test]
fn debug_shows_nothing_personal() {
    let printed = format!("{:?}", Input::sample());
    for personal in [
        "Erika",
        "Beispiel",
        "HRB",
        "Handelsplatz",
        "1984",
        "1971",
        "Muster",
        "DE89",
        "COBA",
        "98765432100",
        "example.org",
        "T00000000",
        "shareholders",
    ] {
        assert!(!printed.contains(personal), "{personal}: {printed}");
    }
}

#[test]
fn the_steps_have_names_of_their_own() {
    let names: std::collections::HashSet<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names.len(), STEPS.len());
}
