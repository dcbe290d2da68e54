//! What the bytes between RS and LF are.

use serde_json::Value;

use super::{Object, depth::is_deeper_than};
use crate::error::CallError;

/// How the bytes of a sandbox break the framing (the table of `spec/v1/framing.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// No JSON object between RS and LF.
    NotJson,
    /// A JSON object without `jsonrpc`: perhaps a printed text sequence.
    NoJsonrpc,
    /// JSON deeper than maxDepth.
    TooDeep,
    /// A record that another RS cut.
    Restart,
    /// A record that the end of the stream cut.
    CutEnd,
    /// A record over maxFrameBytes; this many bytes of it were skipped.
    TooLarge {
        /// Bytes between RS and the end of the record.
        skipped: u64,
        /// Whether the stream ended there, so that nobody is left to answer.
        at_end: bool,
    },
}

impl Violation {
    /// The requirement that it breaks.
    pub fn requirement(self) -> &'static str {
        match self {
            Self::NotJson => "frame:violation:not-json",
            Self::NoJsonrpc => "frame:violation:no-jsonrpc",
            Self::TooDeep => "limit:depth:boundary",
            Self::Restart => "frame:violation:restart",
            Self::CutEnd => "frame:violation:cut-end",
            Self::TooLarge { .. } => "limit:frame:in-boundary",
        }
    }

    /// What answers it with id null, if anything does.
    pub fn answer(self) -> Option<CallError> {
        match self {
            Self::NotJson | Self::Restart => Some(CallError::parse_error()),
            Self::TooDeep => Some(CallError::limit_exceeded("the record is deeper than maxDepth")),
            Self::TooLarge { at_end: false, .. } => {
                Some(CallError::limit_exceeded("the record is larger than maxFrameBytes"))
            }
            Self::NoJsonrpc | Self::CutEnd | Self::TooLarge { .. } => None,
        }
    }
}

/// Judges a whole record. It is parsed once, so what is checked is what is executed (`frame:json:read-once`).
///
/// # Errors
/// The violation that it is, when it is no frame.
pub fn judge(record: &[u8], max_depth: usize) -> Result<Object, Violation> {
    // `frame:end:one-cr-dropped`; a second CR is white space to JSON.
    let text = record.strip_suffix(b"\r").unwrap_or(record);
    let frame = parse_object(text, max_depth)?;
    if frame.contains_key("jsonrpc") { Ok(frame) } else { Err(Violation::NoJsonrpc) }
}

/// Parses one JSON object.
///
/// # Errors
/// [`Violation::TooDeep`] or [`Violation::NotJson`].
pub fn parse_object(text: &[u8], max_depth: usize) -> Result<Object, Violation> {
    // Before the parser, which recurses (`error:order:depth-first`).
    if is_deeper_than(text, max_depth) {
        return Err(Violation::TooDeep);
    }
    let mut parser = serde_json::Deserializer::from_slice(text);
    parser.disable_recursion_limit();
    match serde::Deserialize::deserialize(&mut parser) {
        Ok(Value::Object(frame)) if parser.end().is_ok() => Ok(frame),
        _ => Err(Violation::NotJson),
    }
}
