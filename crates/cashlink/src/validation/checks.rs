//! Walks through an input and collects what is wrong with it.

use std::fmt::Write as _;

use super::{Problems, rules};
use crate::{DocumentSource, Money};

/// Collects problems below a current path.
#[derive(Debug)]
pub(crate) struct Checks {
    path: String,
    problems: Problems,
    max_document_bytes: u64,
}

impl Checks {
    pub(crate) fn new(max_document_bytes: u64) -> Self {
        Self { path: String::new(), problems: Problems::default(), max_document_bytes }
    }

    pub(crate) fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }

    /// Checks the object or list in the field `name`.
    pub(crate) fn within(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(if length == 0 { "" } else { "." });
        self.path.push_str(name);
        check(self);
        self.path.truncate(length);
    }

    /// Checks every item of the list in the field `name`.
    pub(crate) fn each<T>(&mut self, name: &str, items: &[T], mut check: impl FnMut(&mut Self, &T)) {
        self.within(name, |checks| {
            let length = checks.path.len();
            for (index, item) in items.iter().enumerate() {
                // Writing to a string cannot fail.
                let _ = write!(checks.path, "[{index}]");
                check(checks, item);
                checks.path.truncate(length);
            }
        });
    }

    /// Notes a problem with the field `name`.
    pub(crate) fn problem(&mut self, name: &str, rule: impl Into<String>) {
        let rule = rule.into();
        self.within(name, |checks| checks.problems.add(checks.path.clone(), rule));
    }

    /// Notes a problem with the field `name` unless `holds`.
    pub(crate) fn require(&mut self, name: &str, holds: bool, rule: &str) {
        if !holds {
            self.problem(name, rule);
        }
    }

    fn apply(&mut self, name: &str, outcome: rules::Rule) {
        if let Err(rule) = outcome {
            self.problem(name, rule);
        }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.apply(name, rules::text(value));
    }

    pub(crate) fn optional_text(&mut self, name: &str, value: Option<&str>) {
        self.apply(name, value.map_or(Ok(()), rules::text));
    }

    pub(crate) fn country(&mut self, name: &str, value: &str) {
        self.apply(name, rules::country(value));
    }

    pub(crate) fn currency(&mut self, name: &str, value: &str) {
        self.apply(name, rules::currency(value));
    }

    pub(crate) fn iban(&mut self, name: &str, value: &str) {
        self.apply(name, rules::iban(value));
    }

    pub(crate) fn bic(&mut self, name: &str, value: &str) {
        self.apply(name, rules::bic(value));
    }

    pub(crate) fn email(&mut self, name: &str, value: &str) {
        self.apply(name, rules::email(value));
    }

    pub(crate) fn address(&mut self, name: &str, value: &str) {
        self.apply(name, rules::address(value));
    }

    pub(crate) fn isin(&mut self, name: &str, value: &str) {
        self.apply(name, rules::isin(value));
    }

    pub(crate) fn price(&mut self, name: &str, value: &Money) {
        self.apply(name, rules::price(value));
    }

    /// A number of units, or of the steps that they come in.
    pub(crate) fn units(&mut self, name: &str, value: i64) {
        self.apply(name, rules::units(value));
    }

    /// Requires a value that the caller may add to an input file, such as a campaign.
    pub(crate) fn present<T>(&mut self, name: &str, value: Option<&T>) {
        self.require(name, value.is_some(), "is missing");
    }

    /// Requires that `name` is not before `earlier`, the value of the field that `earlier_name` names.
    pub(crate) fn order<T: PartialOrd>(
        &mut self,
        name: &str,
        value: Option<&T>,
        earlier_name: &str,
        earlier: Option<&T>,
    ) {
        if value.zip(earlier).is_some_and(|(value, earlier)| value < earlier) {
            self.problem(name, format!("must not be before {earlier_name}"));
        }
    }

    /// Requires that `name` is not more than `limit`, the value of the field that `limit_name` names.
    pub(crate) fn at_most(&mut self, name: &str, value: i64, limit_name: &str, limit: i64) {
        if value > limit {
            self.problem(name, format!("must not be more than {limit_name}"));
        }
    }

    /// Requires that the document can be read and is not too large.
    pub(crate) fn document(&mut self, name: &str, document: &DocumentSource) {
        // Without the path: files are often named after people, and problems are printed.
        if let Err(rule) = document.check(self.max_document_bytes) {
            self.problem(name, rule);
        }
    }
}
