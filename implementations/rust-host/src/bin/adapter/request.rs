use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use sandpipe_host::{
    Binding, Conversation, FileInfo, Limits, MemoryStore, Message, RunRequest, Scope, TransportChoice,
};
use serde::Deserialize;
use serde_json::{Map, Value};

type Failure = Box<dyn std::error::Error>;

#[derive(Deserialize)]
struct Run {
    command: Vec<String>,
    #[serde(default)]
    env: HashMap<String, String>,
    #[serde(default = "newest")]
    protocol: Vec<u32>,
    transport: String,
    http: Option<String>,
    session: Session,
    methods: Vec<String>,
    limits: Limits,
    #[serde(default)]
    fixture: Fixture,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    project_id: String,
    conversation_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fixture {
    projects: Vec<Map<String, Value>>,
    conversations: Vec<FixtureConversation>,
    files: Vec<FixtureFile>,
}

#[derive(Deserialize)]
struct FixtureConversation {
    #[serde(flatten)]
    conversation: Conversation,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixtureFile {
    id: String,
    project_id: String,
    conversation_id: Option<String>,
    name: String,
    mime: Option<String>,
    content: String,
    encoding: String,
}

fn newest() -> Vec<u32> {
    vec![1]
}

/// A run as the kit asks for it.
pub fn read(message: Value) -> Result<RunRequest, Failure> {
    let run: Run = serde_json::from_value(message)?;
    let binding = if run.http.as_deref() == Some("unix") { Binding::Unix } else { Binding::Tcp };
    let transport = match run.transport.as_str() {
        "http" => TransportChoice::Http(binding),
        "auto" => TransportChoice::Auto(binding),
        _ => TransportChoice::Stdio,
    };
    let scope = Scope { project_id: run.session.project_id, conversation_id: run.session.conversation_id };
    let request = RunRequest::new(run.command, scope)
        .allow(run.methods)
        .limits(run.limits)
        .protocols(run.protocol)
        .transport(transport)
        .store(Arc::new(store(run.fixture)?));
    Ok(run.env.into_iter().fold(request, |request, (name, value)| request.variable(name, value)))
}

fn store(fixture: Fixture) -> Result<MemoryStore, Failure> {
    let store = MemoryStore::new();
    fixture.projects.into_iter().for_each(|project| store.add_project(project));
    for FixtureConversation { conversation, messages } in fixture.conversations {
        store.add_conversation(conversation, messages);
    }
    for file in fixture.files {
        let content = match file.encoding.as_str() {
            "base64" => STANDARD.decode(file.content)?,
            _ => file.content.into_bytes(),
        };
        let info = FileInfo {
            id: file.id,
            name: file.name,
            size: 0,
            project_id: file.project_id,
            conversation_id: file.conversation_id,
            mime: file.mime,
            sha256: None,
            modified_at: None,
        };
        store.add_file(info, content);
    }
    Ok(store)
}
