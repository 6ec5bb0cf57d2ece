use super::*;

#[test]
fn an_address_is_https_or_this_machine() {
    #[cfg(feature = "rustls")]
    check("https://demo.cashlink.de/api/external", Ok("https://demo.cashlink.de/api/external"));
    #[cfg(feature = "rustls")]
    check("https://demo.cashlink.de/api/external/", Ok("https://demo.cashlink.de/api/external"));
    #[cfg(not(feature = "rustls"))]
    check("https://demo.cashlink.de/api/external", Err("https needs the feature `rustls`"));
    check("http://127.0.0.1:8080/api/external//", Ok("http://127.0.0.1:8080/api/external"));
    check("http://127.8.9.1", Ok("http://127.8.9.1/"));
    check("http://[::1]:80/x", Ok("http://[::1]/x"));
    check("http://localhost:9/x", Ok("http://localhost:9/x"));

    let clear_text = "must be https: the secret and personal data would cross the network in clear text";
    check("http://demo.cashlink.de", Err(clear_text));
    check("http://127.0.0.1.example.org", Err(clear_text));
    check("http://localhost.example.org", Err(clear_text));
    check("http://10.0.0.1", Err(clear_text));
    check("ftp://127.0.0.1", Err("must be https"));
    check("file:///etc/passwd", Err("must be https"));
    check("http://user:secret@127.0.0.1", Err("must not hold credentials; give them to `credentials`"));
    check("http://127.0.0.1/?a=b", Err("must not have a query or a fragment"));
    check("http://127.0.0.1/#a", Err("must not have a query or a fragment"));
    check("demo.cashlink.de", Err("must be an absolute address such as https://demo.cashlink.de/api/external"));

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let checked = base_url(text);
        assert_eq!(checked.as_ref().map(Url::as_str).map_err(|rule| *rule), expected);
    }
}

#[test]
fn every_missing_setting_is_named_at_once() {
    let error = Cashlink::builder().user_agent("line\nbreak").build().unwrap_err();
    let paths: Vec<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["base_url", "user_agent", "client_id", "client_secret"]);
}

#[test]
fn debug_shows_no_credentials() {
    let refused = Cashlink::builder().base_url("http://an-id:a-secret@127.0.0.1/x");
    assert!(!format!("{refused:?}").contains("a-secret"));
    let builder = Cashlink::builder().base_url("http://127.0.0.1/x").credentials("an-id", "a-secret");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("a-secret") && !shown.contains("an-id"));
    let client = builder.build().unwrap();
    let shown = format!("{client:?} {:?}", client.tokens());
    assert!(!shown.contains("a-secret") && !shown.contains("an-id"));
}
