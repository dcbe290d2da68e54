//! A sandbox that does what it is told: the host starts this very program again, which connects back by a socket.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read, Write, copy, stdin, stdout},
    os::unix::net::{UnixListener, UnixStream},
    process::exit,
    thread,
    time::Duration,
};

use sandpipe_host::{Host, Run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The variable that makes this program the sandbox.
pub const SOCKET: &str = "SANDPIPE_TEST_SOCKET";

/// The sandbox: hands on what comes on stdin, and obeys `write` and a size and bytes, `exit` and `signal`, by lines.
pub fn obey(socket: &OsStr) {
    let stream = UnixStream::connect(socket).expect("the test listens");
    let mut answers = stream.try_clone().expect("a socket can be cloned");
    thread::spawn(move || copy(&mut stdin().lock(), &mut answers));
    let mut orders = BufReader::new(stream);
    let mut line = String::new();
    while orders.read_line(&mut line).is_ok_and(|size| size > 0) {
        let (order, value) = line.trim_end().split_once(' ').expect("an order and its value");
        let number: i32 = value.parse().expect("a number");
        match order {
            "write" => {
                let mut bytes = vec![0; usize::try_from(number).expect("a size")];
                orders.read_exact(&mut bytes).expect("its bytes");
                let mut stdout = stdout().lock();
                stdout.write_all(&bytes).and_then(|()| stdout.flush()).expect("the host reads");
            }
            "exit" => exit(number),
            _ => {
                let own = rustix::process::getpid();
                let signal = rustix::process::Signal::from_named_raw(number).expect("a signal");
                rustix::process::kill_process(own, signal).expect("a process may signal itself");
            }
        }
        line.clear();
    }
}

/// The test's end of a run.
pub struct Probe {
    run: Run,
    orders: UnixStream,
    answers: BufReader<UnixStream>,
    protocol: u32,
    _folder: TempDir,
}

impl Probe {
    /// Starts a run with what a vector gives.
    pub fn start(host: &Host, given: Value, protocol: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("probe.sock");
        let listener = UnixListener::bind(&socket).expect("a socket");
        let mut message = given;
        message["command"] = json!([std::env::current_exe().expect("this program has a path")]);
        message["env"] = json!({ SOCKET: socket });
        message["protocol"] = json!([protocol]);
        message["transport"] = json!("stdio");
        if message["limits"].is_null() {
            message["limits"] = json!({});
        }
        let request = super::request::read(message).expect("the vector gives a run");
        let run = host.start(request);
        let (orders, _) = listener.accept().expect("the sandbox connects");
        // What is demanded and never comes is a failure.
        orders.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket has a timeout");
        let answers = BufReader::new(orders.try_clone().expect("a socket can be cloned"));
        Self { run, orders, answers, protocol, _folder: folder }
    }

    /// Has bytes written to stdout.
    pub fn write(&mut self, bytes: &[u8]) {
        let order = format!("write {}\n", bytes.len());
        self.orders.write_all(order.as_bytes()).and_then(|()| self.orders.write_all(bytes)).expect("it obeys");
    }

    /// Has it exit.
    pub fn exit(&mut self, code: i32) {
        self.orders.write_all(format!("exit {code}\n").as_bytes()).expect("it obeys");
    }

    /// Has it signal itself.
    pub fn signal(&mut self, name: &str) {
        let number = match name {
            "SIGKILL" => 9,
            "SIGTERM" => 15,
            "SIGSEGV" => 11,
            "SIGABRT" => 6,
            _ => panic!("{name}: no number for it here"),
        };
        self.orders.write_all(format!("signal {number}\n").as_bytes()).expect("it obeys");
    }

    /// The next frame of the host but for its notifications.
    pub fn frame(&mut self) -> Value {
        loop {
            let frame = self.next().expect("a frame in time");
            if frame.get("method").is_none() {
                return frame;
            }
        }
    }

    /// Makes one call and gives its response.
    pub fn call(&mut self, id: &Value, method: &str, params: &Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.write(format!("\u{1e}{request}\n").as_bytes());
        self.frame()
    }

    /// The report, and the responses that were left.
    pub async fn end(mut self) -> (Value, Vec<Value>) {
        let rest = std::iter::from_fn(|| self.next()).filter(|frame| frame.get("method").is_none()).collect();
        (json!(self.run.report().await), rest)
    }

    fn next(&mut self) -> Option<Value> {
        let mut record = Vec::new();
        self.answers.read_until(b'\n', &mut record).expect("a frame in time");
        if record.is_empty() {
            return None;
        }
        // RS begins a frame of version 1, and is never sent in version 0.
        let text = record.strip_prefix(b"\x1e");
        assert_eq!(text.is_some(), self.protocol == 1, "{}", String::from_utf8_lossy(&record));
        let text = text.unwrap_or(&record);
        Some(serde_json::from_slice(text).expect("a frame is JSON"))
    }
}
