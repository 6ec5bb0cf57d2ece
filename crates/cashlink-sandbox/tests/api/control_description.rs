//! The description of the control says what is there, and nothing else; its examples are what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::client::{Api, read};
use crate::control::curl;
use crate::described::{DESCRIPTION, fit, resolve};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A method and a path.
type Address = (String, String);

#[tokio::test]
async fn every_address_that_is_served_is_described_and_every_one_that_is_described_is_served() {
    let api = Api::start().await;
    let mut served = BTreeSet::new();
    for path in routes() {
        // What an address has no answer for it refuses by naming what it has one for.
        let probe = api.http.request(Method::TRACE, format!("{}{path}", api.sandbox.origin()));
        let refused = probe.send().await.unwrap();
        assert_eq!(refused.status(), 405, "{path}");
        let methods = refused.headers()["allow"].to_str().unwrap().split(',');
        served.extend(methods.filter(|method| *method != "HEAD").map(|method| (method.to_owned(), path.clone())));
    }
    assert!(served.len() > 30, "{served:?}");
    assert_eq!(served, operations().into_iter().map(|(address, _)| address).collect());
}

#[tokio::test]
async fn the_description_is_served_with_the_address_of_the_sandbox() {
    let api = Api::start().await;
    let served = read(api.control(Method::GET, "/openapi.json")).await.unwrap().must_be(200).clone();
    assert_eq!(served["servers"][0]["url"], api.sandbox.origin());
    assert_eq!(served["paths"], DESCRIPTION["paths"]);
    let page = Client::new().get(format!("{}/docs/control", api.sandbox.origin()));
    assert_eq!(read(page).await.unwrap().status, 200);
}

#[test]
fn every_example_of_the_description_is_what_its_schema_says() {
    let mut count = 0;
    for ((method, path), operation) in operations() {
        let replies = operation["responses"].as_object().unwrap().values().map(resolve);
        for part in replies.chain([&operation["requestBody"]]) {
            for media in part["content"].as_object().into_iter().flat_map(|content| content.values()) {
                for example in examples(media) {
                    fit(&format!("an example of {method} {path}"), &media["schema"], example);
                    count += 1;
                }
            }
        }
        if operation["requestBody"].is_object() {
            let media = &operation["requestBody"]["content"]["application/json"];
            assert!(!examples(media).is_empty(), "{method} {path} has no example");
        }
    }
    assert!(count > 40, "{count}");
}

#[tokio::test]
async fn every_example_of_a_body_is_taken_by_the_sandbox_if_what_it_names_is_there() {
    for ((method, path), operation) in operations() {
        let media = &operation["requestBody"]["content"]["application/json"];
        for example in examples(media) {
            let api = Api::start().await;
            let url = format!("{}{}", api.sandbox.origin(), with_unknown_ids(&path));
            let call = api.http.request(method.parse().unwrap(), url).json(example);
            let reply = read(call).await.unwrap();
            let is_taken = reply.status < 300 || [404, 409].contains(&reply.status);
            assert!(is_taken, "{method} {path}: {example} is answered {reply:?}");
        }
    }
}

#[test]
fn the_readme_lists_every_call_with_the_method_that_does_the_same() {
    let readme = include_str!("../../README.md");
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" /"));
    // Addresses stand elsewhere, too, but whole.
    let rows = rows.filter(|(_, rest)| !rest.starts_with("_sandbox/"));
    let rows = rows.filter(|(method, _)| METHODS.contains(&method.to_lowercase().as_str()));
    let rows: Vec<_> = rows.map(|(method, rest)| (method.to_owned(), rest.split(" | ").collect::<Vec<_>>())).collect();
    let listed =
        rows.iter().map(|(method, cells)| (method.clone(), format!("/_sandbox/{}", cells[0].replace('`', ""))));
    assert_eq!(listed.collect::<BTreeSet<_>>(), operations().into_iter().map(|(address, _)| address).collect());

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = fs::read_dir(folder.join("server")).unwrap().map(|entry| entry.unwrap().path());
    let code: String = files.chain([folder.join("server.rs")]).map(|file| fs::read_to_string(file).unwrap()).collect();
    let methods: Vec<_> = rows.iter().flat_map(|(_, cells)| cells[1].split('`').skip(1).step_by(2)).collect();
    assert!(methods.len() > 25, "{methods:?}");
    for method in methods {
        assert!(code.contains(&format!("fn {method}(")), "there is no Sandbox::{method}");
    }
}

#[tokio::test]
async fn the_curl_lines_of_the_readme_do_what_they_say() {
    let mut api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let lines = include_str!("../../README.md").lines().filter(|line| line.starts_with("curl "));
    // Faults and assertions have tests of their own.
    let lines = lines.filter(|line| !line.contains("/_sandbox/assert") && !line.contains("/_sandbox/faults"));
    let mut count = 0;
    for line in lines {
        api.sandbox.set(&json!({"review": true})).unwrap();
        api.token = api.new_token().await;
        let investment = crate::campaigns::investment(&investor, &api.sandbox.campaign_id().to_string(), 1);
        let made = api.make("/v2/investments/", &investment).await;
        let status = curl(&api, &line.replace("$INVESTMENT_ID", &made)).await.status;
        assert!(status < 300, "{line}: {status}");
        count += 1;
    }
    assert!(count > 8, "{count}");
}

/// The paths of all routes of the control, as its sources write them.
fn routes() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let files = fs::read_dir(folder.join("control")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    let texts = files.chain([folder.join("control.rs")]).map(|file| fs::read_to_string(file).unwrap());
    let mut routes = BTreeSet::new();
    for text in texts {
        let code = text.split("#[cfg(test)]").next().unwrap();
        let paths = code.split(".route(").skip(1).map(|rest| rest.trim_start().split('"').nth(1).unwrap());
        routes.extend(paths.map(str::to_owned));
    }
    routes
}

fn operations() -> Vec<(Address, &'static Value)> {
    let paths = DESCRIPTION["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = METHODS.into_iter().filter_map(move |method| Some((method, item.get(method)?)));
        methods.map(move |(method, operation)| ((method.to_uppercase(), path.clone()), operation))
    });
    operations.collect()
}

fn examples(media: &'static Value) -> Vec<&'static Value> {
    let named = media["examples"].as_object().into_iter().flat_map(|examples| examples.values());
    media.get("example").into_iter().chain(named.map(|example| &example["value"])).collect()
}

fn with_unknown_ids(path: &str) -> String {
    const ID: &str = "00000000-0000-4000-8000-000000000000";
    path.split('/').map(|part| if part.starts_with('{') { ID } else { part }).collect::<Vec<_>>().join("/")
}
