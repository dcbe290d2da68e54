//! What the founding document's handler takes as given and doesn't show: its types and its two methods. The kit's
//! methods stand behind `files.list`, so that the handler itself needs no word more.
use serde::{Deserialize, Serialize};
use serde_json::{json, Map, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader as TokioReader, Lines as TokioLines};

pub type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// The one session that is open: its whitelist, and what its script has counted.
pub static SESSION: Mutex<Option<Session>> = Mutex::new(None);

#[derive(Default)]
pub struct Session {
    pub allowed: HashSet<String>,
    pub counts: HashMap<String, u64>,
}

/// As the document uses tokio's: `next_line` gives no Result there, so an error ends the loop, as `?` would.
pub struct BufReader<R>(TokioReader<R>);
pub struct Lines<R>(TokioLines<TokioReader<R>>);

impl<R: AsyncRead + Unpin> BufReader<R> {
    pub fn new(inner: R) -> Self {
        Self(TokioReader::new(inner))
    }
    pub fn lines(self) -> Lines<R> {
        Lines(self.0.lines())
    }
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub async fn next_line(&mut self) -> Option<String> {
        match self.0.next_line().await {
            Ok(line) => line,
            Err(error) => {
                eprintln!("the founding document's handler stops reading: {error}");
                None
            }
        }
    }
}

#[derive(Deserialize)]
struct Line {
    id: String,
    method: String,
    #[serde(default)]
    params: Value,
}

#[derive(Deserialize)]
#[serde(from = "Line")]
pub struct IpcRequest {
    pub id: String,
    pub method: Method,
    pub params: Params,
}

/// The document's methods are given params alone, and answer with an id all the same.
pub struct Params {
    id: String,
    method: String,
    named: Value,
}

pub struct Method(String);

impl Method {
    pub fn as_str(&self) -> &str {
        let session = SESSION.lock().expect("no panic");
        let allowed = session.as_ref().is_some_and(|session| session.allowed.contains(&self.0));
        if allowed && self.0.starts_with("conformance.") {
            "files.list"
        } else if allowed {
            &self.0
        } else {
            ""
        }
    }
}

impl From<Line> for IpcRequest {
    fn from(Line { id, method, params }: Line) -> Self {
        let given = Params { id: id.clone(), method: method.clone(), named: params };
        Self { id, method: Method(method), params: given }
    }
}

#[derive(Serialize)]
pub struct IpcResponse {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl IpcResponse {
    pub fn error(id: String, text: &str) -> Self {
        Self { id, result: None, error: Some(text.to_string()) }
    }
    fn result(id: String, value: Value) -> Self {
        Self { id, result: Some(value), error: None }
    }
}

/// Whether a line is one that the handler takes for a request; the others are output.
pub fn is_request(line: &[u8]) -> bool {
    serde_json::from_slice::<IpcRequest>(line).is_ok()
}

pub async fn handle_files_list(params: Params) -> IpcResponse {
    let Params { id, method, named } = params;
    match method.strip_prefix("conformance.") {
        None => IpcResponse::result(id, json!([])),
        Some(name) => match conformance(name, named).await {
            Ok(value) => IpcResponse::result(id, value),
            Err(text) => IpcResponse::error(id, &text),
        },
    }
}

pub async fn handle_files_read(params: Params) -> IpcResponse {
    IpcResponse::error(params.id, "No such file")
}

/// The methods by which the kit sees what a host does.
async fn conformance(name: &str, params: Value) -> Result<Value, String> {
    match name {
        "echo" if params.is_null() => Ok(Value::Object(Map::new())),
        "echo" => Ok(params),
        "delay" => {
            tokio::time::sleep(Duration::from_millis(params["ms"].as_u64().unwrap_or(0))).await;
            Ok(params["value"].clone())
        }
        "fail" => Err(params["message"].as_str().unwrap_or("failed").to_string()),
        "throw" => Err("internal error".to_string()),
        "count" => {
            let key = params["key"].as_str().ok_or("key must be a text")?.to_string();
            let mut session = SESSION.lock().expect("no panic");
            let counts = &mut session.as_mut().ok_or("no session")?.counts;
            let count = counts.entry(key).or_insert(0);
            *count += 1;
            Ok(json!(*count))
        }
        "bytes" => Ok(json!("x".repeat(params["size"].as_u64().unwrap_or(0) as usize))),
        _ => Ok(json!("hidden")),
    }
}
