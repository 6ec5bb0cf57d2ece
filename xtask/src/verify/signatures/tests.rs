use super::*;

/// What is wrong with `text` as the facade's `lib.rs`, beside a file with aliases.
#[track_caller]
fn found(text: &str) -> Vec<String> {
    let other = "pub(crate) type Sent = reqwest::Request; pub(crate) use reqwest::Url; pub(crate) struct Inside;";
    let parse = |path: &str, text: &str| Source { path: path.into(), file: syn::parse_file(text).unwrap() };
    problems(&[parse("lib.rs", text), parse("sent.rs", other)])
}

#[test]
fn every_place_of_a_public_signature_is_looked_at() {
    check("pub fn get() -> reqwest::Response {}", "fn get: `reqwest::Response`");
    check("pub fn get(url: &[Option<::reqwest::Url>]) {}", "fn get: `reqwest::Url`");
    check("pub fn get<T: hyper::body::Body>(body: T) {}", "fn get: `hyper::body::Body`");
    check("pub fn get() -> impl Future<Output = http::StatusCode> {}", "fn get: `http::StatusCode`");
    check("pub struct A { pub tls: rustls::ClientConfig }", "struct A: `rustls::ClientConfig`");
    check("pub struct A(pub http::HeaderMap);", "struct A: `http::HeaderMap`");
    check("pub enum A { B { url: reqwest::Url } }", "enum A: `reqwest::Url`");
    check("pub struct A { #[from] source: reqwest::Error }", "struct A: `reqwest::Error`");
    check("pub type A = cashlink_api::Client;", "type A: `cashlink_api::Client`");
    check("pub const A: http::Method = B;", "const A: `http::Method`");
    check("pub static A: http::Method = B;", "static A: `http::Method`");
    check("pub trait A: reqwest::IntoUrl {}", "trait A: `reqwest::IntoUrl`");
    check("pub trait A { fn b(&self) -> http::Uri; }", "trait A: fn b: `http::Uri`");
    check("pub trait A { type B: hyper::Body; }", "trait A: `hyper::Body`");
    check("pub use reqwest::StatusCode;", "use StatusCode: `reqwest::StatusCode`");
    check("pub use cashlink_api::{operations, types};", "use operations: `cashlink_api::operations`");
    check("use reqwest::*;", "use *: `reqwest`");
    check("pub extern crate reqwest;", "extern crate reqwest: `reqwest`");
    check("pub struct A; impl A { pub fn b(&self) -> http::Uri {} }", "impl A: fn b: `http::Uri`");
    check("pub struct A; impl From<reqwest::Error> for A {}", "impl A: `reqwest::Error`");
    check("pub struct A; impl Deref for A { type Target = reqwest::Client; }", "impl A: `reqwest::Client`");
    check("pub struct A; impl cashlink_api::Exchange for A {}", "impl A: `cashlink_api::Exchange`");
    check("pub mod a { pub fn b() -> http::Uri {} }", "fn b: `http::Uri`");
    check("macro_rules! a { () => { pub fn b() -> http::Uri {} } }", "macro a: `http`");

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(found(text), [format!("lib.rs: {expected} is public")]);
    }
}

#[test]
fn names_are_followed_through_imports_and_aliases() {
    check("use reqwest::{Client, Url as Address}; pub fn a(b: Address) {}", "Address");
    check("use reqwest::{self as web}; pub fn a(b: web::Url) {}", "web::Url");
    check("use cashlink_api::Client as RawClient; pub fn a(b: &RawClient) {}", "RawClient");
    check("extern crate reqwest as web; pub fn a(b: web::Url) {}", "web::Url");
    check("type Raw = Vec<http::Uri>; type Rawer = Box<Raw>; pub fn a(b: Rawer) {}", "Rawer");
    check("use crate::sent::Sent; pub fn a(b: Sent) {}", "Sent");
    check("pub fn a(b: crate::sent::Url) {}", "crate::sent::Url");

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(found(text), [format!("lib.rs: fn a: `{expected}` is public")]);
    }
}

#[test]
fn what_users_cannot_see_may_be_foreign() {
    check("use reqwest::Client; pub(crate) fn a(b: Client) {} fn c(d: http::Uri) {}");
    check("pub struct A { client: reqwest::Client, pub(crate) url: reqwest::Url }");
    check("pub struct A; impl A { pub(crate) fn b(&self) -> http::Uri {} fn c(d: http::Uri) {} }");
    check("struct A; impl cashlink_api::Exchange for A { fn b(c: reqwest::Request) {} }");
    check("trait A { fn b(c: http::Uri); } pub struct C; impl A for C { fn b(c: http::Uri) {} }");
    check("use crate::sent::Inside; impl From<reqwest::Error> for Inside {}");
    check("pub fn a() { let b: reqwest::Url = c(); }");
    check("#[cfg(test)] mod tests { pub fn a() -> http::Uri {} }");
    check("macro_rules! a { () => { fn b() -> http::Uri {} } }");
    check("pub use cashlink_api::types::*; pub fn a(b: cashlink_api::types::Money) {}");
    check("pub fn a(http: u16, url: url::Url) {}");

    #[track_caller]
    fn check(text: &str) {
        assert_eq!(found(text), [""; 0]);
    }
}

#[test]
fn what_servers_ask_of_a_service_is_meant_in_its_place_alone() {
    let service =
        "pub struct WebhookService; impl Service<http::Request<()>> for WebhookService { type Response = http::Uri; }";
    let file = "crates/cashlink/src/webhook/service.rs";
    check(file, service, 0);
    check("crates/cashlink/src/webhook/receiver.rs", service, 2);
    check(file, &service.replace("WebhookService", "Receiver"), 2);
    check(file, &service.replace("impl Service", "impl From"), 2);
    check(file, "pub struct WebhookService; impl WebhookService { pub fn a(b: http::Uri) {} }", 1);

    #[track_caller]
    fn check(path: &str, text: &str, expected: usize) {
        let source = Source { path: path.into(), file: syn::parse_file(text).unwrap() };
        assert_eq!(problems(&[source]).len(), expected);
    }
}
