//! Bytes to frames and back: nothing in here knows of sessions, processes or time.

pub mod decoder;
mod depth;
pub(crate) mod encode;
pub(crate) mod id;
pub(crate) mod lines;
pub(crate) mod outbox;
pub(crate) mod record;
pub(crate) mod undecided;

/// The byte that begins a frame.
pub const RS: u8 = 0x1e;
/// The byte that ends one.
pub const LF: u8 = b'\n';

/// The members of one frame.
pub type Object = serde_json::Map<String, serde_json::Value>;
