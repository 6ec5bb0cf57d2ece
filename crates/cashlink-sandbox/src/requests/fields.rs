//! Header fields in one piece of memory.

use std::collections::BTreeMap;

use axum::http::HeaderMap;

use super::mask;

/// Header fields, copied: what a connection reads into would stay in memory as a whole with every field of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Box<str>);

impl Fields {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let size = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
        let mut text = String::with_capacity(size);
        for (name, value) in headers {
            text.push_str(name.as_str());
            text.push(':');
            push(&mut text, value.as_bytes());
            // No value has one, so it separates.
            text.push('\n');
        }
        Self(text.into_boxed_str())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The first value under `name`, as it was sent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All of them for people to see.
    pub(crate) fn shown(&self) -> BTreeMap<String, String> {
        let mut shown: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in self.iter() {
            let value = mask::header(name, value);
            shown
                .entry(name.to_owned())
                .and_modify(|earlier| {
                    earlier.push_str(", ");
                    earlier.push_str(&value);
                })
                .or_insert_with(|| value.into_owned());
        }
        shown
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split_terminator('\n').filter_map(|line| line.split_once(':'))
    }
}

/// UTF-8, or else Latin-1 as HTTP once had it.
fn push(text: &mut String, value: &[u8]) {
    match str::from_utf8(value) {
        Ok(value) => text.push_str(value),
        Err(_) => text.extend(value.iter().copied().map(char::from)),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn what_was_sent_is_shown_without_secrets() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-a", "1: 2"), ("x-a", ""), ("authorization", "Bearer abc"), ("accept", "*/*")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers.append("x-name", HeaderValue::from_bytes(b"J\xf6rg").unwrap());
        let fields = Fields::of(&headers);
        assert_eq!(fields.get("authorization"), Some("Bearer abc"));
        assert_eq!(fields.get("x-b"), None);
        let shown: Vec<_> = fields.shown().into_iter().collect();
        let expected = [("accept", "*/*"), ("authorization", "Bearer"), ("x-a", "1: 2, "), ("x-name", "Jörg")];
        assert_eq!(shown, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
