//! Whose deliveries are taken.

use cashlink::webhook::ReceiverBuilder;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{
    args::AcceptedOptions,
    problem::Problem,
    variables::Variables,
    webhooks::secrets::{CLIENT_SECRET, Secrets, TOKEN},
};

/// Credentials that are good.
pub(super) struct Accepted {
    tokens: Option<Secrets>,
    client: Option<(String, Secrets)>,
    /// A token that nobody knows yet, where nothing else is good.
    drawn: Option<SecretString>,
}

impl Accepted {
    /// Takes each setting from its flag or else from its variable.
    ///
    /// # Errors
    ///
    /// Names everything that is missing or cannot be read.
    pub(super) fn new(options: &AcceptedOptions, variables: &Variables) -> Result<Self, Vec<Problem>> {
        let tokens = match options.token.as_slice() {
            [] => Secrets::find(options.token_file.as_deref(), "--token-file", TOKEN, variables),
            given => Ok(Some(Secrets { words: given.to_vec(), given_by: "--token" })),
        };
        match (tokens, client(options, variables)) {
            (Ok(tokens), Ok(client)) => {
                let drawn = (tokens.is_none() && client.is_none()).then(draw);
                Ok(Self { tokens, client, drawn })
            }
            (tokens, client) => Err(tokens.err().into_iter().chain(client.err()).collect()),
        }
    }

    /// `builder` of a receiver that knows them.
    pub(super) fn known_to(&self, mut builder: ReceiverBuilder) -> ReceiverBuilder {
        let tokens = self.tokens.iter().flat_map(|tokens| &tokens.words).chain(&self.drawn);
        for token in tokens {
            builder = builder.bearer(token.expose_secret());
        }
        if let Some((id, secrets)) = &self.client {
            for secret in &secrets.words {
                builder = builder.client(id, secret.expose_secret());
            }
        }
        builder
    }

    /// What a receiver says is wrong with them, by the options and variables that they came from.
    pub(super) fn problems(&self, error: &cashlink::Error) -> Vec<Problem> {
        let tokens = self.tokens.as_ref().map_or(TOKEN, |tokens| tokens.given_by);
        let secrets = self.client.as_ref().map_or(CLIENT_SECRET, |(_, secrets)| secrets.given_by);
        let problems = error.problems().into_iter().flatten();
        let named = problems.map(|problem| {
            let option = match problem.path.as_str() {
                path if path.starts_with("bearer") => tokens,
                path if path.ends_with(".secret") => secrets,
                path if path.starts_with("client") => "--client-id",
                path => path,
            };
            Problem::new(option, &problem.rule)
        });
        named.collect()
    }

    pub(super) fn has_client(&self) -> bool {
        self.client.is_some()
    }

    /// The token that only this program knows so far.
    pub(super) fn drawn(&self) -> Option<String> {
        self.drawn.as_ref().map(|token| token.expose_secret().to_owned())
    }
}

fn client(options: &AcceptedOptions, variables: &Variables) -> Result<Option<(String, Secrets)>, Problem> {
    let Some(id) = &options.client_id else { return Ok(None) };
    let file = options.client_secret_file.as_deref();
    let secrets = Secrets::find(file, "--client-secret-file", CLIENT_SECRET, variables)?;
    let missing = || Problem::new(CLIENT_SECRET, "is not set; set it or give --client-secret-file");
    Ok(Some((id.clone(), secrets.ok_or_else(missing)?)))
}

fn draw() -> SecretString {
    [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat().into()
}
