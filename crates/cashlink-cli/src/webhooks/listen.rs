//! `cashlink webhooks listen`: receives events until it is told to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use cashlink::webhook::{Receiver, WebhookService};
use cashlink_sqlite::SqliteInbox;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::inbox::{self, Place};
use crate::{
    args::{self, Verbosity},
    failure::{self, Failure},
    output,
    sandbox::reachable,
    signals::Signals,
    variables::Variables,
};

mod accepted;
mod forward;
mod line;
mod server;
mod telling;

use accepted::Accepted;
use forward::{Forwarder, Target};
use line::{Line, Lines};
use telling::TellingInbox;

/// Receives until SIGINT or SIGTERM.
pub(super) async fn run(args: &args::Listen, verbosity: &Verbosity, variables: &Variables) -> failure::Result<()> {
    // Listened for before READY: whoever waits for that may send a signal at once.
    let mut signals = Signals::listen()?;
    let settings = Settings::new(args, variables)?;
    let listener = TcpListener::bind(args.address).await.map_err(|error| unheard(args.address, &error))?;
    let address = listener.local_addr().map_err(|error| unheard(args.address, &error))?;
    let inbox = settings.place.open().await?;
    let (lines, writer) = Lines::new(verbosity);
    let news = Arc::new(Notify::new());
    let telling = TellingInbox { inbox: inbox.clone(), lines: lines.clone(), news: Arc::clone(&news) };
    let service = WebhookService::new(settings.receiver(telling, args.ahead)?);
    if !verbosity.quiet {
        settings.explain(args.address);
    }
    let url = reachable(&format!("http://{address}/"), args.address.ip());
    let token_url = settings.accepted.has_client().then(|| format!("{url}token"));
    lines.tell(Line::Listening { url, token: settings.accepted.drawn(), token_url }).await;

    let (stop, stopped) = watch::channel(false);
    let forwarder = settings.target.map(|target| Forwarder::new(target, inbox.clone(), lines.clone(), news));
    let forwarder = forwarder.transpose()?;
    let is_forwarding = forwarder.is_some();
    let server = tokio::spawn(server::serve(listener, service, lines, stopped.clone()));
    let forwarding = tokio::spawn(async move {
        if let Some(forwarder) = forwarder {
            forwarder.run(stopped).await;
        }
    });
    signals.received().await;
    // It fails only if nobody is left who could be told.
    let _ = stop.send(true);
    end([server, forwarding], &mut signals).await;
    if is_forwarding {
        say_what_is_left(&inbox).await;
    }
    inbox::close(inbox).await;
    writer.end().await;
    Ok(())
}

/// Waits until what is under way is answered, unless it is asked for the end again.
async fn end(tasks: [JoinHandle<()>; 2], signals: &mut Signals) {
    for mut task in tasks {
        let ended = tokio::select! {
            ended = &mut task => ended,
            () = signals.received() => {
                output::note("ended at once: what was not answered comes again");
                task.abort();
                task.await
            }
        };
        if let Err(error) = ended
            && error.is_panic()
        {
            tracing::error!("a part of the program has failed");
        }
    }
}

/// Everything that is needed to receive.
struct Settings {
    place: Place,
    accepted: Accepted,
    target: Option<Target>,
}

impl Settings {
    /// Takes each setting from its flag or else from its variable.
    ///
    /// # Errors
    ///
    /// Names everything that is missing or wrong.
    fn new(args: &args::Listen, variables: &Variables) -> failure::Result<Self> {
        let place = Place::new(&args.inbox, variables);
        let accepted = Accepted::new(&args.accepted, variables);
        let target = Target::new(&args.forward, variables);
        match (place, accepted, target) {
            (Ok(place), Ok(accepted), Ok(target)) => Ok(Self { place, accepted, target }),
            (place, accepted, target) => {
                let others = [accepted.err(), target.err()].into_iter().flatten().flatten();
                Err(Failure::invalid(place.err().into_iter().chain(others).collect(), None).into())
            }
        }
    }

    fn receiver(&self, inbox: TellingInbox, ahead: Option<Duration>) -> failure::Result<Receiver> {
        let builder = self.accepted.known_to(Receiver::builder(inbox));
        let builder = match ahead {
            Some(ahead) => builder.ahead(ahead),
            None => builder,
        };
        Ok(builder.build().map_err(|error| Failure::invalid(self.accepted.problems(&error), None))?)
    }

    /// What a person has to know.
    fn explain(&self, listen: SocketAddr) {
        output::note(&format!("events are taken down in {}", self.place.path().display()));
        if let Some(target) = &self.target {
            output::note(&format!("what counts is forwarded to {}", target.origin()));
        }
        output::note("give whoever sends events the address and the credentials; SIGINT or SIGTERM ends this");
        if !listen.ip().is_loopback() {
            output::note("warning: this can be reached from other machines without TLS. Let a proxy end it.");
        }
    }
}

async fn say_what_is_left(inbox: &SqliteInbox) {
    match forward::left(inbox).await {
        Ok(0) => {}
        Ok(1) => output::note("1 event is not forwarded yet; it is when this is run again"),
        Ok(count) => output::note(&format!("{count} events are not forwarded yet; they are when this is run again")),
        Err(error) => tracing::warn!(reason = %error, "what is left to be forwarded is not known"),
    }
}

fn unheard(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::internal(&format!("cannot listen on {address}"), error)
}
