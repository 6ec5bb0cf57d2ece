//! What the facade relies on: how requests look, what replies are read, and what is printed.

use std::sync::{Arc, Mutex};

use cashlink_api::{
    Body, BoxFuture, Client, Error, Exchange, Inner, Method, Payload, operations,
    types::{
        AccessToken, CreditStatus, Investment, InvestmentUpdate, InvestorCreate, InvestorPage, InvitationUpdate,
        NaturalPersonCreate, TokenRequest,
    },
};
use cashlink_types::{InvestmentId, InvestorId, WalletId};

/// Answers every request with one reply and keeps what was sent.
#[derive(Debug)]
struct Recorder {
    status: u16,
    reply: &'static str,
    sent: Mutex<Vec<reqwest::Request>>,
}

impl Exchange for Recorder {
    fn exchange<'a>(
        &'a self,
        _http: &'a reqwest::Client,
        request: reqwest::Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        assert!(operations::ALL.iter().any(|operation| operation.id == operation_id), "{operation_id}");
        self.sent.lock().unwrap().push(request);
        let response = http::Response::builder().status(self.status).body(self.reply).unwrap();
        Box::pin(async { Ok(response.into()) })
    }
}

fn client(status: u16, reply: &'static str) -> (Client, Arc<Recorder>) {
    let recorder = Arc::new(Recorder { status, reply, sent: Mutex::default() });
    let inner = Inner::new(Arc::clone(&recorder) as Arc<dyn Exchange>);
    (Client::new_with_client("http://127.0.0.1/api", reqwest::Client::new(), inner), recorder)
}

fn investor() -> InvestorId {
    "6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10".parse().unwrap()
}

