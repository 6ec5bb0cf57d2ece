//! The rules for single values. Each returns the rule that is broken, and never the value.

use email_address::{EmailAddress, Options};
use iban::Iban;
use rust_iso3166::{from_alpha2, from_alpha3};

use crate::Money;

/// The longest text that is sent, in characters; the API states no limit, this is the usual width of such a column.
const MAX_CHARACTERS: usize = 255;

pub(crate) type Rule = Result<(), &'static str>;

fn require(holds: bool, rule: &'static str) -> Rule {
    if holds { Ok(()) } else { Err(rule) }
}

/// Text that a person reads, such as a name.
pub(crate) fn text(value: &str) -> Rule {
    require(!value.trim().is_empty(), "must not be empty")?;
    require(value.chars().count() <= MAX_CHARACTERS, "must have 255 characters at most")?;
    require(!value.chars().any(char::is_control), "must not have line breaks or other control characters")
}

/// A country of ISO 3166-1.
pub(crate) fn country(value: &str) -> Rule {
    require(is_alpha3(value), "must be a country of three capital letters (ISO 3166-1 alpha-3), such as DEU")
}

fn is_alpha3(value: &str) -> bool {
    is_upper(value) && from_alpha3(value).is_some()
}

/// A currency of ISO 4217.
pub(crate) fn currency(value: &str) -> Rule {
    let known = is_upper(value) && iso_currency::Currency::from_code(value).is_some();
    require(known, "must be a currency of three capital letters (ISO 4217), such as EUR")
}

/// An international bank account number, with its check digits.
pub(crate) fn iban(value: &str) -> Rule {
    require(!value.contains(char::is_whitespace), "must be an IBAN without spaces")?;
    require(value.bytes().all(is_upper_or_digit), "must be an IBAN of capital letters and digits only")?;
    match value.parse::<Iban>() {
        Ok(_) => Ok(()),
        Err(iban::ParseIbanError::UnknownCountry(_)) => {
            Err("must be an IBAN of a country that takes part in the scheme")
        }
        Err(_) => Err("must be an IBAN: its length or its check digits are wrong"),
    }
}

/// A bank identifier (ISO 9362): institution, country, location and, at will, branch.
pub(crate) fn bic(value: &str) -> Rule {
    let shape = matches!(value.len(), 8 | 11) && value.bytes().all(is_upper_or_digit);
    require(shape, "must be a BIC of 8 or 11 capital letters and digits")?;
    let (institution, country) = (&value[..4], &value[4..6]);
    require(is_upper(institution), "must be a BIC that begins with four letters")?;
    // Kosovo has no code of the standard; banks use this one.
    let assigned = country == "XK" || (is_upper(country) && from_alpha2(country).is_some());
    require(assigned, "must be a BIC with a country at its fifth and sixth letter")
}

/// A number of a security (ISO 6166): two letters, nine letters or digits, and a check digit.
pub(crate) fn isin(value: &str) -> Rule {
    let shape = value.len() == 12 && value.bytes().all(is_upper_or_digit);
    require(shape, "must be an ISIN of 12 capital letters and digits")?;
    let check_digit_is_one = value.ends_with(|last: char| last.is_ascii_digit());
    require(is_upper(&value[..2]) && check_digit_is_one, "must be an ISIN: two letters first, a digit last")?;
    // A letter stands for a number of two digits; from the right, every second digit counts twice.
    let numbers = value.chars().rev().filter_map(|letter| letter.to_digit(36));
    let digits = numbers.flat_map(|number| [Some(number % 10), (number >= 10).then_some(number / 10)]).flatten();
    let sum: u32 =
        digits.zip([1, 2].into_iter().cycle()).map(|(digit, factor)| digit * factor).map(|n| n / 10 + n % 10).sum();
    require(sum.is_multiple_of(10), "must be an ISIN: its check digit is wrong")
}

/// A price of one unit.
pub(crate) fn price(value: &Money) -> Rule {
    currency(value.currency().as_str())?;
    require(value.amount() > 0, "must be more than zero")
}

/// An e-mail address that can be delivered to from elsewhere: no display name, no local host.
pub(crate) fn email(value: &str) -> Rule {
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    let valid = EmailAddress::parse_with_options(value, options).is_ok();
    require(valid, "must be an e-mail address, such as name@example.org")
}

/// A ledger address. The case of its letters, a checksum in some tools, is not checked.
pub(crate) fn address(value: &str) -> Rule {
    let digits = value.strip_prefix("0x").unwrap_or_default();
    let valid = digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    require(valid, "must be an address of `0x` and 40 hexadecimal digits")
}

/// A number of token units.
pub(crate) fn units(value: i64) -> Rule {
    require(value >= 1, "must be at least 1")
}

fn is_upper(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_upper_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}
