//! How a sandbox is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::Time;
use crate::error::{Kind, Result};
use crate::scenario::Scenario;
use crate::server::Sandbox;
use crate::settings::{Configuration, Settings};
use crate::webhooks::Webhook;
use crate::world::{Rules, Settlement};

/// Sets up a [`Sandbox`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use cashlink_sandbox::{Sandbox, Settlement};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cashlink_sandbox::Error> {
/// let sandbox = Sandbox::builder()
///     .settlement(Settlement::After(Duration::from_secs(2)))
///     .page_size(10)
///     .start()
///     .await?;
/// # sandbox.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing runs until `start` is called"]
pub struct SandboxBuilder {
    pub(crate) listen: SocketAddr,
    pub(crate) rules: Rules,
    pub(crate) settings: Settings,
    pub(crate) request_log: usize,
    pub(crate) data: Option<PathBuf>,
    pub(crate) seed: u64,
    pub(crate) time: Time,
    pub(crate) control_token: Option<String>,
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) webhooks: Vec<Webhook>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            rules: Rules::default(),
            request_log: 1_000,
            settings: Settings::default(),
            data: None,
            seed: 0,
            time: Time::default(),
            control_token: None,
            scenarios: Vec::new(),
            webhooks: Vec::new(),
        }
    }
}

impl SandboxBuilder {
    /// Where to listen; a free port of 127.0.0.1 unless set.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// How long the ledger takes for credits, redemptions, transfers and products; no time unless set.
    pub fn settlement(mut self, settlement: Settlement) -> Self {
        self.rules.settlement = settlement;
        self
    }

    /// How long every call takes at least, the token call too: half before it takes effect, the rest after. No time unless set.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// The largest upload in bytes; 64 MiB unless set. Other bodies are limited to 1 MiB.
    pub fn max_body_bytes(mut self, bytes: u64) -> Self {
        self.settings.max_body_bytes = bytes;
        self
    }

    /// How long tokens are valid, in whole seconds; 10 hours unless set.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// How many objects a page holds if the call does not ask for a size; 100 unless set, at least 1.
    pub fn page_size(mut self, size: usize) -> Self {
        self.settings.page_size = size.max(1);
        self
    }

    /// Refuses a key that is missing (400), in use (409) or was used with another body (422).
    ///
    /// Without this, a call without a key is accepted, one whose key is in use waits, and another body is
    /// answered with the verdict of the first.
    pub fn strict_idempotency(mut self) -> Self {
        self.settings.strict_idempotency = true;
        self
    }

    /// Lets the client make investments that are not signed yet and are answered with a `start_url`.
    pub fn allow_web_subscription(mut self) -> Self {
        self.rules.web_subscription = true;
        self
    }

    /// Lets crypto securities be redeemed through the API, too.
    ///
    /// The newest documentation has redemptions for one kind of product only; that it is the other one is assumed.
    pub fn allow_crypto_redemption(mut self) -> Self {
        self.rules.crypto_redemption = true;
        self
    }

    /// Whether a company must be an investor already before it can be made an issuer; not unless set.
    ///
    /// The newest documentation demands it: an investor with the same name, register and register number.
    pub fn issuer_mirror_rule(mut self, is_on: bool) -> Self {
        self.rules.issuer_mirror = is_on;
        self
    }

    /// Lets investments wait for a review after the identification, until `InvestmentEvent::Reviewed`.
    pub fn require_review(mut self) -> Self {
        self.rules.review = true;
        self
    }

    /// Refuses investments in the `/v2` family of those who have no `account_setup_accepted_at`.
    ///
    /// That is documented for clients that invite investors; that it is asked when an investment is made is assumed.
    pub fn require_account_setup(mut self) -> Self {
        self.rules.account_setup_required = true;
        self
    }

    /// Refuses to turn an invitation into an investment before its costs document is there.
    pub fn require_costs_document(mut self) -> Self {
        self.rules.costs_document_required = true;
        self
    }

