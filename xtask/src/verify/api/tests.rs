use tempfile::TempDir;

use super::*;
use crate::workspace::Workspace;

/// A facade that exports from another crate of its workspace, and hides a name of it.
const FACADE_SOURCE: &str = r#"
macro_rules! getters { ($($name:ident)*) => { impl Client { $(pub fn $name(&self) -> u8 { 1 })* } } }

pub use cashlink_types::Money;
pub mod model;

#[derive(Clone)]
pub struct Client { secret: u8, pub limit: u8 }
pub struct Local(std::rc::Rc<u8>);
getters!(port retries);

impl Client {
    pub fn pay(&self, amount: Money) -> model::Kind { drop(amount); drop(self.secret); model::Kind::Other }
}

pub trait Clock { fn now(&self) -> u64; fn later(&self) -> u64 { self.now() + 1 } }
impl Clock for Client { fn now(&self) -> u64 { 0 } }

#[cfg(feature = "more")]
pub const MORE: &str = env!("CARGO_PKG_VERSION");
"#;

const FACADE_API: &str = "\
pub mod cashlink
pub mod cashlink::model
pub struct cashlink::Client { .. }
pub cashlink::Client::limit: u8
pub fn cashlink::Client::pay(&self, cashlink::Money) -> cashlink::model::Kind
pub fn cashlink::Client::port(&self) -> u8
pub fn cashlink::Client::retries(&self) -> u8
impl cashlink::Clock for cashlink::Client
impl core::clone::Clone for cashlink::Client
pub struct cashlink::Local(_)
impl !core::marker::Send for cashlink::Local
impl !core::marker::Sync for cashlink::Local
pub const cashlink::MORE: &str
pub trait cashlink::Clock
pub fn cashlink::Clock::later(&self) -> u64 { .. }
pub fn cashlink::Clock::now(&self) -> u64
#[non_exhaustive] pub enum cashlink::model::Kind
pub cashlink::model::Kind::Other
pub struct cashlink::Money(pub i64)
impl core::convert::From<i64> for cashlink::Money
";

