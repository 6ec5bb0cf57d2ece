//! Issuers: companies whose securities are registered, with a person who acts for them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::members;
use super::investor::part_members;
use super::{Answer, Call, Owner, Problems, Refusal, Reply, World};

/// What an issuer consists of, and the members that null clears.
const PARTS: [(&str, &[&str]); 3] = [
    ("natural_person", &["phone"]),
    ("legal_person", &["phone"]),
    ("bank_account", &["account_holder", "bank", "country"]),
];

/// What identifies a company to the registry.
const IDENTITY: [&str; 3] = ["company_name", "commercial_register", "commercial_register_number"];

const PROOFS: [&str; 2] = ["company_identity_proof_id", "company_structure_proof_id"];

#[derive(Clone)]
pub(super) struct Issuer {
    id: Uuid,
    parts: Map<String, Value>,
    created_at: Timestamp,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    world.check_proofs(call.owner, call.body)?;
    world.check_mirror(&call.body["legal_person"])?;
    let id = world.ids.next("issuer");
    let issuer = Issuer::new(id, call.body, call.now);
    let view = issuer.view();
    world.issuers.insert(call.owner, id, issuer);
    Ok(Reply::changed("issuer", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.issuers.list(call.owner), Issuer::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let issuer = world.issuers.get(call.owner, call.id("issuer_id")?).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(issuer.view()))
}

/// Sets absolute values, member by member.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("issuer_id")?;
    if world.issuers.get(call.owner, id).is_none() {
        return Err(Refusal::NotFound);
    }
    check_nulls(call.body)?;
    world.check_proofs(call.owner, call.body)?;
    let issuer = world.issuers.get_mut(call.owner, id).ok_or(Refusal::NotFound)?;
    issuer.change(call.body);
    Ok(Reply::changed("issuer", id, issuer.view()))
}

/// Refuses `null` where it cannot clear: for whole parts, and for most of their members.
fn check_nulls(change: &Value) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    for (part, clearable) in PARTS {
        match change.get(part) {
            Some(Value::Null) => problems.not_null(part),
            Some(members) => {
                let nulls = part_members(part).iter().filter(|name| members.get(**name) == Some(&Value::Null));
                for name in nulls.filter(|name| !clearable.contains(name)) {
                    problems.not_null(&format!("{part}.{name}"));
                }
            }
            None => {}
        }
    }
    problems.into_result()
}

impl Issuer {
    pub(super) fn new(id: Uuid, body: &Value, created_at: Timestamp) -> Self {
        let part = |name: &str| Value::Object(members(&body[name], part_members(name)));
        let parts = PARTS.iter().map(|(name, _)| ((*name).to_owned(), part(name))).collect();
        Self { id, parts, created_at }
    }

    /// Where investors pay to.
    pub(super) fn bank_account(&self) -> &Value {
        self.parts.get("bank_account").unwrap_or(&Value::Null)
    }

    fn change(&mut self, body: &Value) {
        for (part, _) in PARTS {
            let (Some(current), Some(changes)) = (self.parts[part].as_object_mut(), body[part].as_object()) else {
                continue;
            };
            for (name, value) in current {
                if let Some(change) = changes.get(name) {
                    *value = change.clone();
                }
            }
        }
    }

    fn view(&self) -> Value {
        let mut view = Map::new();
        view.insert("id".to_owned(), json!(self.id));
        view.extend(self.parts.clone());
        view.insert("created_at".to_owned(), json!(self.created_at));
        Value::Object(view)
    }
}

impl World {
    /// Checks that the proofs which `body` names were uploaded.
    fn check_proofs(&self, owner: Owner, body: &Value) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        for name in PROOFS {
            let proof = body["legal_person"][name].as_str();
            if let Some(id) = proof.and_then(|proof| proof.parse().ok()) {
                self.check_document(owner, id, &format!("legal_person.{name}"), &mut problems);
            }
        }
        problems.into_result()
    }

    /// Where the rule is on, checks that the company has a registry account as an investor of any client.
    fn check_mirror(&self, company: &Value) -> Result<(), Refusal> {
        let is_same = |other: &Value| IDENTITY.iter().all(|name| company[name] == other[name]);
        let mut investors = self.investors.all();
        if self.rules.issuer_mirror && !investors.any(|investor| is_same(investor.profile.company())) {
            return Err(Refusal::field("legal_person", "No registry account of this company exists."));
        }
        Ok(())
    }
}
