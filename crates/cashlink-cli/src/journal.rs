//! The journal that a command uses: where it is, what it is encrypted with, and how it is opened.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use cashlink::{
    BodyKind, Operation,
    journal::{Journal, Run, SealError, SealingKey, SealingKeys, StoreError, StoreErrorKind},
};
use cashlink_sqlite::{Options, SqliteStore};

use crate::{
    args::JournalOptions,
    duration,
    failure::{self, Failure},
    folder, output,
    problem::Problem,
    run_id::RunId,
    shell,
    variables::Variables,
};

const FLAG: &str = "--journal";
const VARIABLE: &str = "CASHLINK_JOURNAL";
const KEY_FLAG: &str = "--journal-key-file";
const KEY_VARIABLE: &str = "CASHLINK_JOURNAL_KEY";
const OLD_KEYS_VARIABLE: &str = "CASHLINK_JOURNAL_OLD_KEYS";

const WAIT_VARIABLE: &str = "CASHLINK_JOURNAL_WAIT";

/// How long another process is waited for unless set.
const WAIT: Duration = Duration::from_secs(10);

/// Where a journal is, and what it is encrypted with.
pub(crate) struct Settings {
    path: PathBuf,
    /// The flag or the variable that names the place; none for the default place.
    named_by: Option<&'static str>,
    keys: Option<SealingKeys>,
    key_file: Option<PathBuf>,
    /// How long another process is waited for.
    wait: Duration,
    /// A journal that has lost entries is taken as it is.
    accepts_loss: bool,
}

impl Settings {
    /// Takes each setting from its flag or else from its variable.
    ///
    /// # Errors
    ///
    /// Names everything that is missing or cannot be read.
    pub(crate) fn new(options: &JournalOptions, variables: &Variables) -> Result<Self, Vec<Problem>> {
        match (place(options, variables), keys(options, variables), wait(variables)) {
            (Ok((path, named_by)), Ok(keys), Ok(wait)) => {
                let key_file = options.journal_key_file.clone();
                Ok(Self { path, named_by, keys, key_file, wait, accepts_loss: false })
            }
            (place, keys, wait) => {
                let problems = place.err().into_iter().chain(keys.err().into_iter().flatten());
                Err(problems.chain(wait.err()).collect())
            }
        }
    }

    /// Whether the request of a call of `operation` is kept, so that it can be sent again without the caller.
    pub(crate) fn keeps(&self, operation: Operation) -> bool {
        match operation.body() {
            BodyKind::Document => false,
            BodyKind::None => true,
            _ => self.is_sealed(),
        }
    }

    /// Whether personal data are kept.
    pub(crate) fn is_sealed(&self) -> bool {
        self.keys.is_some()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The flags that name the same journal again. A place that is not the default is named even if the environment
    /// names it now: another shell may have another environment.
    pub(crate) fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if self.named_by.is_some() {
            flags.extend([FLAG.to_owned(), shell::quoted_path(&self.path)]);
        }
        if let Some(file) = &self.key_file {
            flags.extend([KEY_FLAG.to_owned(), shell::quoted_path(file)]);
        }
        flags
    }

    /// Takes a journal that has lost entries as it is when it is opened to write in it.
    pub(crate) fn accepting_loss(self) -> Self {
        Self { accepts_loss: true, ..self }
    }

    /// Opens the journal to write in it, and makes it if there is none. Another process that has it is waited for.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened, is damaged, or stays in use.
    pub(crate) async fn open(&self) -> failure::Result<Opened> {
        let (at_once, patiently) = (self.options(), self.options().wait(self.wait));
        let opened = match in_background(&self.path, |path| at_once.open(path)).await? {
            Err(error) if error.kind() == StoreErrorKind::InUse && !self.wait.is_zero() => {
                let (path, time) = (self.path.display(), humantime::format_duration(self.wait));
                output::note(&format!("another process uses the journal {path}: waiting for up to {time}"));
                in_background(&self.path, |path| patiently.open(path)).await?
            }
            opened => opened,
        };
        Ok(self.opened(opened.map_err(|error| self.failure(&error))?))
    }

    /// Opens the journal to read it, also while another process uses it. None if there is none at the default place.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened or is damaged, and if there is none at a place that was named.
    pub(crate) async fn look(&self) -> failure::Result<Option<Opened>> {
        if self.is_missing()? {
            return Ok(None);
        }
        let opened = in_background(&self.path, |path| SqliteStore::open_read_only(path)).await?;
        Ok(Some(self.opened(opened.map_err(|error| self.failure(&error))?)))
    }

    /// Opens the journal to write about what is in it, and so makes none.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if there is no journal, so that it has no run either.
    pub(crate) async fn open_for_run(&self) -> failure::Result<Opened> {
        if self.is_missing()? {
            return Err(self.no_run().into());
        }
        self.open().await
    }

