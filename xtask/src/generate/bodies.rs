//! Bodies of requests and replies: what typify wrote, made safe to print, to extend and to build.

use anyhow::{Context, Result, bail};
use syn::{
    Attribute, Field, Fields, Item, ItemEnum, ItemImpl, ItemStruct, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    builders, debug, docs,
    facts::{Facts, Property},
};

/// The file of the types.
pub(super) fn text(items: Vec<Item>, facts: &Facts<'_>) -> Result<String> {
    let mut kept: Vec<Item> = vec![parse_quote!(
        pub use super::enums::*;
    )];
    for item in items {
        match item {
            Item::Struct(item) => object(item, facts, &mut kept)?,
            Item::Enum(item) => kept.push(Item::Enum(choice(item, facts)?)),
            Item::Impl(item) if is_conversion_into_choice(&item) => kept.push(Item::Impl(item)),
            Item::Impl(_) => {}
            Item::Mod(module) if module.ident == "error" => {}
            _ => bail!("typify wrote an item that xtask/src/generate/bodies.rs does not know"),
        }
    }
    let mut file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: kept };
    ShortPaths.visit_file_mut(&mut file);
    Ok(prettyplease::unparse(&file))
}

/// A field with what the spec says about it.
pub(super) struct KnownField<'a> {
    pub(super) field: Field,
    pub(super) property: Property<'a>,
}

fn object(mut item: ItemStruct, facts: &Facts<'_>, kept: &mut Vec<Item>) -> Result<()> {
    let name = item.ident.to_string();
    let fields = known_fields(&item, facts)?;
    let sensitive = fields.iter().any(|known| known.property.sensitive);

    docs::set(&mut item.attrs, &facts.description(&name));
    if sensitive {
        without_debug(&mut item.attrs)?;
    }
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    if let Fields::Named(named) = &mut item.fields {
        named.named = fields.iter().map(|known| known.field.clone()).collect();
    }
    kept.push(Item::Struct(item.clone()));
    if sensitive {
        kept.push(Item::Impl(debug::redacted(&item.ident, &fields)?));
    }
    if facts.is_request(&name) {
        kept.extend(builders::constructor_and_setters(&item.ident, &fields)?);
    }
    Ok(())
}

/// The fields of `item`, documented and in the order of the spec.
fn known_fields<'a>(item: &ItemStruct, facts: &Facts<'a>) -> Result<Vec<KnownField<'a>>> {
    let properties = facts.properties(&item.ident.to_string()).with_context(|| {
        format!("openapi/: named-objects: `{}` has no schema of its own: move it to `schemas`", item.ident)
    })?;
    let mut fields: Vec<Field> = item.fields.iter().cloned().collect();
    let mut known = Vec::new();
    for property in properties {
        let position = fields.iter().position(|field| wire_name(field) == property.name);
        let position = position.with_context(|| format!("{}: typify dropped `{}`", item.ident, property.name))?;
        let mut field = fields.remove(position);
        docs::set(&mut field.attrs, &property.description);
        if property.tri_state {
            make_tri_state(&mut field)?;
        }
        known.push(KnownField { field, property });
    }
    if let Some(field) = fields.first() {
        bail!("{}: typify added the field `{}`", item.ident, wire_name(field));
    }
    Ok(known)
}

/// The key of a field in JSON: its `rename`, or its name.
fn wire_name(field: &Field) -> String {
    let mut name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Attributes without a value, or with another one, do not matter here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

fn make_tri_state(field: &mut Field) -> Result<()> {
    let inner = inside("Option", &field.ty).context("a field with three states must be optional")?.clone();
    field.ty = parse_quote!(::cashlink_types::Patch<#inner>);
    let rename = wire_name(field);
    let is_renamed = field.ident.as_ref().is_some_and(|ident| *ident != rename);
    field.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
    field.attrs.push(parse_quote!(#[serde(default, skip_serializing_if = "::cashlink_types::Patch::is_keep")]));
    if is_renamed {
        field.attrs.push(parse_quote!(#[serde(rename = #rename)]));
    }
    Ok(())
}

/// The `T` of `name<T>`.
pub(super) fn inside<'a>(name: &str, ty: &'a Type) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

fn without_debug(attributes: &mut [Attribute]) -> Result<()> {
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let list = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        let traits = attribute.parse_args_with(list)?.into_iter().filter(|path| !path.is_ident("Debug"));
        *attribute = parse_quote!(#[derive(#(#traits),*)]);
    }
    Ok(())
}

fn choice(mut item: ItemEnum, facts: &Facts<'_>) -> Result<ItemEnum> {
    docs::set(&mut item.attrs, &facts.description(&item.ident.to_string()));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    for variant in &mut item.variants {
        let Some(Type::Path(content)) = variant.fields.iter().next().map(|field| &field.ty) else {
            bail!("openapi/: named-objects: an alternative of `{}` has no schema of its own", item.ident);
        };
        let name = content.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        docs::set(&mut variant.attrs, &facts.description(&name));
    }
    Ok(item)
}

/// `impl From<Alternative> for Choice`, as opposed to a conversion from a reference to the type itself.
fn is_conversion_into_choice(item: &ItemImpl) -> bool {
    let Some(last) = item.trait_.as_ref().and_then(|(path, _)| path.segments.last()) else {
        return false;
    };
    let argument = match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments.args.first(),
        _ => None,
    };
    last.ident == "From" && matches!(argument, Some(syn::GenericArgument::Type(Type::Path(_))))
}

/// Writes what is in scope anyway without its path.
struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let is_enum = path.leading_colon.is_none() && matches!(names.as_slice(), ["crate", "enums", _]);
        let is_prelude = path.leading_colon.is_some()
            && matches!(
                names.as_slice(),
                ["std", "option", "Option"]
                    | ["std", "string", "String"]
                    | ["std", "vec", "Vec"]
                    | ["std", "convert", "From"]
            );
        if is_enum || is_prelude {
            path.leading_colon = None;
            path.segments = path.segments.iter().skip(2).cloned().collect();
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        visit_mut::visit_attribute_mut(self, attribute);
        if attribute.path().is_ident("serde") {
            let short: Attribute = parse_quote!(#[serde(skip_serializing_if = "Option::is_none")]);
            let long: Attribute = parse_quote!(#[serde(skip_serializing_if = "::std::option::Option::is_none")]);
            if *attribute == long {
                *attribute = short;
            }
        }
    }
}
