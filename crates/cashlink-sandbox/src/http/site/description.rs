//! The description of the API as it is true of this sandbox: its address, and the client that everybody may use.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::clients::FIRST;
use crate::http::page::host;
use crate::http::verdict::Verdict;
use crate::http::{App, PREFIX};
use crate::spec::{DESCRIPTION, Operation};

/// The description with this sandbox as its only server.
pub(super) fn answer(app: &App, headers: &HeaderMap) -> Response {
    let host = host(headers).unwrap_or_else(|| app.address.to_string());
    let token = app.spec.operations.iter().find(|operation| operation.is_token());
    let token_path = token.map_or("", |operation: &Operation| operation.path.as_str());
    let mut description: Map<String, Value> = serde_json::from_str(DESCRIPTION).unwrap_or_default();
    settle_in(&mut description, &format!("http://{host}{PREFIX}"), token_path);
    Verdict::new(StatusCode::OK, &Value::Object(description)).into_response()
}

/// Puts `server` where the description names the real ones.
fn settle_in(description: &mut Map<String, Value>, server: &str, token_path: &str) {
    let servers = json!([{ "url": server, "description": "This sandbox" }]);
    description.insert("servers".to_owned(), servers);
    let scheme = description
        .get_mut("components")
        .and_then(|components| components.pointer_mut("/securitySchemes/oauth2"))
        .and_then(Value::as_object_mut);
    let Some(scheme) = scheme else {
        return;
    };
    let about =
        format!("Client credentials. This sandbox knows the client `{}` with the secret `{}`.", FIRST.id, FIRST.secret);
    scheme.insert("description".to_owned(), about.into());
    scheme.insert("x-sandbox-client".to_owned(), json!({ "id": FIRST.id, "secret": FIRST.secret }));
    let flow = scheme.get_mut("flows").and_then(|flows| flows.get_mut("clientCredentials"));
    if let Some(flow) = flow.and_then(Value::as_object_mut) {
        flow.insert("tokenUrl".to_owned(), format!("{server}{token_path}").into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_of_the_real_api_is_left_where_a_program_would_call_it() {
        let mut description = serde_json::from_str(DESCRIPTION).unwrap();
        settle_in(&mut description, "http://127.0.0.1:1/api/external", "/oauth/token");
        assert_eq!(description["servers"].as_array().unwrap().len(), 1);
        let flow = &description["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"];
        assert_eq!(flow["tokenUrl"], "http://127.0.0.1:1/api/external/oauth/token");
        assert!(!description["paths"].to_string().contains("\"servers\""));
    }
}
