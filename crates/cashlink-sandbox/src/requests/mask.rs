//! Takes secrets out of what is shown of a call.

use std::borrow::Cow;

use form_urlencoded::Serializer;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What stands in the place of a secret.
const MASK: &str = "***";

/// The properties, and the fields of forms and queries, that hold secrets.
const SECRETS: [&str; 7] =
    ["access_token", "assertion", "client_assertion", "client_secret", "id_token", "password", "refresh_token"];

/// What a header that holds a secret has in its name.
const SECRET_HEADERS: [&str; 6] = ["authorization", "cookie", "token", "secret", "api-key", "password"];

/// The value of a header: of credentials only the scheme.
pub(super) fn header<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if !SECRET_HEADERS.iter().any(|part| name.contains(part)) {
        return Cow::Borrowed(value);
    }
    let scheme = value.split_once(' ').map(|(scheme, _)| scheme);
    // Without a scheme it is the secret that comes first.
    let scheme = scheme.filter(|scheme| name == "authorization" && is_scheme(scheme));
    Cow::Borrowed(scheme.unwrap_or(MASK))
}

fn is_scheme(text: &str) -> bool {
    ["basic", "bearer", "digest", "negotiate"].iter().any(|known| text.eq_ignore_ascii_case(known))
}

/// A path with its query.
pub(super) fn target(target: &str) -> Cow<'_, str> {
    let is_harmless = |query: &str| form_urlencoded::parse(query.as_bytes()).all(|(name, _)| !is_secret(&name));
    match target.split_once('?') {
        Some((path, query)) if !is_harmless(query) => Cow::Owned(format!("{path}?{}", form(query.as_bytes()))),
        _ => Cow::Borrowed(target),
    }
}

/// A form, or the query of an address.
pub(super) fn form(bytes: &[u8]) -> String {
    let mut masked = Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(bytes) {
        let value = if is_secret(&name) { Cow::Borrowed(MASK) } else { value };
        masked.append_pair(&name, &value);
    }
    masked.finish()
}

/// Every secret in `value`, however deep.
pub(super) fn json(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(json),
        Value::Object(map) => {
            for (name, value) in map {
                if is_secret(name) { *value = MASK.into() } else { json(value) }
            }
        }
        _ => {}
    }
}

/// Whether a text that is neither a form nor JSON names a secret, so that one may stand beside it.
pub(super) fn mentions_secret(text: &str) -> bool {
    let plain = percent_decode_str(text).decode_utf8_lossy().to_ascii_lowercase();
    SECRETS.iter().any(|name| plain.contains(name))
}

fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_credentials_in_a_header_the_scheme_is_left_if_there_is_one() {
        check("authorization", "Bearer abc", "Bearer");
        check("authorization", "basic YTpi", "basic");
        check("authorization", "abc", "***");
        check("authorization", "abc def", "***");
        check("authorization", "Bearer", "***");
        check("proxy-authorization", "Basic YTpi", "***");
        check("cookie", "a=b", "***");
        check("set-cookie", "a=b", "***");
        check("x-api-key", "abc", "***");
        check("x-auth-token", "abc", "***");
        check("x-idempotency-key", "order 7", "order 7");
        check("accept", "Bearer abc", "Bearer abc");

        #[track_caller]
        fn check(name: &str, value: &str, expected: &str) {
            assert_eq!(header(name, value), expected, "{name}: {value}");
        }
    }

    #[test]
    fn secrets_go_from_addresses_forms_and_json_and_the_rest_stays() {
        assert_eq!(target("/a?b=%41&c"), "/a?b=%41&c");
        assert_eq!(target("/a?b=c&access%5Ftoken=d"), "/a?b=c&access_token=***");
        assert_eq!(target("/access_token=a"), "/access_token=a");
        assert_eq!(
            form(b"client_id=a&Client_Secret=b&client_secret=c"),
            "client_id=a&Client_Secret=***&client_secret=***"
        );
        let mut value = json!({"a": [{"client_secret": {"b": 1}}, {"token_type": "c"}], "password": null});
        super::json(&mut value);
        assert_eq!(value, json!({"a": [{"client_secret": "***"}, {"token_type": "c"}], "password": "***"}));
    }

    #[test]
    fn a_text_that_names_a_secret_is_not_shown() {
        assert!(mentions_secret("the client%5fsecret: x"));
        assert!(mentions_secret("{\"CLIENT_SECRET\": "));
        assert!(!mentions_secret("<h1>100%</h1> client"));
    }
}
