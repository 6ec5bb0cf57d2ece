//! Distribution platforms: each is run by one client, whose investors are there, and seen by all.

use serde_json::{Value, json};
use uuid::Uuid;

use super::ids::derived;
use super::{Answer, Call, Owner, Refusal, Reply, World};
use crate::clients::{Clients, NewClient};

#[derive(Clone, Debug)]
pub(super) struct Platform {
    pub(super) id: Uuid,
    pub(super) company_name: String,
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    call.page_of(world.platforms.all(), |platform| world.platform_view(call.owner, platform))
}

pub(super) fn retrieve(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.id("distribution_platform_id")?;
    let platform = world.platforms.find(id).ok_or(Refusal::NotFound)?;
    Ok(Reply::read(world.platform_view(call.owner, platform)))
}

impl World {
    pub(crate) fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Adds a client with a platform of its own, where it may list its products.
    pub(crate) fn add_client(&mut self, new: &NewClient) -> Result<Owner, Refusal> {
        let platform = derived("platform of", &new.client_id);
        self.add_client_with(new, platform)
    }

    pub(super) fn add_client_with(&mut self, new: &NewClient, platform: Uuid) -> Result<Owner, Refusal> {
        let owner = self.clients.add(new, platform)?;
        let company_name = new.platform_company_name.clone();
        self.platforms.insert(owner, platform, Platform { id: platform, company_name });
        self.allowed.insert((owner, platform));
        Ok(owner)
    }

    /// Sets whether `issuer` may list products on a platform from now on; `false` if one of them is not there.
    ///
    /// What is listed stays listed.
    pub(crate) fn allow_platform(&mut self, issuer: Owner, platform: Uuid, is_allowed: bool) -> bool {
        if self.clients.of_owner(issuer).is_none() || self.platforms.find(platform).is_none() {
            return false;
        }
        if is_allowed {
            self.allowed.insert((issuer, platform));
        } else {
            self.allowed.remove(&(issuer, platform));
        }
        true
    }

    /// The distribution platforms and whether `issuer` may list products there.
    pub(crate) fn platforms(&self, issuer: Owner) -> Vec<(Uuid, bool)> {
        self.platforms.all().map(|platform| (platform.id, self.is_allowed(issuer, platform.id))).collect()
    }

    pub(super) fn is_allowed(&self, issuer: Owner, platform: Uuid) -> bool {
        self.allowed.contains(&(issuer, platform))
    }

    /// The platform that `owner` runs.
    pub(super) fn own_platform(&self, owner: Owner) -> Option<Uuid> {
        self.clients.of_owner(owner).map(|client| client.platform)
    }

    pub(super) fn platform_view(&self, viewer: Owner, platform: &Platform) -> Value {
        json!({
            "id": platform.id,
            "platform_company_name": platform.company_name,
            "is_allowed": self.is_allowed(viewer, platform.id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::*;
    use crate::clients::{FIRST, PARTNER};

    #[test]
    fn a_client_may_list_on_a_platform_as_long_as_it_is_allowed() {
        let mut world = World::new(Rules::default());
        let first = world.add_client(&NewClient::from(&FIRST)).unwrap();
        let second = world.add_client(&NewClient::from(&PARTNER)).unwrap();
        let [own, other] = [first, second].map(|owner| world.own_platform(owner).unwrap());
        assert_eq!(world.platforms(first), [(own, true), (other, false)]);
        assert!(world.allow_platform(first, other, true));
        assert!(world.allow_platform(first, own, false));
        assert_eq!(world.platforms(first), [(own, false), (other, true)]);
        assert_eq!(world.platforms(second), [(own, false), (other, true)]);
        assert!(!world.allow_platform(Owner(3), own, true));
        assert!(!world.allow_platform(first, Uuid::nil(), true));
    }
}
