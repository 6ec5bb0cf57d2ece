//! Wallets of an investor of the Cashlink API (`/v2`).

use crate::{
    InvestorId, Listing, Mutation, Query, WalletId,
    model::{GenericWalletCreate, Wallet},
    resource::resource,
};

resource! {
    /// Creates and reads the wallets of one investor.
    pub struct Wallets(investor_id: InvestorId);

    /// Creates the investor's managed wallet: the registry is its custodian. An investor has one at most.
    ///
    /// The investor needs a successful identification and tax information first.
    pub fn create_managed() -> Mutation<Wallet> = v2_investors_wallets_eth_managed_create;

    /// Registers a wallet that the investor already owns. An address belongs to one investor only.
    pub fn create_generic(wallet: &GenericWalletCreate) -> Mutation<Wallet>
        = v2_investors_wallets_eth_generic_create;

    /// Reads one wallet.
    pub fn retrieve(id: WalletId) -> Query<Wallet> = v2_investors_wallets_retrieve;

    /// Lists the wallets, oldest first. Both forms that the API may answer with, a bare array and a page, are read.
    pub fn list() -> Listing<Wallet> = v2_investors_wallets_list without pages;
}
