//! One identifier type per noun, so that a wallet cannot be passed where an investor is expected.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{noun} id must be a UUID such as 7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11")]
pub struct IdError {
    noun: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $noun:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// A UUID given out by the API. Ids order by their bytes, not by age.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that the API gave out.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID inside.
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError { noun: $noun })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

ids! {
    /// Identifies a campaign, the offer of a product on a platform.
    CampaignId = "campaign";
    /// Identifies the credit of an investment, the task that delivers its units.
    CreditId = "credit";
    /// Identifies a distribution platform, on which products are offered.
    DistributionPlatformId = "distribution platform";
    /// Identifies an uploaded document.
    DocumentId = "document";
    /// Identifies an identification of an investor.
    IdentificationId = "identification";
    /// Identifies an investment.
    InvestmentId = "investment";
    /// Identifies an investor.
    InvestorId = "investor";
    /// Identifies an invitation.
    InvitationId = "invitation";
    /// Identifies an issuer, the company that issues products.
    IssuerId = "issuer";
    /// Identifies a listing, the admission of a product to a distribution platform.
    ListingId = "listing";
    /// Identifies a benefiting person of a company.
    PersonId = "person";
    /// Identifies a product, the tokenised security.
    ProductId = "product";
    /// Identifies a redemption.
    RedemptionId = "redemption";
    /// Identifies a registry statement, an extract of the register of crypto securities.
    RegistryStatementId = "registry statement";
    /// Identifies a signed document of an investor or an investment.
    SignedDocumentId = "signed document";
    /// Identifies a transfer of units from one wallet to another.
    TransferId = "transfer";
    /// Identifies a wallet.
    WalletId = "wallet";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_and_says_so_when_it_is_not() {
        let id: InvestorId = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11".parse().unwrap();
        assert_eq!(id.to_string(), "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11");
        assert_eq!(format!("{id:?}"), "InvestorId(7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11)");

        let error = "../admin".parse::<InvestorId>().unwrap_err();
        assert!(error.to_string().starts_with("investor id must be a UUID"));
        assert!(!error.to_string().contains("admin"));
    }

    #[test]
    fn an_id_is_plain_text_on_the_wire() {
        let json = "\"7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11\"";
        let id: WalletId = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
    }
}
