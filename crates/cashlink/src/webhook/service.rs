//! The receiver as a tower service, to be mounted in axum or any other server that knows `http::Request`.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::{Receiver, TokenReply, Verdict, token::LONGEST_FORM};

mod body;

pub use body::ReplyBody;
use body::Unread;

/// How long the body of a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Receives over HTTP: a [`Receiver`] as a `tower::Service`. Clones are cheap and share everything.
///
/// In axum `nest_service`, `route_service` and `fallback_service` take it. A `POST` to a path that ends in `/token` asks
/// for a token; it is answered with 404 if the receiver has no clients. Every other `POST` is a delivery, whatever its
/// path: which paths come here is the router's to say. Another method is answered with 405.
///
/// The body of a delivery without good credentials is not read. One that has not arrived after 10 s is answered with 408.
#[derive(Clone, Debug)]
pub struct WebhookService {
    receiver: Receiver,
    token_path: Arc<str>,
}

impl WebhookService {
    /// A service whose deliveries `receiver` decides on.
    pub fn new(receiver: Receiver) -> Self {
        Self { receiver, token_path: Arc::from("/token") }
    }

    /// Sets what the path of the token endpoint ends in; `/token` unless set. An empty path, or one of slashes, leaves it as
    /// it is: it would take deliveries for requests for tokens.
    #[must_use]
    pub fn token_path(mut self, path: &str) -> Self {
        let path = path.trim_start_matches('/');
        if !path.is_empty() {
            self.token_path = format!("/{path}").into();
        }
        self
    }

    async fn answer<B: Body>(self, request: Request<B>) -> Response<ReplyBody> {
        if *request.method() != Method::POST {
            return response(405, [("allow", "POST")], &[]);
        }
        let (head, body) = request.into_parts();
        if head.uri.path().ends_with(self.token_path.as_ref()) {
            let reply = self.token(&head.headers, body).await;
            return reply.map_or_else(unread, |reply| response(reply.status(), reply.headers(), reply.body()));
        }
        let verdict = self.deliver(&head.headers, body).await;
        verdict.map_or_else(unread, |verdict| response(verdict.status(), verdict.headers(), verdict.body()))
    }

    async fn deliver<B: Body>(&self, headers: &HeaderMap, body: B) -> Result<Verdict, Unread> {
        let admitted = match self.receiver.admit(headers) {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Receiver::refuse(refusal)),
        };
        let body = self.read(body, self.receiver.max_body_bytes()).await?;
        Ok(match self.receiver.read(&admitted, &body) {
            Ok(event) => self.receiver.record(event).await,
            Err(refusal) => Receiver::refuse(refusal),
        })
    }

    async fn token<B: Body>(&self, headers: &HeaderMap, body: B) -> Result<TokenReply, Unread> {
        // Without clients nothing is worth reading.
        let body = if self.receiver.has_clients() { self.read(body, LONGEST_FORM).await? } else { Vec::new() };
        Ok(self.receiver.token(headers, &body))
    }

    async fn read<B: Body>(&self, body: B, limit: usize) -> Result<Vec<u8>, Unread> {
        body::read(body, limit, self.receiver.clock().sleep(PATIENCE)).await
    }
}

impl<B> Service<Request<B>> for WebhookService
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}

/// What is answered to a request whose body was not read.
fn unread(reason: Unread) -> Response<ReplyBody> {
    tracing::debug!(?reason, "the body of a request was not read");
    let status = match reason {
        Unread::Broken => 400,
        Unread::TooSlow => 408,
        Unread::TooLarge => 413,
    };
    response::<&str>(status, [], &[])
}

fn response<V>(status: u16, headers: impl IntoIterator<Item = (&'static str, V)>, body: &[u8]) -> Response<ReplyBody>
where
    HeaderValue: TryFrom<V>,
{
    let mut response = Response::new(ReplyBody::new(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::Empty;

    use super::*;
    use crate::webhook::MemoryInbox;

    #[tokio::test]
    async fn only_the_path_of_the_token_endpoint_asks_for_tokens() {
        check(|service| service, "/hooks/token", true).await;
        check(|service| service, "/hooks/", false).await;
        check(|service| service.token_path("oauth/token"), "/hooks/oauth/token", true).await;
        check(|service| service.token_path("/issue"), "/token", false).await;
        // No deliveries are taken for requests for tokens by mistake.
        check(|service| service.token_path("/"), "/hooks/", false).await;
        check(|service| service.token_path(""), "/hooks/token", true).await;

        async fn check(configure: impl Fn(WebhookService) -> WebhookService, path: &str, asks: bool) {
            let receiver = Receiver::builder(MemoryInbox::new()).client("sender", "a-secret-of-the-sender");
            let mut service = configure(WebhookService::new(receiver.build().unwrap()));
            let request = Request::post(path).body(Empty::<bytes::Bytes>::new()).unwrap();
            let response = service.call(request).await.unwrap();
            assert_eq!(response.headers().contains_key("cache-control"), asks, "{path}");
        }
    }
}
