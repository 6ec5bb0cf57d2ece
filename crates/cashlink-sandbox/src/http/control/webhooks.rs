//! Who is told of changes, over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get};
use serde::Deserialize;
use serde_json::json;

use super::{Name, done, read, shown};
use crate::clients::FIRST;
use crate::engine::{Action, Done};
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::webhooks::{Credentials, OAuth, RegisteredWebhook, Webhook, WebhookId};
use crate::world::{NON_FIELD, Refusal};

const EITHER: &str = "Must have either bearer or oauth.";

/// A webhook to register; of the first client, unless it says otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    url: String,
    client_id: Option<String>,
    bearer: Option<String>,
    oauth: Option<WantedOAuth>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedOAuth {
    token_url: String,
    client_id: String,
    client_secret: String,
    scope: Option<String>,
}

impl Wanted {
    /// The webhook that is wanted, or all that is wrong with it.
    fn webhook(self, app: &App) -> Result<Webhook, Refusal> {
        let client_id = self.client_id.unwrap_or_else(|| FIRST.id.to_owned());
        let oauth = self.oauth.map(|WantedOAuth { token_url, client_id, client_secret, scope }| {
            Credentials::OAuth(OAuth { token_url, client_id, client_secret, scope })
        });
        let mut given: Vec<_> = self.bearer.map(Credentials::Bearer).into_iter().chain(oauth).collect();
        let mut problems = app.webhook_problems(&self.url, &client_id, &given);
        if given.len() != 1 {
            problems.field(NON_FIELD, EITHER);
        }
        problems.into_result()?;
        let credentials = given.pop().ok_or_else(|| Refusal::rule(EITHER))?;
        Ok(Webhook::new(self.url, credentials).of_client(client_id))
    }
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/_sandbox/webhooks", get(list).post(add)).route("/_sandbox/webhooks/{id}", delete(remove))
}

async fn list(State(app): State<Arc<App>>) -> Response {
    let webhooks: Vec<RegisteredWebhook> = app.state().outbox.webhooks().collect();
    shown(&webhooks)
}

async fn add(State(app): State<Arc<App>>, request: Request) -> Response {
    let wanted: Wanted = match read(request).await {
        Ok(wanted) => wanted,
        Err(response) => return response,
    };
    match wanted.webhook(&app).and_then(|webhook| app.act(&Action::AddWebhook(webhook))) {
        Ok(Done::Webhook(id)) => Verdict::new(StatusCode::CREATED, &json!({ "id": id })).into_response(),
        other => done(other),
    }
}

async fn remove(State(app): State<Arc<App>>, name: Name) -> Response {
    let id = name.ok().and_then(|Path(text)| WebhookId::parse(&text));
    done(id.ok_or(Refusal::NotFound).and_then(|id| app.act(&Action::RemoveWebhook(id))))
}
