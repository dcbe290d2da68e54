//! The stream of a sandbox that may speak either version, up to its first valid frame or request line.

use super::{
    LF, Object, RS,
    lines::{LineRequest, read_request},
    record,
};

/// What some bytes came to.
#[derive(Debug)]
pub(crate) enum EarlyEvent<'a> {
    Output(&'a [u8]),
    /// The session speaks version 1 from this frame on.
    Frame {
        frame: Object,
        record: &'a [u8],
    },
    /// The session speaks version 0 from this line on.
    Request {
        request: LineRequest,
        line: &'a [u8],
    },
}

/// Takes what is no valid frame and no request line for output, unanswered (`version:latch:before-is-output`).
#[derive(Debug)]
pub(crate) struct Undecided {
    max_bytes: usize,
    max_depth: usize,
    /// The record, or the line outside of records, that is open.
    held: Vec<u8>,
    in_record: bool,
    /// Its beginning is output already.
    too_long: bool,
}

impl Undecided {
    pub fn new(max_bytes: usize, max_depth: usize) -> Self {
        Self { max_bytes, max_depth, held: Vec::new(), in_record: false, too_long: false }
    }

    /// Takes bytes up to the first that decides; gives how many it took and whether they have decided.
    pub fn push(&mut self, chunk: &[u8], on: &mut impl FnMut(EarlyEvent<'_>)) -> (usize, bool) {
        let mut taken = 0;
        while taken < chunk.len() {
            let rest = &chunk[taken..];
            let end = memchr::memchr2(RS, LF, rest);
            let part = &rest[..end.unwrap_or(rest.len())];
            self.hold(part, on);
            taken += part.len();
            match end.map(|at| rest[at]) {
                None => {}
                Some(RS) => {
                    self.give_up(on);
                    self.in_record = true;
                    taken += 1;
                }
                Some(_) => {
                    taken += 1;
                    if self.close(on) {
                        return (taken, true);
                    }
                }
            }
        }
        (taken, false)
    }

    pub fn end(&mut self, on: &mut impl FnMut(EarlyEvent<'_>)) {
        self.give_up(on);
    }

    fn hold(&mut self, part: &[u8], on: &mut impl FnMut(EarlyEvent<'_>)) {
        if !self.too_long && self.held.len() + part.len() > self.max_bytes {
            self.give_up(on);
            self.too_long = true;
        }
        if self.too_long {
            on(EarlyEvent::Output(part));
        } else {
            self.held.extend_from_slice(part);
        }
    }

    /// What is held is output, and the next begins.
    fn give_up(&mut self, on: &mut impl FnMut(EarlyEvent<'_>)) {
        if self.in_record {
            on(EarlyEvent::Output(&[RS]));
        }
        on(EarlyEvent::Output(&self.held));
        self.held.clear();
        (self.in_record, self.too_long) = (false, false);
    }

    fn close(&mut self, on: &mut impl FnMut(EarlyEvent<'_>)) -> bool {
        if !self.too_long {
            if self.in_record {
                if let Ok(frame) = record::judge(&self.held, self.max_depth) {
                    on(EarlyEvent::Frame { frame, record: &self.held });
                    return true;
                }
            } else if let Some(request) = read_request(&self.held) {
                on(EarlyEvent::Request { request, line: &self.held });
                return true;
            }
        }
        self.give_up(on);
        on(EarlyEvent::Output(&[LF]));
        false
    }
}
