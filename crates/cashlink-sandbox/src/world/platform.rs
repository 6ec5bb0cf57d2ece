//! Distribution platforms, on which products may be listed.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Call, Owner, Refusal, Reply, World};

#[derive(Debug)]
pub(super) struct Platform {
    pub(super) id: Uuid,
    pub(super) company_name: &'static str,
    /// Whether products may be listed on it.
    pub(super) is_allowed: bool,
    /// Whether the client that sees it runs it: its investors are there.
    pub(super) is_own: bool,
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.platforms.list(call.owner), Platform::view)
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("distribution_platform_id")?;
    let platform = world.platforms.get(call.owner, id).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(platform.view()))
}

impl Platform {
    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "platform_company_name": self.company_name,
            "is_allowed": self.is_allowed,
        })
    }
}

impl World {
    /// The distribution platforms and whether products may be listed there.
    pub(crate) fn platforms(&self, owner: Owner) -> Vec<(Uuid, bool)> {
        self.platforms.list(owner).map(|platform| (platform.id, platform.is_allowed)).collect()
    }

    /// The platform that `owner` runs.
    pub(super) fn own_platform(&self, owner: Owner) -> Option<Uuid> {
        self.platforms.list(owner).find(|platform| platform.is_own).map(|platform| platform.id)
    }
}
