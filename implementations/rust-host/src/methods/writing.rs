use serde::Deserialize;

use super::{encoding::Encoding, params::present};
use crate::{
    context::Call,
    error::MethodError,
    store::{FileInfo, NewFile},
};

#[derive(Deserialize)]
pub(super) struct Params {
    name: String,
    content: String,
    encoding: Encoding,
    #[serde(default, deserialize_with = "present")]
    mime: Option<String>,
}

pub(super) async fn files_write(params: Params, call: Call) -> Result<FileInfo, MethodError> {
    let content = params.encoding.decode(params.content)?;
    call.session.reserve(content.len())?;
    let file = NewFile { name: params.name, mime: params.mime };
    call.store().write(call.scope(), file, content).await
}
