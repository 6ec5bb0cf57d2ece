//! What a running sandbox is told.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::{
    address,
    post::{self, Ended},
};
use crate::{
    args::SandboxOptions,
    connection::secret_in,
    failure::{self, Failure},
    problem::Problem,
    variables::Variables,
};

const ORIGIN: &str = "CASHLINK_SANDBOX";
const TOKEN: &str = "CASHLINK_SANDBOX_TOKEN";

/// How long a sandbox is waited for. What it is asked here takes it a moment.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The control of a sandbox, below `/_sandbox/`.
pub(crate) struct Control {
    http: Client,
    origin: Url,
    token: Option<SecretString>,
}

impl Control {
    /// Takes each setting from its flag or else from its variable.
    ///
    /// # Errors
    ///
    /// Names everything that is missing or wrong.
    pub(crate) fn new(options: &SandboxOptions, variables: &Variables) -> failure::Result<Self> {
        let (origin, token) = match (origin(options, variables), token(options, variables)) {
            (Ok(origin), Ok(token)) => (origin, token),
            (origin, token) => {
                let problems = origin.err().into_iter().chain(token.err()).collect();
                return Err(Failure::invalid(problems, None).into());
            }
        };
        Ok(Self { http: post::client(&origin)?, origin, token: token.map(SecretString::from) })
    }

    /// Tells the sandbox `body`, or nothing more, at `path`.
    ///
    /// # Errors
    ///
    /// Fails unless the sandbox did it.
    pub(crate) async fn post(&self, path: &str, body: Option<&Value>) -> failure::Result<()> {
        let request = self.http.post(self.address(path)?);
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(body.to_string()),
            None => request,
        };
        self.send(request).await.map(drop)
    }

    /// What the sandbox has at `path`.
    ///
    /// # Errors
    ///
    /// Fails unless the sandbox shows it.
    pub(crate) async fn get(&self, path: &str) -> failure::Result<Vec<u8>> {
        self.send(self.http.get(self.address(path)?)).await
    }

    fn address(&self, path: &str) -> failure::Result<Url> {
        let address = self.origin.join(path);
        Ok(address.map_err(|error| Failure::internal("there is no such address", &error))?)
    }

    async fn send(&self, request: RequestBuilder) -> failure::Result<Vec<u8>> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        };
        match post::send(request, TIMEOUT).await {
            Ended::Answered(answer) if answer.is_success() => Ok(answer.body),
            ended => Err(Failure::of_control(&ended).into()),
        }
    }
}

fn origin(options: &SandboxOptions, variables: &Variables) -> Result<Url, Problem> {
    match &options.sandbox {
        Some(text) => address::sandbox(text, "--sandbox"),
        None => match variables.get(ORIGIN)? {
            Some(text) => address::sandbox(&text, ORIGIN),
            None => Err(Problem::new(ORIGIN, "is not set; set it or give --sandbox")),
        },
    }
}

fn token(options: &SandboxOptions, variables: &Variables) -> Result<Option<String>, Problem> {
    match &options.control_token_file {
        Some(file) => secret_in(file).map(Some).map_err(|message| Problem::new("--control-token-file", message)),
        None => variables.get(TOKEN),
    }
}
