//! Constructors and setters, so that a request can be built although its struct may grow.

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, Type, parse_quote};

use super::{
    bodies::{KnownField, inside},
    debug, docs,
};

/// The most parameters of a constructor: beyond, texts are too easily swapped, and names are asked for.
const MOST_PARAMETERS: usize = 4;

/// A field as the constructor sees it.
struct Slot<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    description: &'a str,
    /// What an optional field begins as; none for a required one.
    initial: Option<TokenStream>,
}

/// `new` with what is required, and one setter for each thing that is not.
pub(super) fn constructor_and_setters(name: &Ident, fields: &[KnownField<'_>]) -> Result<Vec<Item>> {
    let mut slots = Vec::new();
    let mut setters = Vec::new();
    for known in fields {
        let ident = known.field.ident.as_ref().context("a field must have a name")?;
        let description = known.property.description.as_str();
        let mut initial = None;
        if let Some(inner) = inside("Option", &known.field.ty) {
            initial = Some(quote!(None));
            setters.push(setter(ident, inner, description, &quote!(Some)));
        } else if let Some(inner) = inside("Patch", &known.field.ty) {
            initial = Some(quote!(::cashlink_types::Patch::Keep));
            setters.push(setter(ident, inner, description, &quote!(::cashlink_types::Patch::Set)));
            setters.push(clear(ident, known.property.name));
        }
        slots.push(Slot { ident, ty: &known.field.ty, description, initial });
    }
    let required = slots.iter().filter(|slot| slot.initial.is_none()).count();
    let (parts, constructor) = if required > MOST_PARAMETERS {
        by_name(name, &slots)
    } else {
        (Vec::new(), by_position(&slots, required == 0))
    };
    let implementation = parse_quote!(impl #name { #constructor #(#setters)* });
    Ok(parts.into_iter().chain([implementation]).collect())
}

fn by_position(slots: &[Slot<'_>], nothing_required: bool) -> TokenStream {
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for Slot { ident, ty, initial, .. } in slots {
        if let Some(initial) = initial {
            values.push(quote!(#ident: #initial));
        } else {
            let (parameter, value) = argument(ident, ty);
            parameters.push(parameter);
            values.push(if is_converted(ty) { quote!(#ident: #value) } else { quote!(#ident) });
        }
    }
    let about = if nothing_required { "Nothing set." } else { "With what is required; the rest is left out." };
    let about = docs::attributes(about);
    let must_use = nothing_required.then(|| quote!(#[must_use]));
    quote! {
        #(#about)*
        #must_use
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    }
}

/// A constructor from a struct in which what is required is written out by name, and that struct.
fn by_name(name: &Ident, slots: &[Slot<'_>]) -> (Vec<Item>, TokenStream) {
    let parts = format_ident!("{name}Required");
    let mut members = Vec::new();
    let mut values = Vec::new();
    for Slot { ident, ty, description, initial } in slots {
        if let Some(initial) = initial {
            values.push(quote!(#ident: #initial));
        } else {
            let about = docs::attributes(description);
            members.push(quote!(#(#about)* pub #ident: #ty));
            values.push(quote!(#ident: required.#ident));
        }
    }
    let about = docs::attributes(&format!("What [`{name}`] cannot do without, to be written out by name."));
    let item = parse_quote! {
        #(#about)*
        #[derive(Clone, PartialEq)]
        pub struct #parts { #(#members),* }
    };
    let about = docs::attributes("With what is required; the rest is left out.");
    let constructor = quote! {
        #(#about)*
        #[must_use]
        pub fn new(required: #parts) -> Self {
            Self { #(#values),* }
        }
    };
    (vec![item, Item::Impl(debug::opaque(&parts))], constructor)
}

/// Types that are given in several forms.
const CONVERTED: [&str; 2] = ["Price", "String"];

/// The parameter for a value of `ty`, and the expression that makes the value of it.
fn argument(ident: &Ident, ty: &Type) -> (TokenStream, TokenStream) {
    if is_converted(ty) {
        (quote!(#ident: impl Into<#ty>), quote!(#ident.into()))
    } else {
        (quote!(#ident: #ty), quote!(#ident))
    }
}

fn is_converted(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    path.path.segments.last().is_some_and(|last| CONVERTED.iter().any(|name| last.ident == name))
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
