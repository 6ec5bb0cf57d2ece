//! Wallets: in custody of Cashlink, or an address of the investor's own.

use serde::{Deserialize, Serialize};

use crate::{model, validation::Checks};

/// An address that the investor controls.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnWallet {
    /// Ledger address, `0x` and 40 hexadecimal digits. It belongs to one investor only.
    pub address: String,
    /// Whether the wallet may receive transfers on the secondary market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiving_enabled: Option<bool>,
}

/// A wallet of the Distributor API: managed by Cashlink unless it has an address.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// Whether the wallet may receive transfers on the secondary market.
    pub receiving_enabled: bool,
    /// Ledger address that the investor controls. Leave it out for a wallet in custody of Cashlink, whose terms the
    /// investor must have accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

redacted_debug!(OwnWallet, Wallet);

impl OwnWallet {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.address("address", &self.address);
    }

    pub(crate) fn to_model(&self) -> model::GenericWalletCreate {
        let mut model = model::GenericWalletCreate::new(self.address.clone());
        model.receiving_enabled = self.receiving_enabled;
        model
    }
}

impl Wallet {
    pub(crate) fn check(&self, checks: &mut Checks) {
        if let Some(address) = &self.address {
            checks.address("address", address);
        }
    }
}
