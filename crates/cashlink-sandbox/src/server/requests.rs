//! What a running sandbox was asked.

use super::Sandbox;
use crate::requests::RequestEntry;

impl Sandbox {
    /// The newest calls that reached the API and were answered, oldest first: 1,000 unless
    /// [set otherwise](crate::SandboxBuilder::request_log).
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{RequestOutcome, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// // … let a client work, and see that nothing it sent was refused:
    /// let refused = sandbox.requests().into_iter().filter(|call| call.outcome == RequestOutcome::Rejected);
    /// assert_eq!(refused.count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<RequestEntry> {
        self.requests_after(0)
    }

    /// The calls that came after the one numbered `seq`, oldest first. Numbers that are missing were dropped.
    pub fn requests_after(&self, seq: u64) -> Vec<RequestEntry> {
        self.app.requests.after(seq).iter().map(|record| record.entry()).collect()
    }

    /// Forgets every call. The numbers go on.
    pub fn clear_requests(&self) {
        self.app.requests.clear();
        self.app.touch();
    }
}
