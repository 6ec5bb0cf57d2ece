//! What a running sandbox was asked.

use super::Sandbox;
use crate::requests::{Expectation, Findings, RequestEntry};

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

    /// Holds what a test expects against the request log or the ledger.
    ///
    /// The log counts as far back as it goes. `Findings` print as a sentence that says what came nearest.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink_sandbox::{CallMatch, Count, Expectation, LedgerMatch, LedgerOutcome, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cashlink_sandbox::Error> {
    /// let sandbox = Sandbox::start().await?;
    /// // … let a client work, and see that it neither lost its way nor did anything:
    /// let astray = CallMatch::any().status(404);
    /// let findings = sandbox.check(&Expectation::calls(astray, Count::exactly(0)));
    /// assert!(findings.holds, "{findings}");
    /// let applied = LedgerMatch::any().outcome(LedgerOutcome::Applied);
    /// let findings = sandbox.check(&Expectation::ledger(applied, Count::exactly(1)));
    /// assert_eq!(findings.to_string(), "Entries of the ledger with outcome \"applied\": expected exactly 1, found 0.");
    /// # Ok(())
    /// # }
    /// ```
    pub fn check(&self, expectation: &Expectation) -> Findings {
        self.app.check(expectation)
    }

    /// Forgets every call. The numbers go on.
    pub fn clear_requests(&self) {
        self.app.requests.clear();
        self.app.touch();
    }
}
