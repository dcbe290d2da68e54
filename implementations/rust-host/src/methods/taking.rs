//! Files without wire cost.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::params::{no_such_file, present};
use crate::{
    context::Call,
    error::MethodError,
    hex,
    store::{FileInfo, NewFile},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MaterializeParams {
    file_id: String,
}

/// Bytes that are copied at a time.
const STEP: usize = 1 << 20;

/// A copy in the scratch folder: the script's to spoil, not the store's bytes (`data:materialize:host-unharmed`).
/// Asked again, the same path holds a fresh copy.
pub(super) async fn files_materialize(params: MaterializeParams, call: Call) -> Result<Value, MethodError> {
    let (store, scope) = (call.store(), call.scope());
    let file = store.file(scope, &params.file_id).await?.ok_or_else(no_such_file)?;
    let mut copy = call.session.scratch.begin_copy()?;
    let mut offset = 0;
    while offset < file.size {
        let bytes = store.read(scope, &file.id, offset, STEP).await?.ok_or_else(no_such_file)?;
        if bytes.is_empty() {
            break;
        }
        copy.write(&bytes)?;
        offset += bytes.len() as u64;
    }
    let path = copy.finish(&place(&file))?;
    Ok(json!({ "path": path }))
}

/// A name of its own for each file, with the ending that tools go by.
fn place(file: &FileInfo) -> String {
    let plain = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    let name: String = file.name.chars().filter(plain).collect();
    let end = name.len().saturating_sub(64);
    format!("{}-{}", &hex::sha256(file.id.as_bytes())[..16], &name[end..])
}

#[derive(Deserialize)]
pub(super) struct AdoptParams {
    path: String,
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    mime: Option<String>,
}

pub(super) async fn files_adopt(params: AdoptParams, call: Call) -> Result<FileInfo, MethodError> {
    let session = call.session.clone();
    let path = params.path.clone();
    let max = session.storage.load(Ordering::SeqCst);
    let content = spawn_blocking(move || session.scratch.take(&path, max)).await??;
    call.session.reserve(content.len())?;
    let file = NewFile { name: params.name.unwrap_or(params.path), mime: params.mime };
    call.store().write(call.scope(), file, content).await
}
