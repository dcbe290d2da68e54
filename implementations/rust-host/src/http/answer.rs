use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{error::CallError, wire::encode};

/// An answer from 400 on: an error object with id null (`http:error:body`).
pub(super) fn failure(status: StatusCode, error: &CallError) -> Response {
    json(status, encode::body(encode::refusal(error)))
}

/// An answer with a JSON body.
pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) async fn no_such_path() -> Response {
    failure(StatusCode::NOT_FOUND, &CallError::invalid_request("no such path"))
}

pub(super) async fn no_such_method() -> Response {
    failure(StatusCode::METHOD_NOT_ALLOWED, &CallError::invalid_request("no such method on this path"))
}

/// The status that a method's error has on a read-only route.
pub(super) fn status_of(error: &CallError) -> StatusCode {
    match error.code() {
        -32602 => StatusCode::BAD_REQUEST,
        1003 => StatusCode::NOT_FOUND,
        1004 => StatusCode::FORBIDDEN,
        1005 => StatusCode::PAYLOAD_TOO_LARGE,
        1008 => StatusCode::GATEWAY_TIMEOUT,
        1010 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
