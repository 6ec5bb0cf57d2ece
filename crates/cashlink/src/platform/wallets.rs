//! Wallets of an investor of the Cashlink API (`/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvestorId, Listing, Mutation, Query, WalletId,
    call::{listing, mutation, query},
    model::{GenericWalletCreate, Wallet},
};

/// Creates and reads the wallets of one investor.
#[derive(Clone, Copy, Debug)]
pub struct Wallets<'a> {
    client: &'a Cashlink,
    investor_id: InvestorId,
}

impl<'a> Wallets<'a> {
    pub(super) fn new(client: &'a Cashlink, investor_id: InvestorId) -> Self {
        Self { client, investor_id }
    }

    /// Creates the investor's managed wallet: the registry is its custodian. An investor has one at most.
    ///
    /// The investor needs a successful identification and tax information first.
    pub fn create_managed(&self) -> Mutation<Wallet> {
        let investor_id = self.investor_id;
        mutation!(self.client, V2_INVESTORS_WALLETS_ETH_MANAGED_CREATE, [], |api, key| api
            .v2_investors_wallets_eth_managed_create(&investor_id, key))
    }

    /// Registers a wallet that the investor already owns. An address belongs to one investor only.
    pub fn create_generic(&self, wallet: &GenericWalletCreate) -> Mutation<Wallet> {
        let investor_id = self.investor_id;
        let body = Arc::new(wallet.clone());
        mutation!(self.client, V2_INVESTORS_WALLETS_ETH_GENERIC_CREATE, [body], |api, key| api
            .v2_investors_wallets_eth_generic_create(&investor_id, key, &body))
    }

    /// Reads one wallet.
    pub fn retrieve(&self, id: WalletId) -> Query<Wallet> {
        let investor_id = self.investor_id;
        query!(self.client, V2_INVESTORS_WALLETS_RETRIEVE, |api| api.v2_investors_wallets_retrieve(&investor_id, &id))
    }

    /// Lists the wallets, oldest first. Both forms that the API may answer with, a bare array and a page, are read.
    pub fn list(&self) -> Listing<Wallet> {
        let investor_id = self.investor_id;
        listing!(self.client, V2_INVESTORS_WALLETS_LIST, |api, _filter| api.v2_investors_wallets_list(&investor_id))
    }
}
