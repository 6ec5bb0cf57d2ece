//! `cashlink api`: any operation by its method and path.

use std::pin::pin;

use cashlink::{AnyCall, BodyKind, Cashlink, DocumentSource, IdempotencyKey, Method, Operation};
use futures_util::TryStreamExt;
use serde::Serialize;

use crate::{
    args::{Api, Request, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Failure},
    output,
    problem::Problem,
    signals::Signals,
    variables::Variables,
};

mod data;
mod layout;
mod list;

/// The JSON document of a call that failed.
#[derive(Serialize)]
struct Failed<'a> {
    status: &'static str,
    error: &'a Failure,
}

/// Runs the call that the arguments name.
pub(crate) async fn run(api: &Api, verbosity: &Verbosity, variables: &Variables) -> Exit {
    if api.list {
        return list::show(verbosity);
    }
    let (Some(method), Some(path)) = (api.method, &api.path) else {
        return refuse(&Failure::usage("METHOD and PATH are needed"), verbosity);
    };
    let prepared = Prepared::new(method, path, api, variables).and_then(|call| Ok((call, Signals::listen()?)));
    let (call, mut signals) = match prepared {
        Ok(prepared) => prepared,
        Err(failure) => return refuse(&failure, verbosity),
    };
    // Told before anything is sent: after a crash, this is what is needed.
    if let Some(key) = &call.key {
        output::note(&format!("key: {key}"));
    }
    let (operation, key) = (call.operation, call.key.clone());
    let ended = tokio::select! {
        biased;
        ended = call.send(verbosity) => ended,
        () = signals.received() => Err(Failure::interrupted_call(operation, key.as_ref()).into()),
    };
    match ended {
        Ok(()) => Exit::Done,
        // The items of a list that was printed so far are no place for anything else.
        Err(failure) if api.request.all => {
            failure.show();
            failure.exit
        }
        Err(failure) => refuse(&failure, verbosity),
    }
}

/// Shows why there is no reply.
fn refuse(failure: &Failure, verbosity: &Verbosity) -> Exit {
    if verbosity.json {
        // It holds text and numbers only.
        let _ = output::document(&Failed { status: failure.exit.word(), error: failure });
    }
    failure.show();
    failure.exit
}

/// A call that can be sent.
struct Prepared {
    call: AnyCall,
    operation: Operation,
    key: Option<IdempotencyKey>,
    is_followed: bool,
}

impl Prepared {
    /// Reads and checks everything that is needed. All that is wrong is told at once.
    fn new(method: Method, path: &str, api: &Api, variables: &Variables) -> failure::Result<Self> {
        let connection = Connection::new(&api.connection, variables);
        let path = match &connection {
            Ok(connection) => connection.below(path),
            Err(_) => path,
        };
        let operation = Operation::find(method, path).map_err(|error| failure::problems_of(&error));
        let data = api.request.data.as_deref().map(data::read).transpose();
        let (connection, operation, data) = match (connection, operation, data) {
            (Ok(connection), Ok(operation), Ok(data)) => (connection, operation, data),
            (connection, operation, data) => {
                let missing = operation.as_ref().ok().and_then(|operation| misfit(*operation, &api.request));
                let problems = [connection.err(), operation.err(), data.err().map(|problem| vec![problem])];
                let problems = problems.into_iter().flatten().flatten().chain(missing).collect();
                return Err(Failure::invalid(problems, None).into());
            }
        };
        if let Some(problem) = misfit(operation, &api.request) {
            return Err(Failure::invalid(vec![problem], None).into());
        }
        let scopes: Vec<_> = operation.scope().into_iter().collect();
        let client = connection.client(&scopes)?;
        let key = operation.takes_key().then(|| api.request.key.clone().unwrap_or_else(IdempotencyKey::random));
        let call = call(&client, (method, path), data, &api.request, key.as_ref())?;
        Ok(Self { call, operation, key, is_followed: api.request.all })
    }

    async fn send(self, verbosity: &Verbosity) -> failure::Result<()> {
        let failed = |error: cashlink::Error| Failure::of_operation(&error);
        let Self { call, operation, is_followed, .. } = self;
        if is_followed {
            let mut items = pin!(call.pages().map_err(failed)?.by_item());
            let mut count = 0_u64;
            while let Some(item) = items.try_next().await.map_err(failed)? {
                count += 1;
                let written = output::item(&laid_out(item.text(), verbosity));
                if !written.map_err(|error| Failure::internal("the list cannot be written", &error))? {
                    break;
                }
            }
            tell(&format!("{}: {count} items", operation.id()), verbosity);
            return Ok(());
        }
        let reply = call.send().await.map_err(failed)?;
        output::result(&laid_out(reply.json().text(), verbosity));
        let applied = if operation.method() == Method::Get { "" } else { ", applied" };
        tell(&format!("{}: status {}{applied}", operation.id(), reply.status()), verbosity);
        Ok(())
    }
}

fn call(
    client: &Cashlink,
    (method, path): (Method, &str),
    data: Option<cashlink::Json>,
    request: &Request,
    key: Option<&IdempotencyKey>,
) -> cashlink::Result<AnyCall> {
    let mut call = client.call(method, path)?;
    for (name, value) in &request.query {
        call = call.query(name, value);
    }
    if let Some(data) = data {
        call = call.json(data);
    }
    if let Some(file) = &request.file {
        let document = DocumentSource::path(file);
        let content_type = request.content_type.as_ref();
        call = call.document(content_type.map_or(document.clone(), |kind| document.with_content_type(kind)));
    }
    if let Some(key) = key {
        call = call.key(key.clone());
    }
    if let Some(timeout) = request.timeout {
        call = call.timeout(timeout);
    }
    Ok(call)
}

/// The option that does not go together with `operation`, or that it needs.
fn misfit(operation: Operation, request: &Request) -> Option<Problem> {
    let (has_data, has_file) = (request.data.is_some(), request.file.is_some());
    let (option, rule) = match operation.body() {
        BodyKind::Document if has_data => ("--data", "uploads a document: give it by --file"),
        BodyKind::Document if !has_file => ("--file", "uploads a document, which is missing"),
        BodyKind::Json if !has_data && !has_file => ("--data", "needs a body, which is missing"),
        BodyKind::Json | BodyKind::OptionalJson | BodyKind::None if has_file => ("--file", "uploads no document"),
        BodyKind::None if has_data => ("--data", "takes no body"),
        _ if request.key.is_some() && !operation.takes_key() => ("--key", "takes no key"),
        _ if request.all && !operation.is_list() => ("--all", "does not answer with a list"),
        _ => return None,
    };
    Some(Problem::new(option, format!("{operation} {rule}")))
}

/// JSON on one line for a script, over several for a person.
fn laid_out(json: &str, verbosity: &Verbosity) -> String {
    if verbosity.json { layout::compact(json) } else { layout::pretty(json) }
}

fn tell(text: &str, verbosity: &Verbosity) {
    if !verbosity.quiet {
        output::note(text);
    }
}
