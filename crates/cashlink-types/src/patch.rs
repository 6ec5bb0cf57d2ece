//! The three states of a field in a `PATCH`: keep, clear, set.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a `PATCH` does with one field.
///
/// A field that is kept is left out of the body, a cleared one is sent as `null`, a set one as its value. `Keep` is
/// the default, so an update names only what it changes.
///
/// A field of this type needs `#[serde(default, skip_serializing_if = "Patch::is_keep")]`: a serializer cannot leave a
/// value out by itself, and `Keep` that is serialized all the same becomes `null`.
///
/// ```
/// use cashlink_types::Patch;
/// use serde::Serialize;
///
/// #[derive(Default, Serialize)]
/// struct Update {
///     #[serde(skip_serializing_if = "Patch::is_keep")]
///     wallet: Patch<u8>,
///     #[serde(skip_serializing_if = "Patch::is_keep")]
///     paid_at: Patch<u8>,
/// }
///
/// let update = Update { wallet: Patch::Clear, ..Update::default() };
/// assert_eq!(serde_json::to_string(&update)?, r#"{"wallet":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth thing that a PATCH can do with a field")]
pub enum Patch<T> {
    /// The field is not mentioned; the server keeps its value.
    #[default]
    Keep,
    /// The field is sent as `null`.
    Clear,
    /// The field is sent with this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left out of the body.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Patch<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep => formatter.write_str("Keep"),
            Self::Clear => formatter.write_str("Clear"),
            Self::Set(value) => formatter.debug_tuple("Set").field(value).finish(),
        }
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Update {
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        field: Patch<i64>,
    }

    #[test]
    fn the_three_states_are_three_bodies() {
        check(Patch::Keep, "{}");
        check(Patch::Clear, r#"{"field":null}"#);
        check(Patch::Set(7), r#"{"field":7}"#);

        #[track_caller]
        fn check(field: Patch<i64>, body: &str) {
            let update = Update { field };
            assert_eq!(serde_json::to_string(&update).unwrap(), body);
            assert_eq!(serde_json::from_str::<Update>(body).unwrap(), update);
        }
    }
}
