//! What the headers of a request say, as far as it matters here.

use crate::webhook::Refusal;

/// The longest header that is looked at, in bytes. Credentials in their longest form fit.
const LONGEST: usize = 32 * 1024;

/// The headers that matter.
#[derive(Default)]
pub(in crate::webhook) struct Head {
    pub(in crate::webhook) authorization: Given,
    content_type: Given,
    content_encoding: Given,
    content_length: Given,
}

/// What is given for a header that may be there once.
#[derive(Default)]
pub(in crate::webhook) enum Given {
    #[default]
    Nothing,
    Once(String),
    /// More than once, too long, or no visible ASCII.
    Unusable,
}

impl Head {
    pub(in crate::webhook) fn of(headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            let is = |known: &str| name.as_ref().eq_ignore_ascii_case(known);
            let given = if is("authorization") {
                &mut head.authorization
            } else if is("content-type") {
                &mut head.content_type
            } else if is("content-encoding") {
                &mut head.content_encoding
            } else if is("content-length") {
                &mut head.content_length
            } else {
                continue;
            };
            given.add(value.as_ref());
        }
        head
    }

    /// Whether the body can be an event by what the headers say of it.
    pub(in crate::webhook) fn announces_event(&self, max_body_bytes: usize) -> Result<(), Refusal> {
        self.announces_at_most(max_body_bytes)?;
        if self.announces("application/json") { Ok(()) } else { Err(Refusal::MediaType) }
    }

    /// Whether the body is a form by what the headers say of it.
    pub(in crate::webhook) fn announces_form(&self) -> bool {
        self.announces("application/x-www-form-urlencoded")
    }

    /// Whether the body is of this media type, in UTF-8 and not compressed.
    fn announces(&self, media_type: &str) -> bool {
        let is_plain = match &self.content_encoding {
            Given::Nothing => true,
            Given::Once(encoding) => encoding.eq_ignore_ascii_case("identity"),
            Given::Unusable => false,
        };
        is_plain && self.content_type.is_media_type(media_type)
    }

    /// Whether the body can be as long as the headers say, if they do.
    pub(in crate::webhook) fn announces_at_most(&self, max_body_bytes: usize) -> Result<(), Refusal> {
        let digits = match &self.content_length {
            Given::Nothing => return Ok(()),
            Given::Once(digits) => digits,
            Given::Unusable => return Err(Refusal::Length),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::Length);
        }
        // A number that is too long to be read is too large.
        let fits = digits.parse().is_ok_and(|length: usize| length <= max_body_bytes);
        if fits { Ok(()) } else { Err(Refusal::TooLarge) }
    }
}

impl Given {
    fn add(&mut self, value: &[u8]) {
        let is_printable = value.iter().all(|byte| matches!(byte, b' ' | b'\t') || byte.is_ascii_graphic());
        let text = std::str::from_utf8(value).ok().filter(|text| is_printable && text.len() <= LONGEST);
        *self = match (&self, text) {
            (Self::Nothing, Some(text)) => Self::Once(text.trim_ascii().to_owned()),
            _ => Self::Unusable,
        };
    }

    /// What follows `scheme` in an `Authorization` header.
    pub(in crate::webhook) fn credentials(&self, scheme: &str) -> Option<&str> {
        let Self::Once(text) = self else {
            return None;
        };
        let (given, credentials) = text.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| credentials.trim_ascii_start())
    }

    /// Whether it is the media type `expected` in UTF-8. Other parameters are passed over.
    fn is_media_type(&self, expected: &str) -> bool {
        let Self::Once(text) = self else {
            return false;
        };
        let mut parts = text.split(';').map(str::trim_ascii);
        let is_expected = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case(expected));
        let mut charsets = parts.filter_map(|part| part.split_once('=')).filter(is_charset);
        is_expected && charsets.all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
    }
}

fn is_charset((name, _): &(&str, &str)) -> bool {
    name.eq_ignore_ascii_case("charset")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_in_utf_8_is_an_event_by_its_headers_and_nothing_else() {
        check(&[("content-type", "application/json")], Ok(()));
        check(&[("CONTENT-TYPE", " Application/JSON ; Charset=\"UTF-8\"; v=1 ")], Ok(()));
        check(&[("content-type", "application/json"), ("content-encoding", "Identity")], Ok(()));
        check(&[("content-type", "application/json"), ("content-length", "100")], Ok(()));

        check(&[], Err(Refusal::MediaType));
        check(&[("content-type", "")], Err(Refusal::MediaType));
        check(&[("content-type", "text/plain")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json5")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json, text/plain")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json; charset=utf-16")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json; charset=utf-8; charset=utf-7")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json"), ("content-type", "application/json")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json"), ("content-encoding", "gzip")], Err(Refusal::MediaType));
        check(&[("content-type", "application/json"), ("content-encoding", "identity, br")], Err(Refusal::MediaType));

        check(&[("content-length", "101")], Err(Refusal::TooLarge));
        check(&[("content-length", &"9".repeat(100))], Err(Refusal::TooLarge));
        check(&[("content-length", "")], Err(Refusal::Length));
        check(&[("content-length", "-1")], Err(Refusal::Length));
        check(&[("content-length", "+1")], Err(Refusal::Length));
        check(&[("content-length", "1 2")], Err(Refusal::Length));
        check(&[("content-length", "5"), ("content-length", "5")], Err(Refusal::Length));

        #[track_caller]
        fn check(headers: &[(&str, &str)], expected: Result<(), Refusal>) {
            assert_eq!(Head::of(headers.iter().copied()).announces_event(100), expected);
        }
    }

    #[test]
    fn credentials_are_what_stands_once_behind_their_scheme() {
        check(&[b"Bearer abc"], Some("abc"));
        check(&[b"bEARER   abc def "], Some("abc def"));
        check(&[], None);
        check(&[b""], None);
        check(&[b"Bearer"], None);
        check(&[b"Bearerabc"], None);
        check(&[b"Basic abc"], None);
        check(&[b"Bearer abc", b"Bearer abc"], None);
        check(&[b"Bearer abc", b"Basic abc"], None);
        check(&[b"Bearer a\xffc"], None);
        check(&[b"Bearer a\0c"], None);
        check(&[format!("Bearer {}", "a".repeat(LONGEST)).as_bytes()], None);

        #[track_caller]
        fn check(values: &[&[u8]], expected: Option<&str>) {
            let head = Head::of(values.iter().map(|value| ("Authorization", value)));
            assert_eq!(head.authorization.credentials("Bearer"), expected);
        }
    }
}
