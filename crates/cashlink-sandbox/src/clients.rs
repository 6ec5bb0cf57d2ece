//! Clients: who may ask for tokens, what their tokens may open, and which platform each runs.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::world::{NON_FIELD, Owner, Problems, Refusal};

/// What a client can be allowed to do.
pub(crate) const SCOPES: [&str; 9] = [
    "documents:write",
    "investors:read",
    "investors:write",
    "investments:read",
    "investments:write",
    "issuers:read",
    "issuers:write",
    "products:read",
    "products:write",
];

/// How many clients there may be.
const MAX: usize = 1_000;

/// A client that every sandbox begins with. Its secret is no secret: it opens nothing but sandboxes.
pub(crate) struct Seeded {
    pub(crate) owner: Owner,
    pub(crate) id: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) company: &'static str,
}

/// The client that what is seeded belongs to.
pub(crate) const FIRST: Seeded =
    Seeded { owner: Owner(1), id: "sandbox-client", secret: "sandbox-secret", company: "Sandbank AG" };

/// Another, with a platform of its own and nothing else.
pub(crate) const PARTNER: Seeded =
    Seeded { owner: Owner(2), id: "sandbox-partner", secret: "sandbox-partner-secret", company: "Muster Invest AG" };

/// A client that [`Sandbox::add_client`](crate::Sandbox::add_client) is to add, with the platform that it runs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "nothing is added until `Sandbox::add_client` is called"]
pub struct NewClient {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) platform_company_name: String,
}

/// A client of a sandbox: what it asks for tokens with, and what is its.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SandboxClient {
    /// The client id.
    pub id: String,
    /// The client secret, which opens nothing but this sandbox.
    pub secret: String,
    /// What its tokens may be asked for.
    pub scopes: Vec<String>,
    /// The distribution platform that it runs: what is listed there, its investors may hold.
    pub platform_id: Uuid,
}

/// A client that may ask for tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) owner: Owner,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) scopes: Vec<String>,
    /// The distribution platform that it runs.
    pub(crate) platform: Uuid,
}

/// All clients, oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Clients {
    clients: Vec<Client>,
}

impl NewClient {
    /// A client that may do everything, on a platform that has its id as its company's name.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let client_id = client_id.into();
        let scopes = SCOPES.map(str::to_owned).to_vec();
        Self { platform_company_name: client_id.clone(), client_id, client_secret: client_secret.into(), scopes }
    }

    /// Bounds what its tokens may be asked for; all nine scopes unless set.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The name of the company that runs its platform.
    pub fn platform_company_name(mut self, name: impl Into<String>) -> Self {
        self.platform_company_name = name.into();
        self
    }
}

impl From<&Seeded> for NewClient {
    fn from(seeded: &Seeded) -> Self {
        Self::new(seeded.id, seeded.secret).platform_company_name(seeded.company)
    }
}

impl From<&Client> for SandboxClient {
    fn from(client: &Client) -> Self {
        let Client { id, secret, scopes, platform, .. } = client.clone();
        Self { id, secret, scopes, platform_id: platform }
    }
}

impl fmt::Debug for NewClient {
    /// Leaves out the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("NewClient");
        shown.field("client_id", &self.client_id).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl fmt::Debug for SandboxClient {
    /// Leaves out the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("SandboxClient");
        shown.field("id", &self.id).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    /// Leaves out the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Client");
        shown.field("id", &self.id).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl Clients {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Client> {
        self.clients.iter()
    }

    pub(crate) fn of_id(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn of_owner(&self, owner: Owner) -> Option<&Client> {
        self.clients.iter().find(|client| client.owner == owner)
    }

    /// Adds a client that runs `platform`.
    ///
    /// The id must be new and every scope known; no text may be blank.
    pub(crate) fn add(&mut self, new: &NewClient, platform: Uuid) -> Result<Owner, Refusal> {
        self.check(new)?;
        let owner = Owner(self.clients.last().map_or(1, |newest| newest.owner.0 + 1));
        let scopes = SCOPES.iter().filter(|scope| new.scopes.iter().any(|wanted| wanted == *scope));
        self.clients.push(Client {
            owner,
            id: new.client_id.clone(),
            secret: new.client_secret.clone(),
            scopes: scopes.map(|scope| (*scope).to_owned()).collect(),
            platform,
        });
        Ok(owner)
    }

    fn check(&self, new: &NewClient) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        let texts = [
            ("client_id", &new.client_id),
            ("client_secret", &new.client_secret),
            ("platform_company_name", &new.platform_company_name),
        ];
        for (name, _) in texts.iter().filter(|(_, text)| text.trim().is_empty()) {
            problems.field(name, "This field may not be blank.");
        }
        if self.clients.len() >= MAX {
            problems.field(NON_FIELD, &format!("There are {MAX} clients already."));
        }
        if self.of_id(&new.client_id).is_some() {
            problems.field("client_id", "A client with this id already exists.");
        }
        for scope in new.scopes.iter().filter(|scope| !SCOPES.contains(&scope.as_str())) {
            problems.field("scopes", &format!("\"{scope}\" is not a valid choice."));
        }
        problems.into_result()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::spec::Spec;

    #[test]
    fn a_client_is_refused_for_an_id_that_is_taken_a_scope_that_is_not_known_and_blank_texts() {
        check(&new("other", &["investors:read"]), &Value::Null);
        check(&new("first", &[]), &json!({"client_id": ["A client with this id already exists."]}));
        check(
            &new("other", &["investors:read", "everything"]),
            &json!({"scopes": ["\"everything\" is not a valid choice."]}),
        );
        let blank = NewClient { client_secret: " ".to_owned(), ..new("", &[]) };
        let message = json!(["This field may not be blank."]);
        check(&blank, &json!({"client_id": message, "client_secret": message}));

        #[track_caller]
        fn check(client: &NewClient, expected: &Value) {
            let mut clients = Clients::default();
            assert_eq!(clients.add(&new("first", &[]), Uuid::nil()), Ok(Owner(1)));
            let found = match clients.add(client, Uuid::nil()) {
                Ok(owner) => {
                    assert_eq!(owner, Owner(2));
                    Value::Null
                }
                Err(Refusal::Invalid(tree)) => tree,
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(&found, expected);
        }

        fn new(id: &str, scopes: &[&str]) -> NewClient {
            NewClient::new(id, "s").scopes(scopes.iter().copied()).platform_company_name("A")
        }
    }

    #[test]
    fn clients_can_be_given_every_scope_that_an_operation_asks_for() {
        let asked = Spec::get().unwrap().operations.iter().flat_map(|operation| &operation.scopes);
        let asked: BTreeSet<&str> = asked.map(String::as_str).collect();
        assert_eq!(asked, BTreeSet::from(SCOPES));
    }

    #[test]
    fn nobody_sees_a_secret_in_debug_output() {
        let new = NewClient::from(&PARTNER);
        let mut clients = Clients::default();
        clients.add(&new, Uuid::nil()).unwrap();
        let shown: Vec<_> = clients.iter().map(SandboxClient::from).collect();
        assert!(!format!("{new:?} {clients:?} {shown:?}").contains(PARTNER.secret));
    }
}
