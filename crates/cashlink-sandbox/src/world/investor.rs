//! Investors: natural persons, and companies with a person who acts for them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::{members, shown};
use super::identification::Identification;
use super::kyc::{self, KycStatus};
use super::person::BenefitingPerson;
use super::signed_document::SignedDocument;
use super::wallet::Wallet;
use super::{Answer, Call, Family, Owner, Problems, Refusal, Reply, World};

mod update;

/// The parts of the request that the reply repeats, and their members, in its order.
const PARTS: [(&str, &[&str]); 6] = [
    (
        "natural_person",
        &[
            "salutation",
            "forename",
            "surname",
            "birth_date",
            "birth_place",
            "citizenship",
            "street",
            "city",
            "zip",
            "country",
            "phone",
            "is_pep",
            "is_subject_to_us_tax",
        ],
    ),
    (
        "legal_person",
        &[
            "company_name",
            "commercial_register",
            "commercial_register_number",
            "company_identity_proof_id",
            "company_structure_proof_id",
            "street",
            "city",
            "zip",
            "country",
            "phone",
            "is_subject_to_us_tax",
            "is_custodian_bank",
        ],
    ),
    ("bank_account", &["account_holder", "iban", "bic", "bank", "country", "currency"]),
    ("tax_information", &["tax_identification_number", "non_assessment_certificate", "is_subject_to_german_tax"]),
    ("communication", &["email", "email_confirmed"]),
    ("securities_deposit_account", &["account_holder", "account_number", "bic"]),
];

/// Known to the platform family only.
const ACCOUNT_SETUP: &str = "account_setup_accepted_at";

/// The names of what belongs to a part.
pub(super) fn part_members(part: &str) -> &'static [&'static str] {
    PARTS.iter().find(|(name, _)| *name == part).map_or(&[], |(_, members)| members)
}

#[derive(Clone)]
pub(super) struct Investor {
    pub(super) id: Uuid,
    pub(super) profile: Arc<Profile>,
    pub(super) identifications: Vec<Identification>,
    pub(super) persons: Vec<BenefitingPerson>,
    pub(super) wallets: Vec<Wallet>,
    /// How far the check of benefiting persons who are politically exposed is; none if nobody is to be checked.
    pub(super) background_check: Option<KycStatus>,
    /// In order of creation, which is the order units leave in.
    pub(super) investments: Vec<Uuid>,
    /// Those of the account; those of investments are with them.
    pub(super) signed_documents: Vec<SignedDocument>,
    /// Units that redemptions and transfers under way will take, by wallet and product.
    pub(super) reserved: HashMap<(Uuid, Uuid), u64>,
    created_at: Timestamp,
}

/// What an investor said about themselves.
pub(super) struct Profile {
    parts: Map<String, Value>,
    account_setup: Value,
    facts: Facts,
}

/// The few parts of a profile that rules look at.
#[derive(Deserialize)]
struct Facts {
    natural_person: Option<Person>,
    legal_person: Option<Company>,
    tax_information: Option<Tax>,
}

#[derive(Deserialize)]
struct Person {
    is_subject_to_us_tax: Option<bool>,
}

#[derive(Deserialize)]
struct Company {
    #[serde(rename = "company_identity_proof_id")]
    identity_proof: Option<Uuid>,
    #[serde(rename = "company_structure_proof_id")]
    structure_proof: Option<Uuid>,
    is_subject_to_us_tax: Option<bool>,
    is_custodian_bank: Option<bool>,
}

#[derive(Deserialize)]
struct Tax {
    tax_identification_number: Option<String>,
    non_assessment_certificate: Option<bool>,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let profile = Profile::read(call)?;
    world.check_facts(call, &profile.facts)?;
    let id = world.ids.next("investor");
    let investor = Investor::new(id, profile, call.now);
    let view = investor.view();
    world.investors.insert(call.owner, id, investor);
    Ok(Reply::changed("investor", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.investors.list(call.owner), Investor::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    Ok(Reply::read(world.investor_in_path(call)?.view()))
}

/// Investments keep what the investor said when they were made.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?;
    let id = investor.id;
    let profile = investor.profile.changed(call)?;
    world.check_facts(call, &call.parse()?)?;
    let investor = world.investors.get_mut(call.owner, id).ok_or(Refusal::NotFound)?;
    investor.profile = Arc::new(profile);
    investor.sign_account(call.now);
    Ok(Reply::changed("investor", id, investor.view()))
}

impl Investor {
    pub(super) fn new(id: Uuid, profile: Profile, created_at: Timestamp) -> Self {
        Self {
            id,
            profile: Arc::new(profile),
            identifications: Vec::new(),
            persons: Vec::new(),
            background_check: None,
            wallets: Vec::new(),
            investments: Vec::new(),
            signed_documents: Vec::new(),
            reserved: HashMap::new(),
            created_at,
        }
    }

    pub(super) fn kyc(&self) -> Option<KycStatus> {
        let identified = kyc::overall(self.identifications.iter().map(|identification| identification.status));
        self.background_check.filter(|_| identified == Some(KycStatus::Success)).or(identified)
    }

