//! Calls of the API that change something, as they are sent.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::book::Book;

mod form;

use form::{benefiting_person, company, identification, product};
pub(crate) use form::{issuer, person};

/// What every date that a client sends says.
pub(crate) const SIGNED: &str = "2024-03-01T09:30:00.123Z";

/// Which of the two families that have investors a call belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Platform,
    Distributor,
}

impl Family {
    pub(crate) const ALL: [Self; 2] = [Self::Platform, Self::Distributor];

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Platform => "/v2",
            Self::Distributor => "/distributor/v2",
        }
    }
}

/// A property of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set<T> {
    Keep,
    Clear,
    To(T),
}

/// What is asked for. Which client asks is said beside it.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Investor {
        is_company: bool,
        has_tax: bool,
        has_account: bool,
    },
    Identify {
        investor: Uuid,
        is_import: bool,
    },
    Person {
        investor: Uuid,
        is_pep: bool,
    },
    /// In custody unless there is an address.
    Wallet {
        investor: Uuid,
        address: Option<String>,
        receiving: bool,
    },
    Receive {
        investor: Uuid,
        wallet: Uuid,
        receiving: bool,
    },
    Product {
        max: u64,
        step: u64,
        is_crypto: bool,
    },
    Listing {
        product: Uuid,
        platform: usize,
    },
    Campaign {
        product: Uuid,
        platform: usize,
        allocation: u64,
        least: u64,
        most: u64,
        for_companies: bool,
    },
    Open {
        product: Uuid,
        campaign: Uuid,
        is_open: bool,
    },
    Invite {
        investor: Uuid,
        campaign: Uuid,
        units: u64,
    },
    Answer {
        invitation: Uuid,
        has_income: bool,
        has_survey: bool,
    },
    Convert {
        invitation: Uuid,
        is_paid: bool,
    },
    Invest {
        investor: Uuid,
        campaign: Uuid,
        units: u64,
        is_accepted: bool,
        is_paid: bool,
        wallet: Option<Uuid>,
    },
    Change {
        investment: Uuid,
        wallet: Set<Uuid>,
        accepted: Set<()>,
        paid: Set<()>,
    },
    Credit {
        investment: Uuid,
    },
    Redeem {
        investor: Uuid,
        wallet: Uuid,
        product: Uuid,
        units: u64,
    },
    Transfer {
        product: Uuid,
        wallet: Uuid,
        target: String,
        units: u64,
    },
}

