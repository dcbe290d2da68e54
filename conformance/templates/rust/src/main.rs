//! Plugs a host into Sandpipe's conformance kit: the kit's messages come as JSON lines on stdin, replies go out as JSON
//! lines on stdout, stderr is free text. The adapter ends when `exit` or the end of stdin comes.
//!
//! ```sh
//! cargo build --release
//! npx sandpipe smoke host -- target/release/sandpipe-adapter    # is it wired up? It is, as it stands.
//! npx sandpipe test host -- target/release/sandpipe-adapter     # is the host right? The one below isn't.
//! ```
//!
//! A host in Rust that is right: `implementations/rust-host` of Sandpipe's repository.
use serde_json::{json, Value};
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A child that can be cancelled, and whether it was.
type Cancellable = Arc<Mutex<(Child, bool)>>;
type Running = Arc<Mutex<HashMap<String, Cancellable>>>;

/// Begins a frame; LF ends it.
const RS: u8 = 0x1e;

// ---- Your host. All from here to the next line is what your own library does, better. ----

/// Runs one session and returns the report of how it ended. `running` holds the child while it can be cancelled.
fn run_session(message: &Value, running: &Running) -> Value {
    let words: Vec<&str> = message["command"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env_clear();
    command.env("PATH", std::env::var("PATH").unwrap_or_default());
    command.env("SANDPIPE_PROTOCOL", "1").env("SANDPIPE_TRANSPORT", "stdio");
    for (name, value) in message["env"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().unwrap_or_default());
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let mut report = report("failed", json!({}), &[], &[], 0);
            report["error"] = json!({ "name": "spawn_failed", "message": error.to_string() });
            return report;
        }
    };
    let (mut stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let mut stderr = child.stderr.take().expect("piped");
    // Nobody may block on logs that are not read.
    let errors = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stderr.read_to_end(&mut bytes);
        bytes
    });
    let child = Arc::new(Mutex::new((child, false)));
    let name = message["run"].as_str().unwrap_or_default().to_string();
    running.lock().expect("no panic").insert(name.clone(), child.clone());

    let (mut output, mut result, mut calls) = (Vec::new(), None, 0);
    let mut lines = BufReader::new(stdout);
    let mut line = Vec::new();
    // A line ends at LF only, and a print without one may stand before a frame. `lines()` would fail on other bytes
    // than UTF-8; a hostile line without an end fills the memory here, so bound it.
    while matches!(lines.read_until(b'\n', &mut line), Ok(size) if size > 0) {
        let start = line.iter().rposition(|&byte| byte == RS).unwrap_or(line.len());
        let frame = line.get(start + 1..).and_then(|text| serde_json::from_slice::<Value>(text).ok());
        match frame {
            None => output.extend_from_slice(&line),
            Some(frame) => {
                output.extend_from_slice(&line[..start]);
                let answer = match frame["method"].as_str() {
                    Some("session.open") => json!({ "result": open(message) }),
                    Some("session.result") => {
                        result = Some(frame["params"]["value"].clone());
                        json!({ "result": {} })
                    }
                    Some("conformance.echo") => {
                        calls += 1;
                        json!({ "result": frame["params"] })
                    }
                    _ => json!({ "error": { "code": -32601, "message": "unknown method" } }),
                };
                let mut response = json!({ "jsonrpc": "2.0", "id": frame["id"] });
                for (member, value) in answer.as_object().into_iter().flatten() {
                    response[member] = value.clone();
                }
                let _ = writeln!(stdin, "\u{1e}{response}");
            }
        }
        line.clear();
    }
    // Not by `wait`, which would hold the lock that a cancel needs.
    let status = loop {
        match child.lock().expect("no panic").0.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => break status,
            Err(_) => break ExitStatus::from_raw(1 << 8),
        }
        thread::sleep(Duration::from_millis(5));
    };
    running.lock().expect("no panic").remove(&name);
    let stderr = errors.join().unwrap_or_default();
    let cancelled = child.lock().expect("no panic").1;
    if let Some(signal) = status.signal() {
        let name = if signal == 9 { "SIGKILL".to_string() } else { format!("SIG{signal}") };
        // By the host's decision it is killed; by a signal from elsewhere it has failed.
        let outcome = if cancelled { "killed" } else { "failed" };
        return report(outcome, json!({ "signal": name }), &output, &stderr, calls);
    }
    let outcome = if status.success() && result.is_some() { "ok" } else { "failed" };
    let mut report = report(outcome, json!({ "code": status.code() }), &output, &stderr, calls);
    if let Some(result) = result {
        report["result"] = result;
    }
    report
}

fn open(message: &Value) -> Value {
    let names = message["methods"].as_array().cloned().unwrap_or_default();
    let methods: Vec<Value> = names.iter().map(|name| json!({ "name": name, "idempotent": false })).collect();
    let mut session = message["session"].clone();
    session["id"] = json!("s1");
    json!({
        "protocol": 1, "session": session, "methods": methods, "limits": message["limits"],
        "datasources": [], "script": {}, "features": [],
    })
}

fn report(outcome: &str, exit: Value, output: &[u8], stderr: &[u8], calls: u64) -> Value {
    json!({
        "outcome": outcome, "exit": exit, "output": base64(output), "stderr": base64(stderr),
        "emits": [], "violations": [], "calls": calls,
    })
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize] as char;
            text.push(if place > chunk.len() { '=' } else { letter });
        }
    }
    text
}

// ---- The adapter: nothing below need be changed, but what `describe` says. ----

fn description() -> Value {
    json!({
        "op": "describe", "control": 1,
        "name": "my-host", "version": "0.0.0", "language": "rust",
        "protocols": [1], "transports": ["stdio"],
        // Declare what your host has: fixture, emit, upload, materialize, adopt, files.write, progress, isolation…
        "features": [], "maxRuns": 4,
    })
}

fn say(message: &Value) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{message}");
    let _ = stdout.flush();
}

fn main() {
    let running: Running = Arc::default();
    for line in io::stdin().lock().split(b'\n') {
        let Ok(line) = line else { break };
        let Ok(message) = serde_json::from_slice::<Value>(&line) else { continue };
        let name = message["run"].as_str().unwrap_or_default().to_string();
        let child = running.lock().expect("no panic").get(&name).cloned();
        match (message["op"].as_str(), child) {
            (Some("describe"), _) => say(&description()),
            (Some("run"), _) => {
                let running = running.clone();
                thread::spawn(move || {
                    let report = run_session(&message, &running);
                    say(&json!({ "op": "ended", "run": message["run"], "report": report }));
                });
            }
            (Some("cancel"), Some(child)) => {
                cancel(&child);
            }
            (Some("exit"), _) => break,
            _ => {
                let mut refusal = json!({ "op": "error", "message": format!("unsupported: {}", message["op"]) });
                if !name.is_empty() {
                    refusal["run"] = json!(name);
                }
                say(&refusal);
            }
        }
    }
    running.lock().expect("no panic").values().for_each(cancel);
}

/// Your host ends a run gently: session.close, the end of stdin, SIGTERM, SIGKILL, to the whole group.
fn cancel(child: &Cancellable) {
    let mut child = child.lock().expect("no panic");
    child.1 = true;
    let _ = child.0.kill();
}
