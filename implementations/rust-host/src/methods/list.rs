use serde::{Deserialize, Serialize};

use super::{
    page::{MAX_ENTRIES, fitting, read_cursor, write_cursor},
    params::{Positive, check_conversation, check_project, present},
};
use crate::{context::Call, error::MethodError, store::FileInfo};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    #[serde(default, deserialize_with = "present")]
    project_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    conversation_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    cursor: Option<String>,
    #[serde(default, deserialize_with = "present")]
    limit: Option<Positive>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    files: Vec<FileInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(super) async fn files_list(params: Params, call: Call) -> Result<Page, MethodError> {
    let after = read_cursor(params.cursor.as_deref())?;
    check_project(call.scope(), params.project_id.as_deref())?;
    check_conversation(call.scope(), params.conversation_id.as_deref())?;
    let limit = params.limit.map_or(MAX_ENTRIES, |Positive(limit)| usize::try_from(limit).unwrap_or(MAX_ENTRIES));
    let limit = limit.min(MAX_ENTRIES);
    // One more, to know whether there is a next page.
    let found = call.store().list(call.scope(), params.conversation_id.is_some(), after, limit + 1).await?;
    let (positions, mut files): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let empty = Page { files: Vec::new(), next_cursor: Some(write_cursor(u64::MAX)) };
    let kept = fitting(&files[..files.len().min(limit)], &empty, call.room())?;
    let next_cursor = (kept < files.len()).then(|| write_cursor(positions[kept - 1]));
    files.truncate(kept);
    Ok(Page { files, next_cursor })
}
