use std::fmt::Debug;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::{error::MethodError, wire::Object};

/// What a session may see: what has its project and either no conversation or its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The session's project.
    pub project_id: String,
    /// The session's conversation, if it is part of one.
    pub conversation_id: Option<String>,
}

impl Scope {
    /// Whether a file of these ids is in scope.
    pub fn holds(&self, project_id: &str, conversation_id: Option<&str>) -> bool {
        self.project_id == project_id
            && (conversation_id.is_none() || conversation_id == self.conversation_id.as_deref())
    }
}

/// A stored file, as `files.get` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileInfo {
    /// Its id, unique in the store.
    pub id: String,
    /// Its name, not unique.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// The project that it belongs to.
    pub project_id: String,
    /// The conversation, if it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// Its MIME type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Of its content, in lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<String>,
}

/// What a new file is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its MIME type.
    pub mime: Option<String>,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who wrote it.
    pub role: String,
    /// What it says.
    pub content: String,
    /// RFC 3339, UTC.
    pub at: String,
}

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What a store gives, some time.
pub type StoreFuture<'a, T> = BoxFuture<'a, Result<T, MethodError>>;

/// Where files, projects and conversations are. Every method is given the scope and must keep to it: what is outside
/// is not there (`scope:file:foreign-not-found`).
///
/// Fail with [`CallError::unavailable`](crate::CallError::unavailable) when the storage is away for now.
pub trait Store: Debug + Send + Sync {
    /// Files in scope in a fixed order, each with its position, those with a position above `after`: at most `limit`.
    /// With `conversation`, only the files of the session's conversation.
    fn list<'a>(
        &'a self,
        scope: &'a Scope,
        conversation: bool,
        after: u64,
        limit: usize,
    ) -> StoreFuture<'a, Vec<(u64, FileInfo)>>;

    /// One file.
    fn file<'a>(&'a self, scope: &'a Scope, id: &'a str) -> StoreFuture<'a, Option<FileInfo>>;

    /// Bytes of a file from `offset`: `length` of them, or what there is.
    fn read<'a>(
        &'a self,
        scope: &'a Scope,
        id: &'a str,
        offset: u64,
        length: usize,
    ) -> StoreFuture<'a, Option<Vec<u8>>>;

    /// Stores a file under the scope's ids.
    fn write<'a>(&'a self, scope: &'a Scope, file: NewFile, content: Vec<u8>) -> StoreFuture<'a, FileInfo>;

    /// The scope's project: an object with `id`, `name` and whatever else is kept of it.
    fn project<'a>(&'a self, scope: &'a Scope) -> StoreFuture<'a, Option<Object>>;

    /// The scope's conversation with its messages, oldest first, from the one numbered `from` on: at most `limit`.
    fn conversation<'a>(
        &'a self,
        scope: &'a Scope,
        from: u64,
        limit: usize,
    ) -> StoreFuture<'a, Option<(Conversation, Vec<Message>)>>;
}