#[tokio::test]
async fn any_success_status_is_a_success_and_no_version_header_is_sent() {
    let (client, recorder) = client(202, r#"{"id":"91c7e3f8-4a2b-4d90-b5c6-e08d1f7a2655","type":"eth-new"}"#);
    let reply = client.v2_investors_wallets_eth_managed_create(&investor(), "key-1").await.unwrap();
    assert_eq!(reply.status().as_u16(), 202);
    assert!(reply.into_inner().type_.unwrap().is_unknown());

    let sent = recorder.sent.lock().unwrap();
    assert_eq!(sent[0].url().path(), "/api/v2/investors/6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10/wallets/eth-managed/");
    assert_eq!(sent[0].headers()["x-idempotency-key"], "key-1");
    assert!(!sent[0].headers().contains_key("api-version"));
    assert!(sent[0].body().is_none());
}

#[tokio::test]
async fn a_failure_keeps_its_status_and_its_unread_body() {
    let (client, _) = client(502, "<html>bad gateway</html>");
    let error = client.v2_investors_retrieve(&investor()).await.unwrap_err();
    let Error::UnexpectedResponse(response) = error else { panic!("another kind of error") };
    assert_eq!(response.status().as_u16(), 502);
    assert_eq!(response.text().await.unwrap(), "<html>bad gateway</html>");
}

#[tokio::test]
async fn an_upload_sends_the_content_type_that_the_caller_gives_and_no_other() {
    let (client, recorder) = client(201, r#"{"id":"a3d5c0b2-94f7-4e6b-8a1c-7d20e5f3b611"}"#);
    client.v2_documents_create("multipart/form-data; boundary=b", "key-1", "body").await.unwrap();
    let sent = recorder.sent.lock().unwrap();
    let types: Vec<_> = sent[0].headers().get_all("content-type").iter().collect();
    assert_eq!(types, ["multipart/form-data; boundary=b"]);
}

#[tokio::test]
async fn lists_of_wallets_are_pages_in_both_families_and_query_parameters_are_typed() {
    let (client, recorder) = client(200, r#"{"results":[]}"#);
    assert!(client.v2_investors_wallets_list(&investor()).await.unwrap().results.is_empty());
    let product = "d06f3b8a-5c91-4e27-a4d8-70b2e6c9f877".parse().unwrap();
    client.v2_investments_list(Some(2), None, Some(&product)).await.unwrap();
    let sent = recorder.sent.lock().unwrap();
    assert_eq!(sent[1].url().query(), Some("page=2&product_id=d06f3b8a-5c91-4e27-a4d8-70b2e6c9f877"));
}

#[tokio::test]
async fn a_token_request_is_a_form() {
    let (client, recorder) = client(200, r#"{"access_token":"t"}"#);
    let body = TokenRequest::new("client_credentials", "id", "s&cret").scope("a b");
    client.oauth_token_create(&body).await.unwrap();
    let sent = recorder.sent.lock().unwrap();
    let form = std::str::from_utf8(sent[0].body().unwrap().as_bytes().unwrap()).unwrap();
    assert_eq!(form, "grant_type=client_credentials&scope=a+b&client_id=id&client_secret=s%26cret");
}

#[test]
fn futures_of_calls_can_move_between_threads() {
    fn check<F: Future + Send>(_: F) {}
    let (client, _) = client(200, "{}");
    let id: InvestmentId = "4c9e0a72-e3d6-4b58-9c17-d6f8b1a03baa".parse().unwrap();
    check(client.v2_investments_partial_update(&id, &InvestmentUpdate::new()));
    check(client.v2_documents_create("text/plain", "key", "body"));
}

#[test]
fn a_change_sends_what_is_set_and_cleared_and_nothing_else() {
    let wallet: WalletId = "91c7e3f8-4a2b-4d90-b5c6-e08d1f7a2655".parse().unwrap();
    let set = InvestmentUpdate::new().wallet(wallet);
    assert_eq!(serde_json::to_string(&set).unwrap(), r#"{"wallet":"91c7e3f8-4a2b-4d90-b5c6-e08d1f7a2655"}"#);
    let cleared = InvestmentUpdate::new().clear_wallet();
    assert_eq!(serde_json::to_string(&cleared).unwrap(), r#"{"wallet":null}"#);
    let empty = InvitationUpdate::new().survey(Vec::new());
    assert_eq!(serde_json::to_string(&empty).unwrap(), r#"{"survey":[]}"#);
}

#[test]
fn a_reply_may_hold_null_new_values_and_new_properties() {
    let id = r#""id":"6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10""#;
    let text = format!(r#"{{"results":[{{{id},"natural_person":null,"kyc_status":"NEW","extra":1}}],"next":null}}"#);
    let page: InvestorPage = serde_json::from_str(&text).unwrap();
    assert_eq!(page.results[0].natural_person, None);
    assert_eq!(CreditStatus::from("unknown"), CreditStatus::Undetermined);

    let text = r#"{"id":"4c9e0a72-e3d6-4b58-9c17-d6f8b1a03baa","status":"NEW","signed_documents":null}"#;
    let investment: Investment = serde_json::from_str(text).unwrap();
    assert_eq!(investment.status.as_str(), "NEW");
}

#[test]
fn personal_and_secret_values_are_not_printed() {
    let token: AccessToken = serde_json::from_str(r#"{"access_token":"sesame"}"#).unwrap();
    assert_eq!(
        format!("{token:?}"),
        "AccessToken { access_token: [redacted], token_type: None, expires_in: None, scope: None }"
    );
    let request = TokenRequest::new("client_credentials", "client", "open-sesame");
    assert!(!format!("{request:?}").contains("sesame"), "{request:?}");
    let update = InvitationUpdate::new().self_disclosure_monthly_income(true);
    let printed = format!("{update:?}");
    assert!(printed.contains("self_disclosure_monthly_income: Set([redacted])"), "{printed}");
    assert!(printed.contains("survey: Keep"), "{printed}");

    let person = serde_json::json!({
        "salutation": "MS", "forename": "Erika", "surname": "Beispiel", "birth_date": "1984-06-17",
        "birth_place": "Musterstadt", "citizenship": "DEU", "street": "Beispielweg 12", "city": "Musterstadt",
        "zip": "12345", "country": "DEU", "phone": "+49 30 0000000", "is_pep": false,
    });
    let person: NaturalPersonCreate = serde_json::from_value(person).unwrap();
    let printed = format!("{person:?}");
    for value in ["Erika", "Beispiel", "1984", "Musterstadt", "12345", "+49"] {
        assert!(!printed.contains(value), "{value} in {printed}");
    }
    let _: fn(NaturalPersonCreate, bool) -> InvestorCreate = InvestorCreate::new;
}

#[tokio::test]
async fn an_operation_by_its_path_is_sent_as_the_method_of_its_own_would_send_it() {
    let (client, recorder) = client(201, r#"{"id":"91c7e3f8-4a2b-4d90-b5c6-e08d1f7a2655"}"#);
    let query = vec![("note".to_owned(), "a&b=c ü".to_owned())];
    let payload = Payload { query, key: Some("key-1".to_owned()), ..Payload::default() }.json(r#"{"amount": 1.10}"#);
    assert!(!format!("{payload:?}").contains("a&b"));
    let operation = &operations::V2_INVESTORS_CREATE;
    let reply = client.call::<serde_json::Value>(operation, "/v2/investors/", payload).await.unwrap();
    assert_eq!(reply["id"], "91c7e3f8-4a2b-4d90-b5c6-e08d1f7a2655");

    let sent = recorder.sent.lock().unwrap();
    assert_eq!((sent[0].method().as_str(), sent[0].url().path()), ("POST", "/api/v2/investors/"));
    assert_eq!(sent[0].url().query(), Some("note=a%26b%3Dc+%C3%BC"));
    assert_eq!(sent[0].headers()["x-idempotency-key"], "key-1");
    assert_eq!(sent[0].headers()["content-type"], "application/json");
    assert_eq!(sent[0].body().unwrap().as_bytes(), Some(br#"{"amount": 1.10}"#.as_slice()));
}

#[test]
fn every_parameter_of_a_path_is_known_to_be_a_uuid_and_every_change_whether_it_takes_a_body() {
    for operation in operations::ALL {
        let parameters: Vec<_> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        assert_eq!(operation.uuids, parameters, "{}", operation.id);
        assert!(operation.method != Method::Get || operation.body == Body::None, "{}", operation.id);
        assert!(!operation.multipart || operation.body == Body::Required, "{}", operation.id);
        assert!(!operation.summary.is_empty());
    }
}
