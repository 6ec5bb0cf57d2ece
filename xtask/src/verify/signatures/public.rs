//! Finds what is public in a file, and what is foreign in it.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, ItemTrait, TraitItem, visit::Visit};

use super::{
    Source,
    names::{Mentions, Names, imports, is_public, name_of},
};

/// What a server asks of the service that it is to mount: file, type and trait of each `impl`.
///
/// These traits, and the requests and replies of the crate `http` in them, are what servers have agreed on in order to
/// know nothing of each other. Without them every program would write the adapter itself. Whatever else is public in
/// those files is looked at as elsewhere.
const MEANT: [(&str, &str, &str); 2] = [
    ("crates/cashlink/src/webhook/service.rs", "WebhookService", "Service"),
    ("crates/cashlink/src/webhook/service/body.rs", "ReplyBody", "Body"),
];

/// Each public item of `source` that mentions something foreign, and what.
pub(super) fn mentions(source: &Source, names: &Names) -> Vec<(String, String)> {
    let mut walk = Walk { file: &source.path, names, found: Vec::new() };
    walk.items(&source.file.items);
    walk.found
}

struct Walk<'a> {
    file: &'a str,
    names: &'a Names,
    /// Item and what is foreign in it.
    found: Vec<(String, String)>,
}

impl Walk<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Mod(module) if !is_for_tests(&module.attrs) => {
                self.items(module.content.as_ref().map_or(&[], |(_, items)| items));
            }
            Item::Fn(item) if is_public(&item.vis) => {
                self.check(format!("fn {}", item.sig.ident), |seen| seen.visit_signature(&item.sig));
            }
            Item::Const(item) if is_public(&item.vis) => {
                self.check(format!("const {}", item.ident), |seen| seen.visit_type(&item.ty));
            }
            Item::Static(item) if is_public(&item.vis) => {
                self.check(format!("static {}", item.ident), |seen| seen.visit_type(&item.ty));
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.check(format!("type {}", item.ident), |seen| {
                    seen.visit_generics(&item.generics);
                    seen.visit_type(&item.ty);
                });
            }
            Item::Struct(item) if is_public(&item.vis) => {
                self.check(format!("struct {}", item.ident), |seen| {
                    seen.visit_generics(&item.generics);
                    fields(seen, &item.fields, false);
                });
            }
            Item::Enum(item) if is_public(&item.vis) => {
                self.check(format!("enum {}", item.ident), |seen| {
                    seen.visit_generics(&item.generics);
                    item.variants.iter().for_each(|variant| fields(seen, &variant.fields, true));
                });
            }
            Item::Trait(item) if is_public(&item.vis) => self.definition(item),
            Item::Impl(item) => self.implementation(item),
            Item::Use(item) => {
                for (segments, name) in imports(item) {
                    // After `use reqwest::*` nobody knows where a name comes from.
                    if (is_public(&item.vis) || name == "*") && self.names.is_foreign(self.file, &segments) {
                        self.found.push((format!("use {name}"), segments.join("::")));
                    }
                }
            }
            Item::ExternCrate(item) if is_public(&item.vis) => {
                let name = item.ident.to_string();
                if self.names.is_foreign(self.file, std::slice::from_ref(&name)) {
                    self.found.push((format!("extern crate {name}"), name));
                }
            }
            Item::Macro(item) => self.macro_tokens(item),
            _ => {}
        }
    }

    fn check(&mut self, item: String, walk: impl FnOnce(&mut Mentions<'_>)) {
        if let Some(foreign) = self.names.mentioned(self.file, walk) {
            self.found.push((item, foreign));
        }
    }

    fn definition(&mut self, item: &ItemTrait) {
        self.check(format!("trait {}", item.ident), |seen| {
            seen.visit_generics(&item.generics);
            item.supertraits.iter().for_each(|bound| seen.visit_type_param_bound(bound));
        });
        for member in &item.items {
            let name = format!("trait {}", item.ident);
            match member {
                TraitItem::Fn(method) => {
                    self.check(format!("{name}: fn {}", method.sig.ident), |seen| seen.visit_signature(&method.sig));
                }
                TraitItem::Type(kind) => self.check(name, |seen| seen.visit_trait_item_type(kind)),
                TraitItem::Const(constant) => self.check(name, |seen| seen.visit_type(&constant.ty)),
                _ => {}
            }
        }
    }

    fn implementation(&mut self, item: &ItemImpl) {
        let subject = name_of(&item.self_ty).unwrap_or_default();
        let implemented = item.trait_.as_ref().map(|(path, ..)| path);
        let implemented_name = implemented.and_then(|path| path.segments.last()).map(|last| last.ident.to_string());
        let implemented_name = implemented_name.unwrap_or_default();
        let unseen = |name: &str| self.names.is_private(name);
        let is_meant = MEANT.contains(&(self.file, subject.as_str(), implemented_name.as_str()));
        if is_for_tests(&item.attrs) || unseen(&subject) || unseen(&implemented_name) || is_meant {
            return;
        }
        let name = format!("impl {subject}");
        if let Some(path) = implemented {
            self.check(name.clone(), |seen| {
                seen.visit_generics(&item.generics);
                seen.visit_path(path);
                seen.visit_type(&item.self_ty);
            });
        }
        let all = implemented.is_some();
        for member in &item.items {
            match member {
                ImplItem::Fn(method) if all || is_public(&method.vis) => {
                    self.check(format!("{name}: fn {}", method.sig.ident), |seen| seen.visit_signature(&method.sig));
                }
                ImplItem::Type(kind) => self.check(name.clone(), |seen| seen.visit_type(&kind.ty)),
                ImplItem::Const(constant) if all || is_public(&constant.vis) => {
                    self.check(name.clone(), |seen| seen.visit_type(&constant.ty));
                }
                _ => {}
            }
        }
    }

    /// What a macro writes is not known here: one that writes public items must not even name something foreign.
    fn macro_tokens(&mut self, item: &syn::ItemMacro) {
        let mut words = Vec::new();
        flatten(item.mac.tokens.clone(), &mut words);
        let writes_public = words.windows(2).any(|pair| pair[0] == "pub" && pair[1] != "(");
        let foreign = words.iter().find(|word| self.names.is_foreign(self.file, &[(*word).clone(), "types".into()]));
        if let Some(foreign) = foreign.filter(|_| writes_public) {
            let name = item.ident.as_ref().or_else(|| Some(&item.mac.path.segments.last()?.ident));
            let name = name.map(ToString::to_string).unwrap_or_default();
            self.found.push((format!("macro {name}"), foreign.clone()));
        }
    }
}

/// Visits the public ones of `fields`, and those that an attribute turns into a conversion.
fn fields(seen: &mut Mentions<'_>, fields: &Fields, all: bool) {
    for field in fields {
        let converts = field.attrs.iter().any(|attribute| attribute.path().is_ident("from"));
        if all || converts || is_public(&field.vis) {
            seen.visit_field(field);
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// The words and opening brackets of `tokens`, in order.
fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Group(group) => {
                words.push(if group.delimiter() == proc_macro2::Delimiter::Parenthesis { "(" } else { "{" }.to_owned());
                flatten(group.stream(), words);
            }
            _ => {}
        }
    }
}
