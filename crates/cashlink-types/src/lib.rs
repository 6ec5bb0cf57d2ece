//! Value types of the Cashlink API that carry no policy.
//!
//! This crate is the leaf of the workspace: the generated client and the facade share it, and it depends on neither.
//! Programs use it through the `cashlink` crate, which re-exports what its users need.

mod currency;
mod decimal;
mod id;
mod method;
mod money;
mod open_enum;
mod patch;
mod redacted;

pub use currency::{Currency, CurrencyError};
pub use decimal::{Decimal, DecimalError, Price};
pub use id::{
    CampaignId, CreditId, DistributionPlatformId, DocumentId, IdError, IdentificationId, InvestmentId, InvestorId,
    InvitationId, IssuerId, ListingId, PersonId, ProductId, RedemptionId, RegistryStatementId, SignedDocumentId,
    TransferId, WalletId,
};
pub use method::Method;
pub use money::{Money, MoneyError};
pub use patch::Patch;
pub use redacted::Redacted;

#[doc(hidden)]
pub use serde as __serde;
