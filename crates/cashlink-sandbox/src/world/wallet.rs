//! Wallets: one in custody per investor, and any number of the investor's own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::investor::Investor;
use super::kyc::KycStatus;
use super::{Answer, Call, Family, Refusal, Reply, World};

#[derive(Debug)]
pub(super) struct Wallet {
    pub(super) id: Uuid,
    kind: Kind,
    address: String,
    receiving_enabled: bool,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    EthManaged,
    EthGeneric,
}

#[derive(Default, Deserialize)]
struct Draft {
    address: Option<String>,
    receiving_enabled: Option<bool>,
}

pub(super) fn create_managed(world: &mut World, call: &Call<'_>) -> Answer {
    let draft = draft(call)?;
    let investor = world.investor_in_path(call)?;
    investor.may_have_wallets()?;
    if investor.wallets.iter().any(|wallet| wallet.kind == Kind::EthManaged) {
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
            created_at: call.now,
        },
    )
}

pub(super) fn create_generic(world: &mut World, call: &Call<'_>) -> Answer {
    let draft = draft(call)?;
    let address = draft.address.filter(|address| is_address(address));
    let address = address.ok_or_else(|| Refusal::field("address", "Enter a valid Ethereum address."))?;
    world.investor_in_path(call)?.may_have_wallets()?;
    if world.addresses.contains(&address.to_ascii_lowercase()) {
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
            created_at: call.now,
        },
    )
}

/// A bare array in the platform family, pages in the distributor family.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let wallets = world.investor_in_path(call)?.wallets.iter();
    match call.family {
        Family::Platform => Ok(Reply::read(wallets.map(Wallet::view).collect())),
        Family::Distributor | Family::Issuer => call.page_of(wallets, Wallet::view),
    }
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?;
    let wallet = investor.wallet(call.id("wallet_id")?).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(wallet.view()))
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
    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.kind,
            "address": self.address,
            "receiving_enabled": self.receiving_enabled,
            "is_frozen": false,
            "created_at": self.created_at,
        })
    }
}

impl Investor {
    /// Checks identification and tax before a wallet is made.
    fn may_have_wallets(&self) -> Result<(), Refusal> {
        if self.kyc() != Some(KycStatus::Success) {
            return Err(Refusal::rule("The investor has no successful identification."));
        }
        if self.profile.us_tax().next().is_some() {
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
        let investor = call.id("investor_id")?;
        let investor = self.investors.get_mut(call.owner, investor).ok_or(Refusal::NotFound)?;
        self.addresses.insert(wallet.address.to_ascii_lowercase());
        investor.wallets.push(wallet);
        Ok(Reply::changed("wallet", id, view))
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
