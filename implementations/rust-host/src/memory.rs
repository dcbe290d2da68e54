use std::{
    future::ready,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    hex,
    store::{Conversation, FileInfo, Message, NewFile, Scope, Store, StoreFuture},
    wire::Object,
};

#[derive(Debug, Default)]
struct Content {
    files: Vec<(FileInfo, Vec<u8>)>,
    projects: Vec<Object>,
    conversations: Vec<(Conversation, Vec<Message>)>,
}

/// A store in memory, for tests and small tools: nothing is ever removed.
#[derive(Debug, Default)]
pub struct MemoryStore {
    content: Mutex<Content>,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a project, an object with `id` and `name`.
    pub fn add_project(&self, project: Object) {
        self.lock().projects.push(project);
    }

    /// Adds a conversation, its messages oldest first.
    pub fn add_conversation(&self, conversation: Conversation, messages: Vec<Message>) {
        self.lock().conversations.push((conversation, messages));
    }

    /// Adds a file; its size and hash are those of the content.
    pub fn add_file(&self, mut info: FileInfo, content: Vec<u8>) -> FileInfo {
        info.size = content.len() as u64;
        info.sha256 = Some(hex::sha256(&content));
        self.lock().files.push((info.clone(), content));
        info
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find<T>(&self, scope: &Scope, id: &str, read: impl FnOnce(&FileInfo, &[u8]) -> T) -> Option<T> {
        let content = self.lock();
        let (info, bytes) = content.files.iter().find(|(info, _)| info.id == id)?;
        scope.holds(&info.project_id, info.conversation_id.as_deref()).then(|| read(info, bytes))
    }
}

impl Store for MemoryStore {
    fn list<'a>(
        &'a self,
        scope: &'a Scope,
        conversation: bool,
        after: u64,
        limit: usize,
    ) -> StoreFuture<'a, Vec<(u64, FileInfo)>> {
        let content = self.lock();
        let files = (1u64..).zip(content.files.iter().map(|(info, _)| info));
        let listed = files
            .filter(|(position, info)| {
                let id = info.conversation_id.as_deref();
                *position > after && scope.holds(&info.project_id, id) && (!conversation || id.is_some())
            })
            .take(limit)
            .map(|(position, info)| (position, info.clone()))
            .collect();
        Box::pin(ready(Ok(listed)))
    }

    fn file<'a>(&'a self, scope: &'a Scope, id: &'a str) -> StoreFuture<'a, Option<FileInfo>> {
        Box::pin(ready(Ok(self.find(scope, id, |info, _| info.clone()))))
    }

    fn read<'a>(
        &'a self,
        scope: &'a Scope,
        id: &'a str,
        offset: u64,
        length: usize,
    ) -> StoreFuture<'a, Option<Vec<u8>>> {
        let range = |_: &FileInfo, bytes: &[u8]| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            bytes[start..start.saturating_add(length).min(bytes.len())].to_vec()
        };
        Box::pin(ready(Ok(self.find(scope, id, range))))
    }

    fn write<'a>(&'a self, scope: &'a Scope, file: NewFile, content: Vec<u8>) -> StoreFuture<'a, FileInfo> {
        let info = FileInfo {
            id: hex::random(),
            name: file.name,
            size: 0,
            project_id: scope.project_id.clone(),
            conversation_id: scope.conversation_id.clone(),
            mime: file.mime,
            sha256: None,
            modified_at: None,
        };
        Box::pin(ready(Ok(self.add_file(info, content))))
    }

    fn project<'a>(&'a self, scope: &'a Scope) -> StoreFuture<'a, Option<Object>> {
        let content = self.lock();
        let found = content.projects.iter().find(|project| project.get("id") == Some(&scope.project_id.clone().into()));
        Box::pin(ready(Ok(found.cloned())))
    }

    fn conversation<'a>(
        &'a self,
        scope: &'a Scope,
        from: u64,
        limit: usize,
    ) -> StoreFuture<'a, Option<(Conversation, Vec<Message>)>> {
        let content = self.lock();
        let found = content.conversations.iter().find(|(conversation, _)| {
            conversation.project_id == scope.project_id && Some(&conversation.id) == scope.conversation_id.as_ref()
        });
        let page = found.map(|(conversation, messages)| {
            let from = usize::try_from(from).unwrap_or(usize::MAX);
            (conversation.clone(), messages.iter().skip(from).take(limit).cloned().collect())
        });
        Box::pin(ready(Ok(page)))
    }
}
