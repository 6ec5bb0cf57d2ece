//! The journal: every change is written down before it is sent, and every run of a guide can go on where it stopped.
//!
//! A [`Journal`] joins a store, such as the file of the crate `cashlink-sqlite`, with what the client decides
//! itself: what is encrypted, and how long a key is trusted. Give it to
//! [`Builder::journal`](crate::Builder::journal), and each change that the client sends is an [`Intent`] in it first;
//! run a guide by [`Journal::run`], and what its steps returned is there when the same run begins again.
//!
//! # What is promised
//!
//! - Before a request that changes something leaves, its intent is durable. If that fails, nothing is sent and the
//!   outcome is [`NotSent`](crate::Outcome::NotSent), unless an earlier call under the key may have happened. If the time
//!   of a call is up before the store has answered, the intent may be in it and be sent later: then the outcome is
//!   unknown.
//! - One key stands for one request. The same key with another body is refused before anything is sent.
//! - An intent stays pending until its outcome is known, whether the reply was lost, the process was killed or the
//!   future was dropped. [`Cashlink::pending`](crate::Cashlink::pending) lists such intents and
//!   [`Cashlink::reconcile`](crate::Cashlink::reconcile) sends them again under their keys.
//! - The outcome that is written after the reply need not be durable by itself: if it is lost, the intent is pending
//!   again, and asking again under its key gives the same answer.
//!
//! # What is not
//!
//! It is not documented how long the API remembers a key. An intent that is older than the
//! [window](Journal::key_window) is reported and not sent again. And for some operations it is only assumed that the
//! API heeds keys at all; see [`Operation::is_key_assumed`](crate::Operation::is_key_assumed).
//!
//! # What is stored
//!
//! Ids, statuses, operations, addresses, keys, times and digests are kept in clear text. Bodies and replies hold personal data: with
//! [`SealingKeys`] they are kept encrypted; without, they are not kept, and sending an intent again needs the caller's
//! body. Documents, secrets and tokens are never kept. A digest is of all that is sent, or of the whole input of a run:
//! who has the journal and knows everything but one value can find that by trial.

use std::{fmt, sync::Arc, time::Duration};

mod change;
mod frozen;
mod intent;
mod memory;
mod reconcile;
mod reveal;
mod run;
mod seal;
mod store;
mod turns;

pub(crate) use frozen::{Frozen, FrozenBody, Source};
pub use intent::{Content, Digest, Ending, Facts, Intent, IntentState, NewIntent, UnknownWord};
pub use memory::MemoryStore;
pub use reconcile::{Left, Pending, Reconcile, Reconciled, Resolution};
pub use run::{InputRecord, NewRun, Run, RunEnd, RunState, StepRecord, StepState};
pub use seal::{SealError, SealingKey, SealingKeys};
pub use store::{Begun, IntentStore, RunStore, StoreError, StoreErrorKind, Which};

use turns::Turns;

/// How long a key is trusted unless set.
const KEY_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// A store with the policy of what goes into it. Clones are cheap and share the store.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

#[derive(Clone)]
struct Shared {
    intents: Arc<dyn IntentStore>,
    runs: Arc<dyn RunStore>,
    keys: Option<SealingKeys>,
    key_window: Duration,
    turns: Turns,
}

impl Journal {
    /// A journal in `store`, without encryption: bodies and replies are not kept.
    ///
    /// Make one of each store and clone it. Calls under one key take turns by it; two that are made of one store know
    /// nothing of each other's calls.
    pub fn new<S: IntentStore + RunStore>(store: S) -> Self {
        let store = Arc::new(store);
        let runs: Arc<dyn RunStore> = Arc::clone(&store) as _;
        Self(Arc::new(Shared { intents: store, runs, keys: None, key_window: KEY_WINDOW, turns: Turns::default() }))
    }

    /// Keeps bodies and replies, encrypted with `keys`.
    #[must_use]
    pub fn sealed_by(mut self, keys: SealingKeys) -> Self {
        Arc::make_mut(&mut self.0).keys = Some(keys);
        self
    }

    /// Sets for how long after an intent began its key is trusted to be remembered by the API; 24 hours unless set.
    ///
    /// An older intent whose outcome is open is never sent again by itself: a key that the API has forgotten would make
    /// the effect happen a second time. A change that takes no key is sent again when it is asked for anew, at any age,
    /// unless a later one is in the journal.
    #[must_use]
    pub fn key_window(mut self, window: Duration) -> Self {
        Arc::make_mut(&mut self.0).key_window = window;
        self
    }

    /// The store of intents.
    pub fn intents(&self) -> &dyn IntentStore {
        &*self.0.intents
    }

    /// The store of runs.
    pub fn runs(&self) -> &dyn RunStore {
        &*self.0.runs
    }

    /// The keys that bodies and replies are encrypted with.
    pub fn sealing_keys(&self) -> Option<&SealingKeys> {
        self.0.keys.as_ref()
    }

    /// The keys that calls are under way with, whichever client makes them.
    fn turns(&self) -> &Turns {
        &self.0.turns
    }

    pub(crate) fn window(&self) -> Duration {
        self.0.key_window
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Journal")
            .field("store", &self.0.intents)
            .field("is_sealed", &self.0.keys.is_some())
            .field("key_window", &self.0.key_window)
            .finish()
    }
}
