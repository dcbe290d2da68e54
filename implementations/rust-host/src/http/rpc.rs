use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::oneshot;

use super::{
    answer::{failure, json},
    authorized::Authorized,
};
use crate::{
    error::CallError,
    session::Reply,
    wire::{encode, record},
};

/// `POST /api/mcp/rpc`: one frame without RS and LF.
pub(super) async fn post_rpc(Authorized(session): Authorized, headers: HeaderMap, body: Body) -> Response {
    if !is_json(&headers) {
        let error = CallError::invalid_request("the content type must be application/json");
        return failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error);
    }
    let limits = &session.context.limits;
    let bytes = match read(&headers, body, limits.max_frame_bytes).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let frame = match record::parse_object(&bytes, limits.max_depth) {
        Ok(frame) => frame,
        Err(violation) => {
            session.note(violation);
            let refusal = violation.answer().unwrap_or_else(CallError::parse_error);
            // Too deep is an object all the same: it has the answer that it has over stdio.
            return match violation {
                record::Violation::TooDeep => json(StatusCode::OK, encode::body(encode::refusal(&refusal))),
                _ => failure(StatusCode::BAD_REQUEST, &refusal),
            };
        }
    };
    // No frame, and over stdio without an answer: so it has none here.
    if !frame.contains_key("jsonrpc") {
        session.note(record::Violation::NoJsonrpc);
        return StatusCode::ACCEPTED.into_response();
    }
    // A call goes on though its client leaves (`http:disconnect:no-cancel`): only this wait is dropped then.
    let (reply, answer) = oneshot::channel();
    session.take(frame, Reply::Http(reply));
    match answer.await {
        Ok(body) => json(StatusCode::OK, body),
        Err(_) => StatusCode::ACCEPTED.into_response(),
    }
}

/// Reads a body up to a size, and none of it when it says itself that it is larger (`http:rpc:too-large`).
async fn read(headers: &HeaderMap, body: Body, max: usize) -> Result<Vec<u8>, Response> {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|said| said > max as u64) {
        return Err(too_large());
    }
    match Limited::new(body, max).collect().await {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(failure(StatusCode::BAD_REQUEST, &CallError::parse_error())),
    }
}

fn too_large() -> Response {
    let error = CallError::limit_exceeded("the body is larger than maxFrameBytes");
    let mut response = failure(StatusCode::PAYLOAD_TOO_LARGE, &error);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
