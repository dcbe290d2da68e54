//! The streaming demultiplexer: a sandbox's stdout to frames, output and violations.

pub use super::record::Violation;
use super::{LF, Object, RS, record};

/// What some bytes of the stream came to.
#[derive(Debug)]
pub enum Event<'a> {
    /// Bytes that are the script's own.
    Output(&'a [u8]),
    /// A frame, and the bytes between its RS and LF.
    Frame {
        /// Its members.
        frame: Object,
        /// As it was written.
        record: &'a [u8],
    },
    /// A breach of the framing. What the stream gives back of it has been output before.
    Violation(Violation),
}

/// Splits a stream at RS and LF, whatever its reads are (`frame:split:any-boundary`).
///
/// Holds at most `max_frame_bytes` of it: a longer record is skipped while its bytes arrive.
#[derive(Debug)]
pub struct Decoder {
    max_frame_bytes: usize,
    max_depth: usize,
    /// The size so far of the record that is open.
    open: Option<u64>,
    /// Its bytes, empty once it is too large.
    record: Vec<u8>,
}

impl Decoder {
    /// A decoder at the start of a stream. `max_frame_bytes` counts what is between RS and LF.
    pub fn new(max_frame_bytes: usize, max_depth: usize) -> Self {
        Self { max_frame_bytes, max_depth, open: None, record: Vec::new() }
    }

    /// The bytes that it holds of a record that is open.
    pub fn held_bytes(&self) -> usize {
        self.record.len()
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, mut chunk: &[u8], on: &mut impl FnMut(Event<'_>)) {
        while !chunk.is_empty() {
            let Some(size) = self.open else {
                let start = memchr::memchr(RS, chunk).unwrap_or(chunk.len());
                if start > 0 {
                    on(Event::Output(&chunk[..start]));
                }
                if start < chunk.len() {
                    self.open = Some(0);
                }
                chunk = chunk.get(start + 1..).unwrap_or_default();
                continue;
            };
            let end = memchr::memchr2(RS, LF, chunk);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            let size = size + part.len() as u64;
            self.open = Some(size);
            match end {
                // The usual case: the whole record in one read, not copied.
                Some(at) if self.record.is_empty() && !self.is_too_large(size) && size == part.len() as u64 => {
                    Self::close(part, chunk[at], self.max_depth, on);
                    self.reopen(chunk[at]);
                }
                Some(at) => {
                    self.hold(part, size);
                    if self.is_too_large(size) {
                        on(Event::Violation(Violation::TooLarge { skipped: size, at_end: false }));
                    } else {
                        Self::close(&self.record, chunk[at], self.max_depth, on);
                    }
                    self.reopen(chunk[at]);
                }
                None => self.hold(part, size),
            }
            chunk = end.map_or(&[][..], |at| &chunk[at + 1..]);
        }
    }

    /// Takes the end of the stream: a record that it cuts is output and unanswered (`frame:violation:cut-end`).
    pub fn end(&mut self, on: &mut impl FnMut(Event<'_>)) {
        let Some(size) = self.open.take() else { return };
        if self.is_too_large(size) {
            on(Event::Violation(Violation::TooLarge { skipped: size, at_end: true }));
        } else {
            on(Event::Output(&[RS]));
            on(Event::Output(&self.record));
            on(Event::Violation(Violation::CutEnd));
        }
        self.record = Vec::new();
    }

    fn is_too_large(&self, size: u64) -> bool {
        size > self.max_frame_bytes as u64
    }

    /// Decided while the bytes arrive: what is too large is not held.
    fn hold(&mut self, part: &[u8], size: u64) {
        if self.is_too_large(size) {
            self.record = Vec::new();
        } else {
            self.record.extend_from_slice(part);
        }
    }

    /// After a record: RS begins the next one, LF leaves the stream outside of records.
    fn reopen(&mut self, end: u8) {
        self.open = (end == RS).then_some(0);
        self.record.clear();
    }

    fn close(record: &[u8], end: u8, max_depth: usize, on: &mut impl FnMut(Event<'_>)) {
        let violation = if end == RS {
            Violation::Restart
        } else {
            match record::judge(record, max_depth) {
                Ok(frame) => return on(Event::Frame { frame, record }),
                Err(violation) => violation,
            }
        };
        on(Event::Output(&[RS]));
        on(Event::Output(record));
        if end == LF {
            on(Event::Output(&[LF]));
        }
        on(Event::Violation(violation));
    }
}
