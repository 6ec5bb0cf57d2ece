//! A gateway in front of a server that breaks connections off where it is told to, and whose door can be shut.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Mutex as Queue, watch},
    task::JoinHandle,
};

/// The end of the head of a message.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// What is done to one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It is passed on.
    Pass,
    /// The request is broken off after so many thousandths of it, and never whole at the server.
    CutRequest(u16),
    /// The server answers, but only so many thousandths of its answer arrive.
    CutReply(u16),
    /// The server answers, but nothing arrives for as long as the client waits.
    Hold,
}

/// The method and the target in the first line of a request.
type Decide = dyn Fn(&str, &str) -> Treatment + Send + Sync;

/// Passes on one exchange for each connection, and one exchange at a time.
///
/// What the server does is done before the client learns of it, and before the next exchange begins. So at any moment
/// between two attempts of a client the server's books are complete.
pub struct Gateway {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    address: SocketAddr,
    server: String,
    /// Keeps the port while nobody listens there: who connects is refused, and nobody else can take it.
    _guard: TcpSocket,
    door: Mutex<Door>,
    turn: Queue<()>,
    /// How many connections are in use.
    busy: watch::Sender<usize>,
    decide: Box<Decide>,
}

#[derive(Default)]
struct Door {
    listener: Option<TcpListener>,
    waiting: Option<Waker>,
}

impl Gateway {
    /// Starts a gateway on a free port, in front of the server at `origin` (`http://HOST:PORT`); `decide` is asked by
    /// method and target what to do with each request.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start(origin: &str, decide: impl Fn(&str, &str) -> Treatment + Send + Sync + 'static) -> io::Result<Self> {
        let guard = socket(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = guard.local_addr()?;
        let server = origin.trim_start_matches("http://").to_owned();
        let (door, turn, busy) = (Mutex::default(), Queue::default(), watch::Sender::default());
        let decide = Box::new(decide);
        let shared = Arc::new(Shared { address, server, _guard: guard, door, turn, busy, decide });
        shared.open()?;
        let task = tokio::spawn(accept(Arc::clone(&shared)));
        Ok(Self { shared, task })
    }

    /// The address for a client: `http://127.0.0.1:PORT/api/external`.
    pub fn url(&self) -> String {
        format!("http://{}/api/external", self.shared.address)
    }

    /// Opens or shuts the door. While it is shut, connections are refused.
    ///
    /// # Errors
    ///
    /// Fails if the port cannot be listened on.
    pub fn set_open(&self, is_open: bool) -> io::Result<()> {
        if is_open {
            return self.shared.open();
        }
        self.shared.door().listener = None;
        Ok(())
    }

    /// Shuts the door and waits until nothing is under way any more. The clients must not wait for anything either.
    pub async fn settle(&self) {
        // With the listener go the connections that were not accepted yet.
        self.shared.door().listener = None;
        // It fails only if nobody counts any more.
        let _ = self.shared.busy.subscribe().wait_for(|busy| *busy == 0).await;
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gateway").field("address", &self.shared.address).finish_non_exhaustive()
    }
}

impl Shared {
    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> io::Result<()> {
        let mut door = self.door();
        if door.listener.is_none() {
            door.listener = Some(socket(self.address)?.listen(64)?);
            if let Some(waiting) = door.waiting.take() {
                waiting.wake();
            }
        }
        Ok(())
    }

    /// The next connection, whenever the door is open for one.
    async fn connection(self: &Arc<Self>) -> io::Result<(TcpStream, Busy)> {
        std::future::poll_fn(|context| {
            let mut door = self.door();
            // Also while it listens: the waker that the listener has goes with it when the door is shut.
            door.waiting = Some(context.waker().clone());
            match &door.listener {
                Some(listener) => {
                    // Counted while the door is held: who shuts it knows of every connection.
                    listener.poll_accept(context).map_ok(|(stream, _)| (stream, Busy::new(self)))
                }
                None => Poll::Pending,
            }
        })
        .await
    }
}

/// Counts as a connection in use.
struct Busy(Arc<Shared>);

impl Busy {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.busy.send_modify(|busy| *busy += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.send_modify(|busy| *busy -= 1);
    }
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn accept(shared: Arc<Shared>) {
    loop {
        // A connection that broke before it was accepted is one that the client lost.
        let Ok((client, busy)) = shared.connection().await else { continue };
        let shared = Arc::clone(&shared);
        // A broken connection ends the exchange, as it would end a direct one.
        tokio::spawn(async move {
            exchange(&shared, client).await.unwrap_or_default();
            drop(busy);
        });
    }
}

async fn exchange(shared: &Shared, mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut request = Vec::new();
    let Some(head) = read_head(&mut client, &mut request).await? else {
        return Ok(());
    };
    let turn = shared.turn.lock().await;
    let treatment = {
        let first = String::from_utf8_lossy(&request[..head]);
        let mut words = first.split([' ', '\r']);
        (shared.decide)(words.next().unwrap_or_default(), words.next().unwrap_or_default())
    };
    let whole = head + content_length(&request[..head]);
    if let Treatment::CutRequest(thousandths) = treatment {
        let kept = share(whole, thousandths);
        read_up_to(&mut client, &mut request, kept).await?;
        request.truncate(kept);
        ask(&shared.server, &request).await?;
        return Ok(());
    }
    read_up_to(&mut client, &mut request, whole).await?;
    let reply = ask(&shared.server, &closing(&request)).await?;
    match treatment {
        Treatment::CutReply(thousandths) => client.write_all(&reply[..share(reply.len(), thousandths)]).await?,
        Treatment::Hold => {
            drop(turn);
            while client.read(&mut [0; 64]).await? > 0 {}
        }
        Treatment::Pass | Treatment::CutRequest(_) => client.write_all(&reply).await?,
    }
    client.shutdown().await
}

/// Sends all of `request` and gives what came back until the server closed the connection, which it may have broken.
async fn ask(server: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    let mut reply = Vec::new();
    if server.write_all(request).await.is_ok() {
        // A whole request is answered; half of one is only given up when no more can come.
        if !is_whole(request) {
            server.shutdown().await?;
        }
        let _ = server.read_to_end(&mut reply).await;
    }
    Ok(reply)
}

/// The same request, after whose answer the server closes the connection.
fn closing(request: &[u8]) -> Vec<u8> {
    let line = request.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    [&request[..line], b"Connection: close\r\n", &request[line..]].concat()
}

fn is_whole(request: &[u8]) -> bool {
    end_of_head(request).is_some_and(|head| request.len() >= head + content_length(&request[..head]))
}

/// The part of `whole` bytes that lacks at least the last one.
fn share(whole: usize, thousandths: u16) -> usize {
    (whole * usize::from(thousandths) / 1000).min(whole.saturating_sub(1))
}

/// Reads until the head is there, and says where it ends; nothing if the connection ends before.
async fn read_head(stream: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<Option<usize>> {
    loop {
        if let Some(end) = end_of_head(read) {
            return Ok(Some(end));
        }
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
}

async fn read_up_to(stream: &mut TcpStream, read: &mut Vec<u8>, size: usize) -> io::Result<()> {
    while read.len() < size {
        if stream.read_buf(read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

fn end_of_head(message: &[u8]) -> Option<usize> {
    message.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD).map(|start| start + END_OF_HEAD.len())
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head);
    let header = head.lines().filter_map(|line| line.split_once(':'));
    let mut length =
        header.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim());
    length.next_back().and_then(|length| length.parse().ok()).unwrap_or_default()
}
