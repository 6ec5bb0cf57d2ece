//! A running sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::builder::SandboxBuilder;
use crate::clients::FIRST;
use crate::error::{Kind, Result};
use crate::fault::{ArmedFault, Fault, FaultId};
use crate::http::{App, PREFIX, accept};
use crate::ledger::LedgerEntry;
use crate::world::{IdentificationResult, InvestmentEvent, Seed, TaskEnd, UploadedDocument};

mod clients;
mod people;
mod requests;

/// A running sandbox. Stopped by [`stop`](Self::stop), or at once when dropped.
pub struct Sandbox {
    app: Arc<App>,
    seed: Seed,
    url: String,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
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
        let (app, seed) = App::new(&builder, address)?;
        let app = Arc::new(app);
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(accept(listener, Arc::clone(&app), stopped));
        Ok(Self { app, seed, url: format!("http://{address}{PREFIX}"), stop, server: Some(server) })
    }

    /// The address of the API without a family prefix: `http://127.0.0.1:PORT/api/external`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the server: `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        self.url.strip_suffix(PREFIX).unwrap_or(&self.url)
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
        self.seed.campaign
    }

    /// The seeded company that issues the seeded product.
    pub fn issuer_id(&self) -> Uuid {
        self.seed.issuer
    }

    /// The seeded product that the campaign offers.
    pub fn product_id(&self) -> Uuid {
        self.seed.product
    }

    /// The seeded natural person with an identification, tax information and a managed wallet.
    pub fn investor_id(&self) -> Uuid {
        self.seed.investor
    }

    /// The distribution platform that the client runs: what is listed there, its investors may hold.
    pub fn platform_id(&self) -> Uuid {
        self.seed.platform
    }

    /// The seeded distribution platforms, each with whether products may be listed there.
    pub fn platforms(&self) -> Vec<(Uuid, bool)> {
        self.app.state().world.platforms(FIRST.owner)
    }

    /// The time by the sandbox's clock.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Puts the sandbox's clock forward: tokens expire, and what the ledger was asked for settles.
    pub fn advance(&self, by: Duration) {
        self.app.clock.advance(by);
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

    /// Arms a fault for a call to come.
    ///
    /// Its id is of use to [`disarm`](Self::disarm) it and to find it among the [`faults`](Self::faults).
    pub fn arm(&self, fault: Fault) -> FaultId {
        self.app.arm(fault)
    }

    /// How many calls will still fail because of armed faults; `u64::MAX` if one of them has no bound.
    pub fn armed(&self) -> u64 {
        self.app.state().faults.left()
    }

    /// The armed faults in the order in which calls meet them. One that has struck as often as it was to is gone.
    pub fn faults(&self) -> Vec<ArmedFault> {
        self.app.state().faults.list()
    }

    /// Disarms one fault; `false` if it is not armed, or not any more.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// let id = sandbox.arm(Fault::truncated_reply().probability(0.1));
    /// assert_eq!(sandbox.faults()[0].id, id);
    /// assert!(sandbox.disarm(id));
    /// assert!(!sandbox.disarm(id));
    /// # Ok(())
    /// # }
    /// ```
    pub fn disarm(&self, id: FaultId) -> bool {
        self.app.state().faults.disarm(id)
    }

    /// Disarms every fault.
    pub fn clear_faults(&self) {
        self.app.state().faults.clear();
    }

    /// What arrived of an uploaded document.
    pub fn document(&self, id: Uuid) -> Option<UploadedDocument> {
        self.app.state().world.document(id).cloned()
    }

    /// Lets something happen to an investment that the API has no call for.
    ///
    /// # Errors
    ///
    /// Fails if there is no such investment or this cannot happen in its present status.
    pub fn trigger(&self, investment: Uuid, event: InvestmentEvent) -> Result<()> {
        let now = self.now();
        let mut state = self.app.state();
        state.world.settle(now);
        if state.world.trigger(investment, event, now) {
            return Ok(());
        }
        Err(Kind::Impossible(format!("{event:?}")).into())
    }

    /// Ends the validation of a crypto security, which then goes to the ledger.
    ///
    /// # Errors
    ///
    /// Fails if there is no such product or it is not being validated.
    pub fn validate_product(&self, id: Uuid) -> Result<()> {
        let now = self.now();
        let mut state = self.app.state();
        state.world.settle(now);
        if state.world.validate_product(id, now) {
            return Ok(());
        }
        Err(Kind::Impossible("the validation of the product".to_owned()).into())
    }

    /// Ends an identification that was started with an empty object.
    ///
    /// # Errors
    ///
    /// Fails if this investor has no such identification under way.
    pub fn decide_identification(&self, investor: Uuid, id: Uuid, result: IdentificationResult) -> Result<()> {
        let now = self.now();
        let mut state = self.app.state();
        if state.world.decide_identification(investor, id, result, now) {
            return Ok(());
        }
        Err(Kind::Impossible(format!("{result:?}")).into())
    }

    /// Lets the next credit, redemption or transfer that begins end like this.
    ///
    /// Several wait in order, one for each task to come.
    pub fn next_task_ends(&self, end: TaskEnd) {
        self.app.state().world.next_task_ends(end);
    }

    /// Sets whether transfers may leave a wallet.
    ///
    /// # Errors
    ///
    /// Fails if there is no such wallet.
    pub fn freeze_wallet(&self, wallet: Uuid, is_frozen: bool) -> Result<()> {
        if self.app.state().world.freeze_wallet(wallet, is_frozen) {
            return Ok(());
        }
        Err(Kind::Impossible(format!("freezing wallet {wallet}")).into())
    }

    /// Sets whether transfers of a product are paused.
    ///
    /// # Errors
    ///
    /// Fails if there is no such product.
    pub fn pause_transfers(&self, product: Uuid, is_paused: bool) -> Result<()> {
        if self.app.state().world.pause_transfers(product, is_paused) {
            return Ok(());
        }
        Err(Kind::Impossible(format!("pausing transfers of product {product}")).into())
    }

    /// Stops listening, lets calls under way finish for up to ten seconds, and closes every connection.
    pub async fn stop(mut self) {
        // Nobody listens any more if the server has ended by itself, and then there is nothing to stop.
        let _ = self.stop.send(true);
        if let Some(server) = self.server.take() {
            // It fails only if the runtime is going down, which stops it as well.
            let _ = server.await;
        }
    }
}
