//! A server that reads every request to its end and answers at once with a fixed reply.

use std::{convert::Infallible, io::Read, sync::LazyLock};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode, body::Incoming, header, http::HeaderValue, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const TOKEN: &str = r#"{"access_token": "benchmark", "token_type": "Bearer", "expires_in": 36000}"#;
const INVESTOR: &str = include_str!("server/investor.json");
const INVESTMENT: &str = include_str!("server/investment.json");
const DOCUMENT: &str = r#"{"id": "a3d5c0b2-94f7-4e6b-8a1c-7d20e5f3b611"}"#;

/// A page of 100.
static INVESTMENTS: LazyLock<String> = LazyLock::new(|| {
    format!(r#"{{"count": 100, "next": null, "previous": null, "results": [{}]}}"#, [INVESTMENT; 100].join(", "))
});

/// Prints its address and serves until standard input ends.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let stop = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        failed = accept(&listener) => failed,
        _ = stop => Ok(()),
    }
}

async fn accept(listener: &TcpListener) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            // A contestant that hangs up has the result that it wanted, or fails by itself.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, reply) = match request.uri().path() {
        "/oauth/token" => (StatusCode::OK, TOKEN),
        "/v2/investors/" => (StatusCode::CREATED, INVESTOR),
        "/v2/documents/" => (StatusCode::CREATED, DOCUMENT),
        "/v2/investments/" => (StatusCode::OK, INVESTMENTS.as_str()),
        path if path.starts_with("/v2/investments/") => (StatusCode::OK, INVESTMENT),
        _ => (StatusCode::NOT_FOUND, "{}"),
    };
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    let mut response = Response::new(Full::new(Bytes::from_static(reply.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
