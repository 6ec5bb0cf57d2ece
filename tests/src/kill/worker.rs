//! A client that makes one call after the other, each building on what it was told before.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Result,
    call::{Call, Means, Payload},
    server::Server,
    wire::Wire,
};

const NOW: &str = "2024-03-01T09:30:00Z";

/// What is there from the start.
#[derive(Clone, Debug)]
pub(super) struct Seeds {
    campaign: String,
    product: String,
    issuer: String,
    platform: String,
    pub(super) investor: String,
}

impl Seeds {
    pub(super) fn of(server: &Server) -> Result<Self> {
        Ok(Self {
            campaign: server.variable("CASHLINK_CAMPAIGN_ID")?,
            product: server.variable("CASHLINK_PRODUCT_ID")?,
            issuer: server.variable("CASHLINK_ISSUER_ID")?,
            platform: server.variable("CASHLINK_DISTRIBUTION_PLATFORM_ID")?,
            investor: server.variable("CASHLINK_INVESTOR_ID")?,
        })
    }
}

/// An investor, as far as the client was told of it.
#[derive(Debug, Default)]
struct Investor {
    id: String,
    is_identified: bool,
    wallet: Option<Value>,
    receives: bool,
    investments: Vec<String>,
}

/// A client of the API.
#[derive(Debug)]
pub(super) struct Worker {
    name: String,
    random: Rng,
    /// None for a client that sees nothing of what is there from the start.
    seeds: Option<Seeds>,
    documents: Vec<String>,
    investors: Vec<Investor>,
    products: Vec<String>,
    listed: Vec<String>,
    pub(super) token: String,
    /// Everything that it ever asked for, oldest first.
    pub(super) calls: Vec<Call>,
    /// How many lists were refused by a fault, and of how many nobody knows.
    pub(super) strikes: u64,
    pub(super) open_reads: u64,
    /// What it was answered otherwise than before.
    pub(super) differences: Vec<String>,
}

impl Worker {
    pub(super) fn new(name: String, seed: u64, seeds: Option<Seeds>, token: String) -> Self {
        Self {
            name,
            random: Rng::with_seed(seed),
            seeds,
            documents: Vec::new(),
            investors: Vec::new(),
            products: Vec::new(),
            listed: Vec::new(),
            token,
            calls: Vec::new(),
            strikes: 0,
            open_reads: 0,
            differences: Vec::new(),
        }
    }

    /// Calls until it is told to stop.
    pub(super) async fn work(mut self, wire: Wire, stop: Arc<AtomicBool>) -> Self {
        let wire = wire.with(&self.token);
        while !stop.load(Ordering::Relaxed) {
            match self.random.u8(..8) {
                0 => self.read(&wire).await,
                1 if !self.calls.is_empty() => self.repeat(&wire).await,
                _ => self.call(&wire).await,
            }
        }
        self
    }

    async fn call(&mut self, wire: &Wire) {
        let call = self.draw();
        self.calls.push(call);
        self.ask(wire, self.calls.len() - 1).await;
    }

    /// Makes a call, perhaps once more; whether it is known now what became of it.
    pub(super) async fn ask(&mut self, wire: &Wire, index: usize) -> bool {
        let answer = wire.send(&self.calls[index]).await;
        let call = &mut self.calls[index];
        match (&call.answer, answer) {
            (_, None) => return false,
            (Some(before), Some(answer)) if *before != answer => {
                self.differences.push(format!("{call:?} is now answered {answer:?}"));
            }
            (Some(_), Some(_)) => {}
            (None, Some(answer)) => {
                call.answer = Some(answer);
                self.learn(index);
            }
        }
        true
    }

    async fn repeat(&mut self, wire: &Wire) {
        let index = self.random.usize(..self.calls.len());
        self.ask(wire, index).await;
    }

    async fn read(&mut self, wire: &Wire) {
        match wire.get("/v2/investors/?page_size=1").await.map(|answer| answer.status) {
            None => self.open_reads += 1,
            Some(503) => self.strikes += 1,
            Some(_) => {}
        }
    }

