//! The host's own frames, each RS, compact JSON, LF.

use serde::Serialize;
use serde_json::{Value, json};

use super::{LF, RS, id::Id};
use crate::error::CallError;

/// A response under an id, or an error under none.
#[derive(Serialize)]
struct Response<'a> {
    jsonrpc: &'static str,
    id: Option<&'a Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a CallError>,
}

#[derive(Serialize)]
struct Notification<'a> {
    jsonrpc: &'static str,
    method: &'a str,
    params: Value,
}

/// The frame that answers a call. One over `max_frame_bytes` becomes `limit_exceeded` (`limit:frame:out`).
pub fn response(id: &Id, outcome: &Result<Value, CallError>, max_frame_bytes: usize) -> Vec<u8> {
    let (result, error) = match outcome {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    };
    let bytes = frame(&Response { jsonrpc: "2.0", id: Some(id), result, error });
    if bytes.len() - 2 <= max_frame_bytes {
        return bytes;
    }
    let refusal = CallError::limit_exceeded("the response is larger than maxFrameBytes");
    frame(&Response { jsonrpc: "2.0", id: Some(id), result: None, error: Some(&refusal) })
}

/// The line that answers a request of protocol 0 (`error:text`).
pub fn line(id: &Id, outcome: &Result<Value, CallError>) -> Vec<u8> {
    let answer = match outcome {
        Ok(value) => json!({ "id": id, "result": value }),
        Err(error) => json!({ "id": id, "error": error.message() }),
    };
    format!("{answer}\n").into_bytes()
}

/// The frame that refuses what can't be answered under an id.
pub fn refusal(error: &CallError) -> Vec<u8> {
    frame(&Response { jsonrpc: "2.0", id: None, result: None, error: Some(error) })
}

/// A notification of the host.
pub fn notification(method: &str, params: Value) -> Vec<u8> {
    frame(&Notification { jsonrpc: "2.0", method, params })
}

/// The bytes between RS and LF of a frame: what HTTP carries.
pub fn body(mut frame: Vec<u8>) -> Vec<u8> {
    frame.pop();
    frame.remove(0);
    frame
}

/// How many bytes a result may take in the response to `id`.
pub fn room_for_result(id: &Id, max_frame_bytes: usize) -> usize {
    let envelope = response(id, &Ok(Value::Null), usize::MAX).len() - 2 - "null".len();
    max_frame_bytes.saturating_sub(envelope)
}

fn frame(message: &impl Serialize) -> Vec<u8> {
    let mut bytes = vec![RS];
    serde_json::to_writer(&mut bytes, message).expect("JSON values are serialisable");
    bytes.push(LF);
    bytes
}
