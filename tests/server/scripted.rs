//! A small HTTP server that says what it is told to, however wrong that is, and keeps what it was asked.
//!
//! An answer is its status in the first line, then headers, an empty line and the body:
//! ```text
//! === answer GET /version
//! 429
//! Retry-After: 0
//!
//! busy
//! ```
//! Several answers for one path are given one after the other, the last one again and again. Words behind the status:
//! `silent` (nothing is ever sent), `cut` (the connection ends in the middle of the body), `dead` (it ends before anything
//! is sent), `gzip` (the body is compressed). `\e` in a body stands for the character that begins a terminal's commands (in
//! a header, where that cannot be, for the other one that does).
//! A body of `500 * TEXT` is that text so often, with commas between.
//! Asked as a proxy (`CONNECT`), it plays the server behind the proxy as well.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::case::Case;

/// The answers to each request, as `METHOD PATH`.
pub(crate) struct Script(BTreeMap<String, Vec<String>>);

impl Script {
    pub(crate) fn of(case: &Case) -> Self {
        let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (title, body) in case.sections() {
            if let Some(request) = title.strip_prefix("answer ") {
                answers.entry(request.to_owned()).or_default().push(body.clone());
            }
        }
        Self(answers)
    }
}

/// A running server.
pub(crate) struct Server {
    port: u16,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    answers: BTreeMap<String, Vec<String>>,
    requests: Vec<String>,
    headers: Vec<(String, String)>,
}

impl Server {
    /// Later scripts replace the answers of earlier ones.
    pub(crate) fn start(scripts: &[Script]) -> Self {
        let answers = scripts.iter().flat_map(|script| script.0.clone()).collect();
        let memory = Arc::new(Mutex::new(Memory { answers, ..Memory::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = Arc::clone(&memory);
        // Ends with the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let memory = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream, &memory));
            }
        });
        Self { port, memory }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What was asked, a line each, in alphabetical order.
    pub(crate) fn requests(&self) -> String {
        let mut requests = self.memory.lock().expect("no thread panicked").requests.clone();
        requests.sort();
        // How many connections are opened for them is the client's business.
        requests.dedup_by(|later, earlier| later == earlier && later.starts_with("CONNECT "));
        requests.iter().flat_map(|request| [request, "\n"]).collect()
    }

    /// The different values of a header, a line each.
    pub(crate) fn header(&self, name: &str) -> String {
        let memory = self.memory.lock().expect("no thread panicked");
        let values = memory.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        let values: BTreeSet<_> = values.map(|(_, value)| format!("{value}\n")).collect();
        values.into_iter().collect()
    }
}

fn serve(stream: &TcpStream, memory: &Mutex<Memory>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader, memory) {
        if request.starts_with("CONNECT ") {
            let _ = (&mut &*stream).write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            continue;
        }
        let answer = next_answer(memory, &request);
        if !send(stream, &answer) {
            break;
        }
    }
}

/// Reads a request and keeps it; none when the connection ends.
fn read_request(reader: &mut BufReader<&TcpStream>, memory: &Mutex<Memory>) -> Option<String> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let request = first.trim_end().strip_suffix(" HTTP/1.1")?.to_owned();
    let mut length = 0;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        headers.push((name.to_owned(), value.to_owned()));
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let mut memory = memory.lock().expect("no thread panicked");
    memory.requests.push(request.clone());
    memory.headers.extend(headers);
    Some(request)
}

fn next_answer(memory: &Mutex<Memory>, request: &str) -> String {
    let mut memory = memory.lock().expect("no thread panicked");
    match memory.answers.get_mut(request) {
        Some(answers) if answers.len() > 1 => answers.remove(0),
        Some(answers) => answers[0].clone(),
        // As the API server says of what it does not serve.
        None => "404\nContent-Type: text/plain\n\n404 page not found\n".to_owned(),
    }
}

/// Whether the connection can be used again.
fn send(mut stream: &TcpStream, answer: &str) -> bool {
    let (head, body) = answer.split_once("\n\n").unwrap_or((answer.trim_end(), ""));
    let (status, headers) = head.split_once('\n').unwrap_or((head, ""));
    let mut words = status.split(' ');
    let status = words.next().unwrap_or_default();
    let has = |wanted: &str| words.clone().any(|word| word == wanted);
    if has("silent") {
        // Until the other side gives up.
        let _ = stream.read(&mut [0]);
        return false;
    }
    if has("dead") {
        return false;
    }
    let body = expanded(body).into_bytes();
    let (body, encoding) = if has("gzip") { (gzip(&body), "Content-Encoding: gzip\r\n") } else { (body, "") };
    let headers = headers.replace("\\e", "\u{9b}");
    let headers: String = headers.lines().flat_map(|line| [line, "\r\n"]).collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n{encoding}{headers}\r\n");
    let sent = if has("cut") { &body[..length / 2] } else { &body[..] };
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent)).is_ok() && !has("cut")
}

fn expanded(body: &str) -> String {
    let line = |line: &str| match line.split_once(" * ").map(|(count, text)| (count.parse::<usize>(), text)) {
        Some((Ok(count), text)) => vec![text; count].join(","),
        _ => line.to_owned(),
    };
    let is_json = body.starts_with('{');
    body.replace("\\e", if is_json { "\\u001b" } else { "\x1b" }).lines().map(line).collect::<Vec<_>>().join("\n")
}

/// In the format of gzip, stored as it is.
fn gzip(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a block holds 65535 bytes");
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(body);
    bytes.extend(crc32(body).to_le_bytes());
    bytes.extend(u32::from(length).to_le_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _: u8| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}
