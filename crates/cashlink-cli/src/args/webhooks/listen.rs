//! The arguments of `cashlink webhooks listen`.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::InboxOptions;
use crate::duration;

#[derive(clap::Args)]
pub(crate) struct Listen {
    /// Address to listen on; port 0 takes a free one. There is no TLS: let a proxy end it before others can reach this.
    #[arg(long = "listen", value_name = "IP:PORT", default_value = "127.0.0.1:0")]
    pub(crate) address: SocketAddr,
    /// How far in the future an event may be, such as 40d for a sandbox whose clock was put forward; a day unless given.
    #[arg(long, value_name = "DUR", value_parser = duration::ahead)]
    pub(crate) ahead: Option<Duration>,
    #[command(flatten)]
    pub(crate) inbox: InboxOptions,
    #[command(flatten)]
    pub(crate) accepted: AcceptedOptions,
    #[command(flatten)]
    pub(crate) forward: ForwardOptions,
}

/// Whose deliveries are taken.
#[derive(clap::Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct AcceptedOptions {
    /// Bearer token whose deliveries are taken; may be given several times [env: CASHLINK_WEBHOOK_TOKEN, separated by
    /// spaces]. Other users of this machine can see it; prefer the variable or the file. Unless one or a client is given,
    /// a random one, which is printed.
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file")]
    pub(crate) token: Vec<SecretString>,
    /// File that holds the tokens, one a line, and nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Id of a client that gets tokens for deliveries at the token endpoint, whose path ends in /token.
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// File that holds the client's secret, or several, one a line [env: CASHLINK_WEBHOOK_CLIENT_SECRET, separated by
    /// spaces].
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(crate) client_secret_file: Option<PathBuf>,
}

/// Where events go on to.
#[derive(clap::Args)]
#[command(next_help_heading = "Forwarding")]
pub(crate) struct ForwardOptions {
    /// Address that every event that counted is sent on to, in order and at least once, under its id as Idempotency-Key;
    /// https, except on this machine. What was not sent on yet is when it is given again.
    #[arg(long, value_name = "URL")]
    pub(crate) forward: Option<String>,
    /// File that holds a bearer token for that address [env: CASHLINK_FORWARD_TOKEN]
    #[arg(long, value_name = "FILE", requires = "forward")]
    pub(crate) forward_token_file: Option<PathBuf>,
}
