//! Values of columns that SQLite has no form for.

use jiff::Timestamp;
use rusqlite::Row;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::failure::{Failure, Result};

/// A time, written as RFC 3339 with every digit that it has.
pub(crate) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    let text = row.get_ref(column)?;
    text.as_str().ok().and_then(|text| text.parse().ok()).ok_or_else(|| Failure::damaged("a time cannot be understood"))
}

/// An id, written as its 16 bytes.
pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| Failure::damaged("an id has not 16 bytes"))
}

/// A value that was written as JSON.
pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| Failure::damaged("what should be JSON is not"))
}
