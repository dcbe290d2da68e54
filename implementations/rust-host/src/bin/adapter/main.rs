//! Plugs the host into the conformance kit (`spec/control/README.md`): control messages come as JSON lines on stdin,
//! replies go out as JSON lines on stdout.

mod conformance;
mod request;

use std::{collections::HashMap, io::Write};

use sandpipe_host::{Canceller, Feature, Host, HostBuilder};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, stdin},
    task::JoinSet,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = conformance::methods().into_iter().fold(Host::builder(), HostBuilder::method);
    let host = host.for_conformance().build()?;
    let mut lines = BufReader::new(stdin()).split(b'\n');
    let mut open = HashMap::<String, Canceller>::new();
    let mut runs = JoinSet::new();
    loop {
        let line = tokio::select! {
            line = lines.next_segment() => line?,
            Some(ended) = runs.join_next() => {
                open.remove(&ended?);
                continue;
            }
        };
        let Some(line) = line else { break };
        let Ok(message) = serde_json::from_slice::<Value>(&line) else {
            say(&json!({ "op": "error", "message": "no JSON" }));
            continue;
        };
        let run = message["run"].as_str().unwrap_or_default().to_owned();
        match message["op"].as_str() {
            Some("describe") => say(&description()),
            Some("exit") => break,
            Some("cancel") if open.contains_key(&run) => open[&run].cancel(),
            Some("run") => match request::read(message) {
                Ok(request) => {
                    let started = host.start(request);
                    open.insert(run.clone(), started.canceller());
                    runs.spawn(async move {
                        let report = started.report().await;
                        say(&json!({ "op": "ended", "run": run, "report": report }));
                        run
                    });
                }
                Err(error) => refuse(&run, &format!("no run that this adapter knows: {error}")),
            },
            op => refuse(&run, &format!("unsupported: {}", op.unwrap_or("a message without op"))),
        }
    }
    open.values().for_each(Canceller::cancel);
    while runs.join_next().await.is_some() {}
    Ok(())
}

fn description() -> Value {
    let features: Vec<_> = ["fixture"].into_iter().chain(Feature::ALL.map(Feature::name)).collect();
    json!({
        "op": "describe", "control": 1,
        "name": "rust-host", "version": env!("CARGO_PKG_VERSION"), "language": "rust",
        "protocols": [0, 1], "transports": ["stdio", "http"],
        "features": features, "maxRuns": 8,
    })
}

fn refuse(run: &str, why: &str) {
    let mut refusal = json!({ "op": "error", "message": why });
    if !run.is_empty() {
        refusal["run"] = json!(run);
    }
    say(&refusal);
}

/// One write a line, so that the lines of two runs never mix.
fn say(message: &Value) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(format!("{message}\n").as_bytes()).and_then(|()| stdout.flush());
}
