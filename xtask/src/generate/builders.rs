//! Constructors and setters, so that a request can be built although its struct may grow.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ItemImpl, Type, parse_quote};

use super::{
    bodies::{KnownField, inside},
    docs,
};

/// `new` with what is required, and one setter for each thing that is not.
pub(super) fn constructor_and_setters(name: &Ident, fields: &[KnownField<'_>]) -> Result<ItemImpl> {
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    let mut setters = Vec::new();
    for known in fields {
        let ident = known.field.ident.as_ref().context("a field must have a name")?;
        if let Some(inner) = inside("Option", &known.field.ty) {
            values.push(quote!(#ident: None));
            setters.push(setter(ident, inner, &known.property.description, &quote!(Some)));
        } else if let Some(inner) = inside("Patch", &known.field.ty) {
            values.push(quote!(#ident: ::cashlink_types::Patch::Keep));
            setters.push(setter(ident, inner, &known.property.description, &quote!(::cashlink_types::Patch::Set)));
            setters.push(clear(ident, known.property.name));
        } else {
            let (parameter, value) = argument(ident, &known.field.ty);
            parameters.push(parameter);
            values.push(if is_text(&known.field.ty) { quote!(#ident: #value) } else { quote!(#ident) });
        }
    }
    let about = if parameters.is_empty() { "Nothing set." } else { "With what is required; the rest is left out." };
    let about = docs::attributes(about);
    let must_use = parameters.is_empty().then(|| quote!(#[must_use]));
    let many = (parameters.len() > 7)
        .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "the API requires all of them")]));
    Ok(parse_quote! {
        impl #name {
            #(#about)*
            #must_use
            #many
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
            #(#setters)*
        }
    })
}

/// The parameter for a value of `ty`, and the expression that makes the value of it.
fn argument(ident: &Ident, ty: &Type) -> (TokenStream, TokenStream) {
    if is_text(ty) {
        (quote!(#ident: impl Into<String>), quote!(#ident.into()))
    } else {
        (quote!(#ident: #ty), quote!(#ident))
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "String"))
}

fn setter(ident: &Ident, inner: &Type, description: &str, wrapper: &TokenStream) -> TokenStream {
    let (parameter, value) = argument(ident, inner);
    let about = docs::attributes(description);
    quote! {
        #(#about)*
        #[must_use]
        pub fn #ident(mut self, #parameter) -> Self {
            self.#ident = #wrapper(#value);
            self
        }
    }
}

fn clear(ident: &Ident, key: &str) -> TokenStream {
    let name = format_ident!("clear_{}", key);
    let about = docs::attributes(&format!("Clears `{key}`: sends null."));
    quote! {
        #(#about)*
        #[must_use]
        pub fn #name(mut self) -> Self {
            self.#ident = ::cashlink_types::Patch::Clear;
            self
        }
    }
}
