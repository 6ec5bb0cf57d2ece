//! Products: securities whose units investors hold.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::tasks::Task;
use super::{Answer, Call, Family, Owner, Refusal, Reply, Viewer, World};

mod terms;

pub(super) use terms::{LARGEST, Terms};

#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) id: Uuid,
    pub(super) terms: Terms,
    pub(super) status: Status,
    pub(super) created_at: Timestamp,
}

/// How far a product is on its way to the ledger. That there is a status is documented, its values are made up here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    /// A crypto security is looked at by people first.
    InValidation,
    Deploying,
    Deployed,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let terms: Terms = call.parse()?;
    world.check_terms(call.owner, None, &terms)?;
    let id = world.ids.next("product");
    let status = if terms.ewpg { Status::InValidation } else { Status::Deploying };
    world.products.insert(call.owner, id, Product { id, terms, status, created_at: call.now });
    if status == Status::Deploying {
        world.begin(Task::Deployment(id), call.now);
    }
    let product = world.products.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::changed("product", id, product.view()))
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let viewer = world.viewer(call)?;
    call.page_of(world.products.listed(viewer.into()), Product::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    Ok(Reply::read(world.product_in_path(call)?.view()))
}

/// Sets absolute values; the result must keep the rules of a new product.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let product = world.product_in_path(call)?;
    let (id, terms) = (product.id, product.terms.changed_by(call.body)?);
    world.check_terms(call.owner, Some(id), &terms)?;
    let product = world.products.get_mut(call.owner, id).ok_or(Refusal::NotFound)?;
    product.terms = terms;
    Ok(Reply::changed("product", id, product.view()))
}

impl Product {
    pub(super) fn view(&self) -> Value {
        let mut view = Map::new();
        view.insert("id".to_owned(), json!(self.id));
        view.insert("status".to_owned(), json!(self.status));
        view.extend(self.terms.view());
        view.insert("created_at".to_owned(), json!(self.created_at));
        Value::Object(view)
    }
}

impl World {
    /// Ends the validation of a crypto security, which then goes to the ledger; `false` if it is not being validated.
    pub(crate) fn validate_product(&mut self, id: Uuid, now: Timestamp) -> bool {
        let product = self.products.find_mut(id);
        let Some(product) = product.filter(|product| product.status == Status::InValidation) else {
            return false;
        };
        product.status = Status::Deploying;
        self.begin(Task::Deployment(id), now);
        true
    }

    pub(super) fn settle_deployment(&mut self, id: Uuid) {
        if let Some(product) = self.products.find_mut(id) {
            product.status = Status::Deployed;
        }
    }

    /// The product in the path, if the family of the call shows it.
    pub(super) fn product_in_path(&self, call: &Call<'_>) -> Result<&Product, Refusal> {
        let id = call.id("product_id")?;
        let is_shown = self.products.is_shown(id, self.viewer(call)?.into());
        self.products.find(id).filter(|_| is_shown).ok_or(Refusal::NotFound)
    }

    /// A product that the investors of `owner` may hold.
    pub(super) fn product_on_offer(&self, owner: Owner, id: Uuid) -> Option<&Product> {
        let platform = self.own_platform(owner)?;
        self.products.find(id).filter(|_| self.is_listed(id, platform))
    }

    /// A product that `owner` issued or its investors may hold.
    pub(super) fn product_known_to(&self, owner: Owner, id: Uuid) -> Option<&Product> {
        self.products.get(owner, id).or_else(|| self.product_on_offer(owner, id))
    }

    /// Who is shown products and campaigns: issuers all of theirs, everybody else what is on their platform.
    pub(super) fn viewer(&self, call: &Call<'_>) -> Result<Viewer, Refusal> {
        if call.family == Family::Issuer {
            return Ok(Viewer::Client(call.owner));
        }
        self.own_platform(call.owner).map(Viewer::Platform).ok_or(Refusal::NotFound)
    }
}
