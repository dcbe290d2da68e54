use std::collections::HashMap;

use serde_json::Value;

use crate::wire::Object;

/// Bytes up to a bound, then only their number.
#[derive(Debug, Default)]
pub(crate) struct Capture {
    pub bytes: Vec<u8>,
    pub total: u64,
    pub truncated: bool,
}

impl Capture {
    fn push(&mut self, bytes: &[u8], room: usize) {
        self.total += bytes.len() as u64;
        // What is kept is a beginning: nothing behind the first loss.
        let kept = if self.truncated { 0 } else { bytes.len().min(room) };
        self.bytes.extend_from_slice(&bytes[..kept]);
        self.truncated |= kept < bytes.len();
    }
}

#[derive(Debug)]
struct Emit {
    size: usize,
    params: Value,
}

/// What a run leaves behind: output and emits in one room, stderr in another of the same size.
#[derive(Debug)]
pub(crate) struct Kept {
    max: usize,
    pub output: Capture,
    pub stderr: Capture,
    emits: Vec<Emit>,
    places: HashMap<String, usize>,
    emit_bytes: usize,
    emit_dropped: bool,
}

impl Kept {
    pub fn new(max: usize) -> Self {
        Self {
            max,
            output: Capture::default(),
            stderr: Capture::default(),
            emits: Vec::new(),
            places: HashMap::new(),
            emit_bytes: 0,
            emit_dropped: false,
        }
    }

    pub fn push_output(&mut self, bytes: &[u8]) {
        let room = self.max.saturating_sub(self.output.bytes.len() + self.emit_bytes);
        self.output.push(bytes, room);
    }

    pub fn push_stderr(&mut self, bytes: &[u8]) {
        let room = self.max - self.stderr.bytes.len();
        self.stderr.push(bytes, room);
    }

    /// Takes an emit, in the place of the one with its id (`session:emit:same-id-replaces`); says whether it fits. One
    /// that doesn't is dropped whole, and what it would have replaced stays (`session:emit:drop-reported`).
    pub fn emit(&mut self, params: Object) -> bool {
        let id = params.get("id").and_then(Value::as_str).map(str::to_owned);
        let params = Value::Object(params);
        let size = params.to_string().len();
        let place = id.as_ref().and_then(|id| self.places.get(id)).copied();
        let others = self.emit_bytes - place.map_or(0, |place| self.emits[place].size);
        if self.output.bytes.len().saturating_add(others).saturating_add(size) > self.max {
            self.emit_dropped = true;
            return false;
        }
        self.emit_bytes = others + size;
        let emit = Emit { size, params };
        if let Some(place) = place {
            self.emits[place] = emit;
        } else {
            self.places.extend(id.map(|id| (id, self.emits.len())));
            self.emits.push(emit);
        }
        true
    }

    /// Output, stderr and the emits in order.
    pub fn into_parts(mut self) -> (Capture, Capture, Vec<Value>) {
        self.output.truncated |= self.emit_dropped;
        (self.output, self.stderr, self.emits.into_iter().map(|emit| emit.params).collect())
    }
}
