//! Ids that are the same on every run.

use std::mem;

use uuid::Uuid;

const NAMESPACE: Uuid = Uuid::from_u128(0x6c1f_8f3b_52a1_4f0e_9d1c_3f1a_77c2_0b64);

/// Gives out name-based UUIDs, so that two worlds that saw the same calls hold the same ids.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    namespace: Uuid,
    given: u64,
    recent: Vec<Uuid>,
}

impl Default for Ids {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Ids {
    /// Ids that follow from `seed`; what is there from the start has the same ones with every seed.
    pub(super) fn new(seed: u64) -> Self {
        let namespace = if seed == 0 { NAMESPACE } else { derived("seed", &seed.to_string()) };
        Self { namespace, given: 0, recent: Vec::new() }
    }

    pub(super) fn next(&mut self, kind: &str) -> Uuid {
        self.given += 1;
        let id = Uuid::new_v5(&self.namespace, format!("{kind} {}", self.given).as_bytes());
        self.recent.push(id);
        id
    }

    /// The ids that were given out since this was last asked.
    pub(super) fn take_recent(&mut self) -> Vec<Uuid> {
        mem::take(&mut self.recent)
    }
}

/// An id that follows from what it stands for and nothing else.
pub(super) fn derived(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind} {name}").as_bytes())
}
