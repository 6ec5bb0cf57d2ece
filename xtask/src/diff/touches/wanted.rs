//! What to look for after a change.

use std::collections::BTreeSet;

use serde_json::Value;

use super::code::{Code, Shape, plain};
use crate::{
    coverage::family_less,
    diff::{Change, document::unescaped, rules},
    spec::bundle::escape,
};

/// A name that more kinds of things than these have says little by itself: `created_at`.
const MOST_OWNERS: usize = 3;
/// As does a shorter one of one word: `id`, `name`, `status`.
const SHORT: usize = 7;
/// What more operations have than these is not looked for where they are named.
const MOST_OPERATIONS: usize = 8;

/// Words, how they have to be written, and near what.
#[derive(Debug)]
pub(super) struct Wanted {
    words: BTreeSet<String>,
    shape: Shape,
    near: Near,
    /// The words are found everywhere in a part that has them nowhere near.
    pub(super) is_telling: bool,
}

#[derive(Debug)]
enum Near {
    Anything,
    /// One of these nouns, in the singular.
    Nouns(BTreeSet<String>),
    /// Anywhere in a file that names one of these operations.
    Operations(BTreeSet<String>),
}

impl Wanted {
    /// What to look for after `change` from the older to the newer one of `documents`.
    pub(super) fn by(change: &Change, documents: [&Value; 2]) -> Self {
        let steps: Vec<String> = change.at.split('/').skip(1).map(unescaped).collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let [old, new] = documents.map(|document| document.pointer(&change.at));
        if change.rule.starts_with("server-") {
            let url = |value: &Value| value.get("url").unwrap_or(value).as_str().map(ToOwned::to_owned);
            return Self::words([old, new].into_iter().flatten().filter_map(url), Shape::Any, Near::Anything);
        }
        let place = Near::of(change, &steps, documents);
        if let Some(value) = new.or(old).and_then(Value::as_str).filter(|_| is_of_values(change.rule)) {
            let wanted = Self::words([value.to_owned(), variant(value)], Shape::Variant, place);
            return Self { is_telling: value.contains('_'), ..wanted };
        }
        if let Some(name) = documents.iter().find_map(|document| parameter_of(&change.at, document)) {
            let is_shared = change.operations.len() > MOST_OPERATIONS;
            let shape = if is_shared { Shape::Quoted } else { Shape::Member };
            let wanted = Self::words([name.clone()], shape, if is_shared { Near::Anything } else { place });
            return Self { is_telling: name.contains(['_', '-']), ..wanted };
        }
        if let Some(name) = steps.windows(2).rev().find(|pair| pair[0] == "properties").map(|pair| pair[1]) {
            // What is a word of Rust's may have a stroke behind it.
            let wanted = Self::words([name.to_owned(), format!("{name}_")], Shape::Member, place);
            let is_word = name.contains('_') || name.len() >= SHORT;
            return Self { is_telling: is_word && owners(name, documents) <= MOST_OWNERS, ..wanted };
        }
        match (steps.as_slice(), place) {
            (["components", "schemas", name, ..], _) => Self::words([(*name).to_owned()], Shape::Any, Near::Anything),
            (["paths" | "x-webhooks", ..], Near::Operations(ids)) => Self::words(ids, Shape::Any, Near::Anything),
            (_, place) => Self::words([], Shape::Any, place),
        }
    }

    fn words(words: impl IntoIterator<Item = String>, shape: Shape, near: Near) -> Self {
        Self { words: words.into_iter().collect(), shape, near, is_telling: false }
    }