const TYPES_SOURCE: &str = "
mod money { pub struct Money(pub i64); impl From<i64> for Money { fn from(cents: i64) -> Self { Self(cents) } } }
pub use money::Money;
pub mod types { #[non_exhaustive] pub enum Kind { Other } pub struct Token; }
pub struct Inside(pub Money);
";

/// A workspace of two small crates, and a foreign one.
fn project() -> (TempDir, Cargo) {
    let folder = tempfile::tempdir().unwrap();
    let manifest = |name: &str, more: &str| {
        format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2024'\n[features]\nmore = []\n{more}")
    };
    let needs = "[dependencies]\ncashlink-types.path = '../cashlink-types'\nhttp.path = '../../http'\n";
    write(&folder, "Cargo.toml", "[workspace]\nmembers = ['crates/*']\nexclude = ['http']\nresolver = '3'\n");
    write(&folder, "crates/cashlink/Cargo.toml", &manifest("cashlink", needs));
    write(&folder, "crates/cashlink/src/lib.rs", FACADE_SOURCE);
    write(&folder, "crates/cashlink/src/model.rs", "pub use cashlink_types::types::*;\nstruct Token;\n");
    write(&folder, "crates/cashlink-types/Cargo.toml", &manifest("cashlink-types", ""));
    write(&folder, "crates/cashlink-types/src/lib.rs", TYPES_SOURCE);
    write(&folder, "http/Cargo.toml", &manifest("http", ""));
    write(&folder, "http/src/lib.rs", "pub struct Uri;");
    fs::create_dir(folder.path().join("docs")).unwrap();
    let cargo = Cargo::new(Workspace::at(folder.path()));
    (folder, cargo)
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn what_is_added_removed_changed_or_foreign_is_named_and_mended_by_writing_it_down() {
    let (folder, cargo) = project();
    let missing = run(&cargo);
    assert!(missing.text().starts_with("docs/public-api.txt: "), "{missing:?}");

    mend(&cargo).unwrap();
    let written = fs::read_to_string(folder.path().join(PATH)).unwrap();
    let lines: Vec<&str> = written.lines().filter(|line| !line.starts_with("# ")).collect();
    assert_eq!(lines, FACADE_API.lines().collect::<Vec<_>>());
    assert_eq!(run(&cargo), Verdict::Passed);

    let edited = FACADE_SOURCE.replace("port retries", "port tries").replace("amount: Money", "amount: &Money");
    let edited = edited + "macro_rules! sent { () => { pub fn sent() -> http::Uri { http::Uri } } } sent!();\n";
    let edited = edited + "pub use cashlink_types::Inside as Outside; pub use http::Uri as Url;\n";
    write(&folder, "crates/cashlink/src/lib.rs", &edited);
    assert_eq!(
        run(&cargo).text().lines().collect::<Vec<_>>(),
        [
            "foreign:  `http::Uri` in: pub use cashlink::Url = http::Uri",
            "foreign:  `http::Uri` in: pub fn cashlink::sent() -> http::Uri",
            "changed:  pub fn cashlink::Client::pay(&self, cashlink::Money) -> cashlink::model::Kind",
            "      to  pub fn cashlink::Client::pay(&self, &cashlink::Money) -> cashlink::model::Kind",
            "removed:  pub fn cashlink::Client::retries(&self) -> u8",
            "added:    pub use cashlink::Url = http::Uri",
            "added:    pub fn cashlink::Client::tries(&self) -> u8",
            "added:    pub fn cashlink::sent() -> http::Uri",
            "added:    pub struct cashlink::Outside(pub cashlink::Money)",
        ]
    );
}

#[test]
fn what_depends_on_the_facade_need_not_compile() {
    let (folder, cargo) = project();
    let manifest = "[package]\nname = 'a'\nedition = '2024'\n[dependencies]\ncashlink.path = '../cashlink'\n";
    write(&folder, "crates/a/Cargo.toml", manifest);
    write(&folder, "crates/a/src/lib.rs", "use cashlink::Gone;");
    mend(&cargo).unwrap();
    assert_eq!(run(&cargo), Verdict::Passed);
}

#[test]
fn a_compiler_that_cannot_be_compared_with_is_no_failure() {
    let (folder, cargo) = project();
    write(&folder, PATH, "# rustc 1.2.3, rustdoc JSON format 7\npub mod cashlink\n");
    let Verdict::Skipped(reason) = run(&cargo) else { panic!("compared with another format") };
    assert!(reason.starts_with("docs/public-api.txt is of rustdoc 1.2.3, JSON format 7; rustdoc "), "{reason}");
    assert!(reason.contains(" cannot be compared with it (its JSON has format "), "{reason}");
    assert!(reason.ends_with("; to do so: cargo +1.2.3 xtask verify api"), "{reason}");

    write(&folder, "crates/cashlink/src/lib.rs", "mod");
    assert!(run(&cargo).text().starts_with("$ cargo check "), "what cannot be compiled is no matter of the compiler");
}

#[test]
fn the_stored_api_says_who_wrote_it() {
    let text = "# rustc 1.95.0, rustdoc JSON format 57\n#[non_exhaustive] pub enum a::B\n";
    let snapshot = Snapshot::parse(text).unwrap();
    assert_eq!(snapshot.lines, ["#[non_exhaustive] pub enum a::B"]);
    assert_eq!(Snapshot::parse(&snapshot.to_string()), Some(snapshot));
    assert_eq!(Snapshot::parse("pub enum a::B\n"), None);
}

#[test]
fn a_foreign_path_is_found_and_one_of_our_own_is_not() {
    check("pub fn cashlink::a(reqwest::blocking::Client)", Some("reqwest::blocking::Client"));
    check("pub use cashlink::Url = http::uri::Uri", Some("http::uri::Uri"));
    check("impl core::convert::From<hyper::error::Error> for cashlink::Error", Some("hyper::error::Error"));
    check("pub fn cashlink::a() -> cashlink_api::Client", Some("cashlink_api::Client"));
    check("pub fn cashlink::http::a(url::Url) -> cashlink::model::Investor", None);

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let expected = expected.map(|path| format!("foreign:  `{path}` in: {line}"));
        assert_eq!(foreign(line), expected);
    }
}

#[test]
fn what_servers_ask_of_a_service_is_not_foreign_and_everything_else_beside_it_is() {
    let response = "pub type cashlink::webhook::WebhookService::Response";
    assert_eq!(foreign(&format!("{response} = http::response::Response<()>")), None);
    assert!(foreign(&format!("{response} = reqwest::Response")).is_some());
    assert!(foreign("pub fn cashlink::webhook::WebhookService::get(&self) -> http::Uri").is_some());
    assert!(foreign("impl http_body::Body for cashlink::webhook::Receiver").is_some());
}
