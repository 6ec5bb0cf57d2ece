//! The inbox that a command uses: where it is, and how it is opened.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use cashlink::journal::{StoreError, StoreErrorKind};
use cashlink_sqlite::{InboxOptions as Opening, SqliteInbox};

use crate::{
    args::InboxOptions,
    failure::{self, Failure},
    folder,
    problem::Problem,
    variables::Variables,
};

const FLAG: &str = "--inbox";
const VARIABLE: &str = "CASHLINK_WEBHOOK_INBOX";

/// Where an inbox is.
#[derive(Clone)]
pub(crate) struct Place {
    path: PathBuf,
    /// The flag or the variable that names the place.
    named_by: &'static str,
}

impl Place {
    /// Takes the place from its flag, its variable, or the platform's data directory.
    ///
    /// # Errors
    ///
    /// Fails if there is no such directory and nothing else is said.
    pub(crate) fn new(options: &InboxOptions, variables: &Variables) -> Result<Self, Problem> {
        if let Some(path) = &options.inbox {
            return Ok(Self { path: path.clone(), named_by: FLAG });
        }
        if let Some(path) = variables.get(VARIABLE)? {
            return Ok(Self { path: path.into(), named_by: VARIABLE });
        }
        Ok(Self { path: folder::in_data("webhooks.db", VARIABLE, FLAG)?, named_by: FLAG })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the inbox, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened or is damaged.
    pub(crate) async fn open(&self) -> failure::Result<SqliteInbox> {
        self.open_by(SqliteInbox::options()).await
    }

    /// Opens the inbox to read what is in it, and so makes none and removes nothing: how long events are kept is for the
    /// receiver to say.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if there is none.
    pub(crate) async fn open_existing(&self) -> failure::Result<SqliteInbox> {
        let found = self.path.symlink_metadata();
        if found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            let rule = format!("there is no inbox {}", self.path.display());
            return Err(Failure::invalid(vec![Problem::new(self.named_by, rule)], None).into());
        }
        self.open_by(SqliteInbox::options().keep(Duration::MAX)).await
    }

    async fn open_by(&self, opening: Opening) -> failure::Result<SqliteInbox> {
        let path = self.path.clone();
        let opening = tokio::task::spawn_blocking(move || opening.open(path));
        let opened = opening.await.map_err(|error| Failure::internal("the inbox cannot be opened", &error))?;
        Ok(opened.map_err(|error| self.failure(&error))?)
    }

    /// Why the inbox did not do what was asked.
    pub(crate) fn failure(&self, error: &StoreError) -> Failure {
        let problem = Problem::new(self.named_by, failure::chain(error));
        let hint = match error.kind() {
            StoreErrorKind::Unavailable => Some(format!("mend that, or name another file by {FLAG} or {VARIABLE}")),
            _ => None,
        };
        Failure::invalid(vec![problem], hint)
    }
}

/// Closes the inbox, once what uses it has ended.
pub(crate) async fn close(inbox: SqliteInbox) {
    if let Err(error) = inbox.close().await {
        // What had to be durable is.
        tracing::warn!(%error, "the inbox was not closed in order");
    }
}
