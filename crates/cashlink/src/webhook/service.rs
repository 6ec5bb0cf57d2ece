//! The receiver as a tower service, to be mounted in axum or any other server that knows `http::Request`.

use std::{
    convert::Infallible,
    future::ready,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::Body;
use tower_service::Service;

use super::{Receiver, Refusal, Verdict};

mod body;

pub use body::ReplyBody;
use body::Unread;

/// How long the body of a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Receives over HTTP: a [`Receiver`] as a `tower::Service`. Clones are cheap and share everything.
///
/// In axum `route_service`, `nest_service` and `fallback_service` take it. Every `POST` that reaches it is a delivery,
/// whatever its path: which paths do is the router's to say. Another method is answered with 405.
///
/// The body of a delivery without good credentials is not read. One that has not arrived after 10 s is answered with 408.
#[derive(Clone, Debug)]
pub struct WebhookService {
    receiver: Receiver,
}

impl WebhookService {
    /// A service whose deliveries `receiver` decides on.
    pub fn new(receiver: Receiver) -> Self {
        Self { receiver }
    }

    async fn deliver<B: Body>(self, request: Request<B>) -> Response<ReplyBody> {
        let (head, body) = request.into_parts();
        let admitted = match self.receiver.admit(&head.headers) {
            Ok(admitted) => admitted,
            Err(refusal) => return answer(&Receiver::refuse(refusal)),
        };
        let body = match body::read(body, self.receiver.max_body_bytes(), self.receiver.clock().sleep(PATIENCE)).await {
            Ok(body) => body,
            Err(Unread::TooLarge) => return answer(&Receiver::refuse(Refusal::TooLarge)),
            Err(Unread::TooSlow) => return bare(StatusCode::REQUEST_TIMEOUT),
            Err(Unread::Broken) => return bare(StatusCode::BAD_REQUEST),
        };
        match self.receiver.read(&admitted, &body) {
            Ok(event) => answer(&self.receiver.record(event).await),
            Err(refusal) => answer(&Receiver::refuse(refusal)),
        }
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
        if *request.method() != Method::POST {
            let mut response = bare(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            return Box::pin(ready(Ok(response)));
        }
        let service = self.clone();
        Box::pin(async move { Ok(service.deliver(request).await) })
    }
}

fn answer(verdict: &Verdict) -> Response<ReplyBody> {
    let status = StatusCode::from_u16(verdict.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = bare(status);
    for (name, value) in verdict.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn bare(status: StatusCode) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::default());
    *response.status_mut() = status;
    response
}
