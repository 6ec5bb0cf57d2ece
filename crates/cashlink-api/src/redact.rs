//! What the generated `Debug` shows of personal and secret values: whether they are there.

use cashlink_types::{Patch, Redacted};

/// Keeps whether there is a value.
pub(crate) fn option<T>(value: &Option<T>) -> Option<Redacted> {
    value.as_ref().map(|_| Redacted)
}

/// Keeps what a change does.
pub(crate) fn patch<T>(value: &Patch<T>) -> Patch<Redacted> {
    match value {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(_) => Patch::Set(Redacted),
    }
}
