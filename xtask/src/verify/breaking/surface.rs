//! What of the public API breaks a program.

use std::collections::{BTreeMap, BTreeSet};

use super::{Broken, Naming};
use crate::verify::api::{
    line,
    snapshot::{self, Difference, Snapshot},
};

/// The crate that is compared.
const FACADE: &str = "cashlink";

/// Every breaking change from `old` to `new`. What belongs to something that is gone is not told beside it.
pub(super) fn broken(old: &Snapshot, new: &Snapshot) -> Vec<Broken> {
    let (old, new) = (essential(old), essential(new));
    let differences = snapshot::differences(&old, &new);
    let gone: BTreeSet<String> = differences.iter().filter_map(removed).filter_map(line::declared).collect();
    let before: BTreeMap<String, &str> =
        old.iter().filter_map(|line| Some((line::declared(line)?, line.as_str()))).collect();
    let breaks = |difference: &&Difference| match difference {
        Difference::Removed(line) => !is_part_of(line, &gone),
        Difference::Changed { old, new } => !is_loosened(old, new),
        Difference::Added(line) => is_asked_of_users(line, &before),
    };
    differences.iter().filter(breaks).map(|difference| told(difference, &before)).collect()
}

/// The lines of `snapshot` without the modules of other crates, which move without changing anything.
fn essential(snapshot: &Snapshot) -> Vec<String> {
    let shorten = |path: &str| {
        let (krate, rest) = path.split_once("::").filter(|(krate, _)| *krate != FACADE)?;
        let name = rest.rsplit("::").next()?;
        let is_standard = matches!(krate, "alloc" | "core" | "std");
        Some(if is_standard { name.to_owned() } else { format!("{krate}::{name}") })
    };
    snapshot.lines.iter().map(|line| line::with_paths(line, shorten)).collect()
}

fn removed(difference: &Difference) -> Option<&str> {
    match difference {
        Difference::Removed(line) => Some(line),
        Difference::Added(_) | Difference::Changed { .. } => None,
    }
}

/// Whether what `line` is about is in one of `gone`, or is an `impl` with one of them.
fn is_part_of(line: &str, gone: &BTreeSet<String>) -> bool {
    match line::declared(line) {
        Some(path) => path.match_indices("::").any(|(end, _)| gone.contains(&path[..end])),
        None => line::paths(line).any(|path| gone.contains(path)),
    }
}

/// Whether `new` allows everything that `old` does.
fn is_loosened(old: &str, new: &str) -> bool {
    let is_function = old.contains("fn ");
    let opened = old.strip_prefix("#[non_exhaustive] ") == Some(new);
    let shown = !is_function && old.strip_suffix(" { .. }") == Some(new);
    let provided = is_function && new.strip_suffix(" { .. }") == Some(old);
    let computed = new.replacen("pub const fn ", "pub fn ", 1) == old;
    opened || shown || provided || computed
}

/// Whether `line`, which is new, asks something of those who implement, build, match or send what was there.
fn is_asked_of_users(line: &str, before: &BTreeMap<String, &str>) -> bool {
    let Some(path) = line::declared(line) else {
        // Something that was there may no longer cross threads.
        return line.starts_with("impl !") && line::paths(line).any(|path| before.contains_key(path));
    };
    let Some((parent, _)) = path.rsplit_once("::") else { return false };
    let Some(parent) = before.get(parent) else { return false };
    // A provided method, or a type that nobody can build or match whole.
    if line.ends_with(" { .. }") || parent.ends_with(" { .. }") || parent.starts_with("#[non_exhaustive]") {
        return false;
    }
    let is_trait = parent.starts_with("pub trait ") || parent.starts_with("pub unsafe trait ");
    let is_field_or_variant = line.trim_start_matches("#[non_exhaustive] ").starts_with(&format!("pub {FACADE}::"));
    let is_type =
        ["pub struct ", "pub enum ", "pub union ", "pub cashlink::"].iter().any(|kind| parent.starts_with(kind));
    is_trait || (is_type && is_field_or_variant)
}

fn told(difference: &Difference, before: &BTreeMap<String, &str>) -> Broken {
    let (Difference::Added(line) | Difference::Removed(line) | Difference::Changed { old: line, .. }) = difference;
    let mut paths: Vec<String> = match line::declared(line) {
        Some(path) => [Some(path.clone()), request(&path, before)].into_iter().flatten().collect(),
        None => line::paths(line).filter(|path| path.starts_with(FACADE)).map(str::to_owned).collect(),
    };
    // What is best known comes last: the schema, or the type that an `impl` is for.
    paths.reverse();
    Broken { text: difference.to_string(), names: paths.into_iter().map(Naming::Path).collect() }
}

