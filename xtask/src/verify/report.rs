//! What is said of all checks together.

use std::{fmt, time::Duration};

use serde_json::{Value, json};

use super::{
    check::Verdict,
    outcome::{self, Outcome},
};

/// How many of the slowest checks are named, and from how much on.
const SLOWEST: usize = 3;
const SLOW: Duration = Duration::from_secs(1);

/// All checks that were performed.
#[derive(Debug, Default)]
pub(super) struct Report {
    outcomes: Vec<Outcome>,
}

impl Report {
    /// Adds one check.
    pub(super) fn add(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    /// Whether any check failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failed().next().is_some()
    }

    /// Whether any check was skipped.
    pub(super) fn has_skipped(&self) -> bool {
        self.count("skipped") > 0
    }

    /// Everything, as one object for a program.
    pub(super) fn json(&self) -> Value {
        json!({
            "checks": self.outcomes.iter().map(Outcome::json).collect::<Vec<_>>(),
            "seconds": outcome::seconds(self.took()),
            "passed": self.count("passed"),
            "failed": self.count("failed"),
            "skipped": self.count("skipped"),
        })
    }

    fn failed(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| matches!(outcome.verdict(), Verdict::Failed(_)))
    }

    fn count(&self, word: &str) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.verdict().word() == word).count()
    }

    fn took(&self) -> Duration {
        self.outcomes.iter().map(Outcome::took).sum()
    }

    /// The checks that took longest, slowest first.
    fn slowest(&self) -> Vec<String> {
        let mut slow: Vec<_> = self.outcomes.iter().filter(|outcome| outcome.took() > SLOW).collect();
        slow.sort_by_key(|outcome| std::cmp::Reverse(outcome.took()));
        let name = |outcome: &&Outcome| format!("{} {:.1} s", outcome.check().name, outcome.took().as_secs_f32());
        slow.iter().take(SLOWEST).map(name).collect()
    }
}

impl fmt::Display for Report {
    /// How to mend what failed, what was slow, and the counts, which are the last line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_failed() {
            writeln!(formatter, "\nto fix:")?;
        }
        for outcome in self.failed() {
            writeln!(formatter, "  {:<14}{}", outcome.check().name, outcome.check().fix)?;
        }
        let slowest = self.slowest();
        if !slowest.is_empty() {
            writeln!(formatter, "\nslowest: {}; all: {:.1} s", slowest.join(", "), self.took().as_secs_f32())?;
        }
        let [passed, failed, skipped] = ["passed", "failed", "skipped"].map(|word| self.count(word));
        writeln!(formatter, "\n{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: &[(&'static str, Verdict, u64)]) -> Report {
        let mut report = Report::default();
        for (name, verdict, milliseconds) in outcomes.iter().cloned() {
            report.add(Outcome::invented(name, verdict, Duration::from_millis(milliseconds)));
        }
        report
    }

    #[test]
    fn it_ends_with_the_counts_and_says_how_to_fix() {
        let report = report(&[
            ("fmt", Verdict::Failed(String::new()), 1),
            ("lint", Verdict::Passed, 1),
            ("deny", Verdict::Skipped(String::new()), 1),
        ]);
        assert_eq!(report.to_string(), "\nto fix:\n  fmt           do this\n\n1 passed, 1 failed, 1 skipped\n");
        assert!(report.has_failed() && report.has_skipped());
        assert_eq!(Report::default().to_string(), "\n0 passed, 0 failed, 0 skipped\n");
    }

    #[test]
    fn it_names_the_three_slowest() {
        let slow = [("a", 1200), ("b", 999), ("c", 30_000), ("d", 2000), ("e", 1100)];
        let report = report(&slow.map(|(name, took)| (name, Verdict::Noted("so".into()), took)));
        assert_eq!(
            report.to_string(),
            "\nslowest: c 30.0 s, d 2.0 s, a 1.2 s; all: 35.3 s\n\n5 passed, 0 failed, 0 skipped\n"
        );
        assert!(!report.has_failed() && !report.has_skipped());
    }

    #[test]
    fn a_program_gets_one_object() {
        let json = report(&[("fmt", Verdict::Passed, 250), ("deny", Verdict::Skipped("no tool".into()), 0)]).json();
        assert_eq!(json["checks"][1]["output"], "no tool");
        assert_eq!(
            [&json["passed"], &json["failed"], &json["skipped"], &json["seconds"]],
            [&json!(1), &json!(0), &json!(1), &json!(0.25)]
        );
    }
}
