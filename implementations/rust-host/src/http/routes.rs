//! The read-only routes: for people with curl, with the answers of the methods.

use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{self, failure, no_such_path, status_of},
    authorized::Authorized,
};
use crate::{error::CallError, session::Session, wire::Object};

#[derive(Deserialize)]
pub(super) struct ListQuery {
    project_id: Option<String>,
    conversation_id: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// `GET /api/mcp/files`: the result of `files.list`.
pub(super) async fn list(Authorized(session): Authorized, query: Result<Query<ListQuery>, QueryRejection>) -> Response {
    let Query(query) = match query {
        Ok(query) => query,
        Err(error) => return failure(StatusCode::BAD_REQUEST, &CallError::invalid_params(error.to_string())),
    };
    let members = [
        ("projectId", query.project_id.map(Value::from)),
        ("conversationId", query.conversation_id.map(Value::from)),
        ("cursor", query.cursor.map(Value::from)),
        ("limit", query.limit.map(Value::from)),
    ];
    let params = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    call(&session, "files.list", params).await
}

/// `GET /api/mcp/files/{id}`: the result of `files.get`.
pub(super) async fn file(Authorized(session): Authorized, path: Result<Path<String>, PathRejection>) -> Response {
    match path {
        Ok(Path(id)) => call(&session, "files.get", Object::from_iter([("fileId".to_owned(), json!(id))])).await,
        Err(_) => no_such_path().await,
    }
}

async fn call(session: &Session, method: &str, params: Object) -> Response {
    match session.call_apart(method, params).await {
        None => no_such_path().await,
        Some(Ok(value)) => answer::json(StatusCode::OK, value.to_string().into_bytes()),
        Some(Err(error)) => failure(status_of(&error), &error),
    }
}
