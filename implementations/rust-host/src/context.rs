use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::{
    error::CallError,
    limits::Limits,
    methods::{scratch::Scratch, upload::Uploads},
    store::{Scope, Store},
};

/// What a method gets with each call: whose it is and how much its answer may hold.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) session: Arc<Context>,
    pub(crate) room: usize,
}

impl Call {
    /// The session's id, random and unique.
    pub fn session_id(&self) -> &str {
        &self.session.id
    }

    /// What the session may see.
    pub fn scope(&self) -> &Scope {
        &self.session.scope
    }

    /// The session's store.
    pub fn store(&self) -> &dyn Store {
        &*self.session.store
    }

    /// The bytes of JSON that a result may take to fit one frame.
    pub fn room(&self) -> usize {
        self.room
    }
}

/// What all calls of a session share.
#[derive(Debug)]
pub(crate) struct Context {
    pub id: String,
    pub scope: Scope,
    pub store: Arc<dyn Store>,
    pub limits: Limits,
    pub scratch: Scratch,
    pub uploads: Mutex<Uploads>,
    /// Bytes that this session may still store.
    pub storage: AtomicU64,
}

impl Context {
    /// Takes bytes from what the session may store.
    pub fn reserve(&self, bytes: usize) -> Result<(), CallError> {
        let bytes = bytes as u64;
        self.storage
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(bytes))
            .map(drop)
            .map_err(|_| CallError::limit_exceeded("this session has stored as much as it may"))
    }
}
