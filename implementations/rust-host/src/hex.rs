//! Hashes and random names, in lower-case hex.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    encode(&Sha256::digest(bytes))
}

/// 128 random bits: a name that nobody guesses.
pub(crate) fn random() -> String {
    encode(&random_bytes::<16>())
}

/// Bytes of the system's random source.
///
/// # Panics
/// When the system has none, in which case no token could be trusted.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random source works");
    bytes
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
