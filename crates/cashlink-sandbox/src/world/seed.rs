//! What is there before the first call, the same on every run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{Body, Call, Family, Page, Reply, parse};
use super::campaign::Campaign;
use super::ids::derived;
use super::issuer::Issuer;
use super::listing::Listing;
use super::money::Money;
use super::product::{Product, Status};
use super::{Handler, Owner, Refusal, World, document, identification, investor, wallet};
use crate::clients::{FIRST, NewClient, PARTNER};

/// The ids of what was seeded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    pub(crate) issuer: Uuid,
    pub(crate) platform: Uuid,
    pub(crate) product: Uuid,
    pub(crate) campaign: Uuid,
    pub(crate) investor: Uuid,
    pub(crate) wallet: Uuid,
    pub(crate) partner_platform: Uuid,
}

impl Seed {
    /// Each by its name, as scenarios know it.
    pub(crate) fn names(&self) -> BTreeMap<String, Uuid> {
        let names = [
            ("campaign", self.campaign),
            ("investor", self.investor),
            ("issuer", self.issuer),
            ("partner_platform", self.partner_platform),
            ("platform", self.platform),
            ("product", self.product),
            ("wallet", self.wallet),
        ];
        names.map(|(name, id)| (name.to_owned(), id)).into()
    }
}

impl World {
    /// Puts two clients with a platform each into the world, and what is the first's: an issuer with a product, a campaign
    /// and an onboarded investor.
    pub(crate) fn seed(&mut self, now: Timestamp) -> Result<Seed, Refusal> {
        let platform = derived("platform", "allowed");
        let owner = self.add_client_with(&NewClient::from(&FIRST), platform)?;
        let partner_platform = derived("platform", "not allowed");
        self.add_client_with(&NewClient::from(&PARTNER), partner_platform)?;
        let issuer = self.seed_issuer(owner, now)?;
        let product = derived("product", "seed");
        self.products.insert(owner, product, deployed_product(product, issuer, now)?);
        self.add_listing(owner, Listing::new(derived("listing", "seed"), product, platform, now));
        let campaign = derived("campaign", "seed");
        self.add_campaign(owner, open_campaign(campaign, product, platform, now));
        let (investor, wallet) = self.seed_investor(owner, now)?;
        Ok(Seed { issuer, platform, product, campaign, investor, wallet, partner_platform })
    }

    /// A company whose documents have ids of their own, so that later ids do not depend on it.
    fn seed_issuer(&mut self, owner: Owner, now: Timestamp) -> Result<Uuid, Refusal> {
        let proofs = ["identity", "structure"].map(|name| derived("document", name));
        for proof in proofs {
            self.documents.insert(owner, proof, parse(&protocol())?);
        }
        let id = derived("issuer", "seed");
        self.issuers.insert(owner, id, Issuer::new(id, &issuing_company(proofs), now));
        Ok(id)
    }

    fn seed_investor(&mut self, owner: Owner, now: Timestamp) -> Result<(Uuid, Uuid), Refusal> {
        let mut make = |handler: Handler, path: &[(String, Uuid)], body: &Value| {
            let call = Call {
                owner,
                family: Family::Platform,
                now,
                path,
                page: Page { number: 1, size: 1 },
                product: None,
                body,
            };
            handler(self, &call).map(|reply| made(&reply))
        };
        let protocol = make(document::create, &[], &protocol())?;
        let investor = make(investor::create, &[], &natural_person())?;
        let path = [("investor_id".to_owned(), investor)];
        make(identification::create, &path, &imported_identification(protocol))?;
        let wallet = make(wallet::create_managed, &path, &json!({"receiving_enabled": true}))?;
        Ok((investor, wallet))
    }
}

/// The id of what a call made.
fn made(reply: &Reply) -> Uuid {
    debug_assert!(matches!(reply.body, Body::Whole(_)), "seeding only creates");
    reply.resource.map_or(Uuid::nil(), |resource| resource.id)
}

/// A digital security of which there is always more.
fn deployed_product(id: Uuid, issuer: Uuid, created_at: Timestamp) -> Result<Product, Refusal> {
    let terms = json!({
        "issuer_id": issuer,
        "name": "Sandbank Genussrecht",
        "product_type": "PARTICIPATION_RIGHT",
        "ewpg": false,
        "provide_nominal_value": true,
        "nominal_value": Money::cents(100).to_json(),
        "max_issuable_amount": 1_000_000_000_000_000_u64,
        "step_size": 1,
        "agio_percent": "0.00",
        "payment_deadline": 14,
        "cancellation_deadline": 14,
        "network": "POLYGON-AMOY",
    });
    Ok(Product { id, terms: parse(&terms)?, status: Status::Deployed, created_at })
}