    pub(super) fn is_identified(&self) -> bool {
        self.kyc() == Some(KycStatus::Success)
    }

    /// Whether investments of this investor may leave `KYC_PENDING`.
    pub(super) fn is_cleared(&self) -> bool {
        let has_beneficiary = !self.profile.is_company() || !self.persons.is_empty();
        self.is_identified() && has_beneficiary
    }

    pub(super) fn wallet(&self, id: Uuid) -> Option<&Wallet> {
        self.wallets.iter().find(|wallet| wallet.id == id)
    }

    pub(super) fn wallet_mut(&mut self, id: Uuid) -> Option<&mut Wallet> {
        self.wallets.iter_mut().find(|wallet| wallet.id == id)
    }

    pub(super) fn view(&self) -> Value {
        let mut view = Map::with_capacity(16);
        view.insert("id".to_owned(), json!(self.id));
        view.extend(self.profile.parts());
        view.insert(ACCOUNT_SETUP.to_owned(), self.profile.account_setup.clone());
        view.insert("kyc_status".to_owned(), json!(self.kyc()));
        view.insert("created_at".to_owned(), json!(self.created_at));
        Value::Object(view)
    }
}

impl Profile {
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        let facts = call.parse()?;
        let part = |name: &str, names: &[&str]| match call.body.get(name) {
            None | Some(Value::Null) => Value::Null,
            Some(value) => Value::Object(members(value, names)),
        };
        let parts = PARTS.iter().map(|(name, names)| ((*name).to_owned(), part(name, names))).collect();
        let account_setup = call.body.get(ACCOUNT_SETUP).filter(|_| call.family == Family::Platform);
        let account_setup = account_setup.map_or(Value::Null, |value| shown(ACCOUNT_SETUP, value));
        Ok(Self { parts, account_setup, facts })
    }

    /// Every part, `null` where the investor gave none.
    pub(super) fn parts(&self) -> Map<String, Value> {
        self.parts.clone()
    }

    /// The company, `null` for a natural person.
    pub(super) fn company(&self) -> &Value {
        self.parts.get("legal_person").unwrap_or(&Value::Null)
    }

    pub(super) fn is_company(&self) -> bool {
        self.facts.legal_person.is_some()
    }

    pub(super) fn is_subject_to_us_tax(&self) -> bool {
        self.facts.us_tax().next().is_some()
    }

    /// Whether the investor has agreed to the documents of the account.
    pub(super) fn has_accepted_account(&self) -> bool {
        !self.account_setup.is_null()
    }

    /// Whether the tax information that a wallet needs is there.
    pub(super) fn has_tax_information(&self) -> bool {
        let company = self.facts.legal_person.as_ref();
        let is_custodian_bank = company.is_some_and(|company| company.is_custodian_bank == Some(true));
        let is_complete = self.facts.tax_information.as_ref().is_some_and(Tax::is_complete);
        is_custodian_bank || is_complete
    }
}

impl Facts {
    /// The parts whose flag says that United States tax applies.
    fn us_tax(&self) -> impl Iterator<Item = &'static str> {
        let person = self.natural_person.as_ref().and_then(|person| person.is_subject_to_us_tax);
        let company = self.legal_person.as_ref().and_then(|company| company.is_subject_to_us_tax);
        let flags = [("natural_person", person), ("legal_person", company)];
        flags.into_iter().filter(|(_, flag)| *flag == Some(true)).map(|(part, _)| part)
    }
}

impl Tax {
    fn is_complete(&self) -> bool {
        let has_number = self.tax_identification_number.as_ref().is_some_and(|number| !number.is_empty());
        has_number && self.non_assessment_certificate.is_some()
    }
}

impl World {
    /// Checks what a body says, be it of a new investor or of one that is there.
    fn check_facts(&self, call: &Call<'_>, facts: &Facts) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        if let Some(company) = &facts.legal_person {
            let proofs = [
                ("legal_person.company_identity_proof_id", company.identity_proof),
                ("legal_person.company_structure_proof_id", company.structure_proof),
            ];
            for (path, id) in proofs {
                if let Some(id) = id {
                    self.check_document(call.owner, id, path, &mut problems);
                }
            }
        }
        if call.family == Family::Distributor {
            for part in facts.us_tax() {
                let path = format!("{part}.is_subject_to_us_tax");
                problems.field(&path, "Investors subject to US tax are not accepted.");
            }
        }
        problems.into_result()
    }

    pub(super) fn investor_in_path(&self, call: &Call<'_>) -> Result<&Investor, Refusal> {
        let id = call.id("investor_id")?;
        self.investors.get(call.owner, id).ok_or(Refusal::NotFound)
    }

    /// The investor a body names under `investor_id`.
    pub(super) fn investor_in_body(&self, owner: Owner, id: Uuid) -> Result<&Investor, Refusal> {
        self.investors.get(owner, id).ok_or_else(|| Refusal::unknown("investor_id", id))
    }
}
