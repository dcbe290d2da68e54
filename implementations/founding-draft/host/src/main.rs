//! Plugs the founding document's handler into the conformance kit: control messages as JSON lines on stdin, replies on
//! stdout, one run at a time.
mod draft;
mod handler;
mod tee;

use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::{json, Map, Value};
use std::process::Stdio;
use std::sync::Arc;
use tee::{Kept, Tee};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut running: Option<(String, Arc<Notify>)> = None;
    while let Some(line) = lines.next_line().await? {
        let message: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
        let run = message["run"].as_str().unwrap_or_default().to_string();
        match message["op"].as_str() {
            Some("describe") => println!("{}", describe()),
            Some("run") => {
                let cancelled = Arc::new(Notify::new());
                running = Some((run.clone(), cancelled.clone()));
                tokio::spawn(async move {
                    let report = run_session(&message, &cancelled).await;
                    println!("{}", json!({ "op": "ended", "run": run, "report": report }));
                });
            }
            Some("cancel") => match &running {
                Some((open, cancelled)) if *open == run => cancelled.notify_one(),
                _ => println!("{}", json!({ "op": "error", "run": run, "message": "no such run" })),
            },
            Some("exit") => break,
            other => println!("{}", json!({ "op": "error", "message": format!("unsupported: {other:?}") })),
        }
    }
    std::process::exit(0)
}

fn describe() -> Value {
    json!({
        "op": "describe", "control": 1, "name": "founding-draft", "version": "0.0.0", "language": "rust",
        "protocols": [0], "transports": ["stdio"], "features": [], "maxRuns": 1
    })
}

async fn run_session(message: &Value, cancelled: &Notify) -> Value {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
    };
    let command = texts(&message["command"]);
    let environment = message["env"].as_object().cloned().unwrap_or_default();
    let allowed = texts(&message["methods"]).into_iter().collect();
    *draft::SESSION.lock().expect("no panic") = Some(draft::Session { allowed, ..Default::default() });
    let spawned = Command::new(&command[0])
        .args(&command[1..])
        .envs(environment.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            let error = json!({ "name": "spawn_failed", "message": error.to_string() });
            return report("failed", Map::new(), json!({ "error": error }), &[], &[]);
        }
    };
    let kept = Kept::default();
    let stdout = Tee { inner: child.stdout.take().expect("piped"), kept: kept.clone() };
    let mut stderr = child.stderr.take().expect("piped");
    let handling = handler::start(child.stdin.take().expect("piped"), stdout);
    let logging = tokio::spawn(async move {
        let mut bytes = Vec::new();
        let _ = stderr.read_to_end(&mut bytes).await;
        bytes
    });
    let mut killed = false;
    let status = tokio::select! {
        status = child.wait() => status,
        () = cancelled.notified() => {
            killed = true;
            let _ = child.start_kill();
            child.wait().await
        }
    };
    let _ = handling.await;
    let stderr = logging.await.unwrap_or_default();
    let code = status.ok().and_then(|status| status.code());
    let exit: Map<String, Value> = code.map(|code| ("code".to_string(), json!(code))).into_iter().collect();
    let outcome = if killed { "killed" } else if code == Some(0) { "ok" } else { "failed" };
    let output = output_of(&kept.lock().expect("no panic"));
    let result = output.split(|byte| *byte == b'\n').filter_map(object_of).next_back();
    let more = result.map_or_else(|| json!({}), |result| json!({ "result": result }));
    report(outcome, exit, more, &output, &stderr)
}

/// What the handler has read and taken for no request.
fn output_of(read: &[u8]) -> Vec<u8> {
    let lines = read.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !(line.ends_with(b"\n") && draft::is_request(line))).flatten().copied().collect()
}

fn object_of(line: &[u8]) -> Option<Value> {
    serde_json::from_slice(line).ok().filter(Value::is_object)
}

fn report(outcome: &str, exit: Map<String, Value>, more: Value, output: &[u8], stderr: &[u8]) -> Value {
    let mut report = json!({
        "outcome": outcome, "exit": exit, "output": STANDARD.encode(output), "stderr": STANDARD.encode(stderr),
        "emits": [], "violations": [], "calls": 0
    });
    let more = more.as_object().cloned().unwrap_or_default();
    report.as_object_mut().expect("an object").extend(more);
    report
}
