use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Phase, Session, state::State};
use crate::{
    report::Transport,
    wire::{Object, id::Id},
};

const UNKNOWN: &str = "session:notification:unknown-dropped";

impl Session {
    /// Takes a notification: never answered, and a violation when it is none of those that the session knows.
    pub(super) fn take_notice(&self, state: &mut State, name: &str, params: Object, transport: Transport) {
        if name == "session.output" {
            return take_output(state, &params);
        }
        if !self.knows(name) {
            state.account.violation(UNKNOWN, "an unknown notification");
            return;
        }
        let phase = state.phase_on(transport);
        if phase == Phase::Unopened {
            state.account.violation("session:notification:before-open", format!("{name} before the open"));
            return;
        }
        let well_formed = match name {
            "session.cancel" => match params.get("id").and_then(Id::from_value) {
                Some(id) if is_text_or_absent(&params, "reason") => {
                    // After the result nothing is in flight (`cancel:result:ignored`).
                    self.cancel(state, &id);
                    true
                }
                _ => false,
            },
            "session.progress" => is_progress(&params),
            _ if is_emit(&params) => {
                if !state.account.kept.emit(params) {
                    state.account.violation("session:emit:limited", "maxOutputBytes has no room for an emit");
                }
                true
            }
            _ => false,
        };
        if !well_formed {
            state.account.violation(UNKNOWN, format!("{name} with params against its schema"));
        }
    }

    /// A feature that isn't declared doesn't answer (`session:features:undeclared-silent`).
    fn knows(&self, name: &str) -> bool {
        match name {
            "session.cancel" => true,
            "session.progress" => self.features.contains(&"progress"),
            "session.emit" => self.features.contains(&"emit"),
            _ => false,
        }
    }
}

/// A captured print adds exactly its bytes (`output:captured:bytes`), whenever it comes.
fn take_output(state: &mut State, params: &Object) {
    let bytes = match (params.get("text"), params.get("base64")) {
        (Some(Value::String(text)), None) => Some(text.clone().into_bytes()),
        (None, Some(Value::String(base64))) => STANDARD.decode(base64).ok(),
        _ => None,
    };
    match (params.get("stream").and_then(Value::as_str), bytes) {
        (Some("stdout"), Some(bytes)) => state.account.kept.push_output(&bytes),
        (Some("stderr"), Some(bytes)) => state.account.kept.push_stderr(&bytes),
        _ => {
            state.account.violation(UNKNOWN, "session.output with params against its schema");
        }
    }
}

fn is_progress(params: &Object) -> bool {
    let fraction = params.get("fraction");
    fraction.is_none_or(|fraction| fraction.as_f64().is_some_and(|fraction| (0.0..=1.0).contains(&fraction)))
        && is_text_or_absent(params, "message")
}

fn is_emit(params: &Object) -> bool {
    params.get("name").is_some_and(Value::is_string)
        && params.get("data").is_some_and(Value::is_object)
        && is_text_or_absent(params, "id")
}

fn is_text_or_absent(params: &Object, member: &str) -> bool {
    params.get(member).is_none_or(Value::is_string)
}
