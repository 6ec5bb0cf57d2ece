//! A server that answers what it was told, for replies that no well-behaved server gives.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The access token that a [`ScriptedServer`] gives out.
pub const TOKEN: &str = "scripted-access-token";

/// A server on a free port that answers each request with the next reply of its script.
///
/// A request beyond the end of the script fails the test when the server is dropped, and so does a panic of the server.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    gives_tokens: bool,
    script: VecDeque<Reply>,
    received: Vec<Received>,
    surprises: Vec<String>,
}

/// A request that arrived.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The headers as they came.
    pub headers: Vec<(String, String)>,
    /// The body, without any chunking.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    head: String,
    body: Vec<u8>,
    announced: usize,
}

impl Reply {
    /// A reply with a body of some content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let head = format!("HTTP/1.1 {status} Scripted\r\nContent-Type: {content_type}\r\n");
        Self { head, announced: body.len(), body }
    }

    /// A reply with a JSON body.
    pub fn json(status: u16, body: &str) -> Self {
        Self::new(status, "application/json", body)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(name);
        self.head.push_str(": ");
        self.head.push_str(value);
        self.head.push_str("\r\n");
        self
    }

    /// Breaks the body off after `bytes`, though more are announced.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.body.truncate(bytes);
        self
    }

    fn to_bytes(&self) -> Vec<u8> {
        let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", self.announced);
        [self.head.as_bytes(), end.as_bytes(), &self.body].concat()
    }
}

impl ScriptedServer {
    /// Starts a server on the current runtime that answers token requests by itself: they are no part of the script.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub async fn start(script: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        Self::with(State { gives_tokens: true, script: script.into_iter().collect(), ..State::default() }).await
    }

    /// Starts a server whose script answers token requests, too. With an empty script, nothing may be sent to it.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub async fn start_without_tokens(script: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        Self::with(State { script: script.into_iter().collect(), ..State::default() }).await
    }

    async fn with(state: State) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(state));
        let task = tokio::spawn(serve(listener, Arc::clone(&state)));
        Ok(Self { address, state, task })
    }

    /// The address for a client: `http://127.0.0.1:PORT/api/external`.
    pub fn url(&self) -> String {
        format!("http://{}/api/external", self.address)
    }

    /// The scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has arrived so far, without the token requests that the server answers by itself.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state).received.clone()
    }

    /// Adds a reply to the end of the script.
    pub fn then(&self, reply: Reply) {
        lock(&self.state).script.push_back(reply);
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        let panicked = self.task.is_finished();
        self.task.abort();
        if !std::thread::panicking() {
            let surprises = &lock(&self.state).surprises;
            assert!(surprises.is_empty(), "the script has no reply for: {}", surprises.join(", "));
            assert!(!panicked, "the scripted server panicked");
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            if let Err(error) = answer(stream, &state).await {
                lock(&state).surprises.push(format!("a request that cannot be read ({error})"));
            }
        });
    }
}

async fn answer(stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(request) = read(&mut stream).await? else {
        return Ok(());
    };
    let reply = reply_to(request, &mut lock(state));
    // The client may have gone, such as from a reply that is too large.
    let _ = stream.get_mut().write_all(&reply.to_bytes()).await;
    let _ = stream.get_mut().shutdown().await;
    Ok(())
}

fn reply_to(request: Received, state: &mut State) -> Reply {
    if state.gives_tokens && request.target.ends_with("/oauth/token") {
        return Reply::json(200, &format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":36000}}"#));
    }
    let reply = state.script.pop_front().unwrap_or_else(|| {
        state.surprises.push(format!("{} {}", request.method, request.target));
        Reply::json(500, "{}")
    });
    state.received.push(request);
    reply
}

/// Reads one request; nothing if the connection was closed without one.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Received>> {
    let Some(first) = line(stream).await? else {
        return Ok(None);
    };
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut request = Received { method, target, ..Received::default() };
    while let Some(header) = line(stream).await?.filter(|header| !header.is_empty()) {
        if let Some((name, value)) = header.split_once(':') {
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    request.body = body(stream, &request).await?;
    Ok(Some(request))
}

async fn body(stream: &mut BufReader<TcpStream>, request: &Received) -> io::Result<Vec<u8>> {
    if request.header("transfer-encoding").is_none() {
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        return Ok(body);
    }
    let mut body = Vec::new();
    loop {
        let size = line(stream).await?.unwrap_or_default();
        let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; size + 2];
        stream.read_exact(&mut chunk).await?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end().to_owned()))
}
