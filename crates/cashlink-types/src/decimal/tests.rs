use serde_json::json;

use super::*;

#[test]
fn a_decimal_keeps_its_scale_and_is_text_on_the_wire() {
    for text in ["0", "2.50", "-0.05", "1234567890123456789012345678.0123456789"] {
        let decimal: Decimal = text.parse().unwrap();
        assert_eq!(decimal.to_string(), text);
        assert_eq!(serde_json::to_value(decimal).unwrap(), json!(text));
        assert_eq!(serde_json::from_value::<Decimal>(json!(text)).unwrap(), decimal);
    }
}

#[test]
fn text_that_is_no_decimal_number_is_refused() {
    for text in ["", "-", ".5", "5.", "1,5", "1e3", "+1", " 1", "1.2.3", "--1", "0x1", "NaN", &"9".repeat(39)] {
        assert_eq!(text.parse::<Decimal>(), Err(DecimalError), "{text:?}");
    }
    assert!(format!("0.{}", "0".repeat(31)).parse::<Decimal>().is_err());
}

#[test]
fn a_json_number_is_read_as_it_was_written() {
    check("5", 5, 0);
    check("-2.25", -225, 2);
    check("0.1", 1, 1);
    check("18446744073709551615", 18_446_744_073_709_551_615, 0);
    check("1e3", 1000, 0);

    #[track_caller]
    fn check(json: &str, digits: i128, decimals: u8) {
        let decimal: Decimal = serde_json::from_str(json).unwrap();
        assert_eq!(decimal, Decimal::new(digits, decimals).unwrap());
    }
}

#[test]
fn a_json_number_that_may_have_lost_digits_is_refused() {
    for json in ["9007199254740993.0", "0.12345678901234567890", "184467440737095516160", "1e30", "-1e16", "1e-300"] {
        assert!(serde_json::from_str::<Decimal>(json).is_err(), "{json}");
        assert!(serde_json::from_str::<Price>(json).is_err(), "{json}");
    }
    assert!(serde_json::from_str::<Decimal>("123456789.012345").is_ok());
    assert!(serde_json::from_str::<Decimal>("0.000000123456789012345").is_ok());
}

#[test]
fn a_price_is_money_or_a_decimal_number() {
    let money = Money::new(100, 2, Currency::EUR).unwrap();
    let wire = json!({"amount": "100", "decimals": 2, "currency": "EUR"});
    assert_eq!(serde_json::from_value::<Price>(wire.clone()).unwrap(), Price::Money(money));
    assert_eq!(serde_json::to_value(Price::from(money)).unwrap(), wire);

    assert_eq!(Price::from(money).to_string(), "EUR 1.00");

    let plain: Price = serde_json::from_value(json!("1.00")).unwrap();
    assert_eq!(plain.to_string(), "1.00");
    assert_eq!(plain.in_currency(Currency::EUR), Ok(money));
    assert!(Price::Money(money).in_currency("CHF".parse().unwrap()).is_err());
    assert!(serde_json::from_value::<Price>(json!(true)).is_err());
    assert!(serde_json::from_value::<Decimal>(wire).is_err(), "money is no plain number");
}