/// `path` in a request, if it is in the struct that the generator makes of what the request has to have.
fn request(path: &str, before: &BTreeMap<String, &str>) -> Option<String> {
    let inside = path.strip_prefix("cashlink::model::")?;
    let (name, rest) = inside.split_once("::").unwrap_or((inside, ""));
    let schema = format!("cashlink::model::{}", name.strip_suffix("Required")?);
    before.contains_key(&schema).then(|| if rest.is_empty() { schema.clone() } else { format!("{schema}::{rest}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "\
pub struct cashlink::Open
pub cashlink::Open::a: u8
pub struct cashlink::Shut { .. }
#[non_exhaustive] pub struct cashlink::More
pub enum cashlink::Choice
pub cashlink::Choice::One
#[non_exhaustive] pub enum cashlink::Choices
pub trait cashlink::Clock
pub fn cashlink::Clock::now(&self) -> core::option::Option<jiff::timestamp::Timestamp>
impl core::clone::Clone for cashlink::Open
impl core::convert::From<cashlink::Open> for cashlink::Choice
";

    /// What breaks if `old` becomes `new`, or `new` is added.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        assert!(OLD.contains(old));
        let added = if old.is_empty() { OLD.to_owned() + new } else { OLD.replace(old, new) };
        let read = |text: &str| Snapshot::parse(&format!("# rustc 1.95.0, rustdoc JSON format 57\n{text}")).unwrap();
        let broken: Vec<String> = broken(&read(OLD), &read(&added)).into_iter().map(|change| change.text).collect();
        assert_eq!(broken, expected);
    }

    #[test]
    fn what_is_gone_or_changed_breaks_and_is_told_once() {
        check("", "", &[]);
        check("pub cashlink::Choice::One\n", "", &["removed:  pub cashlink::Choice::One"]);
        check("a: u8", "a: u16", &["changed:  pub cashlink::Open::a: u8\n      to  pub cashlink::Open::a: u16"]);
        check("impl core::clone::Clone for cashlink::Open\n", "", &["removed:  impl Clone for cashlink::Open"]);
        check("::Open", "::Closed", &["removed:  pub struct cashlink::Open"]);
    }

    #[test]
    fn what_a_request_requires_is_named_by_the_request() {
        let lines = ["pub struct cashlink::model::SaleCreate", "pub cashlink::model::SaleCreateRequired::units: u8"];
        let old = Snapshot::parse(&format!("# rustc 1.95.0, rustdoc JSON format 57\n{}", lines.join("\n"))).unwrap();
        let new = Snapshot::parse(&format!("# rustc 1.95.0, rustdoc JSON format 57\n{}", lines[0])).unwrap();
        let paths = ["cashlink::model::SaleCreate::units", "cashlink::model::SaleCreateRequired::units"];
        assert_eq!(broken(&old, &new)[0].names, paths.map(|path| Naming::Path(path.to_owned())));
    }

    #[test]
    fn what_users_have_to_add_breaks_too() {
        let field = "pub cashlink::Open::b: u8";
        check("", field, &["added:    pub cashlink::Open::b: u8"]);
        check("", "pub cashlink::Choice::Two", &["added:    pub cashlink::Choice::Two"]);
        check("", "pub fn cashlink::Clock::zone(&self)", &["added:    pub fn cashlink::Clock::zone(&self)"]);
        let local = "impl !core::marker::Send for cashlink::Open";
        check("", local, &["added:    impl !Send for cashlink::Open"]);
    }

    #[test]
    fn what_users_need_not_look_at_breaks_nothing() {
        check("", "pub cashlink::Shut::b: u8", &[]);
        check("", "pub cashlink::More::b: u8", &[]);
        check("", "pub cashlink::Choices::Two", &[]);
        check("", "pub fn cashlink::Clock::zone(&self) { .. }", &[]);
        check("", "pub fn cashlink::Open::b(&self)", &[]);
        check("", "pub struct cashlink::New\npub cashlink::New::a: u8", &[]);
        check("", "pub struct cashlink::New\nimpl !core::marker::Send for cashlink::New", &[]);
        check("", "impl core::fmt::Debug for cashlink::Open", &[]);
        check("core::option::Option<jiff::timestamp::", "std::option::Option<jiff::civil::", &[]);
    }

    #[test]
    fn what_allows_more_than_before_breaks_nothing() {
        check("#[non_exhaustive] pub struct", "pub struct", &[]);
        check("Shut { .. }", "Shut", &[]);
        check("Timestamp>", "Timestamp> { .. }", &[]);
        check("pub fn cashlink::Clock", "pub const fn cashlink::Clock", &[]);
        check(
            "pub enum cashlink::Choice\n",
            "#[non_exhaustive] pub enum cashlink::Choice\n",
            &["changed:  pub enum cashlink::Choice\n      to  #[non_exhaustive] pub enum cashlink::Choice"],
        );
    }
}
