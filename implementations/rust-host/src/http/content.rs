use std::{io, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::stream;

use super::{
    answer::{failure, no_such_path, status_of},
    authorized::Authorized,
    range::Range,
};
use crate::{
    context::Context,
    error::{CallError, MethodError},
    methods::params::no_such_file,
    store::FileInfo,
};

/// Bytes that are read from the store at a time.
const STEP: u64 = 256 << 10;

/// `GET /api/mcp/files/{id}/content`: the bytes, or a range of them (`http:routes:range`).
pub(super) async fn content(
    Authorized(session): Authorized,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let (Ok(Path(id)), true) = (path, session.allows("files.read")) else { return no_such_path().await };
    let context = session.context.clone();
    let file = match context.store.file(&context.scope, &id).await {
        Ok(Some(file)) => file,
        Ok(None) => return fail(no_such_file().into()),
        Err(error) => return fail(error),
    };
    let range = match headers.get(header::RANGE).and_then(|value| value.to_str().ok()) {
        // There is no validator that an If-Range could match.
        Some(range) if !headers.contains_key(header::IF_RANGE) => Range::read(range, file.size),
        _ => Range::Whole,
    };
    let (status, start, end) = match range {
        Range::Whole => (StatusCode::OK, 0, file.size),
        Range::Part { start, end } => (StatusCode::PARTIAL_CONTENT, start, end),
        Range::Unsatisfiable => {
            let error = CallError::invalid_params(format!("the file has {} bytes", file.size));
            let mut response = failure(StatusCode::RANGE_NOT_SATISFIABLE, &error);
            set(&mut response, header::CONTENT_RANGE, format!("bytes */{}", file.size));
            return response;
        }
    };
    let kind = file.mime.clone().unwrap_or_else(|| "application/octet-stream".into());
    let size = file.size;
    let mut response = Response::new(body(context, file, start, end));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, kind);
    set(&mut response, header::CONTENT_LENGTH, (end - start).to_string());
    set(&mut response, header::ACCEPT_RANGES, "bytes".into());
    // Whoever wrote the file is a stranger to whoever looks at it.
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff".into());
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, header::CONTENT_RANGE, format!("bytes {start}-{}/{size}", end - 1));
    }
    response
}

fn body(context: Arc<Context>, file: FileInfo, start: u64, end: u64) -> Body {
    Body::from_stream(stream::try_unfold((context, file, start), move |(context, file, offset)| async move {
        if offset >= end {
            return Ok(None);
        }
        let length = usize::try_from((end - offset).min(STEP)).map_err(io::Error::other)?;
        let read = context.store.read(&context.scope, &file.id, offset, length).await;
        match read {
            Ok(Some(bytes)) if !bytes.is_empty() => {
                let next = offset + bytes.len() as u64;
                Ok(Some((bytes, (context, file, next))))
            }
            // Cut off: the client sees fewer bytes than it was told.
            _ => Err(io::Error::other("the file has changed")),
        }
    }))
}

fn fail(error: MethodError) -> Response {
    let error = match error {
        MethodError::Call(error) => error,
        MethodError::Unexpected(error) => {
            eprintln!("sandpipe: reading a file failed: {error}");
            CallError::internal()
        }
    };
    failure(status_of(&error), &error)
}

fn set(response: &mut Response, name: header::HeaderName, value: String) {
    let value = HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(name, value);
}
