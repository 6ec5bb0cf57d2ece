//! Benefiting persons: those who own or control a company.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::call::members;
use super::kyc::KycStatus;
use super::{Answer, Call, Reply, World};

const FIELDS: [&str; 11] = [
    "salutation",
    "forename",
    "surname",
    "street",
    "zip",
    "city",
    "country",
    "birth_date",
    "birth_place",
    "citizenship",
    "is_pep",
];

#[derive(Clone)]
pub(super) struct BenefitingPerson {
    id: Uuid,
    fields: Map<String, Value>,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?.id;
    let items = call.body.as_array().map_or(&[][..], Vec::as_slice);
    let persons: Vec<_> = items.iter().map(|item| BenefitingPerson::new(world.ids.next("person"), item)).collect();
    let first = persons.first().map(|person| person.id);
    let view = persons.iter().map(BenefitingPerson::view).collect();
    let is_exposed = items.iter().any(|item| item["is_pep"] == true);
    if let Some(investor) = world.investors.get_mut(call.owner, investor) {
        investor.persons.extend(persons);
        if world.rules.pep_check && is_exposed {
            investor.background_check = Some(KycStatus::ManualReviewRequired);
        }
    }
    world.clear(call.owner, investor, call.now);
    Ok(match first {
        Some(first) => Reply::changed("benefiting_person", first, view),
        None => Reply::read(view),
    })
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.investor_in_path(call)?.persons.iter(), BenefitingPerson::view)
}

impl BenefitingPerson {
    fn new(id: Uuid, item: &Value) -> Self {
        Self { id, fields: members(item, &FIELDS) }
    }

    fn view(&self) -> Value {
        let mut view = Map::new();
        view.insert("person_id".to_owned(), json!(self.id));
        view.extend(self.fields.clone());
        Value::Object(view)
    }
}
