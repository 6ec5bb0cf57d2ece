use super::*;

const ID: &str = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";

#[test]
fn every_operation_is_found_by_its_own_path() {
    for operation in Operation::all() {
        let parts: Vec<_> = operation.path().split('/').map(|part| parameter(part).map_or(part, |_| ID)).collect();
        let path = parts.join("/");
        let located = locate(operation.method(), &format!("{path}?page=2")).unwrap();
        assert_eq!(located.operation, operation);
        assert_eq!((located.path, located.query), (path, vec![("page".to_owned(), "2".to_owned())]));
    }
}

#[test]
fn ids_are_sent_in_the_form_of_the_api_and_queries_are_decoded() {
    let located = locate(Method::Get, "/v2/investors/0192F0C17C5A4A618D5B3C8F3A4C2B11/?q=a%26b+c&empty=&q=2").unwrap();
    assert_eq!(located.path, format!("/v2/investors/{ID}/"));
    let expected = [("q", "a&b c"), ("empty", ""), ("q", "2")];
    assert_eq!(located.query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_path_of_another_method_names_the_methods_it_allows() {
    check("POST /v2/investments/{id}/", "/v2/investments/{investment_id}/ allows GET and PATCH, not POST");
    check("GET /v2/documents/", "/v2/documents/ allows POST, not GET");
    check(
        "GET /v2/investors/{id}/wallets/eth-managed/",
        "/v2/investors/{investor_id}/wallets/eth-managed/ allows POST, not GET",
    );
}

#[test]
fn an_id_that_is_none_is_named_and_not_quoted() {
    check("GET /v2/investors/4711/", "needs a UUID for investor_id: GET /v2/investors/{investor_id}/");
    check("GET /v2/investors//", "needs a UUID for investor_id: GET /v2/investors/{investor_id}/");
    check(
        "PATCH /v2/investments/{investment_id}/",
        "needs a UUID for investment_id: PATCH /v2/investments/{investment_id}/",
    );
    check("POST /v2/investments/4711/", "needs a UUID for investment_id: GET /v2/investments/{investment_id}/");
    check(
        "GET /v2/investors/{id}/wallets/nonsense/",
        "needs a UUID for wallet_id: GET /v2/investors/{investor_id}/wallets/{wallet_id}/",
    );
    check("GET /v2/investors/{id}%2F../", "needs a UUID for investor_id: GET /v2/investors/{investor_id}/");
}

#[test]
fn a_missing_slash_is_named_as_such() {
    check("GET /v2/investors", "needs a slash at its end: GET /v2/investors/");
    check("POST /v2/investors?page=2", "needs a slash at its end: POST /v2/investors/");
    check("GET /v2/investors/{id}", "needs a slash at its end: GET /v2/investors/{investor_id}/");
    check("GET /v2/documents", "needs a slash at its end: POST /v2/documents/");
}

#[test]
fn an_unknown_path_names_the_nearest_operation_if_one_is_near() {
    check("GET /v2/investor/", "is no path of the API; the nearest is GET /v2/investors/");
    check("POST /V2/Investors/", "is no path of the API; the nearest is POST /v2/investors/");
    check("GET /investors/{id}/", "is no path of the API; the nearest is GET /v2/investors/{investor_id}/");
    check(
        "POST /v2/investors/{id}/wallets/managed/",
        "is no path of the API; the nearest is POST /v2/investors/{investor_id}/wallets/eth-managed/",
    );
    check("GET /admin/", "is no path of the API");
    check("GET /", "is no path of the API");
    check("POST /oauth/token", "is no path of the API");
}

#[test]
fn what_leads_elsewhere_is_refused() {
    let not_an_address = "must be a path such as /v2/investors/, not an address: the client knows where the API is";
    check("GET https://example.org/v2/investors/", not_an_address);
    check("GET //example.org/v2/investors/", not_an_address);
    check("GET /v2/../v2/investors/", "must not lead up by `.` or `..`");
    check("GET /v2/%2E%2e/investors/", "must not lead up by `.` or `..`");
    check("GET /v2/./investors/", "must not lead up by `.` or `..`");
    check("GET /v2\\..\\investors/", "must have no space, backslash or control character");
    check("GET /v2/investors/?a=b c", "must have no space, backslash or control character");
    check("GET /v2/investors/\r\nX-Evil: 1", "must have no space, backslash or control character");
    check("GET /v2/investors/#top", "must not have a fragment");
    check("GET v2/investors/", "must begin with a slash");
    check("GET ", "must begin with a slash");
    check(&format!("GET /{}", "v".repeat(LONGEST)), "is too long");
}

#[test]
fn a_distance_counts_letters() {
    assert_eq!(distance(b"", b"abc"), 3);
    assert_eq!(distance(b"kitten", b"sitting"), 3);
    assert_eq!(distance(b"same", b"same"), 0);
}

#[track_caller]
fn check(call: &str, expected: &str) {
    let (method, path) = call.split_once(' ').unwrap();
    let method = *Method::ALL.iter().find(|known| known.as_str() == method).unwrap();
    assert_eq!(locate(method, &path.replace("{id}", ID)).unwrap_err(), expected);
}
