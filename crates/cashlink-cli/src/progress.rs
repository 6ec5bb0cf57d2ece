//! Shows steps while they happen: spinners on a terminal, and a line for each step that has ended.

use std::{
    collections::HashMap,
    io::{self, IsTerminal},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cashlink::guides::{Progress, StepFinished, StepOutcome};
use indicatif::{MultiProgress, ProgressBar};

use crate::output;

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    Stdout,
    Stderr,
    Nowhere,
}

/// Shows the steps of a run.
pub(crate) struct Screen {
    lines: Lines,
    is_colored: bool,
    bars: MultiProgress,
    /// The spinners of the steps that run, by the step's id; nothing where they would not be seen.
    running: Option<Mutex<HashMap<String, ProgressBar>>>,
}

impl Screen {
    pub(crate) fn new(lines: Lines) -> Self {
        let (is_terminal, has_spinners) = match lines {
            Lines::Stdout => (io::stdout().is_terminal(), io::stderr().is_terminal()),
            Lines::Stderr => (io::stderr().is_terminal(), io::stderr().is_terminal()),
            Lines::Nowhere => (false, false),
        };
        let is_plain = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_colored = is_terminal && !is_plain("NO_COLOR");
        Self { lines, is_colored, bars: MultiProgress::new(), running: has_spinners.then(Mutex::default) }
    }

    /// Shows `progress`.
    pub(crate) fn observe(&self, progress: &Progress) {
        match progress {
            Progress::Started(step) => self.spin(&step.id, step.name),
            Progress::Finished(step) => {
                self.stop_spinning(&step.id);
                self.line(&line(step, self.is_colored));
            }
            _ => {}
        }
    }

    /// Shows a line between those of the steps.
    pub(crate) fn line(&self, text: &str) {
        let print = || match self.lines {
            Lines::Stdout => output::result(text),
            Lines::Stderr => output::note(text),
            Lines::Nowhere => {}
        };
        if self.running.is_some() { self.bars.suspend(print) } else { print() }
    }

    /// Takes away the spinners of steps that will not end.
    pub(crate) fn clear(&self) {
        if let Some(running) = &self.running {
            running.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        // What cannot be cleared is not shown either.
        let _ = self.bars.clear();
    }

    fn spin(&self, id: &str, name: &'static str) {
        let Some(running) = &self.running else { return };
        let bar = self.bars.add(ProgressBar::new_spinner().with_message(name));
        bar.enable_steady_tick(Duration::from_millis(100));
        running.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), bar);
    }

    fn stop_spinning(&self, id: &str) {
        let Some(running) = &self.running else { return };
        if let Some(bar) = running.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
            bar.finish_and_clear();
        }
    }
}

/// Name, id, milliseconds or that it was recorded earlier, and how it ended.
fn line(step: &StepFinished, is_colored: bool) -> String {
    let id = step.object_id.map(|id| id.to_string()).unwrap_or_default();
    let (color, end) = match step.outcome {
        StepOutcome::Applied => (32, step.status.as_deref().unwrap_or_default()),
        other => (31, other.as_str()),
    };
    let name = step.name;
    let name = if is_colored { format!("\u{1b}[{color}m{name:<24}\u{1b}[0m") } else { format!("{name:<24}") };
    let time = if step.is_recorded { "recorded".to_owned() } else { format!("{} ms", step.elapsed.as_millis()) };
    let line = format!("  {name}  {id:<36}  {time:>9}  {end}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use cashlink::guides::{Step, StepScope, StepStarted};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_line_has_name_id_milliseconds_and_status() {
        let scope = StepScope::root(Uuid::nil());
        let ticket = scope.next("create_investor").unwrap();
        let started = StepStarted::new(Step::keyed("create_investor", "v2_investors_create"), &ticket);
        let mut step = started.finished::<Nothing>(Duration::from_millis(12), &Ok(Nothing));
        step.object_id = Some(Uuid::nil());
        step.status = Some("SUCCESS".to_owned());
        assert_eq!(
            line(&step, false),
            "  create_investor           00000000-0000-0000-0000-000000000000      12 ms  SUCCESS"
        );
        step.is_recorded = true;
        assert!(line(&step, false).ends_with("   recorded  SUCCESS"));
        step.is_recorded = false;
        step.outcome = StepOutcome::NotSent;
        step.object_id = None;
        assert!(line(&step, false).ends_with("      12 ms  not_sent"));
        assert!(line(&step, true).contains("\u{1b}[31mcreate_investor"));
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Nothing;

    impl cashlink::guides::Recorded for Nothing {
        fn id(&self) -> Option<Uuid> {
            None
        }

        fn status(&self) -> Option<&str> {
            None
        }
    }
}
