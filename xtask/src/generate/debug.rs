//! `Debug` that shows whether a personal or secret value is there, and nothing of it.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ItemImpl, parse_quote};

use super::bodies::{KnownField, inside};

/// `impl Debug` for the struct `name`.
pub(super) fn redacted(name: &Ident, fields: &[KnownField<'_>]) -> Result<ItemImpl> {
    let text = name.to_string();
    let calls = fields.iter().map(call).collect::<Result<Vec<_>>>()?;
    Ok(parse_quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_struct(#text) #(#calls)* .finish()
            }
        }
    })
}

/// `impl Debug` that shows the name of the struct `name` only.
pub(super) fn opaque(name: &Ident) -> ItemImpl {
    let text = name.to_string();
    parse_quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_struct(#text).finish_non_exhaustive()
            }
        }
    }
}

fn call(known: &KnownField<'_>) -> Result<TokenStream> {
    let ident = known.field.ident.as_ref().context("a field must have a name")?;
    let key = known.property.name;
    let shown = if !known.property.sensitive {
        quote!(&self.#ident)
    } else if inside("Option", &known.field.ty).is_some() {
        quote!(&crate::redact::option(&self.#ident))
    } else if inside("Patch", &known.field.ty).is_some() {
        quote!(&crate::redact::patch(&self.#ident))
    } else {
        quote!(&::cashlink_types::Redacted)
    };
    Ok(quote!(.field(#key, #shown)))
}
