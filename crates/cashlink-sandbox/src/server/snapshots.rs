//! Going back, and going on elsewhere.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::Sandbox;
use crate::engine::{Action, Done, Snapshot, SnapshotId};
use crate::error::{Kind, Result};
use crate::http::App;

impl Sandbox {
    /// Goes back to the beginning: what was seeded, the scenarios it was started with, no other faults, no snapshots.
    ///
    /// Tokens stay good. A call under way is not answered and has no effect: its connection is closed.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox keeps its data in a folder that cannot be written.
    pub fn reset(&self) -> Result<()> {
        self.app.reset(None)?;
        Ok(())
    }

    /// Remembers everything as it is now, the clock, settings and armed faults too.
    ///
    /// # Errors
    ///
    /// Fails if there are a hundred snapshots already.
    ///
    /// # Example
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = cashlink_sandbox::Sandbox::start().await?;
    /// let before = sandbox.snapshot()?;
    /// sandbox.arm(cashlink_sandbox::Fault::token_expired());
    /// sandbox.restore(before)?;
    /// assert!(sandbox.faults().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn snapshot(&self) -> Result<SnapshotId> {
        match self.app.act(&Action::Snapshot) {
            Ok(Done::Snapshot(id)) => Ok(id),
            Ok(_) => Err(Kind::Impossible("a snapshot".to_owned()).into()),
            Err(refusal) => Err(Kind::of(refusal, |_| Kind::Impossible("another snapshot".to_owned())).into()),
        }
    }

    /// The snapshots that are kept, oldest first.
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.app.state().snapshots.list()
    }

    /// Goes back to a snapshot, which is kept. Tokens that were given out since stay good.
    ///
    /// A call under way is not answered and has no effect: its connection is closed.
    ///
    /// # Errors
    ///
    /// Fails if there is no such snapshot.
    pub fn restore(&self, id: SnapshotId) -> Result<()> {
        self.act(&Action::Restore(id), &format!("going back to snapshot {id}"))
    }

    /// Forgets a snapshot.
    ///
    /// # Errors
    ///
    /// Fails if there is no such snapshot.
    pub fn drop_snapshot(&self, id: SnapshotId) -> Result<()> {
        self.act(&Action::DropSnapshot(id), &format!("dropping snapshot {id}"))
    }

    /// Starts another sandbox that goes on from here, on a free port of the same address.
    ///
    /// What happens in one is not seen in the other. The fork knows the tokens that were given out, and keeps nothing
    /// in a folder.
    ///
    /// # Errors
    ///
    /// Fails if no port can be listened on.
    ///
    /// # Example
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = cashlink_sandbox::Sandbox::start().await?;
    /// let fork = sandbox.fork().await?;
    /// assert_ne!(fork.url(), sandbox.url());
    /// assert_eq!(fork.investor_id(), sandbox.investor_id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn fork(&self) -> Result<Self> {
        Self::forked(&self.app).await
    }

    pub(crate) async fn forked(app: &App) -> Result<Self> {
        let address = SocketAddr::new(app.address.ip(), 0);
        let failed = |source| Kind::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let app = app.fork(listener.local_addr().map_err(failed)?)?;
        Ok(Self::serving(app, listener))
    }
}
