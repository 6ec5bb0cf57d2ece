//! Identifications: imported when finished, or started with an empty object.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::members;
use super::investor::Investor;
use super::kyc::{IdentificationResult, KycStatus};
use super::{Answer, Call, InvestmentEvent, Owner, Problems, Refusal, Reply, World};

const FIELDS: [&str; 9] = [
    "document_type",
    "document_id",
    "document_issuer",
    "document_valid_from",
    "document_valid_to",
    "identity_provider",
    "legitimation_process_id",
    "legitimation_protocol_id",
    "verified_at",
];

#[derive(Clone)]
pub(super) struct Identification {
    pub(super) id: Uuid,
    pub(super) status: KycStatus,
    /// The nine fields of an imported identification; each `null` for one that was started here.
    fields: Map<String, Value>,
    url: Option<String>,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Import {
    document_valid_to: Date,
    legitimation_protocol_id: Uuid,
    verified_at: Timestamp,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?.id;
    let is_start = call.body.as_object().is_none_or(Map::is_empty);
    if !is_start {
        world.check_import(call)?;
    }
    let id = world.ids.next("identification");
    let identification =
        if is_start { Identification::started(id, call.now) } else { Identification::imported(id, call) };
    let view = identification.view();
    if let Some(investor) = world.investors.get_mut(call.owner, investor) {
        investor.identifications.push(identification);
    }
    world.clear(call.owner, investor, call.now);
    Ok(Reply::changed("identification", id, view))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?;
    call.page_of(investor.identifications.iter(), Identification::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?;
    let id = call.id("identification_id")?;
    let found = investor.identifications.iter().find(|identification| identification.id == id);
    found.map(|identification| Reply::read(identification.view())).ok_or(Refusal::NotFound)
}

impl Identification {
    fn started(id: Uuid, created_at: Timestamp) -> Self {
        Self {
            id,
            status: KycStatus::IdentStarted,
            fields: members(&Value::Null, &FIELDS),
            url: Some(format!("https://sandbox.invalid/identifications/{id}")),
            created_at,
        }
    }

    fn imported(id: Uuid, call: &Call<'_>) -> Self {
        Self { id, status: KycStatus::Success, fields: members(call.body, &FIELDS), url: None, created_at: call.now }
    }

    pub(super) fn view(&self) -> Value {
        let mut view = Map::new();
        view.insert("id".to_owned(), json!(self.id));
        view.insert("status".to_owned(), json!(self.status));
        view.insert("url".to_owned(), json!(self.url));
        view.extend(self.fields.clone());
        view.insert("created_at".to_owned(), json!(self.created_at));
        Value::Object(view)
    }
}

impl World {
    fn check_import(&self, call: &Call<'_>) -> Result<(), Refusal> {
        let import: Import = call.parse()?;
        let mut problems = Problems::default();
        let protocol = import.legitimation_protocol_id;
        self.check_document(call.owner, protocol, "legitimation_protocol_id", &mut problems);
        if import.document_valid_to < import.verified_at.to_zoned(TimeZone::UTC).date() {
            problems.field("document_valid_to", "The document was not valid any more when it was verified.");
        }
        problems.into_result()
    }

    /// Decides on an identification that was started; `false` if there is none under way with this id.
    pub(crate) fn decide_identification(
        &mut self,
        investor: Uuid,
        id: Uuid,
        result: IdentificationResult,
        now: Timestamp,
    ) -> bool {
        let Some((owner, found)) = self.investors.owner_of(investor).zip(self.investors.find_mut(investor)) else {
            return false;
        };
        let mut identifications = found.identifications.iter_mut();
        let under_way =
            identifications.find(|identification| identification.id == id && identification.status.is_under_way());
        let Some(identification) = under_way else {
            return false;
        };
        identification.status = result.into();
        self.act_on_kyc(owner, investor, result, now);
        true
    }

    /// Decides how far an investor is: by the identification under way, else by the background check.
    ///
    /// For an investor who is not identified and has nothing under way an identification is made.
    pub(crate) fn decide_kyc(
        &mut self,
        investor: Uuid,
        result: IdentificationResult,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let owner = self.investors.owner_of(investor).ok_or(Refusal::NotFound)?;
        let found = self.investors.get_mut(owner, investor).ok_or(Refusal::NotFound)?;
        let is_identified =
            found.identifications.iter().any(|identification| identification.status == KycStatus::Success);
        let check = found.background_check.as_mut().filter(|check| is_identified && **check != KycStatus::Success);
        let mut newest_first = found.identifications.iter_mut().rev();
        if let Some(check) = check {
            *check = result.into();
        } else if is_identified {
            return Err(Refusal::rule("The investor has been identified already."));
        } else if let Some(identification) = newest_first.find(|found| found.status.is_under_way()) {
            identification.status = result.into();
        } else {
            let started = Identification::started(self.ids.next("identification"), now);
            found.identifications.push(Identification { status: result.into(), ..started });
        }
        self.act_on_kyc(owner, investor, result, now);
        Ok(())
    }

    /// Does to the investments of an investor what a decision means for them.
    fn act_on_kyc(&mut self, owner: Owner, investor: Uuid, result: IdentificationResult, now: Timestamp) {
        self.clear(owner, investor, now);
        let is_over = |found: &&Investor| result == IdentificationResult::Rejected && !found.is_identified();
        let Some(rejected) = self.investors.get(owner, investor).filter(is_over) else {
            return;
        };
        for id in rejected.investments.clone() {
            // It happens only to those that wait for the identification.
            let _ = self.trigger(id, InvestmentEvent::KycInsufficient, now);
        }
    }
}
