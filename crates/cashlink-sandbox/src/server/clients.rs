//! The clients of a running sandbox.

use uuid::Uuid;

use super::Sandbox;
use crate::clients::{NewClient, SandboxClient};
use crate::engine::Action;
use crate::error::{Kind, Result};

impl Sandbox {
    /// Every client, oldest first: the one of [`client_id`](Self::client_id), then `sandbox-partner`, then those that were
    /// added.
    ///
    /// # Example
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = cashlink_sandbox::Sandbox::start().await?;
    /// let [first, partner] = &sandbox.clients()[..] else { panic!("there are two") };
    /// assert_eq!((first.id.as_str(), first.platform_id), (sandbox.client_id(), sandbox.platform_id()));
    /// assert_eq!((partner.id.as_str(), partner.secret.as_str()), ("sandbox-partner", "sandbox-partner-secret"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn clients(&self) -> Vec<SandboxClient> {
        self.app.state().world.clients().iter().map(SandboxClient::from).collect()
    }

    /// Adds a client and the distribution platform that it runs, where at first it alone may list products.
    ///
    /// # Errors
    ///
    /// Fails if there is a client with this id, a scope is unknown, or a text is blank.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{NewClient, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// let reader = sandbox.add_client(&NewClient::new("reader", "secret").scopes(["investors:read"]))?;
    /// assert_eq!(reader.scopes, ["investors:read"]);
    /// assert!(sandbox.add_client(&NewClient::new("reader", "secret")).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_client(&self, new: &NewClient) -> Result<SandboxClient> {
        self.app.act(&Action::AddClient(new.clone())).map_err(|refusal| {
            Kind::of(refusal, |why| Kind::Impossible(format!("adding client {}: {why:?}", new.client_id)))
        })?;
        let state = self.app.state();
        let client = state.world.clients().of_id(&new.client_id).map(SandboxClient::from);
        client.ok_or_else(|| Kind::Impossible(format!("finding client {}", new.client_id)).into())
    }

    /// Sets whether a client may list its products on a platform from now on; what is listed stays listed.
    ///
    /// # Errors
    ///
    /// Fails if there is no such client or platform.
    pub fn allow_platform(&self, client_id: &str, platform: Uuid, is_allowed: bool) -> Result<()> {
        let client_id = client_id.to_owned();
        let what = format!("allowing {client_id} to list on platform {platform}");
        self.act(&Action::AllowPlatform { client_id, platform, is_allowed }, &what)
    }
}
