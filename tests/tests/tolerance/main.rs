//! Replies that differ from their schemas are read wherever they can be understood, and named where they cannot.
//!
//! Each reply of each operation in `openapi/cashlink.json` is changed at each of its places in every way that is listed
//! for the kind of place, and goes through the client as it is.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod calls;
mod mutations;
mod places;

use std::collections::BTreeSet;

use cashlink::{Cashlink, DecodeError, Error, Outcome, RetryPolicy};
use cashlink_tests::{
    clock::JumpingClock,
    personal,
    scripted::{self, ScriptedServer},
    spec,
};
use futures_util::{StreamExt as _, future::join_all};
use serde_json::{Value, json};

use crate::{
    calls::{Form, Reply, call, list, replies},
    mutations::Mutation,
    places::Path,
};

/// What the replies of these tests hold and no error may print.
const HIDDEN: [&str; 6] =
    ["these-letters", "these-answers", "2011-01-01", "these.example", "NEVER_HEARD_OF", "never heard of"];

fn client(server: &ScriptedServer) -> Cashlink {
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret");
    builder.retry(RetryPolicy::never()).clock(JumpingClock::new()).build().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_reply_is_read_or_the_error_names_the_place() {
    let objects = replies().into_iter().filter(|reply| reply.form != Form::Page);
    let checks = objects.map(|reply| tokio::spawn(changed_replies(reply)));
    for check in join_all(checks).await {
        check.unwrap();
    }
}

async fn changed_replies(reply: Reply) {
    let server = ScriptedServer::start([]).await.unwrap();
    let client = client(&server);
    let (whole, places) = places::of(reply.schema);
    for mutation in mutations::of(&whole, &places) {
        server.then(scripted::Reply::json(200, &mutation.reply));
        let read = call(&client, reply).await;
        check(reply, &mutation, "", read);
    }
}

#[tokio::test]
async fn no_changed_item_loses_its_page() {
    let server = ScriptedServer::start([]).await.unwrap();
    let client = client(&server);
    for reply in replies().into_iter().filter(|reply| reply.form == Form::Page) {
        let (item, places) = places::of(&reply.schema["properties"]["results"]["items"]);
        let mutations = mutations::of(&item, &places);
        let pages: Vec<&[Mutation]> = mutations.chunks(100).collect();
        for (number, page) in pages.iter().enumerate() {
            let next = (number + 1 < pages.len()).then(|| format!("{}/?page={}", server.url(), number + 2));
            let items: Vec<&str> = page.iter().map(|mutation| mutation.reply.as_str()).collect();
            let items = items.join(", ");
            let body = format!(r#"{{"count": {}, "next": {}, "results": [{items}]}}"#, mutations.len(), json!(next));
            server.then(scripted::Reply::json(200, &body));
        }
        let read: Vec<Result<Value, Error>> = list(&client, reply).collect().await;
        assert_eq!(read.len(), mutations.len(), "{reply}");
        for (position, (mutation, read)) in mutations.iter().zip(read).enumerate() {
            check(reply, mutation, &format!("results[{}]", position % 100), read);
        }
    }
}

#[tokio::test]
async fn a_page_is_read_whatever_is_around_its_items() {
    let server = ScriptedServer::start([]).await.unwrap();
    let client = client(&server);
    for reply in replies().into_iter().filter(|reply| reply.form == Form::Page) {
        let (mut page, places) = places::of(reply.schema);
        page["next"] = Value::Null;
        let items = page["results"].as_array().unwrap().clone();
        let places: Vec<_> = places.into_iter().filter(|place| is_around_items(&place.path)).collect();
        let mut mutations = mutations::of(&page, &places);
        mutations.push(Mutation {
            name: "a bare array".to_owned(),
            reply: json!(items).to_string(),
            expected: Ok(page.clone()),
        });
        // A further page is another matter.
        mutations.retain(|mutation| !mutation.expected.as_ref().is_ok_and(|page| page["next"].is_string()));
        for mut mutation in mutations {
            // Nothing is done with the address of the page before, so nothing about it can be wrong.
            if mutation.expected.as_ref().is_err_and(|path| path == "previous") {
                mutation.expected = Ok(page.clone());
            }
            server.then(scripted::Reply::json(200, &mutation.reply));
            mutation.expected = mutation.expected.map(|page| page["results"].clone());
            check(reply, &mutation, "", read(&client, reply).await);
        }
    }
}

#[tokio::test]
async fn an_odd_item_is_an_error_in_its_place_and_the_list_goes_on() {
    const ID: &str = "00000000-0000-0000-0000-000000000007";
    let pages = |server: &ScriptedServer| {
        let next = format!("{}/?page=2", server.url());
        let odd = format!(r#"{{"next": "{next}", "results": [{{"id": "{ID}"}}, {{"id": 7}}, {{"id": "{ID}"}}]}}"#);
        server.then(scripted::Reply::json(200, &odd));
        server.then(scripted::Reply::json(200, &format!(r#"{{"results": [{{"id": "{ID}"}}]}}"#)));
    };
    // A second request for the odd page would be one too many for the script: asking again is of no use.
    let server = ScriptedServer::start([]).await.unwrap();
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret");
    let client = builder.clock(JumpingClock::new()).build().unwrap();

    pages(&server);
    let items: Vec<_> = client.platform().investors().list().by_item().collect().await;
    assert_eq!(items.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true]);
    let error = items[1].as_ref().unwrap_err();
    assert_eq!(
        error.decode().map(|item| (item.path(), item.body())),
        Some((Some("results[1].id"), &br#"{"id": 7}"#[..]))
    );
    assert_eq!((error.operation_id(), error.attempts()), (Some("v2_investors_list"), 1));
    assert_eq!((error.outcome(), error.status()), (Outcome::NotSent, Some(200)));

    pages(&server);
    let pages: Vec<_> = client.platform().investors().list().by_page().collect().await;
    assert_eq!(pages.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn of_a_large_reply_that_cannot_be_read_the_beginning_is_kept() {
    let body = format!(r#"{{"padding": "{}"}}"#, "x".repeat(100_000));
    let server = ScriptedServer::start([scripted::Reply::json(200, &body)]).await.unwrap();
    let id = cashlink::InvestorId::from(uuid::Uuid::nil());
    let error = client(&server).platform().investors().retrieve(id).send().await.unwrap_err();
    let reply = error.decode().unwrap();
    assert_eq!((reply.body(), reply.body_bytes()), (&body.as_bytes()[..64 * 1024], body.len()));
    assert_eq!(reply.path(), Some("id"));
}

#[tokio::test]
async fn a_token_is_taken_from_whatever_else_is_odd_about_its_reply() {
    let (token, places) = places::of(spec::schema("AccessToken"));
    let mutations = mutations::of(&token_of_bearer(token), &places);
    for mutation in mutations.iter().filter(|mutation| !mutation.name.starts_with("token_type is")) {
        let replies = [&mutation.reply, r#"{"results": []}"#].map(|body| scripted::Reply::json(200, body));
        let server = ScriptedServer::start_without_tokens(replies).await.unwrap();
        let read = client(&server).platform().investors().list().all().await;
        if mutation.name.starts_with("access_token") {
            assert!(read.is_err(), "{}", mutation.name);
        } else {
            assert!(read.is_ok(), "{}: {read:?}", mutation.name);
        }
    }
}

fn token_of_bearer(mut token: Value) -> Value {
    token["token_type"] = json!("Bearer");
    token
}

#[tokio::test]
async fn what_is_no_reply_at_all_is_kept() {
    let server = ScriptedServer::start([]).await.unwrap();
    let client = client(&server);
    for reply in replies() {
        let (whole, places) = places::of(reply.schema);
        let text = whole.to_string();
        let cuts = (1..16).map(|part| text[..text.len() * part / 16].to_owned());
        let odd = ["7", "true", "null", r#""these-letters""#, "<html>these-letters</html>", "{} {}", "\u{FEFF}"];
        for body in cuts.chain(odd.map(str::to_owned)) {
            server.then(scripted::Reply::json(200, &body));
            let error = read(&client, reply).await.expect_err(&format!("{reply} is {body}"));
            assert_eq!(error.decode().map(DecodeError::body), Some(body.as_bytes()), "{reply} is {body}: {error:?}");
            prints_nothing_of_the_reply(&error);
        }
        // A success without a body counts as an object of which nothing is there.
        server.then(scripted::Reply::json(200, ""));
        let is_optional = reply.form == Form::Object && places[0].members.is_empty();
        assert_eq!(read(&client, reply).await.is_ok(), is_optional, "{reply} is empty");
    }
}

async fn read(client: &Cashlink, reply: Reply) -> Result<Value, Error> {
    if reply.form != Form::Page {
        return call(client, reply).await;
    }
    let items: Vec<Result<Value, Error>> = list(client, reply).collect().await;
    items.into_iter().collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn is_around_items(path: &Path) -> bool {
    path.parent().is_none_or(|(parent, _)| parent == Path::default())
}

/// `read` is what `mutation`, found at `at` of the reply, must become.
#[track_caller]
fn check(reply: Reply, mutation: &Mutation, at: &str, read: Result<Value, Error>) {
    let case = format!("{reply}: {}", mutation.name);
    match (&mutation.expected, read) {
        (Ok(expected), Ok(read)) => assert_eq!(read, *expected, "{case}"),
        (Err(path), Err(error)) => {
            let separator = if at.is_empty() || path.is_empty() || path.starts_with('[') { "" } else { "." };
            let found = error.decode().unwrap_or_else(|| panic!("{case}: {error:?}"));
            assert_eq!(found.path(), Some(format!("{at}{separator}{path}").as_str()), "{case}: {error}");
            assert_eq!((found.body(), found.status()), (mutation.reply.as_bytes(), Some(200)), "{case}");
            assert!(error.to_string().contains(found.path().unwrap()), "{case}: {error}");
            prints_nothing_of_the_reply(&error);
        }
        (Ok(_), Err(error)) => panic!("{case} is not read: {error}"),
        (Err(_), Ok(_)) => panic!("{case} is read, and must not be"),
    }
}

#[track_caller]
fn prints_nothing_of_the_reply(error: &Error) {
    let hidden: BTreeSet<String> = HIDDEN.map(str::to_owned).into();
    let printed = format!("{error}\n{error:?}\n{:?}", error.decode());
    assert_eq!(personal::printed(&printed, &hidden), Vec::<String>::new(), "{printed}");
    assert!(std::error::Error::source(error).is_none(), "{error:?}");
}
