//! The least that durable can mean: records appended to a file, one sync for all that wait.

use std::{
    fs::File,
    io::Write,
    mem,
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use anyhow::{Context, Result};
use tokio::sync::oneshot;

use super::{Contestant, body, callers};

/// One thread that writes. It ends when this is dropped.
pub(super) struct Bare(Arc<Queue>);

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<(Vec<u8>, oneshot::Sender<()>)>,
    is_closed: bool,
    /// How long each sync took, in nanoseconds.
    syncs: Vec<u64>,
}

impl Bare {
    pub(super) fn start(path: &Path) -> Result<Self> {
        let file = File::create_new(path).with_context(|| path.display().to_string())?;
        let queue = Arc::new(Queue::default());
        let writer = Arc::clone(&queue);
        // Its callers learn of a failure: nobody answers them any more.
        thread::spawn(move || writer.write(file));
        Ok(Self(queue))
    }

    /// Nanoseconds of the sync in the middle.
    pub(super) fn median_sync(&self) -> Option<u64> {
        let mut syncs = self.0.state().syncs.clone();
        syncs.sort_unstable();
        syncs.get(syncs.len() / 2).copied()
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All who wait; nothing when there will be nobody any more.
    fn next(&self) -> Option<Vec<(Vec<u8>, oneshot::Sender<()>)>> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.is_closed;
        let mut state = self.changed.wait_while(self.state(), idle).unwrap_or_else(PoisonError::into_inner);
        let waiting = mem::take(&mut state.waiting);
        (!waiting.is_empty()).then_some(waiting)
    }

    fn write(&self, mut file: File) -> std::io::Result<()> {
        let mut records = Vec::new();
        while let Some(waiting) = self.next() {
            records.clear();
            for (record, _) in &waiting {
                records.extend_from_slice(record);
            }
            file.write_all(&records)?;
            let start = callers::now();
            file.sync_data()?;
            let nanos = callers::nanos_since(start);
            self.state().syncs.push(nanos);
            for (_, caller) in waiting {
                let _ = caller.send(());
            }
        }
        Ok(())
    }
}

impl Contestant for Bare {
    async fn intend(&self, _number: u64) -> Result<()> {
        let (caller, done) = oneshot::channel();
        self.0.state().waiting.push((body(), caller));
        self.0.changed.notify_one();
        done.await.context("the writer has ended")
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.0.state().is_closed = true;
        self.0.changed.notify_one();
    }
}
