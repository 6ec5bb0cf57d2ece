//! Pages for people: what exists and what happens at `/`, the reference of the API at `/docs`.
//!
//! They are files only. What they show and change goes through the addresses below `/_sandbox/`, like that of any program.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;

use super::App;
use super::verdict::Verdict;

mod description;
mod files;

use files::{Content, FILES, File};

/// What the pages may do: nothing that does not come from here, no script and no style inside a page, no frames.
///
/// Swagger UI has its icons as `data:` addresses in its style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Sent with every file.
const GUARDS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // After an update of the sandbox the browser must not go on with old files.
    (header::CACHE_CONTROL, "no-cache"),
];

pub(super) fn router(app: &Arc<App>) -> Router {
    let app = Arc::clone(app);
    let described = get(async move |request: Request| description::answer(&app, request.headers()));
    let router = Router::new().route("/openapi.json", described);
    FILES.iter().fold(router, |router, file| {
        router.route(file.path, get(async move |request: Request| answer(file, request.headers())))
    })
}

fn answer(file: &'static File, headers: &HeaderMap) -> Response {
    let (body, is_compressed) = match file.content {
        Content::Plain(text) => (text.as_bytes(), false),
        Content::Gzip(bytes) => (bytes, true),
    };
    if is_compressed && !accepts_gzip(headers) {
        return Verdict::detail(StatusCode::NOT_ACCEPTABLE, "This file is given with the content encoding gzip only.")
            .into_response();
    }
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    for (name, value) in GUARDS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the caller takes gzip; one that does not say what it takes, takes everything.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::ACCEPT_ENCODING).iter().peekable();
    if values.peek().is_none() {
        return true;
    }
    let codings = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    codings.map(weighed).any(|(coding, is_taken)| is_taken && (coding.eq_ignore_ascii_case("gzip") || coding == "*"))
}

/// A coding and whether it is taken at all: a weight of zero refuses it.
fn weighed(coding: &str) -> (&str, bool) {
    let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
    let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
    let is_refused = weight.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    (name.trim(), !is_refused)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        check(None, true);
        check(Some("gzip, deflate, br"), true);
        check(Some("br;q=1.0, GZIP;q=0.8"), true);
        check(Some("*"), true);
        check(Some("identity"), false);
        check(Some("gzip;q=0, deflate"), false);
        check(Some("gzip; q=0.000"), false);
        check(Some(""), false);

        #[track_caller]
        fn check(sent: Option<&'static str>, expected: bool) {
            let mut headers = HeaderMap::new();
            if let Some(sent) = sent {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(sent));
            }
            assert_eq!(accepts_gzip(&headers), expected, "{sent:?}");
        }
    }

    #[test]
    fn the_vendored_files_are_those_that_their_readme_names() {
        let readme = include_str!("../../assets/swagger-ui/README.md");
        let vendored: Vec<_> = FILES.iter().filter(|file| matches!(file.content, Content::Gzip(_))).collect();
        assert_eq!(vendored.len(), 2);
        for file in vendored {
            let Content::Gzip(bytes) = file.content else { continue };
            let digest = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            let name = file.path.rsplit('/').next().unwrap();
            assert!(readme.contains(&format!("| `{digest}` | `{name}.gz` |")), "{}: {digest}", file.path);
        }
    }
}
