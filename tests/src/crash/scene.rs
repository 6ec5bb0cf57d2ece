//! What happens in one life of a child: the boundaries that it comes to, and whether it is to die at one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::Boundary;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Alive,
    /// It has come to the boundary where it is killed.
    Doomed,
    Dead,
}

/// One life of a child.
pub(super) struct Scene {
    target: Option<Boundary>,
    phase: watch::Sender<Phase>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    trace: Vec<Boundary>,
    /// How often there was a request of each method and path.
    requests: HashMap<String, u32>,
    /// A request that is to arrive when everything else is done.
    late: Option<Vec<u8>>,
}

impl Scene {
    pub(super) fn new(target: Option<Boundary>) -> Self {
        Self { target, phase: watch::Sender::new(Phase::Alive), seen: Mutex::default() }
    }

    /// Names a request that has arrived, the same in each run: method, path without ids, and which one of those it is.
    pub(super) fn name(&self, method: &str, path: &str) -> String {
        let parts = path.split('/').map(|part| if uuid::Uuid::try_parse(part).is_ok() { "*" } else { part });
        let name = format!("{method} {}", parts.collect::<Vec<_>>().join("/"));
        let mut seen = self.seen();
        let count = seen.requests.entry(name.clone()).or_default();
        *count += 1;
        format!("{name} {count}")
    }

    /// Whether the child is to die at this boundary.
    pub(super) fn is_target(&self, boundary: &Boundary) -> bool {
        self.target.as_ref() == Some(boundary)
    }

    /// Takes note of a boundary. If the child is to die there or before, it must go no further.
    pub(super) fn reach(&self, boundary: Boundary) -> bool {
        let is_target = self.is_target(&boundary);
        self.phase.send_if_modified(|phase| {
            let dies = is_target && *phase == Phase::Alive;
            if dies {
                *phase = Phase::Doomed;
            }
            dies
        });
        if *self.phase.borrow() != Phase::Alive && !is_target {
            return true;
        }
        self.seen().trace.push(boundary);
        is_target
    }

    /// As [`reach`](Self::reach), and waits for the child's death if it goes no further.
    pub(super) async fn stops(&self, boundary: Boundary) -> bool {
        let stops = self.reach(boundary);
        if stops {
            self.wait_for(Phase::Dead).await;
        }
        stops
    }

    /// Keeps a request that is to arrive when everything else is done.
    pub(super) fn keep(&self, request: Vec<u8>) {
        self.seen().late = Some(request);
    }

    /// The request that was kept.
    pub(super) fn late(&self) -> Option<Vec<u8>> {
        self.seen().late.take()
    }

    /// Waits until the child is to be killed.
    pub(super) async fn doom(&self) {
        self.wait_for(Phase::Doomed).await;
    }

    /// Says that the child has died.
    pub(super) fn bury(&self) {
        self.phase.send_replace(Phase::Dead);
    }

    /// The boundaries that it has come to, in order.
    pub(super) fn trace(&self) -> Vec<Boundary> {
        self.seen().trace.clone()
    }

    async fn wait_for(&self, wanted: Phase) {
        // The sender lives as long as this.
        let _ = self.phase.subscribe().wait_for(|phase| *phase == wanted).await;
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
