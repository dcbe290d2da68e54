use serde_json::Value;

use crate::wire::{Object, id::Id};

const MAX_METHOD_CODE_POINTS: usize = 128;

/// What a frame is, by its members alone (`spec/v1/messages.md`).
pub(super) enum Message {
    Request {
        id: Id,
        method: String,
        params: Object,
    },
    Notification {
        method: String,
        params: Object,
    },
    /// It has a method and is neither; the id is there when it is a valid one.
    Invalid {
        id: Option<Id>,
        why: &'static str,
    },
    NoMethod,
}

pub(super) fn read(mut frame: Object) -> Message {
    let Some(method) = frame.remove("method") else { return Message::NoMethod };
    let raw_id = frame.remove("id");
    let id = raw_id.as_ref().and_then(Id::from_value);
    let invalid = |why| Message::Invalid { id: id.clone(), why };
    if frame.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return invalid("jsonrpc is not \"2.0\"");
    }
    let Value::String(method) = method else { return invalid("the method is no text") };
    // `method:name:too-long`
    if method.chars().nth(MAX_METHOD_CODE_POINTS).is_some() {
        return invalid("the method is longer than 128 code points");
    }
    // `call:params:by-name`, `call:params:absent`
    let mut params = match frame.remove("params") {
        None => Object::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return invalid("params are no object"),
    };
    // `call:params:meta-taken-out`
    params.remove("_meta");
    match (raw_id, id) {
        (None, _) => Message::Notification { method, params },
        (Some(_), Some(id)) => Message::Request { id, method, params },
        (Some(_), None) => Message::Invalid { id: None, why: "the id is no valid one" },
    }
}
