//! An SDK for the Cashlink API, the registry where tokenised securities are issued, sold, held and redeemed.
//!
//! A lost reply or a repeated call must not move somebody's securities twice. So every call that changes something
//! carries an idempotency key, is repeated only where that is safe, and fails with an [`Error`] whose
//! [`outcome`](Error::outcome) says whether the effect may have happened.
//!
//! - [`Cashlink`] is the client; [`Platform`], [`Distributor`] and [`Issuer`] are the families of the API.
//! - [`Cashlink::call`] is any operation by method and path, JSON in and JSON out.
//! - [`guides`] are the three published processes, and one of our own, as functions from the first call to the last.
//! - [`journal`] writes changes down before they are sent, so that a crash leaves no doubt that cannot be settled, and
//!   lets a guide go on where it stopped.
//! - [`Wait`] waits until a task on the ledger has ended.
//! - [`model`] holds what is sent and received, generated from the API's OpenAPI document.
//! - [`Money`] is exact; ids are one type per noun; [`Patch`] keeps, clears or sets a field.
//!
//! Much of the API is documented, some of it only inferred: each model and operation says where it comes from. The
//! library was written from public documentation and was never run against a live account.
//!
//! ```no_run
//! use cashlink::{Cashlink, Environment, IdempotencyKey, Scope, model};
//!
//! # async fn run(investor: model::InvestorCreate) -> Result<(), cashlink::Error> {
//! let cashlink = Cashlink::builder()
//!     .environment(Environment::Demo)
//!     .credentials("client id", "client secret")
//!     .scopes([Scope::InvestorsWrite])
//!     .build()?;
//!
//! let key = IdempotencyKey::new("customer-4711")?;
//! match cashlink.platform().investors().create(&investor).key(key.clone()).send().await {
//!     Ok(investor) => println!("investor {}", investor.id),
//!     Err(error) if error.may_have_applied() => println!("ask again under the key {key}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `rustls` | yes | https, with the platform's trust store |
//! | `schemars` | no | JSON Schemas of the guides' inputs and of money |
//! | `webhook` | no | the module `webhook`, which receives what the API sends |

mod any_call;
mod auth;
mod builder;
mod call;
mod client;
mod distributor;
mod document;
mod error;
mod exchange;
mod failure;
pub mod guides;
mod issuer;
pub mod journal;
mod json;
mod key;
pub mod model;
mod operation;
mod outcome;
mod page;
mod platform;
mod reply;
mod request;
pub mod resource;
mod retry;
mod scope;
mod send;
pub mod time;
mod upload;
mod validation;
mod waiter;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use any_call::{AnyCall, AnyReply};
pub use builder::{Builder, Environment};
pub use call::{Mutation, Query};
pub use cashlink_types::{
    CampaignId, CreditId, Currency, CurrencyError, Decimal, DecimalError, DistributionPlatformId, DocumentId, IdError,
    IdentificationId, InvestmentId, InvestorId, InvitationId, IssuerId, ListingId, Method, Money, MoneyError, Patch,
    PersonId, Price, ProductId, RedemptionId, RegistryStatementId, SignedDocumentId, TransferId, WalletId,
};
pub use client::Cashlink;
pub use distributor::Distributor;
pub use document::DocumentSource;
pub use error::{ApiError, DecodeError, Error, FieldError, Result};
pub use issuer::Issuer;
pub use json::Json;
pub use key::IdempotencyKey;
pub use operation::{BodyKind, Operation};
pub use outcome::Outcome;
pub use page::{Listing, Page};
pub use platform::Platform;
pub use retry::RetryPolicy;
pub use scope::Scope;
pub use validation::{Problem, Problems};
pub use waiter::{Wait, WaitError, Waiting};
