use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

pub use crate::session::{Breach, Effect, EffectState};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The result said ok, and the process exited 0.
    Ok,
    /// The script failed, or the process did.
    Failed,
    /// Longer than runTimeoutMs.
    Timeout,
    /// Ended by the host's user, or by the host after the result.
    Killed,
    /// The process exited 0 without an accepted open.
    ProtocolError,
}

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The process never started.
    Spawn,
    /// It never opened its session.
    Open,
    /// It had no result yet.
    Running,
    /// Its result was accepted.
    Result,
}

/// What the frames of a session travel by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// The process's stdin and stdout.
    Stdio,
    /// HTTP, on TCP or on a Unix socket.
    Http,
}

/// How a process ended; neither when it never started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Exit {
    /// Its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The signal that ended it, such as `SIGKILL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
}

/// What a script threw, or the host's own account of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptError {
    /// The name of the error's kind.
    pub name: String,
    /// What happened.
    pub message: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::methods::params::present")]
    pub stack: Option<String>,
}

/// What the host knows of a run when it has ended (`schemas/v1/RunReport.json`).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// How its process ended.
    pub exit: Exit,
    /// The result's value, when it said ok.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// The script's error, or `spawn_failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ScriptError>,
    /// Raw stdout outside frames and captured prints, as they came, up to maxOutputBytes. Written by a stranger.
    #[serde(serialize_with = "as_base64")]
    pub output: Vec<u8>,
    /// Whether output or an emit was dropped for want of room.
    pub output_truncated: bool,
    /// All bytes of output, kept or not.
    pub output_bytes: u64,
    /// Stderr, likewise.
    #[serde(serialize_with = "as_base64")]
    pub stderr: Vec<u8>,
    /// Whether some of it was dropped.
    pub stderr_truncated: bool,
    /// All bytes of stderr.
    pub stderr_bytes: u64,
    /// What the script handed over before its end, in order.
    pub emits: Vec<Value>,
    /// The first 100 breaches of the protocol.
    pub violations: Vec<Breach>,
    /// How many there were.
    pub violation_count: u64,
    /// Bytes of records that were too large to look at.
    pub skipped_bytes: u64,
    /// Requests after the open, those of the session itself not counted.
    pub calls: u64,
    /// How far it came.
    pub phase: Phase,
    /// The first 10,000 of its calls that are not idempotent.
    pub effects: Vec<Effect>,
    /// How many there were.
    pub effect_count: u64,
    /// From the spawn to this report.
    pub duration_ms: f64,
    /// What it travelled by.
    pub transport: Transport,
    /// What isolated it: this host has no isolation.
    pub isolation: &'static str,
}

fn as_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}
