use proptest::prelude::*;

use super::*;

#[test]
fn money_shows_every_decimal_it_was_given() {
    check("40000000", 3, "EUR 40,000.000");
    check("5", 2, "EUR 0.05");
    check("-5", 2, "EUR -0.05");
    check("0", 0, "EUR 0");
    check("123", 0, "EUR 123");
    check("1234", 0, "EUR 1,234");
    check("-1234567", 1, "EUR -123,456.7");

    #[track_caller]
    fn check(amount: &str, decimals: u8, expected: &str) {
        let money = Money::parse(amount, decimals, Currency::EUR).unwrap();
        assert_eq!(money.to_string(), expected);
        assert_eq!(expected.parse::<Money>().unwrap(), money);
    }
}

#[test]
fn text_that_is_not_money_is_refused() {
    check("", MoneyError::Format);
    check("EUR", MoneyError::Format);
    check("40.00", MoneyError::Format);
    check("EUR 4 0", MoneyError::Format);
    check("EUR 40.", MoneyError::Format);
    check("EUR .5", MoneyError::Format);
    check("EUR 1,00", MoneyError::Format);
    check("EUR ,100", MoneyError::Format);
    check("EUR 1.0.0", MoneyError::Format);
    check("EUR 1e3", MoneyError::Format);
    check("EUR +1", MoneyError::Format);
    check("Euro 1", MoneyError::Currency(CurrencyError));

    #[track_caller]
    fn check(text: &str, expected: MoneyError) {
        assert_eq!(text.parse::<Money>(), Err(expected));
    }
}

#[test]
fn an_amount_on_the_wire_is_text_or_a_whole_number() {
    check(r#"{"amount":"40000000","decimals":3,"currency":"EUR"}"#, Some("EUR 40,000.000"));
    check(r#"{"currency":"EUR","decimals":3,"amount":40000000}"#, Some("EUR 40,000.000"));
    check(r#"{"amount":-7,"decimals":0,"currency":"EUR","extra":[]}"#, Some("EUR -7"));
    check(r#"{"amount":"9007199254740993","decimals":0,"currency":"EUR"}"#, Some("EUR 9,007,199,254,740,993"));
    check(r#"{"amount":9007199254740993,"decimals":0,"currency":"EUR"}"#, Some("EUR 9,007,199,254,740,993"));
    check(r#"{"amount":4200.0,"decimals":2,"currency":"EUR"}"#, Some("EUR 42.00"));
    check(r#"{"amount":4.2e3,"decimals":2,"currency":"EUR"}"#, Some("EUR 42.00"));
    check(r#"{"amount":9007199254740993.0,"decimals":0,"currency":"EUR"}"#, None);
    check(r#"{"amount":18446744073709551616,"decimals":0,"currency":"EUR"}"#, None);
    check(r#"{"amount":1.5,"decimals":0,"currency":"EUR"}"#, None);
    check(r#"{"amount":"1.5","decimals":0,"currency":"EUR"}"#, None);
    check(r#"{"amount":"","decimals":0,"currency":"EUR"}"#, None);
    check(r#"{"amount":"1","decimals":-1,"currency":"EUR"}"#, None);
    check(r#"{"amount":"1","decimals":31,"currency":"EUR"}"#, None);
    check(r#"{"amount":"1","decimals":0,"currency":"€"}"#, None);

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let money = serde_json::from_str::<Money>(json).ok();
        assert_eq!(money.map(|money| money.to_string()).as_deref(), expected);
    }
}

#[test]
fn the_wire_form_is_the_documented_one() {
    let money = Money::parse("40000000", 3, Currency::EUR).unwrap();
    let json = serde_json::to_string(&money).unwrap();
    assert_eq!(json, r#"{"amount":"40000000","decimals":3,"currency":"EUR"}"#);
}

#[test]
fn arithmetic_never_crosses_currencies() {
    let euro = Money::parse("1", 0, Currency::EUR).unwrap();
    let dollar = Money::parse("1", 0, "USD".parse().unwrap()).unwrap();
    let mismatch = MoneyError::CurrencyMismatch(euro.currency(), dollar.currency());
    assert_eq!(euro.checked_add(&dollar), Err(mismatch.clone()));
    assert_eq!(euro.checked_sub(&dollar), Err(mismatch.clone()));
    assert_eq!(euro.checked_cmp(&dollar), Err(mismatch));
}

#[test]
fn rescaling_loses_no_digit() {
    let money = Money::parse("1500", 3, Currency::EUR).unwrap();
    assert_eq!(money.rescale(1).unwrap().to_string(), "EUR 1.5");
    assert_eq!(money.rescale(5).unwrap().to_string(), "EUR 1.50000");
    assert_eq!(money.rescale(0), Err(MoneyError::Decimals));
}

#[test]
fn a_result_that_does_not_fit_is_an_error() {
    let largest = Money::new(Money::MAX_AMOUNT, 0, Currency::EUR).unwrap();
    let cent = Money::parse("1", 2, Currency::EUR).unwrap();
    assert_eq!(largest.checked_mul(2), Err(MoneyError::Overflow));
    assert_eq!(largest.checked_add(&largest), Err(MoneyError::Overflow));
    assert_eq!(largest.checked_add(&cent), Err(MoneyError::Overflow));
    assert_eq!(Money::new(Money::MAX_AMOUNT + 1, 0, Currency::EUR), Err(MoneyError::Digits));
}

fn any_money() -> impl Strategy<Value = Money> {
    (-Money::MAX_AMOUNT..=Money::MAX_AMOUNT, 0..=Money::MAX_DECIMALS).prop_map(|(amount, decimals)| Money {
        amount,
        decimals,
        currency: Currency::EUR,
    })
}

proptest! {
    #[test]
    fn text_and_json_round_trip(money in any_money()) {
        prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn adding_and_taking_away_gives_the_same_worth(left in any_money(), right in any_money()) {
        if let Ok(back) = left.checked_add(&right).and_then(|sum| sum.checked_sub(&right)) {
            prop_assert_eq!(back.checked_cmp(&left), Ok(std::cmp::Ordering::Equal));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,60}") {
        let _ = text.parse::<Money>();
    }
}
