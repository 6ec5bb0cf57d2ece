//! Configures a client and refuses what would be unsafe.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Url, redirect};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Cashlink, Result, RetryPolicy, Scope,
    auth::{Credentials, TokenEndpoint, Tokens},
    client::Shared,
    exchange::Exchanger,
    journal::Journal,
    time::{Clock, SystemClock},
    validation::Problems,
};

#[cfg(test)]
mod tests;

/// A published environment of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The demo environment, for trying things out.
    Demo,
    /// The production environment: what happens there is real.
    Production,
}

impl Environment {
    /// The address that all paths of the environment are appended to.
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Demo => "https://demo.cashlink.de/api/external",
            Self::Production => "https://connect.cashlink.de/api/external",
        }
    }
}

/// Configures a [`Cashlink`] client.
///
/// An environment or a base URL, and credentials, are required; everything else has a default.
///
/// ```
/// use cashlink::{Cashlink, Scope};
///
/// let cashlink = Cashlink::builder()
///     .base_url("http://127.0.0.1:8080/api/external")
///     .credentials("client id", "client secret")
///     .scopes([Scope::InvestorsRead, Scope::InvestorsWrite])
///     .build()?;
/// # let _ = cashlink;
///
/// // The secret would cross a network in clear text.
/// let refused = Cashlink::builder().base_url("http://example.org").credentials("id", "secret").build();
/// assert!(refused.unwrap_err().is_validation());
/// # Ok::<(), cashlink::Error>(())
/// ```
#[must_use = "a client is made by `build`"]
pub struct Builder {
    base_url: Option<String>,
    client_id: String,
    client_secret: SecretString,
    scopes: Vec<Scope>,
    retry: RetryPolicy,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    max_reply_bytes: usize,
    max_document_bytes: u64,
    user_agent: Option<String>,
    clock: Arc<dyn Clock>,
    jitter_seed: Option<u64>,
    journal: Option<Journal>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            base_url: None,
            client_id: String::new(),
            client_secret: SecretString::default(),
            scopes: Vec::new(),
            retry: RetryPolicy::default(),
            attempt_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_reply_bytes: 16 * 1024 * 1024,
            max_document_bytes: 100 * 1024 * 1024,
            user_agent: None,
            clock: Arc::new(SystemClock),
            jitter_seed: None,
            journal: None,
        }
    }

    /// Uses a published environment.
    pub fn environment(self, environment: Environment) -> Self {
        self.base_url(environment.base_url())
    }

    /// Uses another server, such as a sandbox: the address up to and without the family (`/v2` …).
    ///
    /// It has to be https unless the host is this machine. A trailing slash is tolerated.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the OAuth 2.0 client credentials.
    pub fn credentials(mut self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.client_id = client_id.into();
        self.client_secret = SecretString::from(client_secret.into());
        self
    }

    /// Sets the scopes to ask for; none means that the request names no scope and the server decides.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = scopes.into_iter().collect();
        self
    }

    /// Sets how calls are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Bounds one attempt from its first byte to the last of the reply; 30 s unless set. An upload gets a second more
    /// for every 128 KiB.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Bounds making a connection; 10 s unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Bounds the body of a reply; 16 MiB unless set. A larger one is an error, and not read further.
    pub fn max_reply_bytes(mut self, bytes: usize) -> Self {
        self.max_reply_bytes = bytes;
        self
    }

    /// Bounds a document; 100 MiB unless set. The API states no limit.
    pub fn max_document_bytes(mut self, bytes: u64) -> Self {
        self.max_document_bytes = bytes;
        self
    }

    /// Writes every change down in `journal` before it is sent; see [`journal`](crate::journal).
    pub fn journal(mut self, journal: Journal) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Puts the name of your program in front of this library's in the `User-Agent` header.
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.user_agent = Some(program.into());
        self
    }

    /// Replaces the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes the jitter of retry delays reproducible, for tests.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Names every setting that is missing or unsafe: no address, http to another machine, an address with
    /// credentials, a query or a fragment, empty credentials, an odd user agent. It fails too if the platform's trust
    /// store cannot be read.
    pub fn build(self) -> Result<Cashlink> {
        let mut problems = Problems::default();
        let base = self.checked_base(&mut problems);
        let user_agent = self.checked_user_agent(&mut problems);
        if self.client_id.is_empty() {
            problems.add("client_id", "is missing");
        }
        if self.client_secret.expose_secret().is_empty() {
            problems.add("client_secret", "is missing");
        }
        let (Some(base), true) = (base, problems.is_empty()) else {
            return Err(problems.into());
        };

        let http = http_client(&base, &user_agent, self.connect_timeout)?;
        let exchanger = Arc::new(Exchanger {
            http,
            base,
            budget: self.retry.new_budget(),
            policy: self.retry,
            clock: Arc::clone(&self.clock),
            jitter: Mutex::new(self.jitter_seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)),
            attempt_timeout: self.attempt_timeout,
            max_reply_bytes: self.max_reply_bytes,
        });
        let account = format!("{} {}", self.client_id, exchanger.address());
        let credentials =
            Credentials { client_id: self.client_id, client_secret: self.client_secret, scopes: self.scopes };
        let tokens = Tokens::new(TokenEndpoint::new(credentials, Arc::clone(&exchanger)), self.clock);
        let (max_document_bytes, journal) = (self.max_document_bytes, self.journal);
        Ok(Cashlink::new(Shared { exchanger, tokens, max_document_bytes, journal, account }))
    }

    fn checked_base(&self, problems: &mut Problems) -> Option<Url> {
        let Some(text) = &self.base_url else {
            problems.add("base_url", "is missing: choose an environment or give an address");
            return None;
        };
        match base_url(text) {
            Ok(url) => Some(url),
            Err(rule) => {
                problems.add("base_url", rule);
                None
            }
        }
    }

    fn checked_user_agent(&self, problems: &mut Problems) -> String {
        let own = concat!("cashlink-rust/", env!("CARGO_PKG_VERSION"));
        let Some(program) = &self.user_agent else {
            return own.to_owned();
        };
        if !program.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            problems.add("user_agent", "must be visible ASCII");
        }
        format!("{program} {own}")
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the address: until it is checked it may hold credentials.
        formatter
            .debug_struct("Builder")
            .field("scopes", &self.scopes)
            .field("retry", &self.retry)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// Parses and checks an address. The error is the rule that it breaks.
fn base_url(text: &str) -> Result<Url, &'static str> {
    let mut url =
        Url::parse(text).map_err(|_| "must be an absolute address such as https://demo.cashlink.de/api/external")?;
    match url.scheme() {
        "https" if cfg!(feature = "rustls") => {}
        "https" => return Err("https needs the feature `rustls`"),
        "http" if is_loopback(&url) => {}
        "http" => return Err("must be https: the secret and personal data would cross the network in clear text"),
        _ => return Err("must be https"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold credentials; give them to `credentials`");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn http_client(base: &Url, user_agent: &str, connect_timeout: Duration) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .user_agent(user_agent)
        .connect_timeout(connect_timeout)
        // A redirect would carry the token and the body to an address that nobody configured.
        .redirect(redirect::Policy::none());
    if base.scheme() == "http" {
        // This machine: no proxy may see the secret, and no trust store is needed.
        builder = builder.no_proxy();
        #[cfg(feature = "rustls")]
        {
            builder = builder.tls_certs_only([]);
        }
    } else {
        builder = builder.https_only(true);
    }
    builder.build().map_err(crate::Error::setup)
}
