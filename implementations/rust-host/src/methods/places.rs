use serde::{Deserialize, Serialize};

use super::{
    page::{MAX_ENTRIES, fitting, read_cursor, write_cursor},
    params::{Positive, check_conversation, check_project, present},
};
use crate::{
    context::Call,
    error::{CallError, MethodError},
    store::{Conversation, Message},
    wire::Object,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProjectParams {
    #[serde(default, deserialize_with = "present")]
    project_id: Option<String>,
}

pub(super) async fn projects_get(params: ProjectParams, call: Call) -> Result<Object, MethodError> {
    check_project(call.scope(), params.project_id.as_deref())?;
    let project = call.store().project(call.scope()).await?;
    Ok(project.ok_or_else(|| CallError::not_found("no such project"))?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConversationParams {
    #[serde(default, deserialize_with = "present")]
    conversation_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    cursor: Option<String>,
    #[serde(default, deserialize_with = "present")]
    limit: Option<Positive>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConversationPage {
    #[serde(flatten)]
    conversation: Conversation,
    messages: Vec<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(super) async fn conversations_get(params: ConversationParams, call: Call) -> Result<ConversationPage, MethodError> {
    let from = read_cursor(params.cursor.as_deref())?;
    check_conversation(call.scope(), params.conversation_id.as_deref())?;
    let limit = params.limit.map_or(MAX_ENTRIES, |Positive(limit)| usize::try_from(limit).unwrap_or(MAX_ENTRIES));
    let limit = limit.min(MAX_ENTRIES);
    let found = call.store().conversation(call.scope(), from, limit + 1).await?;
    let (conversation, messages) = found.ok_or_else(|| CallError::not_found("no such conversation"))?;
    let mut page = ConversationPage { conversation, messages: Vec::new(), next_cursor: Some(write_cursor(u64::MAX)) };
    let kept = fitting(&messages[..messages.len().min(limit)], &page, call.room())?;
    page.next_cursor = (kept < messages.len()).then(|| write_cursor(from + kept as u64));
    page.messages = messages.into_iter().take(kept).collect();
    Ok(page)
}
