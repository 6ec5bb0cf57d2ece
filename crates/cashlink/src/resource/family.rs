//! The table that a family is written in: one row per noun.

/// Defines a family of the API: a handle with one accessor for each noun, `pub fn noun(parent: Id) -> Noun`.
macro_rules! family {
    (
        $(#[$about:meta])*
        pub struct $Family:ident;
        $($(#[$docs:meta])* pub fn $noun:ident($($parent:ident: $Parent:ident)?) -> $Noun:ident;)*
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub struct $Family<'a> {
            client: &'a $crate::Cashlink,
        }

        impl<'a> $Family<'a> {
            pub(crate) fn new(client: &'a $crate::Cashlink) -> Self {
                Self { client }
            }

            $($(#[$docs])*
            pub fn $noun(&self $(, $parent: $Parent)?) -> $Noun<'a> {
                $Noun::new(self.client $(, $parent)?)
            })*
        }
    };
}

pub(crate) use family;
