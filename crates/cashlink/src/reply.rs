//! How the body of a success is read: the forms that count as the same, and what is wrong where it fails.

use std::borrow::Cow;

use cashlink_api::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};
use serde_path_to_error::{Path, Segment};

use crate::{call::Form, error::is_field_name};

mod tree;

#[cfg(test)]
mod tests;

/// The fewest digits of a number that a binary float may not give back as they were written.
const LONG_NUMBER: usize = 16;

/// Why a body cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: &'static str,
    pub(crate) path: Option<String>,
}

/// What is given to the caller in the place of `body`, if that is not given itself.
pub(crate) fn given(operation: &Operation, form: Form, body: &[u8]) -> Option<Vec<u8>> {
    match form {
        Form::Described => in_one_form(operation, body),
        Form::AsReceived if body.is_empty() && operation.empty_reply => Some(b"null".to_vec()),
        Form::AsReceived => None,
    }
}

/// Brings the forms of a success that a server may choose between into the one that the models describe; nothing if
/// `body` has that form.
pub(crate) fn in_one_form(operation: &Operation, body: &[u8]) -> Option<Vec<u8>> {
    if body.is_empty() && operation.empty_reply {
        return Some(b"{}".to_vec());
    }
    let exact = with_long_numbers_as_text(body);
    let is_bare_array = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    if is_bare_array && operation.is_list() {
        return Some([b"{\"results\":", &exact[..], b"}"].concat());
    }
    match exact {
        Cow::Borrowed(_) => None,
        Cow::Owned(exact) => Some(exact),
    }
}

/// Writes numbers that may lose digits as text: money and decimal numbers, where they may be, read either. These are
/// integers beyond 64 bits, and fractions and powers of more digits than a binary float keeps for certain.
pub(crate) fn with_long_numbers_as_text(body: &[u8]) -> Cow<'_, [u8]> {
    if !may_have_long_number(body) {
        return Cow::Borrowed(body);
    }
    let mut exact = Vec::with_capacity(body.len() + 16);
    let mut rest = body;
    while let Some(first) = rest.first() {
        let is_number = matches!(first, b'-' | b'0'..=b'9');
        let length = match first {
            b'"' => string_length(rest),
            _ if is_number => rest.iter().take_while(|byte| is_of_number(**byte)).count(),
            _ => 1,
        };
        let (token, after) = rest.split_at(length);
        if is_number && may_lose_digits(token) {
            exact.extend([b"\"", token, b"\""].concat());
        } else {
            exact.extend_from_slice(token);
        }
        rest = after;
    }
    if exact.len() == body.len() { Cow::Borrowed(body) } else { Cow::Owned(exact) }
}

/// Whether there may be a number that long: digits that follow what a number can follow, as those of an IBAN do not.
fn may_have_long_number(body: &[u8]) -> bool {
    // A run of that many bytes has one at a multiple of it, so nearly all bytes are passed over.
    (LONG_NUMBER - 1..body.len()).step_by(LONG_NUMBER).any(|index| {
        let (before, from) = body.split_at(index);
        let behind = from.iter().take_while(|byte| is_digit_or_point(**byte)).count();
        if behind == 0 {
            return false;
        }
        let ahead = before.iter().rev().take_while(|byte| is_digit_or_point(**byte)).count();
        let (before, _) = before.split_at(before.len() - ahead);
        let is_number = match before.strip_suffix(b"-").unwrap_or(before).last() {
            Some(byte) => matches!(byte, b',' | b':' | b'[') || byte.is_ascii_whitespace(),
            None => true,
        };
        is_number && ahead + behind >= LONG_NUMBER
    })
}

fn is_digit_or_point(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

fn may_lose_digits(token: &[u8]) -> bool {
    let significand = token.split(|byte| matches!(byte, b'e' | b'E')).next().unwrap_or_default();
    let is_long = significand.iter().filter(|byte| byte.is_ascii_digit()).count() >= LONG_NUMBER;
    let fits = |token: &str| token.parse::<u64>().is_ok() || token.parse::<i64>().is_ok();
    is_long && !str::from_utf8(token).is_ok_and(fits)
}

/// The bytes of the string at the beginning of `json`, its quotes included.
fn string_length(json: &[u8]) -> usize {
    let mut escaped = false;
    let end = json.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Why reading a `T` from `body` fails. The path has names of fields and positions, never a value; a name that could be
/// anything, such as one that the model does not know, is shown as `?`.
pub(crate) fn fault<T: DeserializeOwned>(body: &[u8]) -> Fault {
    let mut json = serde_json::Deserializer::from_slice(body);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut json) else {
        return Fault { reason: "more than one JSON value", path: None };
    };
    let path = shown(error.path());
    match error.inner().classify() {
        Category::Data => missing_field::<T>(body).unwrap_or(Fault { reason: "not what the API describes", path }),
        Category::Eof | Category::Io => Fault { reason: "JSON that breaks off", path },
        Category::Syntax => Fault { reason: "not JSON", path },
    }
}

/// The field that is not there, if that is what is wrong.
fn missing_field<T: DeserializeOwned>(body: &[u8]) -> Option<Fault> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let error = serde_path_to_error::deserialize::<_, T>(tree::Tree(&value)).err()?;
    let field = error.inner().missing_field()?;
    let path = shown(error.path()).map_or_else(|| field.to_owned(), |path| format!("{path}.{field}"));
    Some(Fault { reason: "a field that must be there is missing", path: Some(path) })
}

fn shown(path: &Path) -> Option<String> {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => shown.extend(["[", &index.to_string(), "]"]),
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                shown.push_str(if shown.is_empty() { "" } else { "." });
                shown.push_str(if is_field_name(name) { name } else { "?" });
            }
            Segment::Unknown => shown.push_str(".?"),
        }
    }
    (!shown.is_empty()).then_some(shown)
}
