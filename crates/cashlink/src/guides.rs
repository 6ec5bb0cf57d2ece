//! Whole processes as functions, from the first call to the last: the three published guides, and a fourth of our own.
//!
//! - [`registry::import`] brings a signed and paid investment into the registry, and redeems it if asked to.
//! - [`distributor::onboard`] onboards a company as an investor, with identification, benefiting persons and a wallet.
//! - [`platform::invest`] leads an investor from an invitation to an investment.
//! - [`issuance::issue`] brings a security from its issuer to its first investor. No published guide joins these steps:
//!   it is made from the pages that document each of them.
//!
//! Each checks its whole input before anything is sent, runs calls that do not depend on each other at the same time,
//! and derives the idempotency key of every step from a run id. After a crash or a lost connection run it again with
//! the same run id and input: what happened is not repeated.
//!
//! The steps run by way of an implementation of [`Steps`]:
//!
//! - [`Journaled`], made by [`Journal::run`](crate::journal::Journal::run), records what every step returned. A run that
//!   begins again skips what is recorded, refuses another input, and is held by one process at a time. Take it where
//!   money is at stake.
//! - [`Direct`] records nothing and asks for every step again under its key. It depends on the API's memory for keys,
//!   whose length is not documented. Take it for trials.
//!
//! ```no_run
//! use cashlink::{Cashlink, guides::{Error, registry}, journal::Journal};
//!
//! # async fn run(cashlink: Cashlink, journal: Journal, run_id: uuid::Uuid, input: registry::Input) -> Result<(), Error> {
//! match registry::import(&cashlink, &journal.run(run_id), &input).await {
//!     Ok(report) => println!("investment {} is {}", report.investment_id, report.investment_status),
//!     Err(error) if error.is_resumable() => println!("run {run_id} can go on later: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```

#[macro_use]
pub mod input;
pub mod distributor;
mod error;
pub mod issuance;
mod object;
pub mod platform;
pub mod registry;
mod run;
mod steps;

pub use error::Error;
pub use steps::{
    Direct, Journaled, Progress, Recorded, Rejection, Step, StepError, StepFinished, StepKind, StepOutcome, StepScope,
    StepStarted, Steps, Ticket,
};
