//! What to do about intents whose outcome is not known: list them, and ask again under their keys.

use std::{
    fmt,
    panic::resume_unwind,
    pin::Pin,
    task::{Context, Poll},
};

use cashlink_api::{Client as RawClient, operations};
use futures_util::{
    Stream, StreamExt, TryStreamExt,
    future::{self, BoxFuture},
    stream::{self, BoxStream},
};

use tokio::task::JoinSet;

use super::{
    Content, Facts, Frozen, Intent, IntentState, Journal, RunState, SealError, Which, change::Change, turns::Turn,
};
use crate::{
    Cashlink, Error, IdempotencyKey, Json, Operation, Outcome, Result,
    call::{AttemptResult, Form, Plan},
    error::Withheld,
};

/// How many intents are read at a time.
const SLICE: usize = 100;

/// How many intents are sent again at a time.
const AT_ONCE: usize = 8;

impl Cashlink {
    /// Lists the intents whose outcome is not known, the oldest first, without those that are under way in this
    /// process.
    ///
    /// # Errors
    ///
    /// Each item may be an error, the first if the client has no [journal](crate::journal).
    pub fn pending(&self) -> Pending {
        let Some(journal) = self.journal().cloned() else {
            return Pending(stream::once(future::ready(Err(no_journal()))).boxed());
        };
        let slices = stream::try_unfold(0, move |after| {
            let journal = journal.clone();
            async move {
                let slice = journal.intents().list(Which::Open, after, SLICE).await.map_err(Error::journal)?;
                let last = slice.last().map(|intent| intent.sequence);
                let idle = slice.into_iter().filter(|intent| !journal.turns().is_taken(&intent.new.key));
                let idle: Vec<_> = idle.map(Ok).collect();
                Ok::<_, Error>(last.map(|last| (stream::iter(idle), last)))
            }
        });
        Pending(slices.try_flatten().boxed())
    }

    /// Sends every pending intent again, under its key and as it was, to learn what became of it.
    ///
    /// A few are sent at a time, and each result is given as soon as it is there. What cannot be settled is left as it
    /// is, with the reason. Nothing is sent before the first item is asked for.
    ///
    /// What is under way goes on while a result is looked at, on tasks of the runtime, and is broken off when the stream
    /// is dropped; then it is pending still.
    ///
    /// # Errors
    ///
    /// Each item may be an error: the journal cannot be read or written. What the API answers is no error but part of
    /// the [`Resolution`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// use cashlink::journal::Resolution;
    /// use futures_util::TryStreamExt;
    ///
    /// # async fn run(cashlink: cashlink::Cashlink) -> Result<(), cashlink::Error> {
    /// let mut results = cashlink.reconcile();
    /// while let Some(settled) = results.try_next().await? {
    ///     let operation = &settled.intent.new.operation_id;
    ///     match settled.resolution {
    ///         Resolution::Applied(facts) => println!("{operation}: {:?}", facts.ids),
    ///         Resolution::Rejected(error) => println!("{operation}: {error}"),
    ///         Resolution::Left(why) => println!("{operation}: {why}"),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile(&self) -> Reconcile {
        let work = (self.clone(), self.pending().fuse(), JoinSet::new());
        let results = stream::unfold(work, |(client, mut pending, mut tasks)| async move {
            while tasks.len() < AT_ONCE
                && let Some(intent) = pending.next().await
            {
                let client = client.clone();
                tasks.spawn(async move { client.settle(intent?).await });
            }
            let result = match tasks.join_next().await? {
                Ok(result) => result,
                Err(failed) => resume_unwind(failed.into_panic()),
            };
            Some((result, (client, pending, tasks)))
        });
        Reconcile(results.try_filter_map(|settled| future::ready(Ok(settled))).boxed())
    }

    /// Sends one pending intent again. Nothing if a call is under way with its key, or has settled it meanwhile.
    async fn settle(&self, listed: Intent) -> Result<Option<Reconciled>> {
        let Some(journal) = self.journal() else {
            return Err(no_journal());
        };
        let key = listed.new.key.clone();
        let Some(turn) = journal.turns().take(&key) else {
            return Ok(None);
        };
        let found = journal.intents().find(&key).await.map_err(Error::journal)?;
        let Some(intent) = found.filter(|intent| intent.state == IntentState::Pending) else {
            return Ok(None);
        };
        let resolution = if is_abandoned(journal, &intent).await? {
            Resolution::Left(Left::Abandoned)
        } else {
            self.resolve(&intent, turn).await
        };
        Ok(Some(Reconciled { intent, resolution }))
    }

    async fn resolve(&self, intent: &Intent, _turn: Turn) -> Resolution {
        let known = operations::ALL.iter().copied().find(|operation| operation.id == intent.new.operation_id);
        let (Some(journal), Some(operation)) = (self.journal(), known) else {
            return Resolution::Left(Left::UnknownOperation);
        };
        let (key, content) = (&intent.new.key, &intent.new.content);
        let Some(path) = intent.new.address.strip_prefix(self.exchanger().address()) else {
            return Resolution::Left(Left::OtherApi);
        };
        let frozen = match Frozen::kept(operation, path, key, content, journal.sealing_keys()) {
            Ok(Some(frozen)) => frozen,
            Ok(None) if *content == Content::Document => return Resolution::Left(Left::NeedsDocument),
            Ok(None) => return Resolution::Left(Left::NeedsBody),
            Err(error) => return Resolution::Left(Left::Sealed(error)),
        };
        // It has no document: those are not kept.
        let digest = frozen.digest(self.account(), key, 0).await;
        if !digest.is_ok_and(|digest| digest == intent.new.digest) {
            return Resolution::Left(Left::OtherClient);
        }
        let mut plan = Plan::new(operation);
        (plan.key, plan.form, plan.is_in_doubt) = (Some(key.clone()), Form::AsReceived, true);
        let change = Change::new(self, journal, plan, &frozen);
        match change.withheld(intent) {
            Some(Withheld::Overtaken) => return Resolution::Left(Left::Overtaken),
            Some(_) => return Resolution::Left(Left::TooOld),
            // Nobody has asked for it anew, and somebody else may have set the same meanwhile.
            None if change.is_old(intent) => return Resolution::Left(Left::TooOld),
            None => {}
        }
        let request = frozen.clone();
        let again = move |api: RawClient, key: Option<IdempotencyKey>| -> BoxFuture<'static, AttemptResult<Json>> {
            let request = request.clone();
            Box::pin(
                async move { Ok(api.call(request.operation, &request.path, request.payload(key.as_ref())).await?) },
            )
        };
        match change.sent(&again, false).await {
            Ok(success) => Resolution::Applied(Facts::of(&success.body)),
            Err(error) if error.outcome() == Outcome::Rejected => Resolution::Rejected(error),
            Err(error) => Resolution::Left(Left::Unknown(error)),
        }
    }
}

