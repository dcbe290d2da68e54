use std::{
    collections::HashMap,
    sync::{Arc, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    encoding::Encoding,
    params::{Natural, present},
};
use crate::{
    context::Call,
    error::{CallError, MethodError},
    hex,
    store::{FileInfo, NewFile},
};

/// The uploads of a session; one that is left open ends with it (`data:upload:ends-with-session`).
pub(crate) type Uploads = HashMap<String, Arc<Mutex<Upload>>>;

#[derive(Debug)]
pub(crate) enum Upload {
    Open { file: NewFile, content: Vec<u8> },
    Committed { file: FileInfo, sha256: String },
}

/// Uploads of one session.
const MAX_UPLOADS: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct CreateParams {
    name: String,
    #[serde(default, deserialize_with = "present")]
    mime: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    upload_id: String,
}

pub(super) async fn files_create(params: CreateParams, call: Call) -> Result<Created, MethodError> {
    let file = NewFile { name: params.name, mime: params.mime };
    let upload = Upload::Open { file, content: Vec::new() };
    let mut uploads = lock(&call);
    if uploads.len() >= MAX_UPLOADS {
        return Err(CallError::limit_exceeded(format!("{MAX_UPLOADS} uploads in one session")).into());
    }
    let upload_id = hex::random();
    uploads.insert(upload_id.clone(), Arc::new(Mutex::new(upload)));
    Ok(Created { upload_id })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppendParams {
    upload_id: String,
    offset: Natural,
    content: String,
    encoding: Encoding,
}

/// Takes the next part, or an exact repeat of an earlier one (`data:upload:offset-repeats`).
pub(super) async fn files_append(params: AppendParams, call: Call) -> Result<Value, MethodError> {
    let part = params.encoding.decode(params.content)?;
    let upload = find(&call, &params.upload_id)?;
    let mut upload = upload.lock().await;
    let Upload::Open { content, .. } = &mut *upload else {
        return Err(CallError::invalid_params("the upload is committed: create another").into());
    };
    let offset = usize::try_from(params.offset.0).unwrap_or(usize::MAX);
    if offset == content.len() {
        call.session.reserve(part.len())?;
        content.extend_from_slice(&part);
    } else if content.get(offset..).is_none_or(|kept| !kept.starts_with(&part)) {
        return Err(CallError::invalid_params(format!(
            "offset {offset} is neither the length, {}, nor a repeat with the same bytes",
            content.len()
        ))
        .into());
    }
    Ok(json!({ "offset": offset + part.len() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommitParams {
    upload_id: String,
    #[serde(default, deserialize_with = "present")]
    sha256: Option<String>,
}

/// Stores the file; again, it only says so again (`data:upload:commit-repeats`).
pub(super) async fn files_commit(params: CommitParams, call: Call) -> Result<FileInfo, MethodError> {
    let upload = find(&call, &params.upload_id)?;
    let mut upload = upload.lock().await;
    let actual = match &*upload {
        Upload::Open { content, .. } => hex::sha256(content),
        Upload::Committed { sha256, .. } => sha256.clone(),
    };
    // `data:upload:checksum`
    if params.sha256.is_some_and(|expected| expected != actual) {
        return Err(CallError::invalid_params(format!("sha256 of the content is {actual}")).into());
    }
    let file = match &mut *upload {
        Upload::Committed { file, .. } => return Ok(file.clone()),
        Upload::Open { file, content } => {
            call.store().write(call.scope(), file.clone(), std::mem::take(content)).await?
        }
    };
    *upload = Upload::Committed { file: file.clone(), sha256: actual };
    Ok(file)
}

fn find(call: &Call, id: &str) -> Result<Arc<Mutex<Upload>>, CallError> {
    lock(call).get(id).cloned().ok_or_else(|| CallError::not_found("no such upload"))
}

fn lock(call: &Call) -> MutexGuard<'_, Uploads> {
    call.session.uploads.lock().unwrap_or_else(PoisonError::into_inner)
}
