//! `cashlink api`: any operation by its method and path.

use std::pin::pin;

use cashlink::{AnyCall, BodyKind, Cashlink, DocumentSource, IdempotencyKey, Method, Operation, journal::Journal};
use futures_util::TryStreamExt;

use crate::{
    args::{Api, Request, Verbosity},
    connection::Connection,
    exit::Exit,
    failure::{self, Asked, Failure},
    journal::{self, Opened},
    layout, output,
    problem::Problem,
    signals::Signals,
    variables::Variables,
};

mod data;
mod list;

/// Runs the call that the arguments name.
pub(crate) async fn run(api: &Api, verbosity: &Verbosity, variables: &Variables) -> Exit {
    if api.list {
        return list::show(verbosity);
    }
    let (Some(method), Some(path)) = (api.method, &api.path) else {
        return Failure::usage("METHOD and PATH are needed").refuse(verbosity);
    };
    let prepared = match prepare(method, path, api, variables).await {
        Ok(prepared) => prepared,
        Err(failure) => return failure.refuse(verbosity),
    };
    let Prepared { call, asked, opened, mut signals } = prepared;
    // Told before anything is sent: after a crash, this is what is needed.
    if let Some(key) = &asked.key {
        output::note(&format!("key: {key}"));
    }
    let ended = tokio::select! {
        biased;
        ended = send(call, &asked, api.request.all, verbosity) => ended,
        () = signals.received() => Err(Failure::interrupted_call(&asked).into()),
    };
    if let Some(opened) = opened {
        opened.close().await;
    }
    match ended {
        Ok(()) => Exit::Done,
        // The items of a list that was printed so far are no place for anything else.
        Err(failure) if api.request.all => {
            failure.show();
            failure.exit
        }
        Err(failure) => failure.refuse(verbosity),
    }
}

/// A call that can be sent.
struct Prepared {
    call: AnyCall,
    asked: Asked,
    /// The journal, if the call changes something and is to be written down.
    opened: Option<Opened>,
    signals: Signals,
}

/// Reads and checks everything that is needed, and opens the journal. All that is wrong is told at once.
async fn prepare(method: Method, path: &str, api: &Api, variables: &Variables) -> failure::Result<Prepared> {
    let connection = Connection::new(&api.connection, variables);
    let path = match &connection {
        Ok(connection) => connection.below(path),
        Err(_) => path,
    };
    let operation = Operation::find(method, path).map_err(|error| failure::problems_of(&error));
    let data = api.request.data.as_deref().map(data::read).transpose().map_err(|problem| vec![problem]);
    // A read is not written down.
    let journal = api.journal.wanted().filter(|_| method != Method::Get);
    let settings = journal.map(|journal| journal::Settings::new(journal, variables)).transpose();
    let misfit = operation.as_ref().ok().and_then(|operation| misfit(*operation, &api.request));
    let (connection, operation, data, settings) = match (connection, operation, data, settings, misfit) {
        (Ok(connection), Ok(operation), Ok(data), Ok(settings), None) => (connection, operation, data, settings),
        (connection, operation, data, settings, misfit) => {
            let problems = [connection.err(), settings.err(), operation.err(), data.err()];
            let problems = problems.into_iter().flatten().flatten().chain(misfit).collect();
            return Err(Failure::invalid(problems, None).into());
        }
    };
    let scopes: Vec<_> = operation.scope().into_iter().collect();
    let key = operation.takes_key().then(|| api.request.key.clone().unwrap_or_else(IdempotencyKey::random));
    let make = |journal: Option<&Journal>| {
        let client = connection.client(&scopes, journal)?;
        call(&client, (method, path), data.clone(), &api.request, key.as_ref())
    };
    // What is wrong with it is told before a journal is made or waited for.
    let mut call = make(None)?;
    let opened = match &settings {
        Some(settings) => Some(settings.open().await?),
        None => None,
    };
    if let Some(opened) = &opened {
        call = make(Some(&opened.journal))?;
    }
    let reconcile = settings.filter(|settings| settings.keeps(operation)).map(|settings| reconcile(&settings));
    Ok(Prepared { call, asked: Asked { operation, key, reconcile }, opened, signals: Signals::listen()? })
}

/// The command that finds out what became of the call.
fn reconcile(settings: &journal::Settings) -> String {
    let words = ["cashlink intents reconcile".to_owned()].into_iter().chain(settings.flags());
    words.collect::<Vec<_>>().join(" ")
}

async fn send(call: AnyCall, asked: &Asked, is_followed: bool, verbosity: &Verbosity) -> failure::Result<()> {
    let failed = |error: cashlink::Error| Failure::of_operation(&error, asked);
    let operation = asked.operation;
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
