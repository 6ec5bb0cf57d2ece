use cashlink_api::operations;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use super::*;

#[test]
fn retry_after_is_seconds_or_a_date() {
    check("0", Some(0));
    check("120", Some(120));
    check(" 7 ", Some(7));
    check("Sun, 06 Nov 1994 08:50:37 GMT", Some(60));
    check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
    check("-1", None);
    check("soon", None);

    #[track_caller]
    fn check(value: &str, seconds: Option<u64>) {
        let now = "1994-11-06T08:49:37Z".parse().unwrap();
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value.parse().unwrap())]);
        assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs));
    }
}

/// The headers of one request to `address`, made by a client whose API is at `base`.
async fn sent(base: &TcpListener, address: &TcpListener) -> Vec<String> {
    let url = |listener: &TcpListener| format!("http://{}/", listener.local_addr().unwrap());
    let client = crate::Cashlink::builder().base_url(url(base)).credentials("id", "secret").build().unwrap();
    let exchanger = Arc::clone(client.exchanger());
    let token = Some(HeaderValue::from_static("Bearer sesame"));
    let timeout = Duration::from_secs(30);
    let attempt = OneAttempt::new(Arc::clone(&exchanger), &operations::V2_INVESTORS_LIST, token, timeout);
    let attempt = Arc::new(attempt.at(Some(url(address).parse().unwrap())));
    let answer = async {
        let mut stream = BufReader::new(address.accept().await.unwrap().0);
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != "\r\n") {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            lines.push(line);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"results\":[]}").await.unwrap();
        lines
    };
    let raw = exchanger.client(attempt);
    let (reply, lines) = futures_util::join!(raw.v2_investors_list(None, None), answer);
    assert!(reply.unwrap().results.is_empty());
    lines
}

#[tokio::test]
async fn the_token_is_sent_to_the_origin_of_the_api_and_to_no_other() {
    let ours = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stranger = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let has_token = |lines: Vec<String>| lines.iter().any(|line| line.to_lowercase().contains("sesame"));
    assert!(has_token(sent(&ours, &ours).await));
    assert!(!has_token(sent(&ours, &stranger).await));
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    let base = "https://demo.example/api/external".parse().unwrap();
    check(&base, "https://demo.example:443/other/?page=2", true);
    check(&base, "http://demo.example/api/external/", false);
    check(&base, "https://demo.example:8443/api/external/", false);
    check(&base, "https://demo.example.org/api/external/", false);
    check(&base, "https://example/api/external/", false);
    check(&base, "data:text/plain,demo.example", false);

    #[track_caller]
    fn check(base: &Url, url: &str, expected: bool) {
        assert_eq!(is_same_origin(&url.parse().unwrap(), base), expected, "{url}");
    }
}
