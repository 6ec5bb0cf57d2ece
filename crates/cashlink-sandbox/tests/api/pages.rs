//! Lists, page by page.

use cashlink_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Api, person, read};

#[tokio::test]
async fn a_list_is_followed_from_page_to_page_oldest_first() {
    let api = Api::with(Sandbox::builder().page_size(2)).await;
    let mut made = vec![api.sandbox.investor_id().to_string()];
    for _ in 0..4 {
        made.push(api.make("/v2/investors/", &person()).await);
    }
    let mut url = Some(format!("{}/v2/investors/", api.sandbox.url()));
    let mut seen = Vec::new();
    let mut pages = Vec::new();
    while let Some(next) = url {
        let page = read(api.http.get(next).bearer_auth(&api.token)).await.unwrap();
        assert_eq!(page.must_be(200)["count"], 5);
        let results = page.body["results"].as_array().unwrap();
        seen.extend(results.iter().map(|investor| investor["id"].as_str().unwrap().to_owned()));
        url = page.body["next"].as_str().map(str::to_owned);
        pages.push(page.body);
    }
    assert_eq!(seen, made);
    let list = format!("{}/v2/investors/", api.sandbox.url());
    assert_eq!(pages[0]["previous"], Value::Null);
    assert_eq!(pages[1]["previous"], json!(list));
    assert_eq!(pages[1]["next"], json!(format!("{list}?page=3")));
    assert_eq!(pages[2]["next"], Value::Null);
}

#[tokio::test]
async fn a_page_that_is_not_there_is_404() {
    let api = Api::start().await;
    for page in ["2", "0", "-1", "x", ""] {
        let reply = api.get(&format!("/v2/investors/?page={page}")).await;
        assert_eq!(reply.must_be(404)["detail"], "Invalid page.", "{page}");
    }
    assert_eq!(api.get("/v2/redemptions/?page=1").await.must_be(200)["results"], json!([]));
    api.get("/v2/redemptions/?page=2").await.must_be(404);
}

#[tokio::test]
async fn the_size_of_a_page_is_a_wish_that_links_repeat() {
    let api = Api::start().await;
    api.make("/v2/investors/", &person()).await;
    let page = api.get("/v2/investors/?page_size=1").await;
    let next = page.must_be(200)["next"].as_str().unwrap();
    assert!(next.ends_with("/v2/investors/?page=2&page_size=1"), "{next}");
    api.get("/v2/investors/?page_size=many").await.must_be(200);
}

#[tokio::test]
async fn a_link_can_be_followed_whatever_the_call_says_about_its_host() {
    let api = Api::start().await;
    api.make("/v2/investors/", &person()).await;
    check(&api, "example.org:8080", "http://example.org:8080/").await;
    for odd in ["a:b", "a\\b", "a b", "a?b", "a#b", ":80"] {
        check(&api, odd, "http://").await;
    }

    async fn check(api: &Api, host: &str, start: &str) {
        let call = api.call(reqwest::Method::GET, "/v2/investors/?page_size=1").header("Host", host);
        let page = read(call).await.unwrap();
        let next = page.must_be(200)["next"].as_str().unwrap();
        let link: reqwest::Url = next.parse().unwrap();
        assert_eq!(link.path(), "/api/external/v2/investors/", "{host}");
        assert_eq!(link.query(), Some("page=2&page_size=1"), "{host}");
        assert!(next.starts_with(start), "{next}");
    }
}

#[tokio::test]
async fn a_call_of_http_1_0_without_a_host_is_given_the_address_of_the_server() {
    let api = Api::start().await;
    api.make("/v2/investors/", &person()).await;
    let mut stream = TcpStream::connect(api.address()).await.unwrap();
    let path = "/api/external/v2/investors/?page_size=1";
    let call = format!("GET {path} HTTP/1.0\r\nauthorization: bearer {}\r\n\r\n", api.token);
    stream.write_all(call.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let next = format!("\"next\":\"{}/v2/investors/?page=2&page_size=1\"", api.sandbox.url());
    assert!(answer.contains(&next), "{answer}");
}

#[tokio::test]
async fn wallets_are_a_bare_array_in_one_family_and_pages_in_the_other() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id();
    let bare = api.get(&format!("/v2/investors/{investor}/wallets/")).await;
    let page = api.get(&format!("/distributor/v2/investors/{investor}/wallets/")).await;
    assert_eq!(bare.must_be(200)[0], page.must_be(200)["results"][0]);
}

#[tokio::test]
async fn investments_are_narrowed_down_to_a_product() {
    let api = Api::start().await;
    let body = json!({
        "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(),
        "units": 1, "signed_at": "2024-01-01T00:00:00Z",
    });
    api.make("/v2/investments/", &body).await;
    let count = async |product: &str| api.get(&format!("/v2/investments/?product_id={product}")).await;
    assert_eq!(count(&api.sandbox.product_id().to_string()).await.must_be(200)["count"], 1);
    assert_eq!(count(&api.sandbox.campaign_id().to_string()).await.must_be(200)["count"], 0);
    assert_eq!(count("").await.must_be(200)["count"], 1);
    assert!(count("x").await.must_be(400)["product_id"].is_array());
}
