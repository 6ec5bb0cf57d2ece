use std::slice;

use super::*;
use crate::world::Refusal;

#[test]
fn an_address_without_tls_leads_to_this_machine_unless_others_reach_the_sandbox_without_it() {
    const PLAIN: &str = "Must begin with https://, unless it leads to this machine.";
    const URL: &str = "Must be a URL with http:// or https:// and a host.";
    const BARE: &str = "Must have neither a user's name, nor a password, nor a fragment.";
    check("https://example.org/events?a=b", None, None);
    check("http://127.0.0.1:8080/", None, None);
    check("http://127.1/", None, None);
    check("http://[::1]/", None, None);
    check("http://localhost/events", None, None);
    check("HTTP://LOCALHOST/events", None, None);
    check("http://example.org/", Some(PLAIN), None);
    check("http://127.0.0.1.example.org/", Some(PLAIN), None);
    check("http://localhost.example.org/", Some(PLAIN), None);
    check("http://0.0.0.0/", Some(PLAIN), None);
    check("http://[::ffff:10.0.0.1]/", Some(PLAIN), None);
    check("https://user@example.org/", Some(BARE), Some(BARE));
    check("https://:password@example.org/", Some(BARE), Some(BARE));
    check("https://example.org/#part", Some(BARE), Some(BARE));
    check("file:///etc/passwd", Some(URL), Some(URL));
    check("ftp://127.0.0.1/", Some(URL), Some(URL));
    check("data:text/plain,x", Some(URL), Some(URL));
    check("/events", Some(URL), Some(URL));
    check("", Some(URL), Some(URL));
    check(&format!("https://example.org/{}", "a".repeat(2_028)), None, None);
    let long = Some("Must have at most 2,048 characters.");
    check(&format!("https://example.org/{}", "a".repeat(2_029)), long, long);

    #[track_caller]
    fn check(url: &str, here: Option<&str>, anywhere: Option<&str>) {
        assert_eq!(address(url, Reach::Here).err(), here, "{url}");
        assert_eq!(address(url, Reach::Anywhere).err(), anywhere, "{url}");
    }
}

#[test]
fn what_is_wrong_is_said_of_each_field() {
    let wrong = Webhook::oauth("x", "http://example.org", "", "a\nb").scope("ä");
    let Err(Refusal::Invalid(problems)) = check(&wrong) else { panic!("it is wrong") };
    assert_eq!(problems["url"].as_array().map(Vec::len), Some(1));
    let oauth: Vec<_> = problems["oauth"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(oauth, ["token_url", "client_id", "client_secret", "scope"]);

    let token = |token: String| check(&Webhook::bearer("https://example.org", token)).is_ok();
    assert!(token("a".repeat(8_192)) && !token("a".repeat(8_193)));
    assert!(!token(String::new()) && !token("a b".to_owned()) && !token("a\r\nb".to_owned()) && !token("ä".to_owned()));
    let scope = Webhook::oauth("https://a.example", "https://a.example/token", "id", "secret").scope("events read");
    assert_eq!(check(&scope), Ok(()));

    fn check(webhook: &Webhook) -> Result<(), Refusal> {
        super::problems(&webhook.url, slice::from_ref(&webhook.credentials), Reach::Here).into_result()
    }
}

#[test]
fn nobody_sees_a_secret() {
    let webhooks = [
        Webhook::bearer("https://example.org/?key=confidential", "confidential"),
        Webhook::oauth("https://example.org", "https://example.org/token?key=confidential", "id", "confidential"),
    ];
    for webhook in webhooks {
        assert!(!format!("{webhook:?}").contains("confidential"));
        let registered = RegisteredWebhook { id: WebhookId(1), webhook: webhook.masked() };
        assert!(!format!("{registered:?}").contains("confidential"));
        let shown = serde_json::to_value(&registered).unwrap();
        let secrets = [shown.pointer("/bearer"), shown.pointer("/oauth/client_secret")];
        assert_eq!(secrets.into_iter().flatten().collect::<Vec<_>>(), [MASK]);
    }
}

#[test]
fn what_is_written_down_is_read_again() {
    let bearer = Webhook::bearer("https://example.org", "token").of_client("reader");
    let oauth = Webhook::oauth("https://example.org", "https://example.org/token", "id", "secret").scope("events");
    for webhook in [bearer, oauth] {
        let text = serde_json::to_string(&webhook).unwrap();
        assert!(serde_json::from_str::<Webhook>(&text).unwrap() == webhook, "{text}");
    }
}