/// Whether the run that `intent` belongs to was given up.
async fn is_abandoned(journal: &Journal, intent: &Intent) -> Result<bool> {
    let Some((run_id, _)) = &intent.new.step else { return Ok(false) };
    let run = journal.runs().find_run(*run_id).await.map_err(Error::journal)?;
    Ok(run.is_some_and(|run| run.end.state == RunState::Abandoned))
}

fn no_journal() -> Error {
    Error::invalid_field("journal", "is missing: give the client one to keep intents in")
}

/// The intents whose outcome is not known, as a stream. See [`Cashlink::pending`].
#[must_use = "a list is read by `all` or as a stream"]
pub struct Pending(BoxStream<'static, Result<Intent>>);

impl Pending {
    /// Reads all.
    ///
    /// # Errors
    ///
    /// Fails if the journal cannot be read.
    pub async fn all(self) -> Result<Vec<Intent>> {
        self.try_collect().await
    }
}

impl Stream for Pending {
    type Item = Result<Intent>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// The results of asking again, as a stream. See [`Cashlink::reconcile`].
#[must_use = "nothing is sent until the results are asked for, by `left` or as a stream"]
pub struct Reconcile(BoxStream<'static, Result<Reconciled>>);

impl Reconcile {
    /// Asks for all, and returns what is left.
    ///
    /// # Errors
    ///
    /// Fails if the journal cannot be read.
    pub async fn left(self) -> Result<Vec<Reconciled>> {
        let left = |settled: &Reconciled| future::ready(matches!(settled.resolution, Resolution::Left(_)));
        self.try_filter(left).try_collect().await
    }
}

impl Stream for Reconcile {
    type Item = Result<Reconciled>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl fmt::Debug for Reconcile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reconcile").finish_non_exhaustive()
    }
}

/// What was learned of one pending intent.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reconciled {
    /// The intent, as it was before.
    pub intent: Intent,
    /// What became of it.
    pub resolution: Resolution,
}

impl Reconciled {
    /// The operation of the intent, unless this version does not know it.
    pub fn operation(&self) -> Option<Operation> {
        Operation::all().find(|operation| operation.id() == self.intent.new.operation_id)
    }
}

/// What became of a pending intent.
#[derive(Debug)]
#[non_exhaustive]
pub enum Resolution {
    /// It happened, then or now.
    Applied(Facts),
    /// The API said no; nothing was changed.
    Rejected(Error),
    /// It is pending still.
    Left(Left),
}

/// Why a pending intent could not be settled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Left {
    /// It was sent again, and it is still not known whether it happened.
    #[error("still not known: {0}")]
    Unknown(#[source] Error),
    /// The API may have forgotten its key by now. Look whether the effect is there, and make it anew if not.
    #[error("its key is older than the API is trusted to remember it: look whether the effect is there")]
    TooOld,
    /// Its run was abandoned. Whether it was sent at all is not known; to send it now might begin what was given up.
    #[error("its run was abandoned: look whether the effect is there")]
    Abandoned,
    /// A later change set the same; to send this one again would undo it.
    #[error("a later change has set the same: look which value holds")]
    Overtaken,
    /// It was made at another API than that of this client. Nothing was sent.
    #[error("it was made at another API: use a client of that one")]
    OtherApi,
    /// It was made with another client id, whose keys may be others. Nothing was sent.
    #[error("it was made with another client id: use that one")]
    OtherClient,
    /// The journal has no key to encrypt with, so the body was not kept: make the same call again under the same key.
    #[error("its body was not kept: make the same call again under the same key")]
    NeedsBody,
    /// Documents are not kept: upload the same document again under the same key.
    #[error("documents are not kept: upload the same one again under the same key")]
    NeedsDocument,
    /// Its request cannot be opened.
    #[error("its request cannot be read: {0}")]
    Sealed(#[source] SealError),
    /// It is of an operation that this version does not know.
    #[error("this version does not know its operation")]
    UnknownOperation,
}
