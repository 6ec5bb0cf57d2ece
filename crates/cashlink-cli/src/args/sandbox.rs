//! The arguments of `cashlink sandbox`.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use cashlink_sandbox::Sandbox as Server;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

use crate::duration;

/// The largest upload that can be allowed.
const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024 - 1;

#[derive(clap::Args)]
pub(crate) struct Sandbox {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// File that holds what /_sandbox/ and the page ask for as `Authorization: Bearer` [env: CASHLINK_SANDBOX_TOKEN].
    /// Unless given, nothing is asked for on 127.0.0.1, and elsewhere a random token, which is printed.
    #[arg(long, value_name = "FILE")]
    pub(crate) control_token_file: Option<PathBuf>,

    /// Address that is told of every change of an investment's status; http only to this machine, unless other machines can
    /// reach the sandbox. /_sandbox/webhooks takes more of them, also with client credentials.
    #[arg(long, value_name = "URL", help_heading = "Webhooks")]
    pub(crate) webhook_url: Option<String>,
    /// Bearer token that it is sent [env: CASHLINK_WEBHOOK_TOKEN, of several the first]. Other users of this machine can see
    /// it; prefer the variable.
    #[arg(long, value_name = "TOKEN", requires = "webhook_url", help_heading = "Webhooks")]
    pub(crate) webhook_token: Option<SecretString>,

    /// Folder to keep everything in, so that a sandbox that is started again with it goes on where this one ended,
    /// however it ended. Unless given, everything is forgotten.
    #[arg(long, value_name = "DIR", help_heading = "What it keeps")]
    pub(crate) data: Option<PathBuf>,
    /// How many calls the request log keeps, the newest; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 1_000, help_heading = "What it keeps")]
    pub(crate) request_log: usize,

    /// How long credits, redemptions, transfers and new products take, such as 2s; at once unless given.
    #[arg(long, value_name = "DUR", default_value = "0s", hide_default_value = true, value_parser = duration::settlement,
        help_heading = "Time")]
    pub(crate) settlement: Duration,
    /// How long every call takes at least, such as 20ms; the token's too.
    #[arg(long, value_name = "DUR", default_value = "0s", hide_default_value = true, value_parser = duration::latency,
        help_heading = "Time")]
    pub(crate) latency: Duration,
    /// Time at which the clock stands until it is told otherwise, such as 2030-01-01T00:00:00Z; it runs unless given.
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Time")]
    pub(crate) hold_clock_at: Option<Timestamp>,

    /// What it begins with beside what every sandbox has: the name of a scenario, or a file in YAML or JSON. May be given
    /// several times; prints the ids of what has a name as further lines. The names: curl "$CASHLINK_SANDBOX/_sandbox/scenarios".
    #[arg(long, value_name = "NAME|FILE", help_heading = "Behavior")]
    pub(crate) scenario: Vec<String>,
    /// What ids and tokens are derived from; 0 gives the ids of every other sandbox and random tokens.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Behavior")]
    pub(crate) seed: u64,
    /// Refuse a key that is missing (400), in use (409) or was used with another body (422).
    #[arg(long, help_heading = "Behavior")]
    pub(crate) strict_idempotency: bool,
    /// How many objects a page holds if the call does not ask for a size.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000),
        help_heading = "Behavior")]
    pub(crate) page_size: u16,
    /// How long tokens are valid, in whole seconds, such as 5m.
    #[arg(long, value_name = "DUR", default_value = "10h", value_parser = duration::token_lifetime,
        help_heading = "Behavior")]
    pub(crate) token_lifetime: Duration,
    /// The largest upload, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 64 * 1024 * 1024,
        value_parser = clap::value_parser!(u64).range(1..=MOST_BYTES), help_heading = "Behavior")]
    pub(crate) max_upload: u64,
    #[arg(long, value_name = "NAME", value_parser = rule, help = rules_in_words(), help_heading = "Behavior")]
    pub(crate) rule: Vec<String>,
}

/// The rules that can be switched, by name.
fn rules() -> Vec<String> {
    let settings = Server::builder().settings();
    let switches = settings.as_object().into_iter().flatten().filter(|(_, value)| value.is_boolean());
    switches.map(|(name, _)| name.clone()).collect()
}

fn rules_in_words() -> String {
    format!("Rule that is to hold beside the usual ones; may be given several times. There are: {}", rules().join(", "))
}

fn rule(name: &str) -> Result<String, String> {
    let rules = rules();
    if rules.iter().any(|rule| rule == name) {
        return Ok(name.to_owned());
    }
    Err(format!("there is no such rule; there are: {}", rules.join(", ")))
}

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "must be a time with an offset, such as 2030-01-01T00:00:00Z".to_owned())
}

impl Sandbox {
    /// What is switched on, as the sandbox takes it.
    pub(crate) fn switches(&self) -> Value {
        self.rule.iter().map(|rule| (rule.clone(), Value::Bool(true))).collect()
    }
}
