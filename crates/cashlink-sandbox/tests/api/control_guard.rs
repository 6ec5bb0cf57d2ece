//! Who may control a sandbox: on loopback programs of this machine but no foreign page, elsewhere who has the token.

use std::net::{Ipv4Addr, SocketAddr};

use cashlink_sandbox::Sandbox;
use reqwest::{Client, Method, RequestBuilder, header};

use crate::client::{Reply, read};
use crate::described::DESCRIPTION;

#[tokio::test]
async fn beyond_loopback_everything_but_health_asks_for_the_token() {
    let sandbox = beyond_loopback().await;
    let token = sandbox.control_token().unwrap().to_owned();
    assert!(token.len() >= 32, "it can be guessed");
    for (method, path) in addresses().into_iter().filter(|(_, path)| path != "/_sandbox/health") {
        let without = read(call(&sandbox, &method, &path)).await.unwrap();
        assert!(without.must_be(401)["detail"].as_str().unwrap().contains("Authorization: Bearer"), "{method} {path}");
        assert_eq!(without.headers["www-authenticate"], "Bearer realm=\"sandbox\"", "{method} {path}");
        for wrong in ["x", "", &token[1..], &format!("{token}x"), &token.to_uppercase(), "sandbox-secret"] {
            read(call(&sandbox, &method, &path).bearer_auth(wrong)).await.unwrap().must_be(401);
        }
        let in_the_query = format!("{path}?access_token={token}");
        read(call(&sandbox, &method, &in_the_query)).await.unwrap().must_be(401);
        read(call(&sandbox, &method, &path).basic_auth(&token, Some(&token))).await.unwrap().must_be(401);
        // Its answers never end.
        if path != "/_sandbox/live" {
            let with = read(call(&sandbox, &method, &path).bearer_auth(&token)).await.unwrap();
            assert!(![401, 403].contains(&with.status), "{method} {path}: {with:?}");
        }
    }
    read(call(&sandbox, &Method::GET, "/_sandbox/health")).await.unwrap().must_be(200);
    read(call(&sandbox, &Method::GET, "/_sandbox/nothing")).await.unwrap().must_be(404);
}

#[tokio::test]
async fn pages_and_the_description_of_the_api_are_for_everybody_and_hold_no_token() {
    let sandbox = beyond_loopback().await;
    for path in ["/", "/docs", "/docs/control", "/openapi.json", "/page/main.js", "/docs/docs.js", "/_sandbox/health"] {
        let reply = read(call(&sandbox, &Method::GET, path)).await.unwrap();
        assert_eq!(reply.status, 200, "{path}");
        assert!(!reply.text.contains(sandbox.control_token().unwrap()), "{path}");
    }
}

#[tokio::test]
async fn a_token_that_was_chosen_is_asked_for_on_loopback_too() {
    let sandbox = Sandbox::builder().control_token("chosen").start().await.unwrap();
    assert_eq!(sandbox.control_token(), Some("chosen"));
    read(call(&sandbox, &Method::GET, "/_sandbox/clock")).await.unwrap().must_be(401);
    read(call(&sandbox, &Method::GET, "/_sandbox/clock").bearer_auth("chosen")).await.unwrap().must_be(200);
    assert_eq!(Sandbox::start().await.unwrap().control_token(), None);
}

#[tokio::test]
async fn a_fork_asks_for_the_token_of_the_one_that_it_goes_on_from() {
    let sandbox = beyond_loopback().await;
    let token = sandbox.control_token().unwrap();
    let fork = read(call(&sandbox, &Method::POST, "/_sandbox/forks").bearer_auth(token)).await.unwrap();
    let url = format!("{}/_sandbox/clock", fork.must_be(201)["origin"].as_str().unwrap());
    read(Client::new().get(&url)).await.unwrap().must_be(401);
    read(Client::new().get(&url).bearer_auth(token)).await.unwrap().must_be(200);
}

#[tokio::test]
async fn on_loopback_no_page_from_elsewhere_controls_anything() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.origin().rsplit(':').next().unwrap();
    for (method, path) in addresses().into_iter().filter(|(_, path)| path != "/_sandbox/health") {
        for origin in ["https://evil.example", "null", "http://127.0.0.1", "http://localhost:1", ""] {
            let foreign = call(&sandbox, &method, &path).header(header::ORIGIN, origin);
            read(foreign).await.unwrap().must_be(403);
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a b"] {
            let renamed = call(&sandbox, &method, &path).header(header::HOST, host);
            read(renamed).await.unwrap().must_be(403);
        }
    }
    assert!(sandbox.faults().is_empty() && sandbox.snapshots().is_empty());

    let own = call(&sandbox, &Method::GET, "/_sandbox/clock").header(header::ORIGIN, sandbox.origin());
    read(own).await.unwrap().must_be(200);
    let host = format!("localhost:{port}");
    let named = call(&sandbox, &Method::GET, "/_sandbox/clock").header(header::HOST, &host);
    read(named.header(header::ORIGIN, format!("http://{host}"))).await.unwrap().must_be(200);
}

#[tokio::test]
async fn nobody_is_invited_to_call_from_another_origin() {
    let sandbox = Sandbox::start().await.unwrap();
    let preflight = call(&sandbox, &Method::OPTIONS, "/_sandbox/reset")
        .header(header::ORIGIN, "https://evil.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let reply: Reply = read(preflight).await.unwrap();
    assert!(reply.status >= 400, "{reply:?}");
    assert!(!reply.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), "{reply:?}");
}

async fn beyond_loopback() -> Sandbox {
    Sandbox::builder().listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).start().await.unwrap()
}

fn call(sandbox: &Sandbox, method: &Method, path: &str) -> RequestBuilder {
    Client::new().request(method.clone(), format!("{}{path}", sandbox.origin()))
}

/// Every method and path of the description, with a number for each id.
fn addresses() -> Vec<(Method, String)> {
    let paths = DESCRIPTION["paths"].as_object().unwrap().iter();
    let addresses = paths.flat_map(|(path, item)| {
        let path: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        let path = path.join("/");
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        methods.map(move |method| (method.to_uppercase().parse().unwrap(), path.clone()))
    });
    addresses.collect()
}
