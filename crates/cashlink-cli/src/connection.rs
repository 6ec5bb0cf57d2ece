//! Where the API is, and who calls it: from flags, files and the environment to a client.

use std::{fs::File, io::Read, path::Path};

use cashlink::{Cashlink, Environment, Scope, journal::Journal};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    args::{ConnectionOptions, EnvironmentName},
    problem::Problem,
    variables::Variables,
};

const URL: &str = "CASHLINK_URL";
const CLIENT_ID: &str = "CASHLINK_CLIENT_ID";
const CLIENT_SECRET: &str = "CASHLINK_CLIENT_SECRET";

/// The longest secret in a file, in bytes.
const LONGEST_SECRET: u64 = 4096;

/// Where the API is, and who calls it.
pub(crate) struct Connection {
    url: String,
    client_id: String,
    client_secret: SecretString,
}

impl Connection {
    /// Takes each setting from its flag or else from its variable.
    ///
    /// # Errors
    ///
    /// Names everything that is missing or cannot be read.
    pub(crate) fn new(options: &ConnectionOptions, variables: &Variables) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut noted = |value: Result<String, Problem>| value.map_err(|problem| problems.push(problem)).ok();
        let url = noted(url(options, variables));
        let client_id = noted(setting(options.client_id.as_ref(), variables, CLIENT_ID, "--client-id"));
        let client_secret = noted(client_secret(options, variables));
        match (url, client_id, client_secret) {
            (Some(url), Some(client_id), Some(secret)) => {
                Ok(Self { url, client_id, client_secret: SecretString::from(secret) })
            }
            _ => Err(problems),
        }
    }

    /// Whether what happens there is real.
    pub(crate) fn is_production(&self) -> bool {
        let host = |url: &str| {
            let url = Url::parse(url.trim()).ok()?;
            Some(url.host_str()?.trim_end_matches('.').to_ascii_lowercase())
        };
        host(&self.url) == host(Environment::Production.base_url())
    }

    /// The address without its path, to be shown.
    pub(crate) fn origin(&self) -> String {
        Url::parse(self.url.trim()).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// `path` without the path of the API's address, if it begins with that.
    pub(crate) fn below<'a>(&self, path: &'a str) -> &'a str {
        let url = Url::parse(self.url.trim()).ok();
        let prefix = url.as_ref().map_or("", Url::path).trim_end_matches('/');
        path.strip_prefix(prefix).filter(|rest| rest.starts_with('/')).unwrap_or(path)
    }

    /// A client that asks for `scopes` and writes changes down in `journal`, if there is one.
    ///
    /// # Errors
    ///
    /// Names what the client refuses, such as http to another machine.
    pub(crate) fn client(&self, scopes: &[Scope], journal: Option<&Journal>) -> cashlink::Result<Cashlink> {
        let builder = Cashlink::builder()
            .base_url(self.url.trim())
            .credentials(&self.client_id, self.client_secret.expose_secret())
            .scopes(scopes.iter().copied())
            .user_agent(concat!("cashlink-cli/", env!("CARGO_PKG_VERSION")));
        match journal {
            Some(journal) => builder.journal(journal.clone()).build(),
            None => builder.build(),
        }
    }
}

/// The setting of the client's builder that a problem is about, as the user knows it.
pub(crate) fn option_name(setting: &str) -> &str {
    match setting {
        "base_url" => "--url or CASHLINK_URL",
        "client_id" => "--client-id or CASHLINK_CLIENT_ID",
        "api" => "--url or --client-id",
        "run_id" => "--run-id",
        "client_secret" => "--client-secret or CASHLINK_CLIENT_SECRET",
        other => other,
    }
}

fn url(options: &ConnectionOptions, variables: &Variables) -> Result<String, Problem> {
    match options.env {
        Some(EnvironmentName::Demo) => Ok(Environment::Demo.base_url().to_owned()),
        Some(EnvironmentName::Production) => Ok(Environment::Production.base_url().to_owned()),
        None => setting(options.url.as_ref(), variables, URL, "--url or --env"),
    }
}

fn client_secret(options: &ConnectionOptions, variables: &Variables) -> Result<String, Problem> {
    match (&options.client_secret, &options.client_secret_file) {
        (Some(secret), _) => Ok(secret.expose_secret().to_owned()),
        (None, Some(path)) => secret_in(path).map_err(|message| Problem::new("--client-secret-file", message)),
        (None, None) => setting(None, variables, CLIENT_SECRET, "--client-secret-file"),
    }
}

fn setting(flag: Option<&String>, variables: &Variables, name: &str, flags: &str) -> Result<String, Problem> {
    let value = match flag {
        Some(value) => Some(value.clone()),
        None => variables.get(name)?,
    };
    value.ok_or_else(|| Problem::new(name, format!("is not set; set it or give {flags}")))
}

/// The secret that a file holds and nothing else.
///
/// # Errors
///
/// Says why it cannot be read, or that it is empty or too long.
pub(crate) fn secret_in(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_SECRET + 1).read_to_string(&mut text));
    read.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let secret = text.trim();
    if secret.is_empty() || text.len() as u64 > LONGEST_SECRET {
        return Err(format!("{} must hold 1 to {LONGEST_SECRET} bytes", path.display()));
    }
    Ok(secret.to_owned())
}

#[cfg(test)]
mod tests;
