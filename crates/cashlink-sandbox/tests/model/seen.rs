//! What both clients are shown of investments and all that moves units, after a step.

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::wire::{Wire, id};

/// Of each client, in its order.
pub(crate) type Each<T> = [T; 2];

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) investors: Each<Vec<Value>>,
    pub(crate) investments: Each<Vec<Value>>,
    pub(crate) redemptions: Each<Vec<Value>>,
    pub(crate) transfers: Each<Vec<Value>>,
    pub(crate) products: Vec<Issued>,
    /// Everything at a glance, as the sandbox itself shows it.
    pub(crate) overview: String,
}

/// A product as the client that issued it sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Issued {
    pub(crate) client: usize,
    pub(crate) id: Uuid,
    pub(crate) product: Value,
    pub(crate) campaigns: Vec<Value>,
    /// Those of all clients.
    pub(crate) investments: Vec<Value>,
}

impl Seen {
    pub(crate) async fn look(wire: &Wire) -> Result<Self, String> {
        let mut products = Vec::new();
        for client in [0, 1] {
            for product in wire.list(client, "/issuer/v2/products/").await? {
                let id = id(&product["id"]).unwrap_or_default();
                let campaigns = wire.list(client, &format!("/issuer/v2/products/{id}/campaigns/")).await?;
                let investments = wire.list(client, &format!("/issuer/v2/investments/?product_id={id}")).await?;
                products.push(Issued { client, id, product, campaigns, investments });
            }
        }
        let seen = Self { products, ..Self::glance(wire).await? };
        seen.is_all_of_issuers(wire).await?;
        Ok(seen)
    }

    /// Issuers see what became of their products, and nothing else.
    async fn is_all_of_issuers(&self, wire: &Wire) -> Result<(), String> {
        for client in [0, 1] {
            let own = || self.products.iter().filter(|issued| issued.client == client);
            let investments: usize = own().map(|issued| issued.investments.len()).sum();
            let is_own = |row: &&Value| own().any(|issued| id(&row["product"]) == Some(issued.id));
            let transfers = self.transfers.iter().flatten().filter(is_own).count();
            for (noun, expected) in [("investments", investments), ("transfers", transfers)] {
                let page = wire.get(client, &format!("/issuer/v2/{noun}/?page_size=1")).await.body();
                if page["count"] != expected {
                    return Err(format!("issuer {client} is to see {expected} {noun}: {page}"));
                }
            }
        }
        Ok(())
    }

    /// The same without what issuers see.
    pub(crate) async fn glance(wire: &Wire) -> Result<Self, String> {
        Ok(Self {
            investors: both(wire, "/v2/investors/").await?,
            investments: both(wire, "/v2/investments/").await?,
            redemptions: both(wire, "/v2/redemptions/").await?,
            transfers: both(wire, "/distributor/v2/transfers/").await?,
            products: Vec::new(),
            overview: wire.control(Method::GET, "/state", None).await.text,
        })
    }
}

async fn both(wire: &Wire, path: &str) -> Result<Each<Vec<Value>>, String> {
    Ok([wire.list(0, path).await?, wire.list(1, path).await?])
}
