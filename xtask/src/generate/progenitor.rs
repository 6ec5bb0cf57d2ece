//! Runs progenitor over the bent spec.

use ::progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use anyhow::{Context, Result};
use openapiv3::OpenAPI;
use syn::Item;

use crate::spec::normalize::Normalized;

/// What progenitor wrote.
#[derive(Debug)]
pub(super) struct Raw(syn::File);

/// The client and its types as progenitor writes them, in one file.
pub(super) fn client(normalized: &Normalized) -> Result<Raw> {
    let document: OpenAPI = serde_json::from_value(normalized.document.clone())
        .context("openapi/: the bent spec is not what the generator reads (see xtask/src/spec/normalize.rs)")?;
    let tokens = Generator::new(&settings(normalized)?).generate_tokens(&document).context("openapi/: progenitor")?;
    syn::parse2(tokens).map(Raw).context("progenitor wrote something that is not Rust")
}

impl Raw {
    /// The items of the client and those of its module of types.
    pub(super) fn split(self) -> Result<(Vec<Item>, Vec<Item>)> {
        let is_types = |item: &Item| matches!(item, Item::Mod(module) if module.ident == "types");
        let (types, client): (Vec<Item>, Vec<Item>) = self.0.items.into_iter().partition(is_types);
        let types = types.into_iter().find_map(|item| match item {
            Item::Mod(module) => module.content,
            _ => None,
        });
        Ok((client, types.context("progenitor wrote no module of types")?.1))
    }
}

fn settings(normalized: &Normalized) -> Result<GenerationSettings> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type("crate::Inner".parse().ok().context("the inner type is not Rust")?)
        .with_derive("PartialEq");
    for (name, path) in &normalized.replacements {
        settings.with_replacement(name, path, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }
    Ok(settings)
}
