//! What errors print.

use std::{collections::BTreeSet, error::Error as _};

use cashlink::{
    Error,
    guides::{self},
    model,
};
use cashlink_tests::{
    personal,
    scripted::{Reply, ScriptedServer, TOKEN},
};

use crate::{RUN, printed, scripted_client};

#[tokio::test]
async fn no_error_prints_a_token_a_secret_or_anything_of_a_body() {
    const BODY: &str = "quoted-from-the-request";
    let replies = [
        Reply::json(400, &format!(r#"{{"natural_person": {{"surname": ["{BODY}"]}}}}"#)),
        Reply::json(400, &format!(r#"{{"{BODY} as a field": ["{BODY}"]}}"#)),
        Reply::json(403, &format!(r#"{{"detail": "{BODY}"}}"#)),
        Reply::json(404, &format!(r#""{BODY}""#)),
        Reply::new(404, "text/html", format!("<html>{BODY}</html>")),
        Reply::json(201, &format!(r#"{{"id": "{BODY}"}}"#)),
        Reply::json(201, &format!(r#"{{"id": "{BODY}"}}"#)).cut_after(20),
        Reply::json(500, &format!(r#"{{"detail": "{BODY}"}}"#)),
    ];
    let secrets = personal::forms("scripted-secret").into_iter().chain(personal::forms(TOKEN));
    let hidden: BTreeSet<String> = secrets.chain([BODY.to_owned()]).collect();
    for reply in replies {
        let server = ScriptedServer::start(vec![reply; 4]).await.unwrap();
        let client = scripted_client(&server);
        let invitation = model::InvitationCreate::new(RUN.into(), RUN.into(), 10);
        let error: Error = client.platform().invitations().create(&invitation).send().await.unwrap_err();
        assert_eq!(personal::printed(&printed(&error), &hidden), Vec::<String>::new(), "{}", printed(&error));
        let step = guides::StepError::from(error);
        assert_eq!(personal::printed(&printed(&step), &hidden), Vec::<String>::new(), "{}", printed(&step));
        for request in server.received() {
            assert_eq!(request.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
            assert_eq!(request.header("api-version"), None);
        }
    }
}

#[tokio::test]
async fn a_refused_token_request_prints_nothing_of_its_reply() {
    let reply = Reply::json(401, r#"{"error": "invalid_client", "error_description": "scripted-secret is wrong"}"#);
    let server = ScriptedServer::start_without_tokens([reply]).await.unwrap();
    let error = scripted_client(&server).platform().investors().list().all().await.unwrap_err();
    assert!(error.is_auth());
    assert!(error.source().is_none() && !printed(&error).contains("scripted-secret"), "{}", printed(&error));
}
