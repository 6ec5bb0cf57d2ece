//! What exists, of all clients and in few words: for people who look at the sandbox.

use serde_json::{Value, json};
use uuid::Uuid;

use super::campaign::Campaign;
use super::holding::Holding;
use super::investment::Investment;
use super::investor::Investor;
use super::invitation::Invitation;
use super::listing::Listing;
use super::platform::Platform;
use super::product::Product;
use super::redemption::Redemption;
use super::store::Store;
use super::transfer::Transfer;
use super::wallet::Wallet;
use super::{Owner, UploadedDocument, World};

/// How many of each noun are shown; the newest.
const MOST: usize = 200;

impl World {
    /// How many there are of each noun, and the newest of them, newest first.
    pub(crate) fn overview(&self) -> Value {
        let clients = self
            .clients
            .iter()
            .map(|client| json!({ "id": client.id, "scopes": client.scopes, "platform_id": client.platform }));
        json!({
            "clients": noun(clients.len(), &clients.collect::<Vec<_>>()),
            "investors": self.rows(&self.investors, |_, _, investor| summary_of_investor(investor)),
            "wallets": self.wallets_shown(),
            "investments": self.rows(&self.investments, |_, owner, row| self.summary_of_investment(owner, row)),
            "invitations": self.rows(&self.invitations, |_, owner, row| self.summary_of_invitation(owner, row)),
            "products": self.rows(&self.products, |_, _, row| self.summary_of_product(row)),
            "campaigns": self.rows(&self.campaigns, |_, _, row| self.summary_of_campaign(row)),
            "platforms": self.rows(&self.platforms, |_, owner, row| self.summary_of_platform(owner, row)),
            "listings": self.rows(&self.listings, |_, _, row| self.summary_of_listing(row)),
            "redemptions": self.rows(&self.redemptions, |_, owner, row| self.summary_of_redemption(owner, row)),
            "transfers": self.rows(&self.transfers, |_, _, row| self.summary_of_transfer(row)),
            "documents": self.rows(&self.documents, |id, _, row| summary_of_document(id, row)),
        })
    }

    /// The newest rows of `store`, each with the client that it belongs to.
    fn rows<T>(&self, store: &Store<T>, summary: impl Fn(Uuid, Owner, &T) -> Value) -> Value {
        let rows = store.newest();
        let count = rows.len();
        let newest = rows.take(MOST).map(|(id, owner, row)| {
            let mut summary = summary(id, owner, row);
            summary["client"] = self.name_of_client(owner).into();
            summary
        });
        noun(count, &newest.collect::<Vec<_>>())
    }

    /// Wallets of the newest investors first: those of an investor stand together.
    fn wallets_shown(&self) -> Value {
        let count = self.investors.newest().map(|(_, _, investor)| investor.wallets.len()).sum::<usize>();
        let wallets = self.investors.newest().flat_map(|(_, owner, investor)| {
            investor.wallets.iter().rev().map(move |wallet| (owner, investor, wallet))
        });
        let newest: Vec<Value> = wallets
            .take(MOST)
            .map(|(owner, investor, wallet)| {
                let mut view = wallet.view();
                view["client"] = self.name_of_client(owner).into();
                view["investor_id"] = json!(investor.id);
                view["investor"] = name_of(investor).into();
                view["balances"] = self.balances(owner, investor, wallet).into();
                view
            })
            .collect();
        noun(count, &newest)
    }

    /// What is on a wallet, product by product.
    fn balances(&self, owner: Owner, investor: &Investor, wallet: &Wallet) -> Vec<Value> {
        let mut balances: Vec<(Uuid, u64)> = Vec::new();
        let investments = investor.investments.iter().filter_map(|id| self.investments.find(*id));
        let delivered = investments.filter(|investment| investment.delivered_at.is_some());
        for investment in delivered.filter(|investment| investment.wallet == Some(wallet.id)) {
            match balances.iter_mut().find(|(product, _)| *product == investment.product) {
                Some((_, units)) => *units += investment.remaining,
                None => balances.push((investment.product, investment.remaining)),
            }
        }
        let balance = |(product, units): (Uuid, u64)| {
            let holding = Holding { investor: investor.id, wallet: wallet.id, product };
            json!({
                "product_id": product,
                "product": self.name_of_product(product),
                "units": units,
                "available": self.available(owner, &holding),
            })
        };
        balances.into_iter().map(balance).collect()
    }

    fn summary_of_investment(&self, owner: Owner, investment: &Investment) -> Value {
        let view = investment.view();
        let campaign = investment.campaign.and_then(|id| self.campaigns.find(id));
        json!({
            "id": investment.id,
            "status": investment.status,
            "branched_off": investment.branched_off(),
            "events": investment.events().collect::<Vec<_>>(),
            "investor_id": investment.investor,
            "investor": self.name_of_investor(owner, investment.investor),
            "product_id": investment.product,
            "product": self.name_of_product(investment.product),
            "campaign_id": investment.campaign,
            "campaign": campaign.map(|campaign| campaign.name.as_str()),
            "units": investment.units,
            "remaining": investment.remaining,
            "amount": view["investment_amount"],
            "wallet_id": investment.wallet,
            "credit": investment.credit.as_ref().map(|credit| credit.view(investment.id)),
            "delivered_at": investment.delivered_at,
        })
    }

