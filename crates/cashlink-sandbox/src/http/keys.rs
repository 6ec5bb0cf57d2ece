//! Idempotency keys: the first verdict under a key is given again, and again.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::{HeaderMap, Method, StatusCode};
use tokio::sync::watch;

use super::App;
use super::verdict::Verdict;
use crate::ledger::LedgerEntry;
use crate::world::Owner;

const HEADER: &str = "x-idempotency-key";

/// The longest key, in characters.
const MAX_KEY: usize = 255;

/// A key belongs to the client, the method and the path it was sent with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyId {
    pub(crate) owner: Owner,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) key: String,
}

#[derive(Default)]
pub(crate) struct Keys {
    slots: HashMap<KeyId, Slot>,
}

enum Slot {
    /// A call is being worked on; the channel closes when it is done or gone.
    InFlight(watch::Receiver<()>),
    Kept(Arc<Kept>),
}

/// A verdict that is given again, and what the ledger says of it.
pub(crate) struct Kept {
    pub(crate) verdict: Verdict,
    pub(crate) entry: LedgerEntry,
}

/// What a key was found to be.
pub(super) enum Begun {
    New(Reservation),
    InFlight(watch::Receiver<()>),
    Kept(Arc<Kept>),
}

/// Holds a key for a call that is being worked on, and gives it back if the call goes away undecided.
pub(super) struct Reservation {
    app: Arc<App>,
    id: KeyId,
    waiters: watch::Sender<()>,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let keys = &mut self.app.state().keys;
        // Another call may hold the key by now, if the world was replaced.
        if let Some(Slot::InFlight(done)) = keys.slots.get(&self.id)
            && done.same_channel(&self.waiters.subscribe())
        {
            keys.slots.remove(&self.id);
        }
    }
}

impl Keys {
    /// Remembers what `id` is answered from now on.
    pub(crate) fn keep(&mut self, id: KeyId, kept: Kept) {
        self.slots.insert(id, Slot::Kept(Arc::new(kept)));
    }

    /// Whether `id` has its verdict.
    pub(crate) fn is_kept(&self, id: &KeyId) -> bool {
        matches!(self.slots.get(id), Some(Slot::Kept(_)))
    }
}

/// Calls under way belong to the original.
impl Clone for Keys {
    fn clone(&self) -> Self {
        let kept = self.slots.iter().filter_map(|(id, slot)| match slot {
            Slot::Kept(kept) => Some((id.clone(), Slot::Kept(Arc::clone(kept)))),
            Slot::InFlight(_) => None,
        });
        Self { slots: kept.collect() }
    }
}

/// Looks `id` up and holds it if it is new.
pub(super) fn begin(app: &Arc<App>, id: &KeyId) -> Begun {
    let mut state = app.state();
    match state.keys.slots.get(id) {
        Some(Slot::Kept(kept)) => Begun::Kept(Arc::clone(kept)),
        Some(Slot::InFlight(done)) => Begun::InFlight(done.clone()),
        None => {
            let (waiters, done) = watch::channel(());
            state.keys.slots.insert(id.clone(), Slot::InFlight(done));
            Begun::New(Reservation { app: Arc::clone(app), id: id.clone(), waiters })
        }
    }
}

/// The key of a call, if it has one.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<String>, Verdict> {
    let Some(key) = text(headers) else {
        return Ok(None);
    };
    if (1..=MAX_KEY).contains(&key.chars().count()) {
        return Ok(Some(key));
    }
    Err(Verdict::detail(StatusCode::BAD_REQUEST, "The idempotency key must have 1 to 255 characters."))
}

/// What the header of the key says: UTF-8, or else Latin-1 as HTTP once had it.
pub(super) fn text(headers: &HeaderMap) -> Option<String> {
    let bytes = headers.get(HEADER)?.as_bytes();
    let latin = || bytes.iter().copied().map(char::from).collect();
    Some(str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned))
}

pub(super) fn missing() -> Verdict {
    Verdict::detail(StatusCode::BAD_REQUEST, "The header X-Idempotency-Key is required.")
}

pub(super) fn in_progress() -> Verdict {
    Verdict::detail(StatusCode::CONFLICT, "A request with this idempotency key is in progress.")
}

pub(super) fn reused() -> Verdict {
    let detail = "This idempotency key was used with a different request.";
    Verdict::detail(StatusCode::UNPROCESSABLE_ENTITY, detail)
}
