//! Plays the session vectors against a host and a process, and sends the frame vectors through one session.

#[path = "../src/bin/adapter/conformance.rs"]
mod conformance;
#[path = "sessions/matching.rs"]
mod matching;
#[path = "sessions/probe.rs"]
mod probe;
#[path = "../src/bin/adapter/request.rs"]
mod request;
mod vectors;

use base64::{Engine, engine::general_purpose::STANDARD};
use matching::matches;
use probe::Probe;
use sandpipe_host::{Host, HostBuilder};
use serde::Deserialize;
use serde_json::{Value, json};
use vectors::bytes::{Part, bytes};

#[derive(Deserialize)]
struct Session {
    id: String,
    given: Value,
    steps: Vec<Step>,
    report: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Write { write: Vec<Part> },
    Expect { expect: Vec<Value> },
    Exit { exit: i32 },
    Signal { signal: String },
}

#[derive(Deserialize)]
struct Frame {
    id: String,
    valid: bool,
    value: Option<Value>,
    refused: Option<Value>,
}

#[tokio::main]
async fn main() {
    if let Some(socket) = std::env::var_os(probe::SOCKET) {
        return probe::obey(&socket);
    }
    let host = conformance::methods().into_iter().fold(Host::builder(), HostBuilder::method);
    let host = host.for_conformance().build().expect("no name is reserved");
    let mut played = 0;
    for (kind, protocol) in [("v1/sessions", 1), ("v0/sessions", 0)] {
        for (_, sessions) in vectors::read::<Session>(kind) {
            for session in sessions {
                play(&host, &session, protocol).await;
                played += 1;
            }
        }
    }
    let judged = judge_frames(&host).await;
    println!("test result: ok. {played} sessions played, {judged} frames judged");
}

async fn play(host: &Host, session: &Session, protocol: u32) {
    let id = &session.id;
    let mut probe = Probe::start(host, session.given.clone(), protocol);
    for step in &session.steps {
        match step {
            Step::Write { write } => probe.write(&bytes(write)),
            Step::Exit { exit } => probe.exit(*exit),
            Step::Signal { signal } => probe.signal(signal),
            Step::Expect { expect } => {
                let mut awaited: Vec<&Value> = expect.iter().collect();
                while !awaited.is_empty() {
                    let frame = probe.frame();
                    let found = awaited.iter().position(|expected| matches(expected, &frame));
                    awaited.remove(found.unwrap_or_else(|| panic!("{id}: {frame} is none of {awaited:?}")));
                }
            }
        }
    }
    let (report, rest) = probe.end().await;
    assert_eq!(rest, Vec::<Value>::new(), "{id}: more responses than expected");
    for (member, expected) in session.report.as_object().expect("an object") {
        let actual = match member.as_str() {
            "violations" => &report["violationCount"],
            member => &report[member],
        };
        let expected = match member.as_str() {
            "output" | "stderr" => {
                let parts: Vec<Part> = serde_json::from_value(expected.clone()).expect("parts");
                json!(STANDARD.encode(bytes(&parts)))
            }
            _ => expected.clone(),
        };
        assert!(matches(&expected, actual), "{id}: {member} is {actual}, not {expected}: {report}");
    }
}

/// Params of each method, valid or refused as the schemas say.
async fn judge_frames(host: &Host) -> usize {
    const METHODS: [(&str, &str); 11] = [
        ("FilesListParams", "files.list"),
        ("FilesGetParams", "files.get"),
        ("FilesReadParams", "files.read"),
        ("FilesMaterializeParams", "files.materialize"),
        ("FilesWriteParams", "files.write"),
        ("FilesCreateParams", "files.create"),
        ("FilesAppendParams", "files.append"),
        ("FilesCommitParams", "files.commit"),
        ("FilesAdoptParams", "files.adopt"),
        ("ProjectsGetParams", "projects.get"),
        ("ConversationsGetParams", "conversations.get"),
    ];
    let names: Vec<_> = METHODS.iter().map(|(_, method)| method).collect();
    let given = json!({ "session": { "projectId": "p1" }, "methods": names });
    let mut probe = Probe::start(host, given, 1);
    let open = json!({ "protocol": 1, "runtime": { "name": "test", "version": "1" }, "features": [] });
    probe.call(&json!("open"), "session.open", &open);
    let mut judged = 0;
    for (file, frames) in vectors::read::<Frame>("v1/frames") {
        let Some((_, method)) = METHODS.iter().find(|(kind, _)| *kind == file) else { continue };
        for frame in frames {
            let (Some(params), true) = (frame.value, frame.refused.is_none_or(|refused| refused["error"].is_object()))
            else {
                continue;
            };
            let answer = probe.call(&json!(judged), method, &params);
            let code = answer["error"]["code"].as_i64();
            if frame.valid {
                // What the value means may be wrong still: a file that isn't there, another project.
                assert!(!matches!(code, Some(-32600)), "{}: {answer}", frame.id);
                assert_ne!((code, is_about_types(&answer)), (Some(-32602), true), "{}: {answer}", frame.id);
            } else {
                assert!(matches!(code, Some(-32600 | -32602)), "{}: {answer}", frame.id);
            }
            judged += 1;
        }
    }
    probe.exit(0);
    probe.end().await;
    judged
}

/// Serde's own words for a value that isn't of the type.
fn is_about_types(answer: &Value) -> bool {
    let message = answer["error"]["message"].as_str().unwrap_or_default();
    ["invalid type", "missing field", "unknown variant"].iter().any(|words| message.contains(words))
}
