//! What is said of a comparison: to a person and to a program.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    Change, Verdict, place, rules,
    touches::{Touched, Touches},
};

/// More operations or files than these are only counted.
const MOST: usize = 4;

/// A comparison.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) counts: Counts,
    pub(super) changes: Vec<Told>,
}

/// How many changes there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) breaking: usize,
    /// Without texts.
    pub(super) compatible: usize,
    /// How many of the compatible ones may stop a program from compiling.
    pub(super) recompile: usize,
    pub(super) texts: usize,
}

/// A change with what it touches.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    #[serde(flatten)]
    pub(crate) change: Change,
    pub(super) touches: Touches,
}

impl Report {
    pub(super) fn new(names: [String; 2], changes: Vec<Told>) -> Self {
        let mut counts = Counts::default();
        for Told { change, .. } in &changes {
            if is_text(change) {
                counts.texts += 1;
            } else if change.verdict == Verdict::Breaking {
                counts.breaking += 1;
            } else {
                counts.compatible += 1;
                counts.recompile += usize::from(change.recompile);
            }
        }
        let [old, new] = names;
        Self { old, new, counts, changes }
    }

    /// For a person. `lists_texts`: texts are listed too, not only counted.
    pub(super) fn text(&self, lists_texts: bool) -> String {
        let Counts { breaking, compatible, recompile, texts } = self.counts;
        let mut text = format!("old: {}\nnew: {}\n", self.old, self.new);
        for (title, verdict) in [("Breaking", Verdict::Breaking), ("Compatible", Verdict::Compatible)] {
            let told = |told: &&Told| told.change.verdict == verdict && (lists_texts || !is_text(&told.change));
            let listed: Vec<&Told> = self.changes.iter().filter(told).collect();
            if !listed.is_empty() {
                line(&mut text, &format!("\n{title}"));
            }
            for told in listed {
                told.write(&mut text);
            }
        }
        let hint = if texts > 0 && !lists_texts { " (listed with --all)" } else { "" };
        let needs = if recompile > 0 { format!(", {recompile} of which change generated code") } else { String::new() };
        let noun = if texts == 1 { "text" } else { "texts" };
        line(&mut text, &format!("\n{breaking} breaking, {compatible} compatible{needs}, {texts} {noun}{hint}"));
        text
    }
}

impl Told {
    /// Adds it to `text`, for a person.
    pub(crate) fn write(&self, text: &mut String) {
        let Change { rule, recompile, at, operations, text: sentence, verdict } = &self.change;
        let mark = if *recompile && *verdict == Verdict::Compatible { " (changes generated code)" } else { "" };
        line(text, &format!("  {rule}{mark}  {}", place::shown(at)));
        line(text, &format!("    {sentence}"));
        if !operations.is_empty() {
            line(text, &format!("    operations: {}", shortened(operations)));
        }
        for (part, touched) in &self.touches {
            let places: Vec<String> = touched.iter().map(lines).collect();
            line(text, &format!("    {part}: {}", shortened(&places)));
        }
    }
}

fn is_text(change: &Change) -> bool {
    change.rule == rules::TEXT_CHANGED.name
}

/// A file with the first lines of it.
fn lines(Touched { file, lines }: &Touched) -> String {
    let shown: Vec<String> = lines.iter().take(MOST).map(ToString::to_string).collect();
    let dots = if lines.len() > MOST { ",…" } else { "" };
    format!("{file}:{}{dots}", shown.join(","))
}

fn shortened(list: &[String]) -> String {
    let shown = list.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    let rest = list.len().saturating_sub(MOST);
    if rest == 0 { shown } else { format!("{shown} and {rest} more") }
}

fn line(text: &mut String, line: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{line}");
}
