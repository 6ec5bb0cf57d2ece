//! A relay that passes whole requests and replies, and none that the child is to die at.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use cashlink_sandbox::Sandbox;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};

use super::{
    Boundary, Kind,
    scene::Scene,
    wire::{Message, Messages},
};

/// How far each read moves the sandbox's clock, so that what is waited for settles after a number of reads and not of
/// seconds.
pub(super) const READ_TAKES: Duration = Duration::from_secs(3600);

/// The address of a relay, which is the same in each life of a run.
pub(super) struct Door {
    address: SocketAddr,
    /// Keeps the port while nobody listens there.
    _guard: TcpSocket,
}

impl Door {
    pub(super) fn new() -> io::Result<Self> {
        let guard = socket(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { address: guard.local_addr()?, _guard: guard })
    }

    /// The address for a child.
    pub(super) fn url(&self) -> String {
        format!("http://{}/api/external", self.address)
    }
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// In front of a sandbox, for one life of a child.
pub(super) struct Relay {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Listens at `door`. What the child of an earlier life has begun there and nobody has accepted is refused.
    pub(super) fn start(door: &Door, sandbox: &Arc<Sandbox>, scene: &Arc<Scene>) -> io::Result<Self> {
        let listener = socket(door.address)?.listen(64)?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, Arc::clone(sandbox), Arc::clone(scene), stopped));
        Ok(Self { stop, task })
    }

    /// Waits until every request that was passed on is decided. The child has died or ended by then.
    pub(super) async fn end(self) -> io::Result<()> {
        // It fails only if the task has panicked, which is told below.
        let _ = self.stop.send(());
        self.task.await.map_err(io::Error::other)
    }
}

async fn accept(listener: TcpListener, sandbox: Arc<Sandbox>, scene: Arc<Scene>, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that broke before it was accepted is one that the child lost.
                let Ok((client, _)) = accepted else { continue };
                let (sandbox, scene) = (Arc::clone(&sandbox), Arc::clone(&scene));
                // A broken connection ends here, as it would end without a relay.
                connections.spawn(async move { pass(client, &sandbox, &scene).await.unwrap_or_default() });
            }
            _ = &mut stopped => break,
        }
    }
    connections.join_all().await;
}

async fn pass(client: TcpStream, sandbox: &Sandbox, scene: &Scene) -> io::Result<()> {
    let server = TcpStream::connect(authority(sandbox)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((from_client, mut to_client), (from_server, mut to_server)) = (client.into_split(), server.into_split());
    let (mut requests, mut replies) = (Messages::new(from_client), Messages::new(from_server));
    while let Some(request) = requests.next().await?.filter(|request| request.is_whole) {
        let Some((method, path)) = request.target() else { return Ok(()) };
        let name = scene.name(method, path.trim_start_matches("/api/external"));
        if scene.stops(Boundary::new(Kind::Request, &name)).await {
            return Ok(());
        }
        if method == "GET" {
            sandbox.advance(READ_TAKES);
        } else {
            let late = Boundary::new(Kind::LateRequest, &name);
            if scene.is_target(&late) {
                scene.keep(request.bytes.clone());
            }
            if scene.stops(late).await {
                return Ok(());
            }
        }
        to_server.write_all(&request.bytes).await?;
        let Some(reply) = replies.next().await? else { return Ok(()) };
        if scene.stops(Boundary::new(Kind::Reply, &name)).await {
            return Ok(());
        }
        let half = Boundary::new(Kind::HalfReply, &name);
        if scene.is_target(&half) {
            to_client.write_all(first_half(&reply)).await?;
        }
        if scene.stops(half).await {
            return Ok(());
        }
        to_client.write_all(&reply.bytes).await?;
        if !reply.is_whole {
            return Ok(());
        }
    }
    Ok(())
}

/// Sends a request to the sandbox whose sender is dead, and waits until it is decided.
pub(super) async fn send_late(request: &[u8], sandbox: &Sandbox) -> io::Result<()> {
    let mut server = TcpStream::connect(authority(sandbox)).await?;
    server.write_all(request).await?;
    Messages::new(server).next().await.map(|_| ())
}

fn authority(sandbox: &Sandbox) -> &str {
    sandbox.origin().trim_start_matches("http://")
}

fn first_half(reply: &Message) -> &[u8] {
    &reply.bytes[..reply.bytes.len() / 2]
}
