//! Clients and where they may list, over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, put};
use serde::Deserialize;

use super::{Name, done, id, read, shown};
use crate::clients::{NewClient, SandboxClient};
use crate::engine::Action;
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::world::Refusal;

/// A client to add; with all scopes, and a platform that has the name of the client, unless it says otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    client_id: String,
    client_secret: String,
    scopes: Option<Vec<String>>,
    platform_company_name: Option<String>,
}

/// Whether a client may list its products on a platform.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    client_id: String,
    is_allowed: bool,
}

impl From<Wanted> for NewClient {
    fn from(wanted: Wanted) -> Self {
        let mut new = Self::new(wanted.client_id, wanted.client_secret);
        if let Some(scopes) = wanted.scopes {
            new = new.scopes(scopes);
        }
        if let Some(name) = wanted.platform_company_name {
            new = new.platform_company_name(name);
        }
        new
    }
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/clients", get(list).post(add))
        .route("/_sandbox/distribution-platforms/{id}", put(allow))
}

async fn list(State(app): State<Arc<App>>) -> Response {
    let clients: Vec<SandboxClient> = app.state().world.clients().iter().map(SandboxClient::from).collect();
    shown(&clients)
}

async fn add(State(app): State<Arc<App>>, request: Request) -> Response {
    let new = match read::<Wanted>(request).await {
        Ok(wanted) => NewClient::from(wanted),
        Err(response) => return response,
    };
    if let Err(refusal) = app.act(&Action::AddClient(new.clone())) {
        return Verdict::from(refusal).into_response();
    }
    let added = app.state().world.clients().of_id(&new.client_id).map(SandboxClient::from);
    let mut response = shown(&added);
    *response.status_mut() = StatusCode::CREATED;
    response
}

async fn allow(State(app): State<Arc<App>>, name: Name, request: Request) -> Response {
    let Allowed { client_id, is_allowed } = match read(request).await {
        Ok(allowed) => allowed,
        Err(response) => return response,
    };
    let is_known = app.state().world.clients().of_id(&client_id).is_some();
    let known = if is_known { Ok(()) } else { Err(Refusal::field("client_id", "There is no such client.")) };
    let platform = id(name);
    let action =
        platform.and_then(|platform| known.map(|()| Action::AllowPlatform { client_id, platform, is_allowed }));
    done(action.and_then(|action| app.act(&action)))
}
