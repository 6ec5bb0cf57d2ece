//! One call at a time under one key: what the journal says of an intent must not change while it is sent.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use crate::IdempotencyKey;

/// The keys that calls of this process are under way with.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<IdempotencyKey, Seat>>>);

/// A key in use.
struct Seat {
    queue: Arc<Queue<()>>,
    /// Who has the turn or waits for it.
    users: usize,
}

/// The turn of one call. The next one has it when this is dropped.
pub(super) struct Turn {
    _first: OwnedMutexGuard<()>,
    _place: Place,
}

/// A call that has the turn, or waits for it.
struct Place {
    turns: Turns,
    key: IdempotencyKey,
}

impl Turns {
    /// Waits until no other call is under way with `key`.
    pub(super) async fn wait(&self, key: &IdempotencyKey) -> Turn {
        let (place, queue) = self.place(key);
        Turn { _first: queue.lock_owned().await, _place: place }
    }

    /// The turn, if no other call is under way with `key`.
    pub(super) fn take(&self, key: &IdempotencyKey) -> Option<Turn> {
        let (place, queue) = self.place(key);
        Some(Turn { _first: queue.try_lock_owned().ok()?, _place: place })
    }

    /// Whether a call is under way with `key`. Unlike [`take`](Self::take), it is in nobody's way.
    pub(super) fn is_taken(&self, key: &IdempotencyKey) -> bool {
        self.seats().contains_key(key)
    }

    fn place(&self, key: &IdempotencyKey) -> (Place, Arc<Queue<()>>) {
        let mut seats = self.seats();
        let seat = seats.entry(key.clone()).or_insert_with(|| Seat { queue: Arc::default(), users: 0 });
        seat.users += 1;
        (Place { turns: self.clone(), key: key.clone() }, Arc::clone(&seat.queue))
    }

    fn seats(&self) -> MutexGuard<'_, HashMap<IdempotencyKey, Seat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut seats = self.turns.seats();
        if let Some(seat) = seats.get_mut(&self.key) {
            seat.users -= 1;
            if seat.users == 0 {
                seats.remove(&self.key);
            }
        }
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Turns").field("keys", &self.seats().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn one_call_has_the_turn_and_the_next_one_waits() {
        let (turns, key) = (Turns::default(), IdempotencyKey::random());
        let first = turns.wait(&key).now_or_never().unwrap();
        assert!(turns.is_taken(&key) && turns.take(&key).is_none());
        let mut second = Box::pin(turns.wait(&key));
        assert!(second.as_mut().now_or_never().is_none());
        let other = IdempotencyKey::random();
        assert!(!turns.is_taken(&other) && turns.take(&other).is_some());
        drop(first);
        assert!(second.now_or_never().is_some());
        assert!(turns.seats().is_empty(), "nothing is kept of keys that nobody uses");
    }

    #[test]
    fn who_stops_waiting_is_in_nobodys_way() {
        let (turns, key) = (Turns::default(), IdempotencyKey::random());
        let first = turns.take(&key).unwrap();
        assert!(turns.wait(&key).now_or_never().is_none());
        drop(first);
        assert!(turns.take(&key).is_some() && turns.seats().is_empty());
    }
}
