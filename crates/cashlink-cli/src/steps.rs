//! What the steps of a run did, as it is known so far.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cashlink::guides::{Progress, Step, StepOutcome};
use serde::Serialize;
use uuid::Uuid;

use crate::{exit::Effects, mask};

/// A step that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) operation_id: &'static str,
    pub(crate) key: Option<String>,
    /// The object that the step made or read.
    pub(crate) id: Option<Uuid>,
    /// How long it took; none while it runs, and if it was interrupted.
    pub(crate) ms: Option<u64>,
    pub(crate) outcome: StepOutcome,
    /// The status of the object.
    pub(crate) status: Option<String>,
    /// Whether that had been recorded earlier, so that nothing was sent now.
    pub(crate) recorded: bool,
}

/// Collects the steps of a run, in the order in which they begin.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Record>>);

#[derive(Default)]
struct Record {
    rows: Vec<Row>,
    /// Where each step is in `rows`, by its id within the run.
    places: HashMap<String, usize>,
}

impl Recorder {
    /// Takes note of `progress`.
    pub(crate) fn observe(&self, progress: &Progress) {
        let mut record = self.lock();
        match progress {
            Progress::Started(step) => {
                let place = record.rows.len();
                record.places.insert(step.id.clone(), place);
                record.rows.push(Row {
                    name: step.name,
                    operation_id: step.operation_id,
                    key: step.key.as_ref().map(ToString::to_string),
                    id: None,
                    ms: None,
                    // All that is known of a step that runs.
                    outcome: StepOutcome::Unknown,
                    status: None,
                    recorded: false,
                });
            }
            Progress::Finished(step) => {
                let Some(place) = record.places.get(&step.id).copied() else { return };
                let row = &mut record.rows[place];
                row.id = step.object_id;
                row.ms = Some(u64::try_from(step.elapsed.as_millis()).unwrap_or(u64::MAX));
                row.outcome = step.outcome;
                row.status = step.status.as_deref().map(mask::plain);
                row.recorded = step.is_recorded;
            }
            _ => {}
        }
    }

    /// The steps so far.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.lock().rows.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `rows` changed. `steps` are the steps of the guide: a read changes nothing, whatever became of it.
pub(crate) fn effects(rows: &[Row], steps: &[Step]) -> Effects {
    let has_effect = |row: &&Row| steps.iter().find(|step| step.name == row.name).is_none_or(Step::has_effect);
    let ended_as = |outcome: StepOutcome| rows.iter().filter(has_effect).any(|row| row.outcome == outcome);
    Effects { any_applied: ended_as(StepOutcome::Applied), any_unknown: ended_as(StepOutcome::Unknown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: Step = Step::keyed("create_investor", "v2_investors_create");
    const READ: Step = Step::read("read_investment", "v2_investments_retrieve");

    fn row(step: Step, outcome: StepOutcome) -> Row {
        let (name, operation_id) = (step.name, step.operation_id);
        Row { name, operation_id, key: None, id: None, ms: None, outcome, status: None, recorded: false }
    }

    #[test]
    fn a_read_has_no_effect_whatever_became_of_it() {
        check(&[row(READ, StepOutcome::Unknown)], false, false);
        check(&[row(READ, StepOutcome::Applied)], false, false);
        check(&[row(WRITE, StepOutcome::Unknown)], false, true);
        check(&[row(WRITE, StepOutcome::Applied), row(READ, StepOutcome::Unknown)], true, false);
        check(&[row(WRITE, StepOutcome::Rejected)], false, false);

        #[track_caller]
        fn check(rows: &[Row], any_applied: bool, any_unknown: bool) {
            assert_eq!(effects(rows, &[WRITE, READ]), Effects { any_applied, any_unknown });
        }
    }
}
