use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};

use crate::{hex, session::Session};

type Key = [u8; 32];

/// Whose token is whose. Sessions are found by the hash of a token: what a lookup's time tells is about the hash of a
/// guess, and nothing about a token (`http:token:constant-time`).
#[derive(Default)]
pub(super) struct Tokens {
    sessions: RwLock<HashMap<Key, Arc<Session>>>,
    /// Whoever asks without a token gets this one.
    open_to: Option<Arc<Session>>,
}

impl Tokens {
    /// Asks for none.
    pub fn open_to(session: Arc<Session>) -> Self {
        Self { open_to: Some(session), ..Self::default() }
    }

    /// 256 random bits for a session (`http:token:per-session`).
    pub fn issue(&self, session: Arc<Session>) -> String {
        let token = hex::encode(&hex::random_bytes::<32>());
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).insert(key(&token), session);
        token
    }

    pub fn session(&self, token: Option<&str>) -> Option<Arc<Session>> {
        let Some(token) = token else { return self.open_to.clone() };
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).get(&key(token)).cloned()
    }

    pub fn void(&self, token: &str) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(&key(token));
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tokens")
    }
}

fn key(token: &str) -> Key {
    Sha256::digest(token).into()
}