    /// Lets the limit of a self-disclosure cover all that the investor invested in the product by invitations.
    ///
    /// Without this each invitation has the limit to itself.
    pub fn cumulative_self_disclosure(mut self) -> Self {
        self.rules.cumulative_self_disclosure = true;
        self
    }

    /// Lets a company with benefiting persons who are politically exposed wait for a background check.
    ///
    /// Until [`Sandbox::decide_kyc`] its status is `MANUAL_REVIEW_REQUIRED`, it gets no wallet, and its investments wait.
    pub fn check_pep(mut self) -> Self {
        self.rules.pep_check = true;
        self
    }

    /// How many calls the request log keeps, the newest; 1,000 unless set, 0 for no log.
    ///
    /// Of each body it keeps up to 64 KiB, and of all calls together 32 MiB: the oldest make room.
    pub fn request_log(mut self, calls: usize) -> Self {
        self.request_log = calls;
        self
    }

    /// Keeps everything in `folder`, so that a sandbox that is started again with it goes on where this one ended.
    ///
    /// What was answered is there even if the process is killed. After a failure of the machine the end may be missing.
    /// A sandbox that goes on keeps what it was set to; what this builder sets otherwise than the one that began
    /// the folder is set anew. One sandbox uses a folder at a time.
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// What ids and tokens are derived from: the same seed and the same calls in the same order give the same ones.
    ///
    /// Unless set, or with 0, ids are those of every other sandbox and tokens are random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Lets the clock stand at `time` until it is advanced or let run; it runs with the wall clock unless set.
    ///
    /// With a [`seed`](Self::seed), replies are then the same on every run, byte for byte.
    pub fn held_at(mut self, time: Timestamp) -> Self {
        self.time = Time::Held(time);
        self
    }

    /// Lets the sandbox begin with what `scenario` says; several are played in the order in which they are given.
    ///
    /// What it says of settings and the clock holds, whatever this builder says of them.
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenarios.push(scenario);
        self
    }

    /// Tells `webhook` of every change of an investment's status, but not of what the sandbox begins with.
    ///
    /// It is there after a reset, too; forks begin without. Where a sandbox goes on from a folder, those of this builder
    /// take the place of those that were given before: who has the same address for the same client keeps what is pending.
    pub fn webhook(mut self, webhook: Webhook) -> Self {
        self.webhooks.push(webhook);
        self
    }

    /// What `/_sandbox/` and the page ask for as `Authorization: Bearer`.
    ///
    /// Unless set, nothing on loopback, and a random token elsewhere: see [`Sandbox::control_token`].
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.control_token = Some(token.into());
        self
    }

    /// Everything that can be set while it runs, by name: what `GET /_sandbox/settings` will show.
    pub fn settings(&self) -> Value {
        self.configuration().show()
    }

    /// Sets what `change` names, an object with some of the [`settings`](Self::settings).
    ///
    /// For programs that take names from people; a test says what it wants by the other methods.
    ///
    /// # Errors
    ///
    /// Fails if there is no such setting or a value makes no sense.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::Sandbox;
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let builder = Sandbox::builder().set(&json!({"review": true, "settlement": "2s"}))?;
    /// assert_eq!(builder.settings()["review"], true);
    /// assert!(builder.set(&json!({"reviews": true})).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set(mut self, change: &Value) -> Result<Self> {
        let Configuration { settings, rules } = self.configuration().changed(change).map_err(Kind::Setting)?;
        (self.settings, self.rules) = (settings, rules);
        Ok(self)
    }

    pub(crate) fn configuration(&self) -> Configuration {
        Configuration { settings: self.settings, rules: self.rules }
    }

    /// Starts the sandbox on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be listened on, the folder cannot be used or a scenario is refused.
    pub async fn start(self) -> Result<Sandbox> {
        Sandbox::with(self).await
    }
}
