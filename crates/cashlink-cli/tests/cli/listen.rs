//! `cashlink webhooks listen`.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use cashlink_sandbox::Webhook;
use serde_json::{Value, json};

use crate::{
    forward::post,
    process::{Ended, Local, cashlink, run, send},
};

pub(crate) const TOKEN: &str = "a-token-of-more-than-16-characters";
pub(crate) const INVESTMENT: &str = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";

/// A `cashlink webhooks listen --json` that listens.
pub(crate) struct Listening {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Its first line.
    begun: Value,
}

impl Listening {
    pub(crate) fn start(inbox: &Path, more: &[&str]) -> Self {
        Self::of(listen(inbox, more).env("CASHLINK_WEBHOOK_TOKEN", TOKEN))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut listening = Self { child, stdout, begun: Value::Null };
        listening.begun = listening.next();
        listening
    }

    /// The next line.
    #[track_caller]
    pub(crate) fn next(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}, {}", self.said()))
    }

    /// The next line of this kind.
    #[track_caller]
    pub(crate) fn next_that_was(&mut self, what: &str) -> Value {
        loop {
            let line = self.next();
            if line["what"] == what {
                return line;
            }
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.begun["url"].as_str().unwrap()
    }

    /// Delivers an event and returns what became of it.
    #[track_caller]
    pub(crate) fn deliver(&mut self, status: &str, second: u32) -> String {
        let ended = trigger(self.url(), INVESTMENT, status, second);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        self.next_that_was("received")["recorded"].as_str().unwrap().to_owned()
    }

    /// Asks it to end, and returns its exit code and the rest of its lines.
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        send(signal, &self.child);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }

    fn said(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It has ended already if the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, to listen with an inbox.
pub(crate) fn listen(inbox: &Path, more: &[&str]) -> Command {
    let mut command = cashlink(&["webhooks", "listen", "--inbox"]);
    command.arg(inbox).args(more);
    command
}

/// Makes all that an inbox has as old as if it had come years ago.
pub(crate) fn came_years_ago(inbox: &Path) {
    let connection = cashlink_sqlite::rusqlite::Connection::open(inbox).unwrap();
    connection.execute("UPDATE cashlink_webhook_events SET received_at = '2020-01-01T00:00:00Z'", []).unwrap();
}

/// Sends an event to `url`.
pub(crate) fn trigger(url: &str, investment: &str, status: &str, second: u32) -> Ended {
    let changed_at = format!("2025-03-04T09:15:{second:02}Z");
    let arguments = ["webhooks", "trigger", "--json", "--to", url, "--status", status, "--investment", investment];
    run(cashlink(&arguments).args(["--changed-at", &changed_at]).env("CASHLINK_WEBHOOK_TOKEN", TOKEN))
}

#[test]
fn it_says_where_it_listens_and_what_became_of_each_event() {
    let folder = tempfile::tempdir().unwrap();
    let mut listening = Listening::start(&folder.path().join("inbox.db"), &[]);
    assert_eq!((&listening.begun["what"], &listening.begun["token"]), (&json!("listening"), &Value::Null));
    let became = [
        listening.deliver("ACCEPTED", 2),
        listening.deliver("PAID", 3),
        listening.deliver("PAID", 3),
        listening.deliver("WAITING_FOR_ACCEPTANCE", 1),
        listening.deliver("PAID", 4),
        listening.deliver("MOVED", 5),
    ];
    assert_eq!(became, ["applied", "applied", "duplicate", "late", "repeated", "applied"]);

    trigger(listening.url(), INVESTMENT, "DELIVERED", 6);
    let line = listening.next();
    let expected = json!({
        "what": "received", "received_at": line["received_at"], "recorded": "applied", "status": "DELIVERED",
        "investment_id": INVESTMENT, "changed_at": "2025-03-04T09:15:06Z", "event_id": line["event_id"],
    });
    assert_eq!(line, expected);
}

#[test]
fn a_person_is_given_lines_that_a_shell_reads_until_it_is_ready_and_then_the_events() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = listen(&folder.path().join("inbox.db"), &[]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let url = lines.next().unwrap().replace("CASHLINK_WEBHOOK_URL=", "");
    let token = lines.next().unwrap().replace("CASHLINK_WEBHOOK_TOKEN=", "");
    assert_eq!((token.len(), lines.next().unwrap().as_str()), (64, "READY"));
    let arguments = ["webhooks", "trigger", "--to", &url, "--status", "PAID", "--investment", INVESTMENT];
    assert_eq!(run(cashlink(&arguments).env("CASHLINK_WEBHOOK_TOKEN", &token)).code, Some(0));
    let line = lines.next().unwrap();
    let words: Vec<_> = line.split_whitespace().skip(1).collect();
    assert_eq!(words, [INVESTMENT, "PAID", "applied"], "{line}");
    send("-TERM", &child);
    assert_eq!((child.wait().unwrap().code(), lines.next()), (Some(0), None));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("inbox.db") && said.contains("give whoever sends events"), "{said}");
    assert!(!said.contains(&token), "{said}");
}

