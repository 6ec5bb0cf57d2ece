//! Wallets of an investor of the Distributor API (`/distributor/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvestorId, Listing, Mutation, Query, WalletId,
    call::{listing, mutation, query},
    model::{GenericWalletCreate, ManagedWalletCreate, Wallet},
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
    pub fn create_managed(&self, wallet: &ManagedWalletCreate) -> Mutation<Wallet> {
        let investor_id = self.investor_id;
        let body = Arc::new(wallet.clone());
        mutation!(self.client, DISTRIBUTOR_V2_INVESTORS_WALLETS_ETH_MANAGED_CREATE, [body], |api, key| api
            .distributor_v2_investors_wallets_eth_managed_create(&investor_id, key, &body))
    }

    /// Registers a wallet that the investor already owns. An address belongs to one investor only.
    pub fn create_generic(&self, wallet: &GenericWalletCreate) -> Mutation<Wallet> {
        let investor_id = self.investor_id;
        let body = Arc::new(wallet.clone());
        mutation!(self.client, DISTRIBUTOR_V2_INVESTORS_WALLETS_ETH_GENERIC_CREATE, [body], |api, key| api
            .distributor_v2_investors_wallets_eth_generic_create(&investor_id, key, &body))
    }

    /// Reads one wallet.
    pub fn retrieve(&self, id: WalletId) -> Query<Wallet> {
        let investor_id = self.investor_id;
        query!(self.client, DISTRIBUTOR_V2_INVESTORS_WALLETS_RETRIEVE, |api| api
            .distributor_v2_investors_wallets_retrieve(&investor_id, &id))
    }

    /// Lists the wallets, oldest first. Both forms that the API may answer with, a bare array and a page, are read.
    pub fn list(&self) -> Listing<Wallet> {
        let investor_id = self.investor_id;
        listing!(self.client, DISTRIBUTOR_V2_INVESTORS_WALLETS_LIST, |api, filter| api
            .distributor_v2_investors_wallets_list(&investor_id, None, filter.page_size))
    }
}
