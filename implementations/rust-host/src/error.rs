use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use crate::wire::id::Id;

/// The least code of an error of a host's own methods.
pub const FIRST_METHOD_CODE: i64 = 2000;

/// An error that crosses the wire, by the table of `spec/v1/errors.md`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallError {
    code: i64,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

impl CallError {
    /// An error of a method of your own, which reaches the script untouched (`error:method:passes-through`).
    ///
    /// `None` when `code` is below 2000: those belong to the protocol.
    pub fn of_method(code: i64, message: impl Into<String>, data: Option<Value>) -> Option<Self> {
        (code >= FIRST_METHOD_CODE).then(|| Self { code, message: message.into(), data })
    }

    /// −32602: params against the method's schema or rules. The message says what would be right.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self { code: -32602, message: message.into(), data: None }
    }

    /// 1003: no such thing in scope.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::of_kind(1003, "not_found", message)
    }

    /// 1004: another project or conversation was named.
    pub fn out_of_scope(message: impl Into<String>) -> Self {
        Self::of_kind(1004, "out_of_scope", message)
    }

    /// 1005: beyond a limit.
    pub fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::of_kind(1005, "limit_exceeded", message)
    }

    /// 1010: what the method needs is away; another try may work.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::of_kind(1010, "unavailable", message)
    }

    /// Its code.
    pub fn code(&self) -> i64 {
        self.code
    }

    /// What it says to people.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn parse_error() -> Self {
        Self { code: -32700, message: "no JSON object".into(), data: None }
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self { code: -32600, message: message.into(), data: None }
    }

    pub(crate) fn method_not_found(method: &str) -> Self {
        Self { code: -32601, message: format!("no such method: {method}"), data: None }
    }

    /// A fixed text: the details are the host's (`error:internal:no-leak`).
    pub(crate) fn internal() -> Self {
        Self { code: -32603, message: "internal error".into(), data: None }
    }

    pub(crate) fn session_not_open(message: &str) -> Self {
        Self::of_kind(1001, "session_not_open", message)
    }

    pub(crate) fn unsupported_protocol(supported: &[u32]) -> Self {
        Self {
            code: 1002,
            message: format!("this host speaks {supported:?}"),
            data: Some(json!({ "kind": "unsupported_protocol", "supported": supported })),
        }
    }

    pub(crate) fn busy() -> Self {
        Self::of_kind(1006, "busy", "more than maxInFlight calls")
    }

    pub(crate) fn cancelled() -> Self {
        Self::of_kind(1007, "cancelled", "cancelled")
    }

    pub(crate) fn deadline_exceeded() -> Self {
        Self::of_kind(1008, "deadline_exceeded", "longer than callTimeoutMs")
    }

    pub(crate) fn duplicate_id() -> Self {
        Self::of_kind(1009, "duplicate_id", "the id is in flight")
    }

    pub(crate) fn unauthorized() -> Self {
        Self::of_kind(1011, "unauthorized", "no valid token")
    }

    /// The same refusal for an id that is in flight, which only `data` may name (`call:duplicate:any-refusal`).
    pub(crate) fn naming(mut self, id: &Id) -> Self {
        let data = self.data.get_or_insert_with(|| json!({}));
        data["id"] = json!(id);
        self
    }

    fn of_kind(code: i64, kind: &str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: Some(json!({ "kind": kind })) }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.message, self.code)
    }
}

/// Why a method failed: with an error for the script, or unexpectedly.
///
/// Any `std::error::Error` becomes the latter by `?`. [`CallError`] is none on purpose, so that it becomes the former.
#[derive(Debug)]
pub enum MethodError {
    /// For the script.
    Call(CallError),
    /// Answered −32603 without a word of it; the host's log gets it.
    Unexpected(Box<dyn std::error::Error + Send + Sync>),
}

impl From<CallError> for MethodError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for MethodError {
    fn from(error: E) -> Self {
        Self::Unexpected(Box::new(error))
    }
}
