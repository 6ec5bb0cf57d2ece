//! Wallets: one in custody per investor, and any number of the investor's own.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::investor::Investor;
use super::{Answer, Call, Family, Owner, Refusal, Reply, World};

#[derive(Clone, Debug)]
pub(super) struct Wallet {
    pub(super) id: Uuid,
    kind: Kind,
    address: String,
    pub(super) receiving_enabled: bool,
    pub(super) is_frozen: bool,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    EthManaged,
    EthGeneric,
}

#[derive(Clone, Default, Deserialize)]
struct Draft {
    address: Option<String>,
    receiving_enabled: Option<bool>,
}

#[derive(Deserialize)]
struct Update {
    receiving_enabled: bool,
}

/// Where a wallet is, for those who know only its id or address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) owner: Owner,
    pub(super) investor: Uuid,
    pub(super) wallet: Uuid,
}

/// Every wallet, across all investors and clients.
#[derive(Clone, Debug, Default)]
pub(super) struct Register {
    by_id: HashMap<Uuid, Place>,
    /// By address in lower case.
    by_address: HashMap<String, Place>,
}

impl Register {
    pub(super) fn of_id(&self, id: Uuid) -> Option<Place> {
        self.by_id.get(&id).copied()
    }

    pub(super) fn of_address(&self, address: &str) -> Option<Place> {
        self.by_address.get(&address.to_ascii_lowercase()).copied()
    }

    fn add(&mut self, address: &str, place: Place) {
        self.by_id.insert(place.wallet, place);
        self.by_address.insert(address.to_ascii_lowercase(), place);
    }
}

pub(super) fn create_managed(world: &mut World, call: &Call<'_>) -> Answer {
    let draft = draft(call)?;
    let investor = world.investor_in_path(call)?;
    investor.may_have_wallets()?;
    if investor.wallets.iter().any(Wallet::is_managed) {
        return Err(Refusal::rule("The investor already has a managed wallet."));
    }
    let id = world.ids.next("wallet");
    world.add_wallet(
        call,
        Wallet {
            id,
            kind: Kind::EthManaged,
            address: managed_address(id),
            receiving_enabled: draft.receiving_enabled.unwrap_or(false),
            is_frozen: false,
            created_at: call.now,
        },
    )
}

pub(super) fn create_generic(world: &mut World, call: &Call<'_>) -> Answer {
    let draft = draft(call)?;
    let address = draft.address.filter(|address| is_address(address));
    let address = address.ok_or_else(|| Refusal::field("address", "Enter a valid Ethereum address."))?;
    world.investor_in_path(call)?.may_have_wallets()?;
    if world.wallets.of_address(&address).is_some() {
        return Err(Refusal::field("address", "A wallet with this address already exists."));
    }
    let id = world.ids.next("wallet");
    world.add_wallet(
        call,
        Wallet {
            id,
            kind: Kind::EthGeneric,
            address,
            receiving_enabled: draft.receiving_enabled.unwrap_or(false),
            is_frozen: false,
            created_at: call.now,
        },
    )
}

/// A bare array in the platform family, pages in the distributor family.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let wallets = world.investor_in_path(call)?.wallets.iter();
    if call.family == Family::Platform {
        return Ok(Reply::read(wallets.map(Wallet::view).collect()));
    }
    call.page_of(wallets, Wallet::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?;
    let wallet = investor.wallet(call.id("wallet_id")?).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(wallet.view()))
}

/// Sets whether transfers may reach the wallet.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let change: Update = call.parse()?;
    let (investor, id) = (world.investor_in_path(call)?.id, call.id("wallet_id")?);
    let investor = world.investors.get_mut(call.owner, investor).ok_or(Refusal::NotFound)?;
    let wallet = investor.wallet_mut(id).ok_or(Refusal::NotFound)?;
    wallet.receiving_enabled = change.receiving_enabled;
    Ok(Reply::changed("wallet", id, wallet.view()))
}

fn draft(call: &Call<'_>) -> Result<Draft, Refusal> {
    if call.body.is_null() {
        return Ok(Draft::default());
    }
    call.parse()
}

fn is_address(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// An address that nobody holds the key of, the same on every run.
fn managed_address(id: Uuid) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest[..20].iter().fold("0x".to_owned(), |address, byte| format!("{address}{byte:02x}"))
}

impl Wallet {
    /// Whether its key is in custody, so that the API can move what is on it.
    pub(super) fn is_managed(&self) -> bool {
        self.kind == Kind::EthManaged
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.kind,
            "address": self.address,
            "receiving_enabled": self.receiving_enabled,
            "is_frozen": self.is_frozen,
            "created_at": self.created_at,
        })
    }
}

impl Investor {
    /// Checks identification and tax before a wallet is made.
    fn may_have_wallets(&self) -> Result<(), Refusal> {
        if !self.is_identified() {
            return Err(Refusal::rule("The investor has no successful identification."));
        }
        if self.profile.is_subject_to_us_tax() {
            return Err(Refusal::rule("The investor is subject to US tax."));
        }
        if !self.profile.has_tax_information() {
            return Err(Refusal::rule("The tax information of the investor is incomplete."));
        }
        Ok(())
    }
}

impl World {
    fn add_wallet(&mut self, call: &Call<'_>, wallet: Wallet) -> Answer {
        let (id, view) = (wallet.id, wallet.view());
        let investor_id = call.id("investor_id")?;
        let investor = self.investors.get_mut(call.owner, investor_id).ok_or(Refusal::NotFound)?;
        self.wallets.add(&wallet.address, Place { owner: call.owner, investor: investor_id, wallet: id });
        investor.wallets.push(wallet);
        Ok(Reply::changed("wallet", id, view))
    }

    /// Blocks or lets go what leaves a wallet; `false` if there is no such wallet.
    pub(crate) fn freeze_wallet(&mut self, id: Uuid, is_frozen: bool) -> bool {
        let investor = self.wallets.of_id(id).and_then(|place| self.investors.find_mut(place.investor));
        let Some(wallet) = investor.and_then(|investor| investor.wallet_mut(id)) else {
            return false;
        };
        wallet.is_frozen = is_frozen;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_0x_and_forty_hexadecimal_digits() {
        check("0x52908400098527886E0F7030069857D2E4169EE7", true);
        check("0x52908400098527886e0f7030069857d2e4169ee7", true);
        check("52908400098527886E0F7030069857D2E4169EE700", false);
        check("0x52908400098527886E0F7030069857D2E4169EE", false);
        check("0x52908400098527886E0F7030069857D2E4169EEg", false);
        check("", false);

        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_address(text), expected, "{text}");
        }
    }

    #[test]
    fn a_managed_address_is_an_address() {
        assert!(is_address(&managed_address(Uuid::from_u128(7))));
    }
}