#[test]
fn what_was_received_is_known_after_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    let mut first = Listening::start(&inbox, &[]);
    assert_eq!(first.deliver("PAID", 3), "applied");
    first.stop("-KILL");
    assert_eq!(fs::metadata(&inbox).unwrap().permissions().mode() & 0o777, 0o600);
    let mut second = Listening::start(&inbox, &[]);
    assert_eq!(second.deliver("PAID", 3), "duplicate");
    assert_eq!(second.deliver("ACCEPTED", 2), "late");
}

#[test]
fn every_token_that_is_given_is_good_and_none_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    fs::write(&file, format!("{TOKEN}\nthe-token-that-was-good-before\n")).unwrap();
    let inbox = folder.path().join("inbox.db");
    let mut of_file = Listening::of(&mut listen(&inbox, &["--token-file", file.to_str().unwrap()]));
    let both = format!("{TOKEN} the-token-that-was-good-before");
    let mut of_variable = Listening::of(listen(&inbox, &[]).env("CASHLINK_WEBHOOK_TOKEN", both));
    for listening in [&mut of_file, &mut of_variable] {
        for token in [TOKEN, "the-token-that-was-good-before"] {
            let arguments = ["webhooks", "trigger", "--to", listening.url(), "--status", "PAID"];
            let ended = run(cashlink(&arguments).env("CASHLINK_WEBHOOK_TOKEN", token));
            assert_eq!(ended.code, Some(0), "{ended:?}");
            assert_eq!(listening.next()["recorded"], "applied");
        }
        assert_eq!(listening.begun["token"], Value::Null);
    }
}

#[test]
fn a_client_gets_tokens_at_the_endpoint_and_delivers_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = "the-secret-of-now-and-later the-secret-that-was-good-before";
    let mut command = listen(&folder.path().join("inbox.db"), &["--client-id", "cashlink"]);
    let mut listening = Listening::of(command.env("CASHLINK_WEBHOOK_CLIENT_SECRET", secrets));
    assert_eq!(listening.begun["token"], Value::Null, "who has credentials needs no token");
    let (url, token_url) = (listening.url().to_owned(), listening.begun["token_url"].as_str().unwrap().to_owned());
    let arguments = ["webhooks", "trigger", "--to", &url, "--status", "PAID", "--client-id", "cashlink", "--token-url"];
    let deliver =
        |secret: &str| run(cashlink(&arguments).arg(&token_url).env("CASHLINK_WEBHOOK_CLIENT_SECRET", secret)).code;
    for secret in secrets.split(' ') {
        assert_eq!(deliver(secret), Some(0));
        assert_eq!(listening.next()["recorded"], "applied");
    }
    assert_eq!(deliver("the-secret-of-somebody-else"), Some(4));
    assert_eq!(listening.next()["reply_status"], 401);
}

#[test]
fn what_is_refused_is_said_to_whoever_listens_and_not_to_the_sender() {
    let folder = tempfile::tempdir().unwrap();
    let mut listening = Listening::start(&folder.path().join("inbox.db"), &[]);
    let url = listening.url().to_owned();
    let arguments = ["webhooks", "trigger", "--json", "--to", &url, "--status", "PAID"];
    let ended = run(cashlink(&arguments).env("CASHLINK_WEBHOOK_TOKEN", "another-token-of-16-characters"));
    assert_eq!((ended.code, &ended.json()["error"]["status"]), (Some(4), &401.into()), "{ended:?}");
    let line = listening.next();
    assert_eq!((&line["what"], &line["reply_status"]), (&"refused".into(), &401.into()));
    assert_eq!(line["reason"], "no credentials that are good now");

    let early = ["--changed-at", "2999-01-01T00:00:00Z"];
    let ended = run(cashlink(&arguments).args(early).env("CASHLINK_WEBHOOK_TOKEN", TOKEN));
    assert_eq!((ended.code, &ended.json()["error"]["status"]), (Some(3), &422.into()), "{ended:?}");
    assert_eq!(listening.next()["reply_status"], 422);
}

