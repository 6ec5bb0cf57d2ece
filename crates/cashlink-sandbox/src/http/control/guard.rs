//! Who may control the sandbox.
//!
//! On loopback: every program of this machine, but no web page from elsewhere that somebody happens to look at. A page
//! cannot hide where it comes from (`Origin`), and one that has its own name lead to this machine still calls it by
//! that name (`Host`). Beyond loopback: who has the token.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest, Sha256};

use crate::http::auth::bearer;
use crate::http::verdict::Verdict;
use crate::http::{App, body};

/// Answers whoever may not control the sandbox; health is told to everybody.
pub(super) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.uri().path() == "/_sandbox/health" {
        return next.run(request).await;
    }
    match refusal(app.control_token.as_deref(), request.headers()) {
        None => next.run(request).await,
        Some(response) => {
            body::drain(request.into_body()).await;
            response
        }
    }
}

fn refusal(token: Option<&str>, headers: &HeaderMap) -> Option<Response> {
    if let Some(token) = token {
        let is_right = bearer(headers).is_some_and(|sent| is_same(sent, token));
        return (!is_right).then(unauthorized);
    }
    let is_named = texts(headers, header::HOST).all(is_this_machine);
    let host = texts(headers, header::HOST).next();
    let is_foreign = texts(headers, header::ORIGIN).any(|origin| {
        let origin = origin.split_once("://").map_or(origin, |(_, authority)| authority);
        Some(origin) != host
    });
    let forbidden = |detail| Verdict::detail(StatusCode::FORBIDDEN, detail).into_response();
    if !is_named {
        return Some(forbidden("The sandbox is controlled by its address or as localhost, not by another name."));
    }
    is_foreign.then(|| forbidden("The sandbox is not controlled by web pages of other origins."))
}

fn texts(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default())
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host().trim_matches(['[', ']']);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

/// Takes the same time whatever is sent.
fn is_same(one: &str, other: &str) -> bool {
    let digests = Sha256::digest(one).into_iter().zip(Sha256::digest(other));
    digests.fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}

fn unauthorized() -> Response {
    let mut response = Verdict::detail(
        StatusCode::UNAUTHORIZED,
        "The sandbox can be reached from other machines: send its control token as Authorization: Bearer.",
    )
    .into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"sandbox\""));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_from_elsewhere_cannot_control_a_sandbox_on_loopback() {
        check(&[("host", "127.0.0.1:4000")], None);
        check(&[("host", "localhost:4000")], None);
        check(&[("host", "[::1]:4000"), ("origin", "http://[::1]:4000")], None);
        check(&[("host", "127.0.0.1:4000"), ("origin", "http://127.0.0.1:4000")], None);
        check(&[("host", "127.0.0.1:4000"), ("origin", "http://127.0.0.1:4001")], Some(StatusCode::FORBIDDEN));
        check(&[("host", "127.0.0.1:4000"), ("origin", "https://evil.example")], Some(StatusCode::FORBIDDEN));
        check(&[("host", "127.0.0.1:4000"), ("origin", "null")], Some(StatusCode::FORBIDDEN));
        check(&[("host", "evil.example:4000"), ("origin", "http://evil.example:4000")], Some(StatusCode::FORBIDDEN));
        check(&[("host", "evil.example:4000")], Some(StatusCode::FORBIDDEN));
        check(&[], None);
        let here = ("host", "127.0.0.1:4000");
        check(&[here, ("host", "evil.example")], Some(StatusCode::FORBIDDEN));
        check(
            &[here, ("origin", "http://127.0.0.1:4000"), ("origin", "http://evil.example")],
            Some(StatusCode::FORBIDDEN),
        );

        #[track_caller]
        fn check(headers: &[(&'static str, &'static str)], expected: Option<StatusCode>) {
            let refused = refusal(None, &map(headers)).map(|response| response.status());
            assert_eq!(refused, expected, "{headers:?}");
        }
    }

    #[test]
    fn a_token_is_needed_where_there_is_one() {
        let status = |headers: &[_]| refusal(Some("secret"), &map(headers)).map(|response| response.status());
        assert_eq!(status(&[("authorization", "Bearer secret"), ("host", "sandbox.example")]), None);
        assert_eq!(status(&[("authorization", "Bearer other")]), Some(StatusCode::UNAUTHORIZED));
        assert_eq!(status(&[("authorization", "Bearer ")]), Some(StatusCode::UNAUTHORIZED));
        assert_eq!(status(&[("host", "127.0.0.1:4000")]), Some(StatusCode::UNAUTHORIZED));
    }

    fn map(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }
}
