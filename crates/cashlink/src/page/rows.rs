//! The rows of a page: its items, read one by one where the page as a whole cannot be.

use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{Page, RawPage};
use crate::{
    Error, Outcome, Result,
    error::{DecodeError, Intent},
    failure::Failure,
    reply,
};

/// One page, in which single items may not be readable.
pub(crate) struct Rows<T> {
    pub(crate) items: Vec<Result<T>>,
    pub(super) count: Option<i64>,
    pub(super) next: Option<String>,
}

/// What the pages of all nouns have in common.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
    count: Option<i64>,
    next: Option<String>,
}

impl<T> Rows<T> {
    /// The rows of a page of which everything can be read.
    pub(crate) fn whole(page: impl RawPage<Item = T>) -> Self {
        let (items, count, next) = page.into_parts();
        Self { items: items.into_iter().map(Ok).collect(), count, next }
    }

    /// The items, or what is wrong with the first one that cannot be read.
    pub(super) fn into_page(self) -> Result<Page<T>> {
        let items = self.items.into_iter().collect::<Result<Vec<T>>>()?;
        Ok(Page { items, count: self.count.and_then(|count| u64::try_from(count).ok()) })
    }
}

impl<T: DeserializeOwned> Rows<T> {
    /// The rows of the page in `body`, a success of `intent`; nothing if it is no page.
    pub(crate) fn one_by_one(status: StatusCode, body: &[u8], intent: &Intent) -> Option<Self> {
        let envelope = match serde_json::from_slice::<Envelope<'_>>(body) {
            Ok(envelope) => envelope,
            Err(_) => Envelope { results: serde_json::from_slice(body).ok()?, count: None, next: None },
        };
        let rows = envelope.results.iter().enumerate();
        let items = rows.map(|(position, raw)| {
            item(raw.get()).map_err(|fault| {
                let place = format!("results[{position}]");
                let path = match fault.path {
                    Some(path) if path.starts_with('[') => place + &path,
                    Some(path) => format!("{place}.{path}"),
                    None => place,
                };
                let error = DecodeError::new(Some(status), Some(path), fault.reason, raw.get().as_bytes());
                // It is a read: there is no effect.
                Error::from_failure(Failure::Unreadable(error), Intent { outcome: Outcome::NotSent, ..intent.clone() })
            })
        });
        Some(Self { items: items.collect(), count: envelope.count, next: envelope.next })
    }
}

fn item<T: DeserializeOwned>(raw: &str) -> Result<T, reply::Fault> {
    let exact = reply::with_long_numbers_as_text(raw.as_bytes());
    serde_json::from_slice(&exact).map_err(|_| reply::fault::<T>(&exact))
}