fn open_campaign(id: Uuid, product: Uuid, platform: Uuid, created_at: Timestamp) -> Campaign {
    Campaign {
        id,
        product,
        platform,
        name: "Sandbank Genussrecht".to_owned(),
        price: Money::cents(100),
        units: 1..=1_000_000_000,
        allocation: 1_000_000_000_000,
        taken: 0,
        is_active: true,
        natural_persons_allowed: true,
        legal_persons_allowed: true,
        country: "DEU".to_owned(),
        rule_type: "PUBLIC_OFFERING".to_owned(),
        created_at,
    }
}

fn issuing_company([identity, structure]: [Uuid; 2]) -> Value {
    json!({
        "natural_person": {
            "forename": "Ida",
            "surname": "Sander",
            "birth_date": "1972-05-23",
            "birth_place": "Kiel",
            "citizenship": "DEU",
            "street": "Uferweg 2",
            "city": "Kiel",
            "zip": "24103",
            "country": "DEU",
            "phone": "+49 431 000000",
            "is_pep": false,
            "is_subject_to_us_tax": false,
        },
        "legal_person": {
            "company_name": "Sandbank Emissions GmbH",
            "commercial_register": "Amtsgericht Kiel",
            "commercial_register_number": "HRB 0",
            "company_identity_proof_id": identity,
            "company_structure_proof_id": structure,
            "street": "Uferweg 1",
            "city": "Kiel",
            "zip": "24103",
            "country": "DEU",
            "phone": "+49 431 000001",
        },
        "bank_account": {
            "account_holder": "Sandbank Emissions GmbH",
            "iban": "DE02500105170137075030",
            "bic": "INGDDEFFXXX",
            "bank": "Sandbank",
            "country": "DEU",
            "currency": "EUR",
        },
    })
}

fn protocol() -> Value {
    json!({
        "name": "protocol.pdf",
        "content_type": "application/pdf",
        "size": 0,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    })
}

fn natural_person() -> Value {
    json!({
        "natural_person": {
            "salutation": "MS",
            "forename": "Sanna",
            "surname": "Kasten",
            "birth_date": "1980-02-29",
            "birth_place": "Frankfurt am Main",
            "citizenship": "DEU",
            "street": "Spielplatz 1",
            "city": "Frankfurt am Main",
            "zip": "60311",
            "country": "DEU",
            "phone": "+49 69 0000000",
            "is_pep": false,
            "is_subject_to_us_tax": false,
        },
        "bank_account": {
            "account_holder": "Sanna Kasten",
            "iban": "DE02500105170137075030",
            "bic": "INGDDEFFXXX",
            "bank": "Sandbank",
            "country": "DEU",
            "currency": "EUR",
        },
        "tax_information": {
            "tax_identification_number": "00000000000",
            "non_assessment_certificate": false,
            "is_subject_to_german_tax": true,
        },
        "communication": {"email": "sanna.kasten@example.org", "email_confirmed": true},
        "is_beneficiary": true,
    })
}

fn imported_identification(protocol: Uuid) -> Value {
    json!({
        "document_type": "IDCARD",
        "document_id": "L01X00T47",
        "document_issuer": "Stadt Frankfurt am Main",
        "document_valid_from": "2020-01-01",
        "document_valid_to": "2029-12-31",
        "identity_provider": "POSTIDENT",
        "legitimation_process_id": "sandbox-1",
        "legitimation_protocol_id": protocol,
        "verified_at": "2024-05-02T08:00:00Z",
    })
}

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::*;

    #[test]
    fn every_world_begins_with_the_same_ids() {
        let begin = |at| World::new(Rules::default()).seed(at).map(|seed| (seed.product, seed.campaign, seed.investor));
        let first = begin(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(Ok(first), begin(Timestamp::MAX));
        assert!([first.0, first.1, first.2].iter().all(|id| !id.is_nil()));
    }

    #[test]
    fn one_platform_is_allowed_and_one_is_not() {
        let mut world = World::new(Rules::default());
        world.seed(Timestamp::UNIX_EPOCH).unwrap();
        let allowed: Vec<bool> = world.platforms(FIRST.owner).into_iter().map(|(_, is_allowed)| is_allowed).collect();
        assert_eq!(allowed, [true, false]);
    }
}
