//! A receiver in this process that answers as it is told, whose requests are at hand.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

use serde_json::Value;

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    /// Method and path.
    pub(crate) line: String,
    /// By names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// The body if it is JSON.
    pub(crate) body: Value,
    /// The body if it is a form, as it came.
    pub(crate) form: String,
}

/// How a request is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    Status(u16),
    /// As a token endpoint does.
    Token(&'static str),
    /// The connection is cut.
    Cut,
    /// Nothing is answered, and the connection stays.
    Silence,
}

/// A receiver on a free port.
pub(crate) struct Receiver {
    pub(crate) url: String,
    came: mpsc::Receiver<Came>,
}

impl Receiver {
    /// Answers requests by `replies` one after the other, and then with 204.
    pub(crate) fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (tell, came) = mpsc::channel();
        let mut replies = VecDeque::from(replies.to_vec());
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else { continue };
                let reply = replies.pop_front().unwrap_or(Reply::Status(204));
                // Told before the answer, so that whoever has the answer finds the request.
                if tell.send(request).is_err() {
                    return;
                }
                match reply {
                    Reply::Status(status) => {
                        let head = format!("HTTP/1.1 {status} Status\r\nlocation: /elsewhere\r\n");
                        let _ = write!(stream, "{head}content-length: 0\r\nconnection: close\r\n\r\n");
                    }
                    Reply::Token(token) => {
                        let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer"}}"#);
                        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", body.len());
                        let _ = write!(stream, "{head}connection: close\r\n\r\n{body}");
                    }
                    Reply::Cut => {}
                    Reply::Silence => silent.push(stream),
                }
            }
        });
        Self { url, came }
    }

    /// The next request; waits for it.
    pub(crate) fn next(&self) -> Came {
        self.came.recv().unwrap()
    }

    /// All requests so far.
    pub(crate) fn so_far(&self) -> Vec<Came> {
        self.came.try_iter().collect()
    }
}

fn read(stream: &TcpStream) -> Option<Came> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let headers: HashMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
    let form = String::from_utf8_lossy(&body).into_owned();
    Some(Came { line, headers, body: serde_json::from_slice(&body).unwrap_or_default(), form })
}
