//! Sessions of protocol 0, and those that may still become one.

use std::sync::Arc;

use super::{Reply, Session};
use crate::{
    limits::Limits,
    report::Transport,
    wire::{
        LF,
        decoder::Decoder,
        id::Id,
        lines::{LineDecoder, LineEvent, LineRequest},
        undecided::{EarlyEvent, Undecided},
    },
};

/// How a session's stdout is read.
pub(super) enum Reader {
    Records(Decoder),
    Lines(LineDecoder),
    Undecided(Undecided),
}

impl Reader {
    /// By the versions that the sandbox is offered.
    pub fn new(protocols: &[u32], limits: &Limits) -> Self {
        match (protocols.contains(&0), protocols.contains(&1)) {
            (true, true) => Self::Undecided(Undecided::new(limits.max_frame_bytes, limits.max_depth)),
            (true, false) => Self::Lines(LineDecoder::new(limits.max_line_bytes())),
            (false, _) => Self::Records(Decoder::new(limits.max_frame_bytes, limits.max_depth)),
        }
    }
}

impl Session {
    /// Takes bytes of the sandbox's stdout.
    pub fn push_stdout(self: &Arc<Self>, mut chunk: &[u8]) {
        let mut reader = self.reader();
        if let Reader::Undecided(undecided) = &mut *reader {
            let mut decided = None;
            let (taken, _) = undecided.push(chunk, &mut |event| decided = self.take_early(event).or(decided.take()));
            chunk = &chunk[taken..];
            if let Some(decided) = decided {
                *reader = decided;
            }
        }
        match &mut *reader {
            Reader::Records(decoder) => decoder.push(chunk, &mut |event| self.take_event(event)),
            Reader::Lines(decoder) => decoder.push(chunk, &mut |event| self.take_line(event)),
            Reader::Undecided(_) => {}
        }
    }

    /// Takes the end of its stdout.
    pub fn end_stdout(self: &Arc<Self>) {
        match &mut *self.reader() {
            Reader::Records(decoder) => decoder.end(&mut |event| self.take_event(event)),
            Reader::Lines(decoder) => decoder.end(&mut |event| self.take_line(event)),
            Reader::Undecided(undecided) => undecided.end(&mut |event| drop(self.take_early(event))),
        }
    }

    /// Takes what comes before the latch; gives the reader of the version that it settles on.
    fn take_early(self: &Arc<Self>, event: EarlyEvent<'_>) -> Option<Reader> {
        let limits = &self.context.limits;
        match event {
            EarlyEvent::Output(bytes) => {
                self.lock().account.kept.push_output(bytes);
                None
            }
            EarlyEvent::Frame { frame, record } => {
                self.lock().version = Some(1);
                self.take_record(frame, record);
                Some(Reader::Records(Decoder::new(limits.max_frame_bytes, limits.max_depth)))
            }
            EarlyEvent::Request { line, .. } if self.lock().is_latched_on_http() => {
                let mut state = self.lock();
                state.account.kept.push_output(line);
                state.account.kept.push_output(&[LF]);
                Some(Reader::Records(Decoder::new(limits.max_frame_bytes, limits.max_depth)))
            }
            EarlyEvent::Request { request, .. } => {
                self.lock().open_for_lines();
                self.take_line(LineEvent::Request(request));
                Some(Reader::Lines(LineDecoder::new(limits.max_line_bytes())))
            }
        }
    }

    fn take_line(self: &Arc<Self>, event: LineEvent<'_>) {
        match event {
            LineEvent::Output(bytes) => self.lock().account.kept.push_output(bytes),
            // `result:last-json-line`
            LineEvent::Result(value) => self.lock().account.result = Some(Ok(value)),
            LineEvent::Request(LineRequest { id, method, params }) => {
                self.take_request(Id::Text(id), &method, params, Reply::Line);
            }
        }
    }
}

impl super::state::State {
    /// A session of protocol 0 is open from its start.
    pub fn open_for_lines(&mut self) {
        self.version = Some(0);
        self.phase = super::Phase::Open;
        self.opened_on.push(Transport::Stdio);
    }
}
