use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::error::CallError;

/// How content travels in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Encoding {
    Utf8,
    Base64,
}

impl Encoding {
    /// The bytes of a content.
    pub fn decode(self, content: String) -> Result<Vec<u8>, CallError> {
        match self {
            Self::Utf8 => Ok(content.into_bytes()),
            Self::Base64 => STANDARD
                .decode(content)
                .map_err(|error| CallError::invalid_params(format!("content is no base64 with padding: {error}"))),
        }
    }
}

/// Base64 of RFC 4648 section 4.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
