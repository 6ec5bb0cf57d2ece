//! Registry statements: what the registry holds, made anew whenever a remaining amount changes.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ids::derived;
use super::investment::Investment;
use super::{Answer, Call, World};

#[derive(Clone, Debug)]
pub(super) struct RegistryStatement {
    id: Uuid,
    created_at: Timestamp,
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let investment = world.investment_in_path(call)?;
    call.page_of(investment.statements.iter(), RegistryStatement::view)
}

impl RegistryStatement {
    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "created_at": self.created_at,
            "url": format!("https://sandbox.invalid/registry-statements/{}.pdf", self.id),
        })
    }
}

impl Investment {
    /// Adds a statement about the amount that remains.
    pub(super) fn state_remaining(&mut self, at: Timestamp) {
        let id = derived("registry statement", &format!("{} {}", self.id, self.statements.len() + 1));
        self.statements.push(RegistryStatement { id, created_at: at });
    }
}
