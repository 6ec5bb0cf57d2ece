//! Branches, ordinals and keys, shared by the implementations of `Steps`.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::StepError;
use crate::{Error, IdempotencyKey};

/// A branch of a run: it counts the steps of each name and derives their keys.
///
/// Only an implementation of [`Steps`](super::Steps) needs it. Clones share their counts.
#[derive(Clone)]
pub struct StepScope {
    run: Uuid,
    path: String,
    names: Names,
}

type Names = Arc<Mutex<HashMap<&'static str, Uses>>>;

#[derive(Default)]
struct Uses {
    next: u32,
    open: u32,
    /// Of several steps that ran at the same time, one has ended and one has not.
    uneven: bool,
}

impl StepScope {
    /// The trunk of a run.
    pub fn root(run: Uuid) -> Self {
        Self { run, path: String::new(), names: Names::default() }
    }

    /// The branch `name[index]` below this one.
    #[must_use]
    pub fn child(&self, name: &'static str, index: usize) -> Self {
        Self { run: self.run, path: format!("{}{name}[{index}]/", self.path), names: Names::default() }
    }

    /// The run that all keys are derived from.
    pub fn run(&self) -> Uuid {
        self.run
    }

    /// Takes the next ordinal of the step `name`.
    ///
    /// # Errors
    ///
    /// Fails if the ordinal would depend on timing: several steps of one name are running and one has ended already.
    /// Concurrent parts need a branch each. Fails too if `name` is not lower-case words joined by `_`.
    pub fn next(&self, name: &'static str) -> Result<Ticket, StepError> {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return Err(misuse(name, "a step is named by lower-case words joined by `_`"));
        }
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = names.entry(name).or_default();
        if uses.open > 0 && uses.uneven {
            return Err(misuse(name, "concurrent parts with steps of one name need a branch each"));
        }
        let id = format!("{}{name}#{}", self.path, uses.next);
        uses.next += 1;
        uses.open += 1;
        drop(names);
        Ok(Ticket { key: IdempotencyKey::derive(self.run, &id), id, name, names: Arc::clone(&self.names) })
    }
}

fn misuse(name: &str, rule: &str) -> StepError {
    StepError::Interrupted(Error::invalid_field(&format!("step {name}"), rule))
}

impl fmt::Debug for StepScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StepScope").field("run", &self.run).field("path", &self.path).finish_non_exhaustive()
    }
}

/// An ordinal in use. Drop it when its step has ended.
pub struct Ticket {
    id: String,
    key: IdempotencyKey,
    name: &'static str,
    names: Names,
}

impl Ticket {
    /// The step within its run, such as `registry[0]/create_investor#0`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key of the step.
    pub fn key(&self) -> &IdempotencyKey {
        &self.key
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ticket").field("id", &self.id).field("key", &self.key).finish_non_exhaustive()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(uses) = names.get_mut(self.name) {
            uses.open = uses.open.saturating_sub(1);
            uses.uneven = uses.open > 0;
        }
    }
}
