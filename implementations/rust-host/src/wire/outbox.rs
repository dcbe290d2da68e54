use std::{collections::VecDeque, io::IoSlice};

use super::id::Id;

/// What a frame of the host is, as far as its delivery goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Answers a call that was accepted.
    Response(Id),
    /// Refuses a message, under its id or under none.
    Refusal(Option<Id>),
    /// Asks for no delivery.
    Notification,
}

#[derive(Debug)]
struct Frame {
    bytes: Vec<u8>,
    kind: Kind,
}

/// How far the way to the sandbox is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Frames may be added.
    Open,
    /// What is there still goes out, then the pipe is closed.
    Closing,
    /// Nobody reads.
    Closed,
}

/// The frames that wait for the sandbox, in the order in which they go out whole (`frame:send:never-interleaved`).
#[derive(Debug)]
pub struct Outbox {
    frames: VecDeque<Frame>,
    /// Bytes of the first frame that are written already.
    written: usize,
    response_bytes: usize,
    refusal_bytes: usize,
    way: Way,
}

/// Frames of one write.
const COALESCED: usize = 64;

impl Outbox {
    /// An empty one.
    pub fn new() -> Self {
        Self { frames: VecDeque::new(), written: 0, response_bytes: 0, refusal_bytes: 0, way: Way::Open }
    }

    /// Adds a frame; says whether it will go out.
    pub fn push(&mut self, bytes: Vec<u8>, kind: Kind) -> bool {
        if self.way != Way::Open {
            return false;
        }
        *self.backlog(&kind) += bytes.len();
        self.frames.push_back(Frame { bytes, kind });
        true
    }

    /// The bytes of responses that wait.
    pub fn waiting_responses(&self) -> usize {
        self.response_bytes
    }

    /// The bytes of refusals that wait.
    pub fn waiting_refusals(&self) -> usize {
        self.refusal_bytes
    }

    /// How far the way is open.
    pub fn way(&self) -> Way {
        self.way
    }

    /// Takes no more frames, and ends when those that wait are out.
    pub fn close(&mut self) {
        if self.way == Way::Open {
            self.way = Way::Closing;
        }
    }

    /// Drops all: the sandbox is gone, or has closed its stdin.
    pub fn discard(&mut self) {
        *self = Self { way: Way::Closed, ..Self::new() };
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// The bytes to write next, many frames at once (`frame:send:coalesced`).
    pub fn slices(&self) -> Vec<IoSlice<'_>> {
        let rest = self.frames.iter().take(COALESCED).enumerate();
        rest.map(|(index, frame)| IoSlice::new(&frame.bytes[if index == 0 { self.written } else { 0 }..])).collect()
    }

    /// Counts bytes as written and returns the ids whose frames are out: they are in flight no more.
    pub fn advance(&mut self, mut bytes: usize) -> Vec<Id> {
        let mut delivered = Vec::new();
        while let Some(first) = self.frames.front() {
            let rest = first.bytes.len() - self.written;
            if bytes < rest {
                self.written += bytes;
                break;
            }
            bytes -= rest;
            self.written = 0;
            let Some(Frame { bytes: whole, kind }) = self.frames.pop_front() else { break };
            *self.backlog(&kind) -= whole.len();
            if let Kind::Response(id) | Kind::Refusal(Some(id)) = kind {
                delivered.push(id);
            }
        }
        delivered
    }

    fn backlog(&mut self, kind: &Kind) -> &mut usize {
        if matches!(kind, Kind::Refusal(_)) { &mut self.refusal_bytes } else { &mut self.response_bytes }
    }
}
