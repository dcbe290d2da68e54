use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use serde_json::Value;
use tokio::time::timeout;

use super::{
    Reply, Session,
    account::EffectState,
    state::{InFlight, Progress, State},
};
use crate::{
    context::Call,
    error::{CallError, MethodError},
    method::Method,
    report::Transport,
    wire::{
        Object, encode,
        id::Id,
        outbox::{Kind, Way},
    },
};

/// Responses may wait for the sandbox up to maxFrameBytes and this; then no further call is started.
const RESPONSE_BACKLOG: usize = 1 << 20;

pub(crate) type Outcome = Result<Value, CallError>;

impl Session {
    /// Starts accepted calls while their answers find room (`flow:responses:bounded`).
    pub(super) fn start_held(self: &Arc<Self>, state: &mut State) {
        let bound = self.context.limits.max_frame_bytes + RESPONSE_BACKLOG;
        while state.outbox.waiting_responses() <= bound && !state.ending {
            let Some((id, serial)) = state.held.pop_front() else { break };
            let Some(call) = state.in_flight.get_mut(&id).filter(|call| call.serial == serial) else { continue };
            let Progress::Held { method, params, reply } = std::mem::replace(&mut call.progress, Progress::Answered)
            else {
                continue;
            };
            let effect = if method.is_idempotent() { None } else { state.account.effect(id.clone(), method.name()) };
            let task = tokio::spawn(self.clone().run(id.clone(), serial, method, params, matches!(reply, Reply::Line)))
                .abort_handle();
            if let Some(call) = state.in_flight.get_mut(&id) {
                call.progress = Progress::Running { task: Some(task), effect, reply };
            }
        }
    }

    async fn run(self: Arc<Self>, id: Id, serial: u64, method: Method, params: Object, is_line: bool) {
        let max = self.context.limits.max_frame_bytes;
        let outcome = self.outcome(method, params, encode::room_for_result(&id, max)).await;
        // Outside of the lock: it may be a megabyte.
        let bytes = if is_line { encode::line(&id, &outcome) } else { encode::response(&id, &outcome, max) };
        self.finish(&id, serial, bytes, effect_of(&outcome));
    }

    /// Runs a handler to its end, its deadline or its panic.
    async fn outcome(&self, method: Method, params: Object, room: usize) -> Outcome {
        let name = method.name().to_owned();
        let call = Call { session: self.context.clone(), room };
        let deadline = Duration::from_millis(self.context.limits.call_timeout_ms);
        let work = AssertUnwindSafe(async move { method.call(params, call).await }).catch_unwind();
        match timeout(deadline, work).await {
            Err(_) => Err(CallError::deadline_exceeded()),
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(MethodError::Call(error)))) => Err(error),
            Ok(Ok(Err(MethodError::Unexpected(error)))) => {
                // Into the host's log alone (`error:internal:no-leak`).
                eprintln!("sandpipe: {name} failed: {error}");
                Err(CallError::internal())
            }
            // The panic has told the log by itself.
            Ok(Err(_)) => Err(CallError::internal()),
        }
    }

    /// Whether the whitelist names a method.
    pub fn allows(&self, method: &str) -> bool {
        self.methods.contains_key(method)
    }

    /// Calls a whitelisted method apart from the session's own calls: for the read-only routes.
    pub async fn call_apart(&self, method: &str, params: Object) -> Option<Outcome> {
        let method = self.methods.get(method)?.clone();
        Some(self.outcome(method, params, self.context.limits.max_frame_bytes).await)
    }

    fn finish(self: &Arc<Self>, id: &Id, serial: u64, bytes: Vec<u8>, effect: EffectState) {
        let mut state = self.lock();
        // Cancelled meanwhile, or even another call under the same id.
        if state.in_flight.get(id).is_some_and(|call| call.serial == serial) {
            self.settle(&mut state, id, bytes, effect);
        }
    }

    /// Answers a call that has none yet.
    fn settle(&self, state: &mut State, id: &Id, bytes: Vec<u8>, outcome: EffectState) {
        let Some(call) = state.in_flight.get_mut(id) else { return };
        let reply = match std::mem::replace(&mut call.progress, Progress::Answered) {
            Progress::Answered => return,
            Progress::Held { reply, .. } => reply,
            Progress::Running { reply, effect, .. } => {
                state.account.settle_effect(effect, outcome);
                reply
            }
        };
        self.deliver(state, id, bytes, reply);
    }

    fn deliver(&self, state: &mut State, id: &Id, bytes: Vec<u8>, reply: Reply) {
        match reply {
            Reply::Http(answer) => {
                state.land(id);
                drop(answer.send(encode::body(bytes)));
            }
            Reply::Pipe | Reply::Line => {
                if !state.outbox.push(bytes, Kind::Response(id.clone())) {
                    state.land(id);
                }
                self.outbox_changed.notify_one();
            }
        }
    }

    /// Answers a request of the session itself, which is in flight until that is written.
    pub(super) fn respond(&self, state: &mut State, id: &Id, outcome: &Outcome, reply: Reply) {
        let bytes = reply.encode(id, outcome, self.context.limits.max_frame_bytes);
        state.in_flight.insert(id.clone(), InFlight::answered());
        self.deliver(state, id, bytes, reply);
    }

    /// Cancels one call: answered at once, whatever its handler does (`cancel:call:prompt`).
    pub(super) fn cancel(&self, state: &mut State, id: &Id) {
        let Some(call) = state.in_flight.get_mut(id) else { return };
        if let Progress::Running { task, .. } = &mut call.progress
            && let Some(task) = task.take()
        {
            task.abort();
        }
        let (Progress::Held { reply, .. } | Progress::Running { reply, .. }) = &call.progress else { return };
        let bytes = reply.encode(id, &Err(CallError::cancelled()), self.context.limits.max_frame_bytes);
        self.settle(state, id, bytes, EffectState::Unknown);
    }

    pub(super) fn cancel_all(&self, state: &mut State) {
        state.held.clear();
        let ids: Vec<_> = state.in_flight.keys().cloned().collect();
        for id in ids {
            self.cancel(state, &id);
        }
    }

    /// The process is gone, or ends: nothing more is started, and what runs is dropped.
    pub fn hang_up(&self) {
        let mut state = self.lock();
        state.ending = true;
        self.cancel_all(&mut state);
        state.outbox.discard();
        state.in_flight.clear();
        state.calls = 0;
        drop(state);
        self.outbox_changed.notify_one();
        self.refusals_written.notify_one();
    }

    /// Asks the sandbox to end and then closes its stdin (`life:end:escalates`).
    pub fn close(&self, reason: &str) {
        let mut state = self.lock();
        state.ending = true;
        if state.version == Some(1) && state.outbox.way() == Way::Open {
            let close = encode::notification("session.close", serde_json::json!({ "reason": reason }));
            state.outbox.push(close, Kind::Notification);
        }
        state.outbox.close();
        drop(state);
        self.outbox_changed.notify_one();
    }

    /// The transport that the run's frames came by.
    pub fn transport(&self) -> Transport {
        if self.lock().is_latched_on_http() { Transport::Http } else { Transport::Stdio }
    }
}

fn effect_of(outcome: &Outcome) -> EffectState {
    match outcome {
        Ok(_) => EffectState::Done,
        Err(error) if error.code() == CallError::deadline_exceeded().code() => EffectState::Unknown,
        Err(_) => EffectState::Failed,
    }
}