#[test]
fn events_from_as_far_ahead_as_is_said_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut listening = Listening::start(&folder.path().join("inbox.db"), &["--ahead", "36000d"]);
    let arguments = ["webhooks", "trigger", "--to", listening.url(), "--status", "PAID"];
    let early = ["--changed-at", "2100-01-01T00:00:00Z"];
    let ended = run(cashlink(&arguments).args(early).env("CASHLINK_WEBHOOK_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(listening.next()["recorded"], "applied");
}

#[test]
fn a_delivery_under_way_is_answered_before_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    let listening = Listening::start(&inbox, &[]);
    let body = json!({"investment_id": INVESTMENT, "status": "PAID", "changed_at": "2025-03-04T09:15:03Z"}).to_string();
    let mut stream = TcpStream::connect(listening.url().trim_start_matches("http://").trim_end_matches('/')).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // It says so when it begins to read the body.
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    send("-TERM", &listening.child);
    stream.get_mut().write_all(body.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.contains("HTTP/1.1 204 "), "{reply}");
    let (code, rest) = listening.stop("-CONT");
    assert_eq!((code, rest.contains(r#""recorded":"applied""#)), (Some(0), true), "{rest}");

    let mut again = Listening::start(&inbox, &[]);
    assert_eq!(again.deliver("PAID", 3), "duplicate");
}

#[test]
fn on_a_full_disk_deliveries_are_refused_and_taken_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    let program = listen(&inbox, &[]);
    // Some hundred KiB, and an error instead of a signal beyond them.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\""]);
    limited.arg(program.get_program()).args(program.get_args()).env("CASHLINK_WEBHOOK_TOKEN", TOKEN);
    let mut listening = Listening::of(&mut limited);
    let mut taken = 0;
    let refused = loop {
        let ended = trigger(listening.url(), INVESTMENT, &format!("STATUS_{taken}"), taken % 60);
        if ended.code != Some(0) {
            break ended;
        }
        assert_eq!(listening.next_that_was("received")["recorded"], if taken < 60 { "applied" } else { "late" });
        taken += 1;
        assert!(taken < 1_000, "there is room for all");
    };
    assert!(taken > 5, "{taken}");
    assert_eq!((refused.code, &refused.json()["error"]["status"]), (Some(6), &503.into()), "{refused:?}");
    let line = listening.next_that_was("refused");
    assert!(line["reason"].as_str().unwrap().contains("it comes again"), "{line}");
    listening.stop("-KILL");

    let mut again = Listening::start(&inbox, &[]);
    for index in 0..taken {
        assert_eq!(again.deliver(&format!("STATUS_{index}"), index % 60), "duplicate");
    }
    assert_ne!(again.deliver(&format!("STATUS_{taken}"), taken % 60), "duplicate");
}

#[test]
fn a_reader_who_stops_to_read_keeps_it_from_nothing_but_more_lines() {
    let folder = tempfile::tempdir().unwrap();
    let listening = Listening::start(&folder.path().join("inbox.db"), &[]);
    // More than a pipe holds, and fewer than wait for their reader.
    for index in 0..400 {
        let body = json!({"investment_id": INVESTMENT, "status": format!("STATUS_{index}")});
        assert_eq!(post(listening.url(), &body), Some(204));
    }
    let (code, rest) = listening.stop("-TERM");
    assert_eq!((code, rest.lines().count()), (Some(0), 400));
}

#[test]
fn a_sandbox_tells_it_of_what_happens_to_an_investment() {
    let local = Local::start();
    let mut listening = Listening::start(&local.folder().join("inbox.db"), &[]);
    local.sandbox.add_webhook(&Webhook::bearer(listening.url(), TOKEN)).unwrap();
    let ended = local.run(&["guide", "registry", "--json"]);
    let investment = ended.json()["result"]["investment_id"].clone();
    for status in ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED"] {
        let line = listening.next();
        assert_eq!((&line["what"], &line["recorded"]), (&"received".into(), &"applied".into()));
        assert_eq!((&line["status"], &line["investment_id"]), (&status.into(), &investment));
    }
}

#[test]
fn what_is_wrong_with_its_settings_is_named_before_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("short"), "short-words").unwrap();
    fs::write(path("other.db"), "no inbox".repeat(100)).unwrap();
    fs::set_permissions(path("other.db"), fs::Permissions::from_mode(0o600)).unwrap();
    let (inbox, short, other) = (path("inbox.db"), path("short"), path("other.db"));
    check(&["--inbox", &inbox, "--token-file", &short], &["--token-file"]);
    check(&["--inbox", &inbox, "--token", "short-words", "--token", TOKEN], &["--token"]);
    check(&["--inbox", &inbox, "--token-file", "/nonexistent"], &["--token-file"]);
    check(&["--inbox", &inbox, "--forward", "http://example.org/"], &["--forward"]);
    check(&["--inbox", &inbox, "--forward", "http://a:words@127.0.0.1/"], &["--forward"]);
    check(&["--inbox", &other], &["--inbox"]);
    check(
        &["--inbox", &inbox, "--client-id", "a:b", "--client-secret-file", &short],
        &["--client-id", "--client-secret-file"],
    );
    check(&["--inbox", &inbox, "--client-id", "a"], &["CASHLINK_WEBHOOK_CLIENT_SECRET"]);
    // There is no home directory.
    check(&[], &["--inbox"]);

    #[track_caller]
    fn check(arguments: &[&str], paths: &[&str]) {
        let ended = run(cashlink(&["webhooks", "listen", "--json"]).args(arguments));
        assert_eq!((ended.code, ended.paths()), (Some(2), paths.iter().map(|path| (*path).to_owned()).collect()));
        assert!(!ended.stderr.contains("words") && !ended.stdout.contains("words"), "{ended:?}");
    }
}

#[test]
fn an_address_in_use_is_told_and_1() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = run(&mut listen(&folder.path().join("inbox.db"), &["--listen", &address]));
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.stderr.contains(&format!("cannot listen on {address}")), "{}", ended.stderr);
}
