use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Phase, Reply, Session,
    state::{InFlight, Progress, State},
};
use crate::{
    error::CallError,
    method::Method,
    methods::params::Natural,
    report::{ScriptError, Transport},
    wire::{Object, id::Id, outbox::Way},
};

/// Calls of protocol 0 that may be in flight.
const MAX_LINES_IN_FLIGHT: usize = 10_000;

impl Session {
    /// Takes a request; of several faults the first of the order answers (`error:order:first-fault`).
    pub(super) fn take_request(self: &Arc<Self>, id: Id, name: &str, params: Object, reply: Reply) {
        let mut state = self.lock();
        if state.in_flight.contains_key(&id) {
            return self.refuse(&mut state, reply, Some(id), CallError::duplicate_id());
        }
        let accepted = match name {
            _ if state.version == Some(0) => self.accept(&mut state, name, Transport::Stdio),
            "session.open" => return self.take_open(&mut state, id, params, reply),
            "session.result" => return self.take_result(&mut state, id, params, reply),
            _ => self.accept(&mut state, name, reply.transport()),
        };
        let method = match accepted {
            Ok(method) => method.clone(),
            Err(error) => return self.refuse(&mut state, reply, Some(id), error),
        };
        if reply.transport() == Transport::Stdio {
            state.stdio_used = true;
            // Nobody could get its answer.
            if state.outbox.way() != Way::Open {
                return;
            }
        }
        if state.ending {
            return self.refuse(&mut state, reply, Some(id), CallError::cancelled());
        }
        state.calls += 1;
        state.next_serial += 1;
        let serial = state.next_serial;
        let progress = Progress::Held { method, params, reply };
        state.in_flight.insert(id.clone(), InFlight { serial, counts: true, progress });
        state.held.push_back((id, serial));
        self.start_held(&mut state);
    }

    fn accept(&self, state: &mut State, name: &str, transport: Transport) -> Result<&Method, CallError> {
        match state.phase_on(transport) {
            Phase::Unopened => return Err(CallError::session_not_open("session.open comes first")),
            Phase::Resulted => return Err(CallError::session_not_open("the session has its result")),
            Phase::Open => state.account.calls += 1,
        }
        // Exactly the whitelist: what is hidden is unknown (`method:whitelist:hidden-is-unknown`).
        let method = self.methods.get(name).ok_or_else(|| CallError::method_not_found(name))?;
        // Protocol 0 knows no limits: it is only kept from filling the memory.
        let max = self.context.limits.max_in_flight;
        if state.calls >= if state.version == Some(0) { max.max(MAX_LINES_IN_FLIGHT) } else { max } {
            return Err(CallError::busy());
        }
        Ok(method)
    }

    fn take_open(self: &Arc<Self>, state: &mut State, id: Id, params: Object, reply: Reply) {
        let transport = reply.transport();
        if let Err(error) = check_open(state, params, transport) {
            return self.refuse(state, reply, Some(id), error);
        }
        state.opened_on.push(transport);
        state.version = Some(1);
        if state.phase == Phase::Unopened {
            state.phase = Phase::Open;
        }
        // `session:open:held-back`: only a fixed stdio transport can wait.
        match state.late_script.take() {
            Some(script) => {
                state.in_flight.insert(id.clone(), InFlight::answered());
                let session = self.clone();
                tokio::spawn(async move {
                    let mut opening = session.opening.clone();
                    opening.insert("script".into(), script.await);
                    let mut state = session.lock();
                    state.in_flight.remove(&id);
                    session.respond(&mut state, &id, &Ok(Value::Object(opening)), reply);
                });
            }
            None => self.respond(state, &id, &Ok(Value::Object(self.opening.clone())), reply),
        }
    }

    fn take_result(&self, state: &mut State, id: Id, mut params: Object, reply: Reply) {
        let refusal = match state.phase_on(reply.transport()) {
            Phase::Unopened => Some(CallError::session_not_open("session.open comes first")),
            // `result:second:refused`
            Phase::Resulted => Some(CallError::invalid_request("the session has its result")),
            Phase::Open => None,
        };
        if let Some(error) = refusal {
            return self.refuse(state, reply, Some(id), error);
        }
        let outcome = match params.remove("ok") {
            Some(Value::Bool(true)) => params.remove("value").map(Ok).ok_or("value is missing".to_owned()),
            Some(Value::Bool(false)) => {
                let error = params.remove("error").unwrap_or_default();
                serde_json::from_value::<ScriptError>(error).map(Err).map_err(|error| error.to_string())
            }
            _ => Err("ok is neither true nor false".to_owned()),
        };
        match outcome {
            Err(why) => self.refuse(state, reply, Some(id), CallError::invalid_params(why)),
            Ok(outcome) => {
                if reply.transport() == Transport::Stdio {
                    state.stdio_used = true;
                }
                state.account.result = Some(outcome);
                state.phase = Phase::Resulted;
                // `result:after:calls-cancelled`
                self.cancel_all(state);
                self.respond(state, &id, &Ok(json!({})), reply);
                self.result_taken.send_replace(true);
            }
        }
    }
}

fn check_open(state: &State, params: Object, transport: Transport) -> Result<(), CallError> {
    // `session:open:second-refused`
    if state.opened_on.contains(&transport) {
        return Err(CallError::invalid_request("the session is open already"));
    }
    if transport == Transport::Http && (state.stdio_used || state.phase == Phase::Resulted) {
        return Err(CallError::invalid_request("the session is in use over stdio"));
    }
    // `version:open:before-params`
    let protocol = params.get("protocol").cloned();
    let version = protocol.as_ref().filter(|value| value.is_i64() || value.is_u64());
    if version.is_some_and(|version| *version != json!(1)) {
        return Err(CallError::unsupported_protocol(&[1]));
    }
    serde_json::from_value::<OpenParams>(Value::Object(params))
        .map(drop)
        .map_err(|error| CallError::invalid_params(error.to_string().chars().take(200).collect::<String>()))
}

/// Read for their types alone.
#[derive(Deserialize)]
#[allow(dead_code)]
struct OpenParams {
    protocol: Natural,
    runtime: Runtime,
    features: Vec<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Runtime {
    name: String,
    version: String,
}
