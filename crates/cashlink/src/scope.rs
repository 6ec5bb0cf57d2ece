//! OAuth 2.0 scopes.

use std::fmt;

/// A permission that an access token carries.
///
/// Ask for no more than the program needs: see the `SCOPES` of each guide for the sets that the guides use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// Upload documents.
    DocumentsWrite,
    /// Read investors, their identifications, benefiting persons and wallets.
    InvestorsRead,
    /// Create and change investors, identifications, benefiting persons and wallets.
    InvestorsWrite,
    /// Read investments, invitations and redemptions.
    InvestmentsRead,
    /// Create and change investments, invitations, credits and redemptions.
    InvestmentsWrite,
    /// Read issuers.
    IssuersRead,
    /// Create and change issuers.
    IssuersWrite,
    /// Read products, listings and distribution platforms.
    ProductsRead,
    /// Create and change products and listings.
    ProductsWrite,
}

impl Scope {
    /// Every scope, in the order of their names.
    pub const ALL: [Self; 9] = [
        Self::DocumentsWrite,
        Self::InvestmentsRead,
        Self::InvestmentsWrite,
        Self::InvestorsRead,
        Self::InvestorsWrite,
        Self::IssuersRead,
        Self::IssuersWrite,
        Self::ProductsRead,
        Self::ProductsWrite,
    ];

    /// The scope as it is sent, such as `investors:write`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentsWrite => "documents:write",
            Self::InvestorsRead => "investors:read",
            Self::InvestorsWrite => "investors:write",
            Self::InvestmentsRead => "investments:read",
            Self::InvestmentsWrite => "investments:write",
            Self::IssuersRead => "issuers:read",
            Self::IssuersWrite => "issuers:write",
            Self::ProductsRead => "products:read",
            Self::ProductsWrite => "products:write",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
