//! The client: a cheap handle that all calls start from.

use std::{fmt, sync::Arc};

use crate::{Builder, Distributor, Issuer, Platform, auth::Tokens, exchange::Exchanger, journal::Journal};

/// A client of the Cashlink API.
///
/// Clones are cheap and share connections, the access token and the retry budget. One accessor leads to each family of
/// the API, and from there one to each noun.
///
/// ```no_run
/// use cashlink::{Cashlink, Environment, Scope};
///
/// # async fn run() -> Result<(), cashlink::Error> {
/// let cashlink = Cashlink::builder()
///     .environment(Environment::Demo)
///     .credentials("client id", "client secret")
///     .scopes([Scope::InvestorsRead])
///     .build()?;
/// let investors = cashlink.platform().investors().list().all().await?;
/// println!("{} investors", investors.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cashlink(Arc<Shared>);

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) exchanger: Arc<Exchanger>,
    pub(crate) tokens: Tokens,
    pub(crate) max_document_bytes: u64,
    pub(crate) journal: Option<Journal>,
    /// Where keys are known: the client id and the API's address.
    pub(crate) account: String,
}

impl Cashlink {
    /// Starts to configure a client.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// The Cashlink API (paths under `/v2`): investment platforms and registry imports.
    pub fn platform(&self) -> Platform<'_> {
        Platform::new(self)
    }

    /// The Distributor API (paths under `/distributor/v2`): brokers and custodians.
    pub fn distributor(&self) -> Distributor<'_> {
        Distributor::new(self)
    }

    /// The Issuer API (paths under `/issuer/v2`): companies that issue securities.
    pub fn issuer(&self) -> Issuer<'_> {
        Issuer::new(self)
    }

    /// The largest document that is uploaded, in bytes.
    pub fn max_document_bytes(&self) -> u64 {
        self.0.max_document_bytes
    }

    /// The journal that every change is written down in, if there is one.
    pub fn journal(&self) -> Option<&Journal> {
        self.0.journal.as_ref()
    }

    /// Where keys are known: the client id and the API's address.
    pub(crate) fn account(&self) -> &str {
        &self.0.account
    }

    pub(crate) fn exchanger(&self) -> &Arc<Exchanger> {
        &self.0.exchanger
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }
}

impl fmt::Debug for Cashlink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cashlink").field("base_url", &self.exchanger().base.as_str()).finish_non_exhaustive()
    }
}
