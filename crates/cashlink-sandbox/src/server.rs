//! A running sandbox.

use std::fmt;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::builder::SandboxBuilder;
use crate::clients::FIRST;
use crate::engine::{Action, Present};
use crate::error::{Kind, Result};
use crate::http::{App, PREFIX, accept};
use crate::ledger::LedgerEntry;
use crate::webhooks::send;
use crate::world::{Refusal, UploadedDocument};

mod clients;
mod clock;
mod decisions;
mod faults;
mod requests;
mod scenarios;
mod snapshots;
#[cfg(test)]
mod tests;
mod webhooks;

/// A running sandbox. Stopped by [`stop`](Self::stop), or at once when dropped.
pub struct Sandbox {
    app: Arc<App>,
    url: String,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
    sender: JoinHandle<()>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
        self.sender.abort();
        self.app.close();
    }
}

impl Sandbox {
    /// Starts a sandbox with default settings on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Fails if no port can be listened on.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// Sets up a sandbox that differs from the default.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) async fn with(builder: SandboxBuilder) -> Result<Self> {
        let address = builder.listen;
        let failed = |source| Kind::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self::serving(App::new(&builder, address)?, listener))
    }

    fn serving(app: App, listener: TcpListener) -> Self {
        let url = format!("http://{}{PREFIX}", app.address);
        let app = Arc::new(app);
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(accept(listener, Arc::clone(&app), stopped));
        let sender = tokio::spawn(send(Arc::clone(&app)));
        Self { app, url, stop, server: Some(server), sender }
    }

    /// The address of the API without a family prefix: `http://127.0.0.1:PORT/api/external`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the server: `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        self.url.strip_suffix(PREFIX).unwrap_or(&self.url)
    }

    /// What `/_sandbox/` asks for as `Authorization: Bearer`, if it asks for anything: always beyond loopback.
    pub fn control_token(&self) -> Option<&str> {
        self.app.control_token.as_deref()
    }

    /// The id of the client that may do everything.
    pub fn client_id(&self) -> &'static str {
        FIRST.id
    }

    /// The secret of that client.
    pub fn client_secret(&self) -> &'static str {
        FIRST.secret
    }

    /// The seeded campaign: active, EUR 1.00 per unit, open to everybody.
    pub fn campaign_id(&self) -> Uuid {
        self.app.seed.campaign
    }

    /// The seeded company that issues the seeded product.
    pub fn issuer_id(&self) -> Uuid {
        self.app.seed.issuer
    }

    /// The seeded product that the campaign offers.
    pub fn product_id(&self) -> Uuid {
        self.app.seed.product
    }

    /// The seeded natural person with an identification, tax information and a managed wallet.
    pub fn investor_id(&self) -> Uuid {
        self.app.seed.investor
    }

    /// The distribution platform that the client runs: what is listed there, its investors may hold.
    pub fn platform_id(&self) -> Uuid {
        self.app.seed.platform
    }

    /// The seeded distribution platforms, each with whether products may be listed there.
    pub fn platforms(&self) -> Vec<(Uuid, bool)> {
        self.app.state().world.platforms(FIRST.owner)
    }

    /// Every decision so far on calls that change something, oldest first.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.ledger_after(0)
    }

    /// The decisions that came after the one numbered `seq`, oldest first.
    ///
    /// For whoever looks again and again: the ledger of a sandbox that lives long is long.
    pub fn ledger_after(&self, seq: u64) -> Vec<LedgerEntry> {
        self.app.state().ledger.after(seq).to_vec()
    }

    /// What arrived of an uploaded document.
    pub fn document(&self, id: Uuid) -> Option<UploadedDocument> {
        self.app.state().world.document(id).cloned()
    }

    /// Does `action`, or says that `what` cannot be.
    fn act(&self, action: &Action, what: &str) -> Result<()> {
        let done = self.app.act(action).map(|_| ());
        done.map_err(|refusal| Kind::of(refusal, |_| Kind::Impossible(what.to_owned())).into())
    }

    /// Does what is never refused.
    fn do_always(&self, action: &Action) {
        self.do_always_on(|_| action.clone());
    }

    /// Does what follows from how things are, and is never refused.
    fn do_always_on(&self, action: impl FnOnce(Present) -> Action) {
        let done = self.app.act_on(|present| Ok(action(present)));
        // What cannot be written down is told by the log.
        debug_assert!(matches!(done, Ok(_) | Err(Refusal::NotKept)), "this is never refused");
    }

    /// Stops listening, lets calls under way finish for up to ten seconds, and closes every connection.
    pub async fn stop(mut self) {
        // Nobody listens any more if the server has ended by itself, and then there is nothing to stop.
        let _ = self.stop.send(true);
        if let Some(server) = self.server.take() {
            // It fails only if the runtime is going down, which stops it as well.
            let _ = server.await;
        }
        self.sender.abort();
        // It ends in no other way.
        let _ = (&mut self.sender).await;
    }
}
