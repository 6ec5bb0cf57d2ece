//! A stateful server that behaves like the Cashlink API and needs no account.
//!
//! Start one in a test, point a client at [`Sandbox::url`], and compare what the client believes with
//! [`Sandbox::ledger`]. What goes wrong on a network can be armed with [`Fault`]s, and time moves with
//! [`Sandbox::advance`]. Programs in other processes arm faults and read the ledger below `/_sandbox/`. The README says
//! what is emulated, on what evidence, and what is not.
//!
//! # Example
//!
//! ```
//! use cashlink_sandbox::{Fault, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), cashlink_sandbox::Error> {
//! let sandbox = Sandbox::start().await?;
//! assert!(sandbox.url().starts_with("http://127.0.0.1:"));
//!
//! sandbox.arm(Fault::reply_lost_after_commit().on("v2_investors_create"));
//! // … let a client create an investor, and see that there is one:
//! assert!(sandbox.ledger().is_empty());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod builder;
mod clients;
mod clock;
mod duration;
mod engine;
mod error;
mod fault;
mod http;
mod ledger;
mod requests;
mod scenario;
mod server;
mod settings;
mod spec;
mod webhooks;
mod world;

pub use builder::SandboxBuilder;
pub use clients::{NewClient, SandboxClient};
pub use engine::{Snapshot, SnapshotId};
pub use error::{Error, Result};
pub use fault::{ArmedFault, Fault, FaultId};
pub use ledger::{LedgerEntry, LedgerOutcome, LedgerResource};
pub use requests::{
    CallMatch, Count, Difference, Expectation, Findings, LedgerMatch, LoggedBody, LoggedFile, LoggedReply,
    LoggedRequest, Nearest, Problem, RequestEntry, RequestOutcome, Sent, StruckFault, Validation,
};
pub use scenario::Scenario;
pub use server::Sandbox;
pub use webhooks::{Delivery, DeliveryAttempt, DeliveryId, DeliveryState, RegisteredWebhook, Webhook, WebhookId};
pub use world::{
    IdentificationResult, InvestmentEvent, OpenTask, Settlement, TaskEnd, TaskKind, TaskStatus, UploadedDocument,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