    /// Lines of `code`, from 1, in which a word stands near what it has to be near.
    pub(super) fn near(&self, code: &Code) -> BTreeSet<usize> {
        let lines = self.anywhere(code);
        if lines.is_empty() {
            return lines;
        }
        match &self.near {
            Near::Anything => lines,
            Near::Nouns(nouns) if code.is_of(nouns) => lines,
            Near::Nouns(nouns) if self.is_telling => {
                if code.names(nouns) {
                    lines
                } else {
                    BTreeSet::new()
                }
            }
            Near::Nouns(nouns) => lines.into_iter().filter(|line| code.names_near(line - 1, nouns)).collect(),
            Near::Operations(ids) => {
                let is_named = ids.iter().any(|id| !code.uses(id, Shape::Any).is_empty());
                if is_named { lines } else { BTreeSet::new() }
            }
        }
    }

    /// Lines of `code`, from 1, in which a word stands.
    pub(super) fn anywhere(&self, code: &Code) -> BTreeSet<usize> {
        self.words.iter().flat_map(|word| code.uses(word, self.shape)).map(|index| index + 1).collect()
    }
}

impl Near {
    fn of(change: &Change, steps: &[&str], documents: [&Value; 2]) -> Self {
        if let ["components", "schemas", name, ..] = steps {
            return Self::Nouns(BTreeSet::from([noun(name)]));
        }
        let mut ids: BTreeSet<String> = change.operations.iter().flat_map(|id| [id.clone(), family_less(id)]).collect();
        if let [section @ ("paths" | "x-webhooks"), path, method, ..] = steps {
            let pointer = format!("/{section}/{}/{method}/operationId", escape(path));
            let own = documents.map(|document| document.pointer(&pointer).and_then(Value::as_str));
            ids.extend(own.into_iter().flatten().flat_map(|id| [id.to_owned(), family_less(id)]));
        }
        Self::Operations(ids)
    }
}

fn is_of_values(rule: &str) -> bool {
    let rules = [&rules::VALUE_ADDED, &rules::KNOWN_VALUE_ADDED, &rules::VALUE_REMOVED, &rules::KNOWN_VALUE_REMOVED];
    rules.iter().any(|known| known.name == rule)
}

/// What the schema `name` is about: `DistributorInvestorCreate` is about the investor.
fn noun(name: &str) -> String {
    let whole = ["Create", "Update", "Page"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    let short = ["Distributor", "Issuer"].iter().find_map(|prefix| whole.strip_prefix(prefix));
    plain(short.filter(|short| !short.is_empty()).unwrap_or(whole))
}

/// How many kinds of things have a property `name`.
fn owners(name: &str, documents: [&Value; 2]) -> usize {
    let schemas = documents.map(|document| document.pointer("/components/schemas").and_then(Value::as_object));
    let owners = schemas.into_iter().flatten().flatten();
    let owners = owners.filter(|(_, schema)| schema.get("properties").is_some_and(|all| all.get(name).is_some()));
    owners.map(|(owner, _)| noun(owner)).collect::<BTreeSet<String>>().len()
}

/// The name of the parameter in which `pointer` ends or through which it goes.
fn parameter_of(pointer: &str, document: &Value) -> Option<String> {
    let start = pointer.find("/parameters/")? + "/parameters/".len();
    let end = pointer[start..].find('/').map_or(pointer.len(), |length| start + length);
    let mut parameter = document.pointer(&pointer[..end])?;
    if let Some(target) = parameter.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
        parameter = document.pointer(target)?;
    }
    parameter.get("name").and_then(Value::as_str).map(ToOwned::to_owned)
}

/// The Rust name of a value: `UNDER_REVIEW` is `UnderReview`.
fn variant(value: &str) -> String {
    let mut name = String::new();
    for part in value.split(|character: char| !character.is_alphanumeric()) {
        let mut characters = part.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(characters.map(|character| character.to_ascii_lowercase()));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_about_a_noun() {
        check("Investor", "investor");
        check("DistributorInvestorCreate", "investor");
        check("IssuerNaturalPersonCreate", "naturalperson");
        check("IssuerUpdate", "issuer");
        check("DistributionPlatformPage", "distributionplatform");

        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(noun(name), expected);
        }
    }
}