    /// Whether there is no journal at the default place. One that is to be taken as it is may be missing.
    ///
    /// # Errors
    ///
    /// Fails if there is none at a place that was named.
    pub(crate) fn is_missing(&self) -> failure::Result<bool> {
        match self.path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.accepts_loss => {}
            // If it cannot be looked at, opening it tells why.
            _ => return Ok(false),
        }
        match self.named_by {
            Some(name) => {
                let rule = format!("there is no journal {}", self.path.display());
                Err(Failure::invalid(vec![Problem::new(name, rule)], None).into())
            }
            None => Ok(true),
        }
    }

    fn options(&self) -> Options {
        let options = SqliteStore::options();
        if self.accepts_loss { options.accept_loss() } else { options }
    }

    fn opened(&self, store: SqliteStore) -> Opened {
        let journal = Journal::new(store.clone());
        let journal = match &self.keys {
            Some(keys) => journal.sealed_by(keys.clone()),
            None => journal,
        };
        Opened { journal, store }
    }

    /// That there is nothing to list.
    pub(crate) fn nothing_yet(&self) -> String {
        format!("there is no journal yet: {}", self.path.display())
    }

    /// The run `id` in `journal`, which is the one that is meant here.
    ///
    /// # Errors
    ///
    /// Fails if there is no such run, or the journal cannot be read.
    pub(crate) async fn find_run(&self, journal: &Journal, id: RunId) -> failure::Result<Run> {
        let found = journal.runs().find_run(id.uuid()).await.map_err(|error| self.failure(&error))?;
        Ok(found.ok_or_else(|| self.no_run())?)
    }

    /// That the journal does not have the run that was asked for.
    pub(crate) fn no_run(&self) -> Failure {
        let rule = format!("the journal {} has no such run", self.path.display());
        Failure::invalid(vec![Problem::new("ID", rule)], Some("`cashlink runs list --all` lists all".to_owned()))
    }

    /// Why the journal did not do what was asked.
    pub(crate) fn failure(&self, error: &StoreError) -> Failure {
        let problem = Problem::new(self.named_by.unwrap_or(FLAG), failure::chain(error));
        match error.kind() {
            StoreErrorKind::InUse => {
                let hint = format!("nothing was sent: run it again then, or wait longer by {WAIT_VARIABLE}");
                Failure::not_sent(problem.to_string(), Some(hint))
            }
            StoreErrorKind::Damaged if !self.accepts_loss => {
                let words = [vec!["cashlink intents reconcile --accept-loss".to_owned()], self.flags()].concat();
                let again = words.join(" ");
                let hint = format!("with a copy at hand, `{again}` takes the journal as it is and asks what is open");
                Failure::invalid(vec![problem], Some(hint))
            }
            StoreErrorKind::Unavailable => {
                let hint = format!("mend that, or name another file by {FLAG} or {VARIABLE}");
                Failure::invalid(vec![problem], Some(hint))
            }
            _ => Failure::invalid(vec![problem], None),
        }
    }
}

/// A journal that is open.
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    store: SqliteStore,
}

impl Opened {
    /// Writes what is not written yet, and closes the journal.
    pub(crate) async fn close(self) {
        drop(self.journal);
        if let Err(error) = self.store.close().await {
            // What had to be durable is; the rest is found out anew.
            tracing::warn!(%error, "the journal was not closed in order");
        }
    }
}

/// What is wrong with the keys when something sealed cannot be opened.
pub(crate) fn key_hint(error: &SealError) -> String {
    format!("{error}: give the key by {KEY_FLAG} or {KEY_VARIABLE}, and keys of before in {OLD_KEYS_VARIABLE}")
}

fn place(options: &JournalOptions, variables: &Variables) -> Result<(PathBuf, Option<&'static str>), Problem> {
    if let Some(path) = &options.journal {
        return Ok((path.clone(), Some(FLAG)));
    }
    if let Some(path) = variables.get(VARIABLE)? {
        return Ok((path.into(), Some(VARIABLE)));
    }
    Ok((folder::in_data("journal.db", VARIABLE, FLAG)?, None))
}

fn wait(variables: &Variables) -> Result<Duration, Problem> {
    let given = variables.get(WAIT_VARIABLE)?;
    let wait = given.map(|text| duration::wait(&text).map_err(|rule| Problem::new(WAIT_VARIABLE, rule)));
    Ok(wait.transpose()?.unwrap_or(WAIT))
}

fn keys(options: &JournalOptions, variables: &Variables) -> Result<Option<SealingKeys>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut noted = |key: Result<Option<SealingKey>, Problem>| key.map_err(|problem| problems.push(problem)).ok()?;
    let current = match &options.journal_key_file {
        Some(path) => noted(SealingKey::from_file(path).map(Some).map_err(|error| wrong(KEY_FLAG, &error))),
        None => {
            noted(variables.get(KEY_VARIABLE).and_then(|text| text.map(|text| key(&text, KEY_VARIABLE)).transpose()))
        }
    };
    let mut older = Vec::new();
    match variables.get(OLD_KEYS_VARIABLE) {
        Ok(texts) => {
            let texts = texts.unwrap_or_default();
            let given = texts.split(',').map(str::trim).filter(|text| !text.is_empty());
            older.extend(given.filter_map(|text| noted(key(text, OLD_KEYS_VARIABLE).map(Some))));
        }
        Err(problem) => problems.push(problem),
    }
    if problems.is_empty() && current.is_none() && !older.is_empty() {
        let rule = format!("is of no use without a key of now: set {KEY_VARIABLE} or give {KEY_FLAG}");
        problems.push(Problem::new(OLD_KEYS_VARIABLE, rule));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(current.map(|current| older.into_iter().fold(SealingKeys::new(current), SealingKeys::or)))
}

fn key(text: &str, name: &str) -> Result<SealingKey, Problem> {
    text.trim().parse().map_err(|_| Problem::new(name, "must hold 64 hexadecimal digits"))
}

fn wrong(name: &str, error: &SealError) -> Problem {
    Problem::new(name, error.to_string())
}

/// Opens a journal, which blocks, beside the runtime.
async fn in_background(
    path: &Path,
    open: impl FnOnce(&Path) -> Result<SqliteStore, StoreError> + Send + 'static,
) -> failure::Result<Result<SqliteStore, StoreError>> {
    let path = path.to_owned();
    let opening = tokio::task::spawn_blocking(move || open(&path));
    Ok(opening.await.map_err(|error| Failure::internal("the journal cannot be opened", &error))?)
}

#[cfg(test)]
mod tests;
