//! Protocol 0, the founding document: bare JSON lines among prints (`spec/v0/README.md`).

use serde_json::Value;

use super::{LF, Object};

/// A request line.
#[derive(Debug)]
pub(crate) struct LineRequest {
    pub id: String,
    pub method: String,
    pub params: Object,
}

/// What some bytes of a stream of lines came to.
#[derive(Debug)]
pub(crate) enum LineEvent<'a> {
    Output(&'a [u8]),
    /// A whole line of output that is one JSON object: perhaps the result.
    Result(Value),
    Request(LineRequest),
}

/// Splits a stream at LF alone, whatever its reads are (`frame:line:any-boundary`, `frame:line:lf-only`).
///
/// Holds at most `max_line_bytes`: what is longer is output as it comes.
#[derive(Debug)]
pub(crate) struct LineDecoder {
    max_line_bytes: usize,
    line: Vec<u8>,
    /// The line's beginning is output already.
    too_long: bool,
}

impl LineDecoder {
    pub fn new(max_line_bytes: usize) -> Self {
        Self { max_line_bytes, line: Vec::new(), too_long: false }
    }

    pub fn push(&mut self, mut chunk: &[u8], on: &mut impl FnMut(LineEvent<'_>)) {
        while let Some(at) = memchr::memchr(LF, chunk) {
            self.hold(&chunk[..=at], on);
            self.close(on);
            chunk = &chunk[at + 1..];
        }
        self.hold(chunk, on);
    }

    /// The last line is output without its LF, too (`output:line:kept`).
    pub fn end(&mut self, on: &mut impl FnMut(LineEvent<'_>)) {
        let line = std::mem::take(&mut self.line);
        output(&line, on);
    }

    fn hold(&mut self, part: &[u8], on: &mut impl FnMut(LineEvent<'_>)) {
        if !self.too_long && self.line.len() + part.len() <= self.max_line_bytes {
            self.line.extend_from_slice(part);
            return;
        }
        self.too_long = true;
        on(LineEvent::Output(&self.line));
        on(LineEvent::Output(part));
        self.line = Vec::new();
    }

    fn close(&mut self, on: &mut impl FnMut(LineEvent<'_>)) {
        if !self.too_long {
            match read_request(&self.line) {
                Some(request) => on(LineEvent::Request(request)),
                None => output(&self.line, on),
            }
        }
        self.too_long = false;
        self.line.clear();
    }
}

/// The request that a line is, if it is one. Unknown members are ignored.
pub(crate) fn read_request(line: &[u8]) -> Option<LineRequest> {
    let mut members = read_object(line)?;
    let (Value::String(id), Value::String(method)) = (members.remove("id")?, members.remove("method")?) else {
        return None;
    };
    let params = match members.remove("params") {
        None => Object::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return None,
    };
    (!id.is_empty() && !method.is_empty()).then_some(LineRequest { id, method, params })
}

fn output(line: &[u8], on: &mut impl FnMut(LineEvent<'_>)) {
    on(LineEvent::Output(line));
    if let Some(object) = read_object(line) {
        on(LineEvent::Result(Value::Object(object)));
    }
}

/// A line that nests deeper than the parser's stack bears is no object here: it stays output.
fn read_object(line: &[u8]) -> Option<Object> {
    serde_json::from_slice(line).ok()
}
