//! Receives in a framework that nobody here knows.

use cashlink::webhook::Receiver;

/// A request, as your framework has it.
pub(crate) struct Request {
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

/// A reply, as your framework takes it.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Answers a `POST` to the address of deliveries.
pub(crate) async fn on_delivery(receiver: &Receiver, request: &Request) -> Reply {
    let headers = request.headers.iter().map(|(name, value)| (name, value));
    let verdict = receiver.receive(headers, &request.body).await;
    let headers = verdict.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Reply { status: verdict.status(), headers: headers.collect(), body: verdict.body().to_vec() }
}
