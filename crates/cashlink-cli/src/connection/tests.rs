use super::*;

const NOTHING: ConnectionOptions =
    ConnectionOptions { env: None, url: None, client_id: None, client_secret: None, client_secret_file: None };

const VARIABLES: &[(&str, &str)] =
    &[(URL, "http://127.0.0.1:1/api/external"), (CLIENT_ID, "id"), (CLIENT_SECRET, "secret")];

fn connect(options: &ConnectionOptions) -> Connection {
    Connection::new(options, &Variables::of(VARIABLES)).ok().unwrap()
}

#[test]
fn a_flag_beats_its_variable() {
    let options = ConnectionOptions {
        url: Some("https://other".to_owned()),
        client_secret: Some(SecretString::from("other")),
        ..NOTHING
    };
    let connection = connect(&options);
    assert_eq!(connection.url, "https://other");
    assert_eq!(connection.client_id, "id");
    assert_eq!(connection.client_secret.expose_secret(), "other");
}

#[test]
fn a_named_environment_beats_the_address_in_the_environment() {
    let demo = ConnectionOptions { env: Some(EnvironmentName::Demo), ..NOTHING };
    assert_eq!(connect(&demo).url, "https://demo.cashlink.de/api/external");
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let variables = Variables::of(&[(CLIENT_ID, "")]);
    let problems = Connection::new(&NOTHING, &variables).err().unwrap();
    let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, [URL, CLIENT_ID, CLIENT_SECRET]);
}

#[test]
fn production_is_known_by_its_host_however_it_is_written() {
    check("https://connect.cashlink.de/api/external", true);
    check("https://CONNECT.cashlink.de:443/", true);
    check("https://connect.cashlink.de./api/external", true);
    check(" https://connect.cashlink.de", true);
    check("https://demo.cashlink.de/api/external", false);
    check("https://example.org/connect.cashlink.de", false);
    check("nonsense", false);

    #[track_caller]
    fn check(url: &str, expected: bool) {
        let options = ConnectionOptions { url: Some(url.to_owned()), ..NOTHING };
        assert_eq!(connect(&options).is_production(), expected, "{url}");
    }
    let production = ConnectionOptions { env: Some(EnvironmentName::Production), ..NOTHING };
    assert!(connect(&production).is_production());
}

#[test]
fn a_secret_file_holds_the_secret_and_a_line_end_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "from file\n").unwrap();
    let options = ConnectionOptions { client_secret_file: Some(path.clone()), ..NOTHING };
    assert_eq!(connect(&options).client_secret.expose_secret(), "from file");

    for content in [String::new(), "\n".to_owned(), "x".repeat(5000)] {
        std::fs::write(&path, content).unwrap();
        assert!(Connection::new(&options, &Variables::of(VARIABLES)).is_err());
    }
    std::fs::remove_file(&path).unwrap();
    assert!(Connection::new(&options, &Variables::of(VARIABLES)).is_err());
}
