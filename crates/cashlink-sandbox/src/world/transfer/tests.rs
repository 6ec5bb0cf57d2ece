use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::clients::{FIRST, PARTNER};
use crate::world::listing::Listing;
use crate::world::{Family, Handler, Page, Rules, Seed, Settlement, document, identification, investor, wallet};

const SELLER: Owner = FIRST.owner;
const BUYER: Owner = PARTNER.owner;
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn a_product_goes_only_where_the_platform_of_the_receiver_lists_it() {
    let mut market = Market::new();
    let refusal = market.check();
    let message = "The product is not listed on the platform of the receiver.";
    assert_eq!(refusal.err(), Some(Refusal::field("target_address", message)));

    market.list();
    // Nothing was delivered yet, which is the only thing wrong now.
    assert_eq!(market.check().err(), Some(Refusal::field("amount", "The balance of the wallet is too low.")));
}

#[test]
fn what_another_client_receives_is_theirs() {
    let mut market = Market::new();
    market.list();
    market.deliver(3);
    let route = market.check().unwrap();
    market.world.hand_over(SELLER, route, 1, NOW);
    let units = |owner| market.world.investments.list(owner).map(|found| found.remaining).collect::<Vec<_>>();
    assert_eq!((units(SELLER), units(BUYER)), (vec![2], vec![1]));
}

#[test]
fn nobody_transfers_from_the_wallet_of_another_client() {
    let mut market = Market::new();
    market.list();
    let theirs = market.world.wallets.of_address(&market.target).unwrap().wallet;
    let refusal = market.check_from(theirs);
    assert_eq!(refusal.err(), Some(Refusal::unknown("source_wallet", theirs)));
}

#[test]
fn a_transfer_is_done_when_it_is_due_however_late_somebody_looks() {
    let settled = |at: SignedDuration| {
        let mut market = Market::new();
        market.list();
        market.deliver(3);
        market.world.rules.settlement = Settlement::After(Duration::from_secs(60));
        let (product, source) = (market.seed.product, market.source());
        let body = json!({"product": product, "source_wallet": source, "target_address": market.target, "amount": 1});
        market.make(SELLER, create, &[], &body);
        market.world.settle(NOW + at);
        let arrived = market.world.investments.list(BUYER).next();
        arrived.and_then(|investment| investment.delivered_at)
    };
    let due = SignedDuration::from_secs(60);
    assert_eq!(settled(due - SignedDuration::from_nanos(1)), None);
    assert_eq!(settled(due), Some(NOW + due));
    assert_eq!(settled(due * 2), Some(NOW + due));
}

/// Two clients: one with a product and an investor, the other with an investor on the platform that it runs.
struct Market {
    world: World,
    seed: Seed,
    target: String,
}

impl Market {
    fn new() -> Self {
        let mut world = World::new(Rules::default());
        let seed = world.seed(NOW).unwrap();
        let mut market = Self { world, seed, target: String::new() };
        market.target = market.onboard();
        market
    }

    /// Makes an investor of the other client; gives the address of their wallet.
    fn onboard(&mut self) -> String {
        let upload = json!({"name": "a.pdf", "content_type": "application/pdf", "size": 0, "sha256": ""});
        let protocol = self.make(BUYER, document::create, &[], &upload);
        let tax = json!({"tax_identification_number": "1", "non_assessment_certificate": true});
        let body = json!({"natural_person": {}, "tax_information": tax});
        let investor = self.make(BUYER, investor::create, &[], &body)["id"].clone();
        let path = [("investor_id".to_owned(), investor.as_str().unwrap().parse().unwrap())];
        let import = json!({
            "document_valid_to": "2030-01-01", "verified_at": "2024-01-01T00:00:00Z",
            "legitimation_protocol_id": protocol["id"],
        });
        self.make(BUYER, identification::create, &path, &import);
        let wallet = self.make(BUYER, wallet::create_managed, &path, &json!({"receiving_enabled": true}));
        wallet["address"].as_str().unwrap().to_owned()
    }

    fn list(&mut self) {
        let platform = self.world.own_platform(BUYER).unwrap();
        self.world.add_listing(SELLER, Listing::new(Uuid::from_u128(1), self.seed.product, platform, NOW));
    }

    fn deliver(&mut self, units: u64) {
        let at = "2024-01-01T00:00:00Z";
        let body = json!({
            "investor_id": self.seed.investor, "campaign_id": self.seed.campaign, "units": units,
            "signed_at": at, "accepted_at": at, "paid_at": at, "wallet": self.source(),
        });
        let made = self.make(SELLER, crate::world::investment::create, &[], &body);
        let path = [("investment_id".to_owned(), made["id"].as_str().unwrap().parse().unwrap())];
        self.make(SELLER, crate::world::credit::create, &path, &Value::Null);
    }

    fn source(&self) -> Uuid {
        self.world.investors.get(SELLER, self.seed.investor).unwrap().wallets[0].id
    }

    fn check(&self) -> Result<Route, Refusal> {
        self.check_from(self.source())
    }

    fn check_from(&self, source_wallet: Uuid) -> Result<Route, Refusal> {
        let (product, target_address) = (self.seed.product, self.target.clone());
        let draft = Draft { product, source_wallet, target_address, amount: 1 };
        self.world.check_transfer(&call(SELLER, &[], &Value::Null), &draft)
    }

    fn make(&mut self, owner: Owner, handler: Handler, path: &[(String, Uuid)], body: &Value) -> Value {
        match handler(&mut self.world, &call(owner, path, body)).map(|reply| reply.body) {
            Ok(crate::world::Body::Whole(value)) => value,
            Ok(crate::world::Body::Page { .. }) => panic!("a page was made"),
            Err(refusal) => panic!("{refusal:?}"),
        }
    }
}

fn call<'a>(owner: Owner, path: &'a [(String, Uuid)], body: &'a Value) -> Call<'a> {
    Call { owner, family: Family::Platform, now: NOW, path, page: Page { number: 1, size: 1 }, product: None, body }
}
