//! A server that does what a list says, whatever the client does: for clients' worst moments.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One thing that the server does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Do {
    /// Says this, and CRLF.
    Say(&'static str),
    /// Reads until this has come.
    Until(&'static str),
    /// Reads so many octets.
    Take(usize),
    /// Closes with a reset: what was not read is lost.
    Reset,
}

/// A delivery's conversation up to where the server waits for the message.
pub(super) const UP_TO_THE_MESSAGE: [Do; 9] = [
    Do::Say("220 mx.test ESMTP"),
    Do::Until("EHLO client.test\r\n"),
    Do::Say("250 mx.test"),
    Do::Until("MAIL FROM:<a@client.test>\r\n"),
    Do::Say("250 ok"),
    Do::Until("RCPT TO:<b@example.test>\r\n"),
    Do::Say("250 ok"),
    Do::Until("DATA\r\n"),
    Do::Say("354 go"),
];

/// A script that goes on with these steps behind the 354.
macro_rules! after_354 {
    ($($step:expr),*) => {{
        const SCRIPT: &[$crate::send::script::Do] = &{
            let [a, b, c, d, e, f, g, h, i] = $crate::send::script::UP_TO_THE_MESSAGE;
            [a, b, c, d, e, f, g, h, i, $($step),*]
        };
        SCRIPT
    }};
}

pub(super) use after_354;

/// A scripted server; each connection plays the next script, the last one again and again.
pub(super) struct Scripted {
    pub(super) address: SocketAddr,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
    task: JoinHandle<()>,
}

impl Scripted {
    pub(super) async fn start(scripts: &'static [&'static [Do]]) -> Self {
        Self::reading(4096, scripts).await
    }

    /// Takes at most so many octets a read.
    pub(super) async fn reading(octets: usize, scripts: &'static [&'static [Do]]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            for turn in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                ear.lock().unwrap().push(Vec::new());
                let mut all = Vec::new();
                play(stream, scripts[scripts.len().min(turn + 1) - 1], octets, &mut all).await;
                ear.lock().unwrap()[turn] = all;
            }
        });
        Self { address, heard, task }
    }

    /// What was heard on each connection, once they have ended.
    pub(super) async fn heard(&self) -> Vec<String> {
        for _ in 0..1000 {
            let heard = self.heard.lock().unwrap().clone();
            if heard.iter().all(|octets| !octets.is_empty()) {
                return heard.iter().map(|octets| String::from_utf8_lossy(octets).into_owned()).collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("a connection does not end");
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn play(mut stream: TcpStream, script: &[Do], octets: usize, heard: &mut Vec<u8>) {
    let (mut from, size) = (0, octets);
    for step in script {
        match step {
            Do::Say(text) => stream.write_all(format!("{text}\r\n").as_bytes()).await.unwrap(),
            Do::Until(text) => {
                while let Some(at) = find(&heard[from..], text.as_bytes()).map_or(Some(None), |at| Some(Some(at))) {
                    match at {
                        Some(at) => {
                            from += at + text.len();
                            break;
                        }
                        None if !more(&mut stream, size, heard).await => return,
                        None => {}
                    }
                }
            }
            Do::Take(octets) => {
                while heard.len() < from + octets {
                    if !more(&mut stream, size, heard).await {
                        return;
                    }
                }
            }
            Do::Reset => {
                stream.set_zero_linger().unwrap();
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
    while more(&mut stream, size, heard).await {}
}

fn find(octets: &[u8], text: &[u8]) -> Option<usize> {
    octets.windows(text.len()).position(|window| window == text)
}

/// Whether more came.
async fn more(stream: &mut TcpStream, size: usize, heard: &mut Vec<u8>) -> bool {
    let mut buffer = vec![0; size];
    match stream.read(&mut buffer).await {
        Ok(n @ 1..) => {
            heard.extend_from_slice(&buffer[..n]);
            true
        }
        _ => false,
    }
}
