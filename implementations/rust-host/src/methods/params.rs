//! How members of params are read: as the published schemas say, which is stricter than serde by itself.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Number;

use crate::{error::CallError, store::Scope};

/// A member that may be absent but not null.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An integer from 0 on. JSON Schema counts `1.0` as one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Natural(pub u64);

impl<'de> Deserialize<'de> for Natural {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        let whole = || number.as_f64().filter(|value| *value >= 0.0 && value.fract() == 0.0);
        // A whole double converts exactly, or saturates.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let value = number.as_u64().or_else(|| whole().map(|value| value as u64));
        value.map(Self).ok_or_else(|| D::Error::custom(format!("{number} is no integer from 0 on")))
    }
}

/// An integer from 1 on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Positive(pub u64);

impl<'de> Deserialize<'de> for Positive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Natural(value) = Natural::deserialize(deserializer)?;
        if value == 0 { Err(D::Error::custom("0 is no integer from 1 on")) } else { Ok(Self(value)) }
    }
}

/// Refuses a project that isn't the session's, whether it exists or not (`scope:name:out-of-scope`).
pub(crate) fn check_project(scope: &Scope, named: Option<&str>) -> Result<(), CallError> {
    match named {
        Some(id) if id != scope.project_id => Err(CallError::out_of_scope("another project than the session's")),
        _ => Ok(()),
    }
}

/// The same of a conversation.
pub(crate) fn check_conversation(scope: &Scope, named: Option<&str>) -> Result<(), CallError> {
    match named {
        Some(id) if Some(id) != scope.conversation_id.as_deref() => {
            Err(CallError::out_of_scope("another conversation than the session's"))
        }
        _ => Ok(()),
    }
}

/// What a session gets for a file that isn't in scope, whether it exists or not.
pub(crate) fn no_such_file() -> CallError {
    CallError::not_found("no such file")
}