    /// Draws what comes next, from what can be done with what there is.
    fn draw(&mut self) -> Call {
        let investor = self.random.usize(..self.investors.len().max(1));
        let about = self.investors.get(investor);
        let options: Vec<Call> = [
            Some(self.post("/v2/investors/", person(), Means::Investor)),
            Some(self.upload()),
            Some(self.post("/v2/investors/", json!({"is_beneficiary": "perhaps"}), Means::End)),
            about.and_then(|about| self.next_of(investor, about)),
            about.map(|about| {
                let change = json!({"communication": {"email": format!("{}@example.org", self.calls.len())}});
                self.patch(&format!("/v2/investors/{}/", about.id), change, Means::End)
            }),
            self.next_of_issuer(),
            about.and_then(|about| self.trade(about)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let chosen = self.random.usize(..options.len());
        options.into_iter().nth(chosen).unwrap_or_else(|| self.upload())
    }

    /// What an investor needs next on the way to units.
    fn next_of(&self, index: usize, investor: &Investor) -> Option<Call> {
        let path = format!("/v2/investors/{}/", investor.id);
        if !investor.is_identified {
            let identification = identification(self.documents.last()?);
            return Some(self.post(&format!("{path}identifications/"), identification, Means::Identification(index)));
        }
        let Some(wallet) = &investor.wallet else {
            return Some(self.post(&format!("{path}wallets/eth-managed/"), json!({}), Means::Wallet(index)));
        };
        let id = wallet["id"].as_str()?;
        if !investor.receives {
            let change = json!({"receiving_enabled": true});
            return Some(self.patch(&format!("{path}wallets/{id}/"), change, Means::Receiving(index)));
        }
        let body = json!({
            "investor_id": investor.id, "campaign_id": self.seeds.as_ref()?.campaign, "units": 1 + self.calls.len() % 50,
            "wallet": id, "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
        });
        Some(self.post("/v2/investments/", body, Means::Investment(index)))
    }

    /// What can be done with an investment and the units that come of it.
    fn trade(&self, investor: &Investor) -> Option<Call> {
        let seeds = self.seeds.as_ref()?;
        let (wallet, investment) = (investor.wallet.as_ref()?, investor.investments.last()?);
        let mut receivers = self.investors.iter().filter(|other| other.receives && other.id != investor.id);
        let body = match self.calls.len() % 6 {
            0 | 1 => {
                return Some(self.post(&format!("/v2/investments/{investment}/credits/"), json!({}), Means::Credit));
            }
            2 => {
                let body = json!({"investor_id": investor.id, "campaign_id": seeds.campaign, "units": 3});
                return Some(self.post("/v2/invitations/", body, Means::End));
            }
            3 => {
                let target = receivers.next()?.wallet.as_ref()?["address"].clone();
                let body = json!({"product": seeds.product, "source_wallet": wallet["id"], "target_address": target, "amount": 1});
                return Some(self.post("/distributor/v2/transfers/", body, Means::End));
            }
            _ => json!({
                "investor_id": investor.id, "product_id": seeds.product, "wallet_id": wallet["id"], "units": 1,
            }),
        };
        Some(self.post("/v2/redemptions/", body, Means::End))
    }

    /// What an issuer does: a product, its listing, its campaign.
    fn next_of_issuer(&self) -> Option<Call> {
        let seeds = self.seeds.as_ref()?;
        let listing = self.listed.len();
        if let Some(product) = self.products.get(listing) {
            let body = json!({"product_id": product, "distribution_platform_id": seeds.platform});
            return Some(self.post("/issuer/v2/listings/", body, Means::Listing(listing)));
        }
        match (self.calls.len() % 3, self.listed.last(), self.documents.last()) {
            (0, Some(product), _) => {
                let path = format!("/issuer/v2/products/{product}/campaigns/");
                Some(self.post(&path, campaign(seeds), Means::End))
            }
            (1, _, Some(document)) => Some(self.post("/issuer/v2/issuers/", issuer(document), Means::Issuer)),
            _ => Some(self.post("/issuer/v2/products/", product(seeds), Means::Product)),
        }
    }

    fn upload(&self) -> Call {
        let payload = Payload::File(format!("%PDF {}", self.calls.len()));
        Call { payload, ..self.post("/v2/documents/", Value::Null, Means::Document) }
    }

    fn patch(&self, path: &str, body: Value, means: Means) -> Call {
        Call { method: Method::PATCH, ..self.post(path, body, means) }
    }

    fn post(&self, path: &str, body: Value, means: Means) -> Call {
        let key = format!("{}-{}", self.name, self.calls.len());
        Call { method: Method::POST, path: path.to_owned(), key, payload: Payload::Json(body), means, answer: None }
    }

    /// Takes note of what a call made.
    fn learn(&mut self, index: usize) {
        let call = &self.calls[index];
        let Some(answer) = call.answer.as_ref().filter(|answer| answer.status < 300) else { return };
        let made = answer.json();
        let id = made["id"].as_str().unwrap_or_default().to_owned();
        match call.means {
            Means::Document => self.documents.push(id),
            Means::Investor => self.investors.push(Investor { id, ..Investor::default() }),
            Means::Identification(index) => self.investors[index].is_identified = true,
            Means::Wallet(index) => self.investors[index].wallet = Some(made),
            Means::Receiving(index) => self.investors[index].receives = true,
            Means::Investment(index) => self.investors[index].investments.push(id),
            Means::Product => self.products.push(id),
            Means::Listing(index) => self.listed.extend(self.products.get(index).cloned()),
            Means::Credit | Means::Issuer | Means::End => {}
        }
    }

    /// Asks for an investment that nobody has accepted, and gives its id if that is answered.
    pub(super) async fn invest(&mut self, wire: &Wire) -> Option<String> {
        let seeds = self.seeds.as_ref()?;
        let body = json!({"investor_id": seeds.investor, "campaign_id": seeds.campaign, "units": 1, "signed_at": NOW});
        self.calls.push(self.post("/v2/investments/", body, Means::End));
        self.ask(wire, self.calls.len() - 1).await;
        let answer = self.calls.last()?.answer.as_ref().filter(|answer| answer.status == 201)?;
        Some(answer.json()["id"].as_str()?.to_owned())
    }
}

fn person() -> Value {
    json!({
        "natural_person": {
            "salutation": "MR", "forename": "Max", "surname": "Probe", "birth_date": "1975-11-30",
            "birth_place": "Musterstadt", "citizenship": "DEU", "street": "Probeweg 3", "city": "Musterstadt",
            "zip": "12345", "country": "DEU", "is_pep": false,
        },
        "tax_information": {"tax_identification_number": "12"},
        "is_beneficiary": true,
    })
}

fn identification(protocol: &str) -> Value {
    json!({
        "document_type": "IDCARD", "document_id": "T22000129", "document_issuer": "Musterstadt",
        "document_valid_from": "2015-08-10", "document_valid_to": "2025-08-10", "identity_provider": "POSTIDENT",
        "legitimation_process_id": "p-1", "legitimation_protocol_id": protocol, "verified_at": NOW,
    })
}

fn issuer(proof: &str) -> Value {
    json!({
        "natural_person": {
            "forename": "Eva", "surname": "Probe", "birth_date": "1975-11-30", "birth_place": "Musterstadt",
            "citizenship": "DEU", "street": "Probeweg 3", "city": "Musterstadt", "zip": "12345", "country": "DEU",
            "is_pep": false,
        },
        "legal_person": {
            "company_name": "Probe GmbH", "commercial_register": "Amtsgericht Musterstadt",
            "commercial_register_number": "HRB 1", "company_identity_proof_id": proof,
            "company_structure_proof_id": proof, "street": "Probeweg 3", "city": "Musterstadt", "zip": "12345",
            "country": "DEU", "phone": "0171",
        },
        "bank_account": {
            "account_holder": "Probe GmbH", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX",
            "bank": "Musterbank", "country": "DEU", "currency": "EUR",
        },
    })
}

fn product(seeds: &Seeds) -> Value {
    json!({
        "issuer_id": seeds.issuer, "name": "Probedarlehen", "product_type": "SUBORDINATED_LOAN", "ewpg": false,
        "provide_nominal_value": false, "issuance_price": {"amount": "100", "decimals": 2, "currency": "EUR"},
        "max_issuable_amount": 1_000_000, "step_size": 100, "payment_deadline": 14, "cancellation_deadline": 14,
        "network": "POLYGON-AMOY",
    })
}

fn campaign(seeds: &Seeds) -> Value {
    json!({
        "distribution_platform_id": seeds.platform, "name": "Probekampagne", "allocation": 100,
        "price_per_token": "2.50", "min_number_of_tokens": 1, "max_number_of_tokens": 50,
        "legal_persons_allowed": true, "natural_persons_allowed": true, "country": "DEU",
        "rule_type": "PUBLIC_OFFERING", "is_campaign_active": true,
    })
}
