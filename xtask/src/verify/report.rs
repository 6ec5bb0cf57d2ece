//! What a person sees of the checks.

use std::{fmt, time::Duration};

use super::Verdict;

/// The line of one check, with what it printed if it failed.
pub(super) fn line(name: &str, verdict: &Verdict, took: Duration) -> String {
    let seconds = took.as_secs_f32();
    match verdict {
        Verdict::Passed => format!("{name:<14}ok       {seconds:>7.1} s\n"),
        Verdict::Skipped(reason) => format!("{name:<14}SKIPPED  {seconds:>7.1} s  {reason}\n"),
        Verdict::Failed(output) => {
            let output = output.trim_end().lines().map(|line| format!("    {line}\n"));
            format!("{name:<14}FAILED   {seconds:>7.1} s\n{}", output.collect::<String>())
        }
    }
}

/// Counts of all checks, and how to fix those that failed.
#[derive(Debug, Default)]
pub(super) struct Summary {
    passed: usize,
    skipped: usize,
    /// Name and fixing command.
    failed: Vec<(&'static str, &'static str)>,
}

impl Summary {
    /// Counts one check.
    pub(super) fn add(&mut self, name: &'static str, fix: &'static str, verdict: &Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Skipped(_) => self.skipped += 1,
            Verdict::Failed(_) => self.failed.push((name, fix)),
        }
    }

    /// Whether any check failed.
    pub(super) fn has_failed(&self) -> bool {
        !self.failed.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_failed() {
            writeln!(formatter, "\nto fix:")?;
        }
        for (name, fix) in &self.failed {
            writeln!(formatter, "  {name:<14}{fix}")?;
        }
        let Self { passed, skipped, failed } = self;
        writeln!(formatter, "\n{passed} passed, {} failed, {skipped} skipped", failed.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_check_verdict_and_seconds() {
        check(&Verdict::Passed, "fmt           ok           1.5 s\n");
        check(&Verdict::Skipped("no tool".into()), "fmt           SKIPPED      1.5 s  no tool\n");
        check(&Verdict::Failed("a\nb\n".into()), "fmt           FAILED       1.5 s\n    a\n    b\n");

        #[track_caller]
        fn check(verdict: &Verdict, expected: &str) {
            assert_eq!(line("fmt", verdict, Duration::from_millis(1500)), expected);
        }
    }

    #[test]
    fn the_summary_ends_with_the_counts_and_says_how_to_fix() {
        let mut summary = Summary::default();
        summary.add("fmt", "cargo fmt --all", &Verdict::Failed(String::new()));
        summary.add("lint", "", &Verdict::Passed);
        summary.add("deny", "", &Verdict::Skipped(String::new()));
        assert_eq!(
            summary.to_string(),
            "\nto fix:\n  fmt           cargo fmt --all\n\n1 passed, 1 failed, 1 skipped\n"
        );
        assert!(summary.has_failed());
        assert_eq!(Summary::default().to_string(), "\n0 passed, 0 failed, 0 skipped\n");
    }
}