    fn summary_of_product(&self, product: &Product) -> Value {
        let terms = &product.terms;
        json!({
            "id": product.id,
            "name": terms.name,
            "type": terms.product_type,
            "is_crypto_security": terms.ewpg,
            "isin": terms.isin,
            "status": product.status,
            "is_paused": self.paused.contains(&product.id),
            "max_issuable_amount": terms.max_issuable_amount,
            "created_at": product.created_at,
        })
    }

    fn summary_of_campaign(&self, campaign: &Campaign) -> Value {
        json!({
            "id": campaign.id,
            "name": campaign.name,
            "product_id": campaign.product,
            "product": self.name_of_product(campaign.product),
            "platform_id": campaign.platform,
            "price": campaign.price.to_json(),
            "allocation": campaign.allocation,
            "taken": campaign.taken,
            "is_active": campaign.is_active,
            "created_at": campaign.created_at,
        })
    }

    fn summary_of_invitation(&self, owner: Owner, invitation: &Invitation) -> Value {
        json!({
            "id": invitation.id,
            "investor_id": invitation.investor,
            "investor": self.name_of_investor(owner, invitation.investor),
            "campaign_id": invitation.campaign,
            "units": invitation.units,
            "investment_id": invitation.investment,
        })
    }

    fn summary_of_platform(&self, owner: Owner, platform: &Platform) -> Value {
        let issuers = self.clients.iter().filter(|client| self.is_allowed(client.owner, platform.id));
        let mut summary = self.platform_view(owner, platform);
        summary["may_list"] = issuers.map(|client| client.id.as_str()).collect();
        summary
    }

    fn summary_of_listing(&self, listing: &Listing) -> Value {
        let mut summary = listing.view();
        let platform = id_in(&summary["distribution_platform_id"]).and_then(|id| self.platforms.find(id));
        summary["platform"] = platform.map(|platform| platform.company_name.as_str()).into();
        summary["product"] = self.name_of_product_in(&summary["product_id"]).into();
        summary
    }

    fn summary_of_redemption(&self, owner: Owner, redemption: &Redemption) -> Value {
        let mut summary = redemption.view();
        let investor = id_in(&summary["investor_id"]).and_then(|id| self.name_of_investor(owner, id));
        summary["investor"] = investor.into();
        summary["product"] = self.name_of_product_in(&summary["product_id"]).into();
        summary
    }

    fn summary_of_transfer(&self, transfer: &Transfer) -> Value {
        let mut summary = transfer.view();
        summary["product_name"] = self.name_of_product_in(&summary["product"]).into();
        summary
    }

    fn name_of_client(&self, owner: Owner) -> Option<&str> {
        self.clients.of_owner(owner).map(|client| client.id.as_str())
    }

    fn name_of_investor(&self, owner: Owner, id: Uuid) -> Option<String> {
        self.investors.get(owner, id).map(name_of)
    }

    fn name_of_product(&self, id: Uuid) -> Option<&str> {
        self.products.find(id).map(|product| product.terms.name.as_str())
    }

    fn name_of_product_in(&self, id: &Value) -> Option<&str> {
        id_in(id).and_then(|id| self.name_of_product(id))
    }
}

fn summary_of_investor(investor: &Investor) -> Value {
    let identifications = investor.identifications.iter();
    json!({
        "id": investor.id,
        "name": name_of(investor),
        "is_company": investor.profile.is_company(),
        "kyc_status": investor.kyc(),
        "identifications": identifications
            .map(|identification| json!({ "id": identification.id, "status": identification.status }))
            .collect::<Vec<_>>(),
        "benefiting_persons": investor.persons.len(),
        "wallets": investor.wallets.len(),
        "investments": investor.investments.len(),
        "created_at": investor.view()["created_at"],
    })
}

fn summary_of_document(id: Uuid, document: &UploadedDocument) -> Value {
    let mut summary = json!(document);
    summary["id"] = json!(id);
    summary
}

/// How many there are of a noun, and the newest of them.
fn noun(count: usize, newest: &[Value]) -> Value {
    json!({ "count": count, "newest": newest })
}

/// The company, or else the person.
fn name_of(investor: &Investor) -> String {
    let parts = investor.profile.parts();
    let text = |part: &str, name: &str| parts.get(part).and_then(|part| part[name].as_str()).map(str::to_owned);
    text("legal_person", "company_name").unwrap_or_else(|| {
        let names = ["forename", "surname"].into_iter().filter_map(|name| text("natural_person", name));
        names.collect::<Vec<_>>().join(" ")
    })
}

fn id_in(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}
