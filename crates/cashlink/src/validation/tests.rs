use super::{Checks, Problems, rules};
use crate::DocumentSource;

fn broken(rule: rules::Rule) -> &'static str {
    rule.err().unwrap_or_default()
}

#[test]
fn an_iban_has_no_spaces_a_known_country_and_right_check_digits() {
    check("DE89370400440532013000", "");
    check("FR1420041010050500013M02606", "");
    check("DE89 3704 0044 0532 0130 00", "must be an IBAN without spaces");
    check("de89370400440532013000", "must be an IBAN of capital letters and digits only");
    check("DE89-3704", "must be an IBAN of capital letters and digits only");
    check("DE88370400440532013000", "must be an IBAN: its length or its check digits are wrong");
    check("", "must be an IBAN: its length or its check digits are wrong");
    check("ZZ22370400440532013000", "must be an IBAN of a country that takes part in the scheme");

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(broken(rules::iban(value)), expected);
    }
}

#[test]
fn a_bic_has_four_letters_a_country_and_eight_or_eleven_places() {
    check("COBADEFF", true);
    check("COBADEFFXXX", true);
    check("NCBVXKPR", true);
    check("COBADEF", false);
    check("COBADEFFX", false);
    check("COBAZZFF", false);
    check("C0BADEFF", false);
    check("cobadeff", false);
    check("COBA1EFF", false);
    check("COBAÄEFF", false);
    check("", false);

    #[track_caller]
    fn check(value: &str, valid: bool) {
        assert_eq!(rules::bic(value).is_ok(), valid, "{value}");
    }
}

#[test]
fn countries_and_currencies_are_assigned_codes_of_three_capitals() {
    check("DEU", "EUR", true);
    check("USA", "CHF", true);
    check("DE", "EU", false);
    check("deu", "eur", false);
    check("ZZZ", "AAA", false);
    check("Germany", "Euro", false);
    check("", "", false);

    #[track_caller]
    fn check(country: &str, currency: &str, valid: bool) {
        assert_eq!(rules::country(country).is_ok(), valid, "{country}");
        assert_eq!(rules::currency(currency).is_ok(), valid, "{currency}");
    }
}

#[test]
fn an_email_address_can_be_delivered_to_from_elsewhere() {
    check("erika@example.org", true);
    check("erika.beispiel+tag@mail.example.org", true);
    check("erika@localhost", false);
    check("erika@[127.0.0.1]", false);
    check("Erika <erika@example.org>", false);
    check("erika", false);
    check("[email protected]", false);
    check("", false);

    #[track_caller]
    fn check(value: &str, valid: bool) {
        assert_eq!(rules::email(value).is_ok(), valid, "{value}");
    }
}

#[test]
fn a_ledger_address_is_forty_hexadecimal_digits() {
    check("0x52908400098527886E0F7030069857D2E4169EE7", true);
    check("0x52908400098527886e0f7030069857d2e4169ee7", true);
    check("52908400098527886E0F7030069857D2E4169EE7", false);
    check("0x52908400098527886E0F7030069857D2E4169EE", false);
    check("0x52908400098527886E0F7030069857D2E4169EEG", false);
    check("0X52908400098527886E0F7030069857D2E4169EE7", false);

    #[track_caller]
    fn check(value: &str, valid: bool) {
        assert_eq!(rules::address(value).is_ok(), valid, "{value}");
    }
}

#[test]
fn an_isin_begins_with_two_letters_and_ends_with_its_check_digit() {
    check("US0378331005", "");
    check("DE0007164600", "");
    check("XS0203470157", "");
    check("DE0007164601", "must be an ISIN: its check digit is wrong");
    check("DE000716460A", "must be an ISIN: two letters first, a digit last");
    check("120007164600", "must be an ISIN: two letters first, a digit last");
    check("DE000716460", "must be an ISIN of 12 capital letters and digits");
    check("de0007164600", "must be an ISIN of 12 capital letters and digits");
    check("DEÄ007164600", "must be an ISIN of 12 capital letters and digits");
    check("", "must be an ISIN of 12 capital letters and digits");

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(broken(rules::isin(value)), expected);
    }
}

#[test]
fn a_price_is_more_than_zero_and_in_a_currency_that_exists() {
    check("EUR 0.01", true);
    check("CHF 100", true);
    check("EUR 0.00", false);
    check("EUR -1.00", false);
    check("AAA 1.00", false);

    #[track_caller]
    fn check(price: &str, valid: bool) {
        assert_eq!(rules::price(&price.parse().unwrap()).is_ok(), valid, "{price}");
    }
}

#[test]
fn text_is_one_line_of_bounded_length() {
    check("Müller-Lüdenscheidt", "");
    check(&"ü".repeat(255), "");
    check(&"ü".repeat(256), "must have 255 characters at most");
    check("  ", "must not be empty");
    check("a\nb", "must not have line breaks or other control characters");

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(broken(rules::text(value)), expected);
    }
}

#[test]
fn units_begin_at_one() {
    assert!(rules::units(1).is_ok());
    assert!(rules::units(i64::MAX).is_ok());
    assert!(rules::units(0).is_err());
    assert!(rules::units(-1).is_err());
}

#[test]
fn a_problem_names_the_whole_path_and_never_the_value() {
    let mut checks = Checks::new(1);
    checks.within("natural_person", |checks| checks.country("country", "Atlantis"));
    checks.each("signed_documents", &["fine", ""], |checks, category| checks.text("category", category));
    let problems = checks.finish().unwrap_err();
    assert_eq!(
        problems.to_string(),
        "natural_person.country: must be a country of three capital letters (ISO 3166-1 alpha-3), such as DEU\n\
         signed_documents[1].category: must not be empty",
    );
    assert!(!format!("{problems:?}").contains("Atlantis"));
    assert_eq!(
        serde_json::to_value(Problems::one("units", "must be at least 1")).unwrap(),
        serde_json::json!([{ "path": "units", "rule": "must be at least 1" }]),
    );
}

#[test]
fn times_may_be_equal_but_not_out_of_order() {
    check(Some(2), Some(1), true);
    check(Some(1), Some(1), true);
    check(Some(1), Some(2), false);
    check(None, Some(2), true);
    check(Some(1), None, true);

    #[track_caller]
    fn check(later: Option<i32>, earlier: Option<i32>, valid: bool) {
        let mut checks = Checks::new(1);
        checks.order("paid_at", later.as_ref(), "accepted_at", earlier.as_ref());
        assert_eq!(checks.finish().is_ok(), valid);
    }
}

#[test]
fn a_document_must_be_there_and_within_the_limit() {
    let mut checks = Checks::new(4);
    checks.document("fits", &DocumentSource::bytes("a.pdf", "application/pdf", b"1234".as_slice()));
    checks.document("too_large", &DocumentSource::bytes("a.pdf", "application/pdf", b"12345".as_slice()));
    checks.document("missing", &DocumentSource::path("/no/such/file.pdf"));
    let problems = checks.finish().unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| (problem.path.as_str(), problem.rule.as_str())).collect();
    assert_eq!(found, [("too_large", "has 5 bytes, the limit is 4"), ("missing", "cannot be read: entity not found"),],);
}
