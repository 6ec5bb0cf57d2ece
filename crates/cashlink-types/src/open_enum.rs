//! Enums that may grow: a value that this version does not know is kept, not refused.

/// Declares an enum over text values that keeps what it does not know.
///
/// The enum gets an `Unknown(String)` variant that carries the text and writes it back unchanged, so a reply with a
/// new value is read, passed on and stored without loss. It is `#[non_exhaustive]`: a later version may move a value
/// out of `Unknown` into a variant of its own.
///
/// ```
/// cashlink_types::open_enum! {
///     /// State of a lamp.
///     pub enum Lamp {
///         /// It shines.
///         On = "ON",
///         /// It is dark.
///         Off = "OFF",
///     }
/// }
///
/// let lamp: Lamp = serde_json::from_str("\"DIMMED\"")?;
/// assert_eq!(lamp, Lamp::Unknown("DIMMED".into()));
/// assert_eq!(serde_json::to_string(&lamp)?, "\"DIMMED\"");
/// assert_eq!(Lamp::from("ON"), Lamp::On);
/// assert_eq!(Lamp::VALUES, ["ON", "OFF"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A value that this version does not know, as the API sent it.
            Unknown(::std::string::String),
        }

        impl $name {
            /// The values that this version knows, as they are sent.
            pub const VALUES: &'static [&'static str] = &[$($value),*];

            /// The value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }

            /// Whether this version does not know the value.
            pub fn is_unknown(&self) -> bool {
                ::core::matches!(self, Self::Unknown(_))
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(other.into()),
                }
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(value.into())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl $crate::__serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: $crate::__serde::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: $crate::__serde::Deserializer<'de>,
            {
                let value = <::std::borrow::Cow<'de, str> as $crate::__serde::Deserialize>::deserialize(deserializer)?;
                ::core::result::Result::Ok(value.as_ref().into())
            }
        }
    };
}
