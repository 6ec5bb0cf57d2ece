//! Secrets of which several may be good at a time: tokens, and secrets of clients.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use crate::{connection::secret_in, problem::Problem, variables::Variables};

/// Holds the bearer tokens of a receiver.
pub(crate) const TOKEN: &str = "CASHLINK_WEBHOOK_TOKEN";

/// Holds the secrets of the client that gets tokens at a receiver.
pub(crate) const CLIENT_SECRET: &str = "CASHLINK_WEBHOOK_CLIENT_SECRET";

/// Secrets that came from one place, the newest first.
pub(crate) struct Secrets {
    pub(crate) words: Vec<SecretString>,
    /// The option or the variable that they came from.
    pub(crate) given_by: &'static str,
}

impl Secrets {
    /// What `file`, which the option `flag` names, or else `variable` holds, separated by blanks.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub(crate) fn find(
        file: Option<&Path>,
        flag: &'static str,
        variable: &'static str,
        variables: &Variables,
    ) -> Result<Option<Self>, Problem> {
        let (text, given_by) = match file {
            Some(file) => (Some(secret_in(file).map_err(|message| Problem::new(flag, message))?), flag),
            None => (variables.get(variable)?, variable),
        };
        Ok(text.map(|text| Self { words: text.split_whitespace().map(SecretString::from).collect(), given_by }))
    }

    /// The one to show to others: the newest, as the others may be taken out at any time.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or if no header could hold it.
    pub(crate) fn newest(self) -> Result<SecretString, Problem> {
        let newest = self.words.into_iter().next();
        let is_plain = |secret: &SecretString| secret.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
        newest.filter(is_plain).ok_or_else(|| Problem::new(self.given_by, "must be visible ASCII"))
    }
}
