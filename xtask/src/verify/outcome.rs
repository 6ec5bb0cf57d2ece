//! One check, performed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{
    check::{Check, Mend, Verdict},
    command::Cargo,
};

/// What a check found, and how long it took.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    check: Check,
    verdict: Verdict,
    took: Duration,
    mended: bool,
}

impl Outcome {
    /// Performs `check`.
    pub(super) fn of(check: Check, cargo: &Cargo) -> Self {
        let (verdict, took) = timed(|| (check.run)(cargo));
        Self { check, verdict, took, mended: false }
    }

    /// If it failed and can be mended by itself, mends it and performs it again.
    pub(super) fn mend(self, cargo: &Cargo) -> Self {
        let (Verdict::Failed(before), Mend::ByItself(_, mend)) = (&self.verdict, self.check.mend) else {
            return self;
        };
        let (verdict, took) = timed(|| match mend(cargo) {
            Ok(()) => match (self.check.run)(cargo) {
                Verdict::Failed(text) => {
                    Verdict::Failed(format!("{}\n--fix changed nothing about it", text.trim_end()))
                }
                other => other,
            },
            Err(error) => Verdict::Failed(format!("{}\n--fix failed: {error:#}", before.trim_end())),
        });
        let mended = !matches!(verdict, Verdict::Failed(_));
        Self { check: self.check, verdict, took: self.took.saturating_add(took), mended }
    }

    /// The check.
    pub(super) fn check(&self) -> &Check {
        &self.check
    }

    /// What it found.
    pub(super) fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// How long it took, with mending.
    pub(super) fn took(&self) -> Duration {
        self.took
    }

    /// The lines for a person.
    pub(super) fn lines(&self) -> String {
        let (name, seconds, text) = (self.check.name, self.took.as_secs_f32(), self.verdict.text());
        let (word, remark) = match &self.verdict {
            Verdict::Failed(_) => {
                let first = format!("{name:<14}FAILED   {seconds:>7.1} s\n");
                return text.lines().fold(first, |all, line| all + "    " + line + "\n");
            }
            Verdict::Skipped(_) => ("SKIPPED", text.to_owned()),
            Verdict::Passed | Verdict::Noted(_) => match self.check.mend {
                Mend::ByItself(what, _) if self.mended => ("ok", format!("mended: {what}")),
                _ => ("ok", text.to_owned()),
            },
        };
        format!("{}\n", format!("{name:<14}{word:<9}{seconds:>7.1} s  {remark}").trim_end())
    }

    /// The same for a program.
    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.check.name,
            "verdict": self.verdict.word(),
            "seconds": seconds(self.took),
            "output": self.verdict.text(),
            "fix": self.check.fix,
            "mended": self.mended,
        })
    }

    /// One that was never performed.
    #[cfg(test)]
    pub(super) fn invented(name: &'static str, verdict: Verdict, took: Duration) -> Self {
        let run = |_: &Cargo| Verdict::Passed;
        let check = Check { name, about: "", fix: "do this", mend: Mend::ByHand("an invention"), run };
        Self { check, verdict, took, mended: false }
    }
}

/// Seconds for a program, to the millisecond.
pub(super) fn seconds(took: Duration) -> f64 {
    Duration::from_millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)).as_secs_f64()
}

#[expect(clippy::disallowed_methods, reason = "the seconds are for the person who waits")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use anyhow::{Result, bail};

    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn a_line_names_check_verdict_and_seconds() {
        check(Verdict::Passed, "fmt           ok           1.5 s\n");
        check(Verdict::Noted("no tag".into()), "fmt           ok           1.5 s  no tag\n");
        check(Verdict::Skipped("no tool".into()), "fmt           SKIPPED      1.5 s  no tool\n");
        check(Verdict::Failed("a\nb\n".into()), "fmt           FAILED       1.5 s\n    a\n    b\n");

        #[track_caller]
        fn check(verdict: Verdict, expected: &str) {
            let outcome = Outcome::invented("fmt", verdict, Duration::from_millis(1500));
            assert_eq!(outcome.lines(), expected);
        }
    }

    #[test]
    fn a_program_gets_the_same_with_the_whole_output() {
        let outcome = Outcome::invented("fmt", Verdict::Failed("a\nb\n".into()), Duration::from_micros(1_500_700));
        assert_eq!(
            outcome.json(),
            json!({
                "name": "fmt", "verdict": "failed", "seconds": 1.5, "output": "a\nb", "fix": "do this", "mended": false
            })
        );
    }

    #[test]
    fn what_failed_is_mended_and_performed_again() {
        check(Mend::ByItself("wrote it", write), "mark          ok           0.0 s  mended: wrote it\n");
        check(Mend::ByHand("no reason"), "mark          FAILED       0.0 s\n    no mark\n");
        check(
            Mend::ByItself("", |_| Ok(())),
            "mark          FAILED       0.0 s\n    no mark\n    --fix changed nothing about it\n",
        );
        check(
            Mend::ByItself("", |_| bail!("no pen")),
            "mark          FAILED       0.0 s\n    no mark\n    --fix failed: no pen\n",
        );

        #[track_caller]
        fn check(mend: Mend, expected: &str) {
            let folder = tempfile::tempdir().unwrap();
            let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program");
            let check = Check { name: "mark", about: "", fix: "write it", mend, run: look };
            let mut outcome = Outcome::of(check, &cargo).mend(&cargo);
            outcome.took = Duration::ZERO;
            assert_eq!(outcome.lines(), expected);
        }

        fn look(cargo: &Cargo) -> Verdict {
            let is_there = cargo.workspace().root().join("mark").exists();
            if is_there { Verdict::Passed } else { Verdict::Failed("no mark".to_owned()) }
        }

        fn write(cargo: &Cargo) -> Result<()> {
            Ok(fs::write(cargo.workspace().root().join("mark"), "")?)
        }
    }

    #[test]
    fn what_passed_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program");
        let check = Check {
            name: "calm",
            about: "",
            fix: "",
            mend: Mend::ByItself("", |_| panic!("nothing was to be mended")),
            run: |_| Verdict::Passed,
        };
        assert_eq!(Outcome::of(check, &cargo).mend(&cargo).verdict(), &Verdict::Passed);
    }
}
