use serde::Serialize;
use serde_json::Value;

use super::kept::Kept;
use crate::{report::ScriptError, wire::id::Id};

/// Violations that the report lists, and that are answered (`frame:violation:listed`).
const MAX_LISTED: usize = 100;
/// Effects that the report lists.
const MAX_EFFECTS: usize = 10_000;

/// One breach of the protocol by the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// The requirement's id.
    pub requirement: &'static str,
    /// What was seen.
    pub detail: String,
}

/// What became of a call that is not idempotent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EffectState {
    /// It was executed.
    Done,
    /// Its method failed.
    Failed,
    /// It was started, and what came of it isn't known.
    Unknown,
}

/// A call that is not idempotent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Its id.
    pub id: Id,
    /// Its method.
    pub method: String,
    /// What became of it.
    pub state: EffectState,
}

/// What a session leaves for its report.
#[derive(Debug)]
pub(crate) struct Account {
    pub kept: Kept,
    pub breaches: Vec<Breach>,
    pub breach_count: u64,
    pub skipped_bytes: u64,
    pub calls: u64,
    pub effects: Vec<Effect>,
    pub effect_count: u64,
    pub result: Option<Result<Value, ScriptError>>,
}

impl Account {
    pub fn new(max_output_bytes: usize) -> Self {
        Self {
            kept: Kept::new(max_output_bytes),
            breaches: Vec::new(),
            breach_count: 0,
            skipped_bytes: 0,
            calls: 0,
            effects: Vec::new(),
            effect_count: 0,
            result: None,
        }
    }

    /// Counts a violation; says whether it is among those that are answered (`frame:violation:silence-after-100`).
    pub fn violation(&mut self, requirement: &'static str, detail: impl Into<String>) -> bool {
        self.breach_count += 1;
        let listed = self.breaches.len() < MAX_LISTED;
        if listed {
            self.breaches.push(Breach { requirement, detail: detail.into() });
        }
        listed
    }

    /// Notes a call that is about to start; gives its place in the list.
    pub fn effect(&mut self, id: Id, method: &str) -> Option<usize> {
        self.effect_count += 1;
        (self.effects.len() < MAX_EFFECTS).then(|| {
            self.effects.push(Effect { id, method: method.to_owned(), state: EffectState::Unknown });
            self.effects.len() - 1
        })
    }

    pub fn settle_effect(&mut self, place: Option<usize>, state: EffectState) {
        if let Some(effect) = place.and_then(|place| self.effects.get_mut(place)) {
            effect.state = state;
        }
    }
}
