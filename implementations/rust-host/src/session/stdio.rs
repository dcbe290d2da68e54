//! The session's side of the pipes.

use std::{
    io,
    sync::{Arc, MutexGuard, PoisonError},
};

use tokio::net::unix::pipe;

use super::{
    Reply, Session,
    lines::Reader,
    state::{Progress, State},
};
use crate::wire::{
    LF, Object, RS,
    decoder::{Event, Violation},
    encode,
    outbox::{Kind, Way},
};

/// Refusals may wait for the sandbox up to this; then its stdout is read no further (`flow:refusals:bounded`).
const REFUSAL_BACKLOG: usize = 1 << 20;

/// What came of trying to write.
enum Written {
    Nothing,
    Some,
    Blocked,
    Over,
}

impl Session {
    /// Takes bytes of its stderr.
    pub fn push_stderr(&self, chunk: &[u8]) {
        self.lock().account.kept.push_stderr(chunk);
    }

    /// Resolves when few enough refusals wait for the sandbox.
    pub async fn until_refusals_are_read(&self) {
        loop {
            let written = self.refusals_written.notified();
            if self.lock().outbox.waiting_refusals() <= REFUSAL_BACKLOG {
                return;
            }
            written.await;
        }
    }

    /// Writes frames to the sandbox's stdin as they come, until the way is closed; closes the pipe by its end.
    pub async fn write_frames(self: Arc<Self>, pipe: pipe::Sender) {
        loop {
            match self.write(&pipe) {
                Written::Some => {}
                Written::Nothing => self.outbox_changed.notified().await,
                Written::Over => return,
                Written::Blocked => tokio::select! {
                    _ = pipe.writable() => {}
                    () = self.outbox_changed.notified() => {}
                },
            }
        }
    }

    /// Writes once. A frame is out, and its id free again, before the sandbox's next word can be looked at.
    fn write(self: &Arc<Self>, pipe: &pipe::Sender) -> Written {
        let mut state = self.lock();
        if state.outbox.is_empty() {
            return if state.outbox.way() == Way::Open { Written::Nothing } else { Written::Over };
        }
        match pipe.try_write_vectored(&state.outbox.slices()) {
            Ok(bytes) => {
                for id in state.outbox.advance(bytes) {
                    state.land(&id);
                }
                self.start_held(&mut state);
                self.refusals_written.notify_one();
                Written::Some
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Written::Blocked,
            // The sandbox has closed its stdin, which ends nothing (`life:end:stdout-closed`).
            Err(_) => {
                abandon_pipe(&mut state);
                self.refusals_written.notify_one();
                Written::Over
            }
        }
    }

    pub(super) fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take_event(self: &Arc<Self>, event: Event<'_>) {
        match event {
            Event::Output(bytes) => self.lock().account.kept.push_output(bytes),
            Event::Violation(violation) => self.take_violation(violation),
            Event::Frame { frame, record } => self.take_record(frame, record),
        }
    }

    /// Takes a frame of the pipe, unless HTTP has the session.
    pub(super) fn take_record(self: &Arc<Self>, frame: Object, record: &[u8]) {
        let mut state = self.lock();
        if !state.is_latched_on_http() {
            drop(state);
            return self.take(frame, Reply::Pipe);
        }
        // `http:open:latches`: the open that lost is nothing; all else is a breach (`http:latch:stdio-records`).
        let is_open = frame.get("method").is_some_and(|method| method == "session.open");
        if is_open && frame.contains_key("id") {
            return;
        }
        for bytes in [&[RS], record, &[LF]] {
            state.account.kept.push_output(bytes);
        }
        state.account.violation("http:latch:stdio-records", "a record on stdio after the open over HTTP");
    }

    /// Counts a breach of the framing that has no record to answer.
    pub fn note(&self, violation: Violation) {
        self.lock().account.violation(violation.requirement(), format!("{violation:?}"));
    }

    fn take_violation(&self, violation: Violation) {
        let mut state = self.lock();
        if let Violation::TooLarge { skipped, .. } = violation {
            state.account.skipped_bytes += skipped;
        }
        let answered = state.account.violation(violation.requirement(), format!("{violation:?}"));
        if let Some(error) = violation.answer().filter(|_| answered && !state.is_latched_on_http()) {
            state.outbox.push(encode::refusal(&error), Kind::Refusal(None));
            self.outbox_changed.notify_one();
        }
    }
}

/// Nobody reads any more: what waits for the pipe is never started or answered.
fn abandon_pipe(state: &mut State) {
    state.outbox.discard();
    let ids: Vec<_> = state
        .in_flight
        .iter()
        .filter(|(_, call)| match &call.progress {
            Progress::Answered | Progress::Held { reply: Reply::Pipe | Reply::Line, .. } => true,
            Progress::Held { .. } | Progress::Running { .. } => false,
        })
        .map(|(id, _)| id.clone())
        .collect();
    for id in ids {
        state.land(&id);
    }
}
