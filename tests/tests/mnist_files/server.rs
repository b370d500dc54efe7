//! A web server on this machine, and folders to download into.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A new empty folder under the system's temporary one, removed at the end of the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mnist-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.0.join(name), content).expect("written");
    }

    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != "download.lock")
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What the server does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manner {
    /// Sends what is asked for, from the byte that is asked for.
    Good,
    /// Promises everything and breaks off half-way, once; then like `Good`.
    BreaksOffOnce,
    /// Promises everything and sends half, every time; knows no ranges.
    BreaksOffAlways,
    /// Knows no ranges: always sends everything.
    NoRanges,
    /// Has no such file.
    NotFound,
}

/// A web server on this machine for as long as the test process lives.
pub struct Server {
    /// The address of the folder that it serves.
    pub url: String,
    site: Arc<Site>,
}

impl Server {
    pub fn start(manner: Manner, files: &[(&str, &[u8])]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/mnist", listener.local_addr().expect("bound"));
        let files =
            files.iter().map(|(name, content)| (format!("/mnist/{name}"), content.to_vec()));
        let site = Site { manner, files: files.collect(), requests: Mutex::default() };
        let site = Arc::new(site);
        let served = site.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up is part of some tests.
                let _ = served.answer(stream);
            }
        });
        Self { url, site }
    }

    /// Every request so far, as `path from first-byte`.
    pub fn requests(&self) -> Vec<String> {
        self.site.requests.lock().expect("no panic in the server").clone()
    }
}

struct Site {
    manner: Manner,
    files: HashMap<String, Vec<u8>>,
    requests: Mutex<Vec<String>>,
}

impl Site {
    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let (path, start) = read_request(&stream)?;
        let first = self.log(format!("{path} from {start}"));
        match self.files.get(&path) {
            Some(content) if self.manner != Manner::NotFound => {
                self.send(stream, content, start, first)
            }
            _ => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone"),
        }
    }

    /// Notes a request and tells whether it is the first.
    fn log(&self, request: String) -> bool {
        let mut requests = self.requests.lock().expect("one thread");
        requests.push(request);
        requests.len() == 1
    }

    fn send(
        &self,
        mut stream: TcpStream,
        content: &[u8],
        start: usize,
        first: bool,
    ) -> io::Result<()> {
        let partial = matches!(self.manner, Manner::Good | Manner::BreaksOffOnce) && start > 0;
        let (status, body) =
            if partial { ("206 Partial Content", &content[start..]) } else { ("200 OK", content) };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        )?;
        if partial {
            let (last, length) = (content.len() - 1, content.len());
            write!(stream, "Content-Range: bytes {start}-{last}/{length}\r\n")?;
        }
        let breaks =
            self.manner == Manner::BreaksOffAlways || self.manner == Manner::BreaksOffOnce && first;
        stream.write_all(b"\r\n")?;
        stream.write_all(if breaks { &body[..body.len() / 2] } else { body })
    }
}

/// The path that is asked for, and the first byte of it.
fn read_request(stream: &TcpStream) -> io::Result<(String, usize)> {
    let lines: Vec<String> = BufReader::new(stream)
        .lines()
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .collect::<io::Result<_>>()?;
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let range = lines.iter().find_map(|line| line.strip_prefix("Range: bytes="));
    let start = range.and_then(|range| range.trim_end_matches('-').parse().ok()).unwrap_or(0);
    Ok((path.to_string(), start))
}
