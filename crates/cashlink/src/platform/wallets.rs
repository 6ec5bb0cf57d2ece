//! Wallets of an investor of the Cashlink API (`/v2`).

use crate::{
    InvestorId, Listing, Mutation, Query, WalletId,
    model::{GenericWalletCreate, Wallet, WalletUpdate},
    resource::resource,
};

resource! {
    /// Creates, changes and reads the wallets of one investor.
    pub struct Wallets(investor_id: InvestorId);

    /// Creates the investor's managed wallet: the registry is its custodian. An investor has one at most.
    ///
    /// The investor needs a successful identification and tax information first (a custodian bank only the former),
    /// and must have accepted the terms of custody. Managed wallets have to be switched on for the platform.
    pub fn create_managed() -> Mutation<Wallet> = v2_investors_wallets_eth_managed_create;

    /// Registers a wallet that the investor already owns. An address belongs to one investor only.
    ///
    /// The investor needs a successful identification and tax information first (a custodian bank only the former).
    pub fn create_generic(wallet: &GenericWalletCreate) -> Mutation<Wallet>
        = v2_investors_wallets_eth_generic_create;

    /// Sets whether the wallet may receive transfers.
    ///
    /// The call carries no idempotency key: it sets an absolute value, so repeating it changes nothing more. The page
    /// that names it does not say in which family: that it is in this one, and takes no key, is assumed.
    pub fn update(id: WalletId, update: &WalletUpdate) -> Mutation<Wallet>
        = v2_investors_wallets_partial_update without key;

    /// Reads one wallet, whose address may come some time after it was created.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: WalletId) -> Query<Wallet> = v2_investors_wallets_retrieve;

    /// Lists the wallets, oldest first. Both forms that the API may answer with, a bare array and a page, are read.
    pub fn list() -> Listing<Wallet> = v2_investors_wallets_list without pages;
}