impl Ask {
    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Receive { .. } | Self::Open { .. } | Self::Answer { .. } | Self::Change { .. } => Method::PATCH,
            _ => Method::POST,
        }
    }

    /// What success is answered with.
    pub(crate) fn success(&self) -> u16 {
        if self.method() == Method::PATCH { 200 } else { 201 }
    }

    /// Whether only the platform family has it.
    pub(crate) fn is_of_platform(&self) -> bool {
        match self {
            Self::Investor { has_tax, has_account, .. } => !has_tax || *has_account,
            Self::Invite { .. } | Self::Answer { .. } | Self::Convert { .. } => true,
            _ => false,
        }
    }

    pub(crate) fn path(&self, family: Family) -> String {
        let family = family.prefix();
        match self {
            Self::Investor { .. } => format!("{family}/investors/"),
            Self::Identify { investor, .. } => format!("{family}/investors/{investor}/identifications/"),
            Self::Person { investor, .. } => format!("{family}/investors/{investor}/benefiting-persons/"),
            Self::Wallet { investor, address, .. } => {
                let kind = if address.is_some() { "eth-generic" } else { "eth-managed" };
                format!("{family}/investors/{investor}/wallets/{kind}/")
            }
            Self::Receive { investor, wallet, .. } => format!("{family}/investors/{investor}/wallets/{wallet}/"),
            Self::Product { .. } => "/issuer/v2/products/".to_owned(),
            Self::Listing { .. } => "/issuer/v2/listings/".to_owned(),
            Self::Campaign { product, .. } => format!("/issuer/v2/products/{product}/campaigns/"),
            Self::Open { product, campaign, .. } => format!("/issuer/v2/products/{product}/campaigns/{campaign}/"),
            Self::Invite { .. } => "/v2/invitations/".to_owned(),
            Self::Answer { invitation, .. } => format!("/v2/invitations/{invitation}/"),
            Self::Convert { .. } | Self::Invest { .. } => format!("{family}/investments/"),
            Self::Change { investment, .. } => format!("{family}/investments/{investment}/"),
            Self::Credit { investment } => format!("{family}/investments/{investment}/credits/"),
            Self::Redeem { .. } => format!("{family}/redemptions/"),
            Self::Transfer { .. } => format!("{family}/transfers/"),
        }
    }

    /// None where nothing is sent.
    pub(crate) fn body(&self, book: &Book, client: usize) -> Option<Value> {
        Some(match self {
            Self::Investor { is_company, has_tax, has_account } => {
                let mut body = if *is_company { company(book.documents[client]) } else { person() };
                if !has_tax {
                    body["tax_information"] = Value::Null;
                }
                if *has_account {
                    body["account_setup_accepted_at"] = json!(SIGNED);
                }
                body
            }
            Self::Identify { is_import: false, .. } => json!({}),
            Self::Identify { .. } => identification(book.documents[client]),
            Self::Person { is_pep, .. } => json!([benefiting_person(*is_pep)]),
            Self::Wallet { address: Some(address), receiving, .. } => {
                json!({"address": address, "receiving_enabled": receiving})
            }
            Self::Wallet { receiving, .. } | Self::Receive { receiving, .. } => json!({"receiving_enabled": receiving}),
            Self::Product { max, step, is_crypto } => product(book.issuers[client], *max, *step, *is_crypto),
            Self::Listing { product, platform } => {
                json!({"product_id": product, "distribution_platform_id": book.platforms[*platform]})
            }
            Self::Campaign { platform, allocation, least, most, for_companies, .. } => json!({
                "distribution_platform_id": book.platforms[*platform], "name": "Kampagne", "allocation": allocation,
                "price_per_token": "1.00", "min_number_of_tokens": least, "max_number_of_tokens": most,
                "legal_persons_allowed": for_companies, "natural_persons_allowed": true, "country": "DEU",
                "rule_type": "PUBLIC_OFFERING", "is_campaign_active": true,
            }),
            Self::Open { is_open, .. } => json!({"is_campaign_active": is_open}),
            Self::Invite { investor, campaign, units } => {
                json!({"investor_id": investor, "campaign_id": campaign, "units": units})
            }
            Self::Answer { has_income, has_survey, .. } => answers(*has_income, *has_survey),
            Self::Convert { invitation, is_paid } => {
                json!({"invitation_id": invitation, "signed_at": SIGNED, "paid_at": date(*is_paid)})
            }
            Self::Invest { investor, campaign, units, is_accepted, is_paid, wallet } => json!({
                "investor_id": investor, "campaign_id": campaign, "units": units, "signed_at": SIGNED,
                "accepted_at": date(*is_accepted), "paid_at": date(*is_paid), "wallet": wallet,
            }),
            Self::Change { wallet, accepted, paid, .. } => change(*wallet, *accepted, *paid),
            Self::Credit { .. } => return None,
            Self::Redeem { investor, wallet, product, units } => {
                json!({"investor_id": investor, "wallet_id": wallet, "product_id": product, "units": units})
            }
            Self::Transfer { product, wallet, target, units } => {
                json!({"product": product, "source_wallet": wallet, "target_address": target, "amount": units})
            }
        })
    }
}

fn date(is_given: bool) -> Value {
    if is_given { json!(SIGNED) } else { Value::Null }
}

fn answers(has_income: bool, has_survey: bool) -> Value {
    let mut body = json!({"self_disclosure_submitted_at": SIGNED, "self_disclosure_monthly_income": has_income});
    if has_survey {
        body["survey_submitted_at"] = json!(SIGNED);
        body["survey_waiver"] = json!("NO_ANSWERS");
    }
    body
}

fn change(wallet: Set<Uuid>, accepted: Set<()>, paid: Set<()>) -> Value {
    let mut body = json!({});
    let mut put = |name: &str, value: Set<Value>| match value {
        Set::Keep => {}
        Set::Clear => body[name] = Value::Null,
        Set::To(value) => body[name] = value,
    };
    put("wallet", wallet.map(|wallet| json!(wallet)));
    put("accepted_at", accepted.map(|()| json!(SIGNED)));
    put("paid_at", paid.map(|()| json!(SIGNED)));
    body
}

impl<T> Set<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Set<U> {
        match self {
            Self::Keep => Set::Keep,
            Self::Clear => Set::Clear,
            Self::To(value) => Set::To(change(value)),
        }
    }

    /// The value afterwards.
    pub(crate) fn over(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Keep => present,
            Self::Clear => None,
            Self::To(value) => Some(value),
        }
    }
}
