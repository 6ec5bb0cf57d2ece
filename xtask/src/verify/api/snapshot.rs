//! The stored public API, and how it differs from another.

use std::{
    collections::BTreeSet,
    fmt::{self, Write},
};

use super::line;

/// Where it is stored, from the top folder.
pub(in crate::verify) const PATH: &str = "docs/public-api.txt";

/// A public API, and what wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::verify) struct Snapshot {
    /// Version of the compiler.
    pub(super) rustc: String,
    /// Version of rustdoc's JSON.
    pub(super) format: u32,
    /// One item each.
    pub(in crate::verify) lines: Vec<String>,
}

/// One difference of two public APIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::verify) enum Difference {
    /// Something new.
    Added(String),
    /// Something that is gone.
    Removed(String),
    /// Something of the same path.
    Changed {
        /// What it was.
        old: String,
        /// What it is.
        new: String,
    },
}

impl Snapshot {
    /// Reads what `Display` wrote.
    pub(in crate::verify) fn parse(text: &str) -> Option<Self> {
        let made = text.lines().find_map(|line| line.strip_prefix("# rustc "))?;
        let (rustc, format) = made.split_once(", rustdoc JSON format ")?;
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        Some(Self { rustc: rustc.to_owned(), format: format.parse().ok()?, lines: lines.map(str::to_owned).collect() })
    }
}

/// Every difference from `old` to `new`, in the order of their lines.
pub(in crate::verify) fn differences(old: &[String], new: &[String]) -> Vec<Difference> {
    let gone = missing(old, new);
    let mut come = missing(new, old);
    let mut differences = Vec::new();
    for old in gone {
        let path = line::declared(old);
        let same = come.iter().position(|new| path.is_some() && line::declared(new) == path);
        let old = old.to_owned();
        differences.push(match same {
            Some(place) => Difference::Changed { old, new: come.remove(place).to_owned() },
            None => Difference::Removed(old),
        });
    }
    differences.extend(come.into_iter().map(|new| Difference::Added(new.to_owned())));
    differences
}

/// The lines of `all` that are not in `others`.
fn missing<'a>(all: &'a [String], others: &[String]) -> Vec<&'a str> {
    let others: BTreeSet<&String> = others.iter().collect();
    all.iter().filter(|line| !others.contains(line)).map(String::as_str).collect()
}

impl fmt::Display for Snapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "# The public API with all features, an item a line. `cargo xtask verify api --fix` writes it."
        )?;
        writeln!(formatter, "# rustc {}, rustdoc JSON format {}", self.rustc, self.format)?;
        for line in &self.lines {
            formatter.write_str(line)?;
            formatter.write_char('\n')?;
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(line) => write!(formatter, "added:    {line}"),
            Self::Removed(line) => write!(formatter, "removed:  {line}"),
            Self::Changed { old, new } => write!(formatter, "changed:  {old}\n      to  {new}"),
        }
    }
}
