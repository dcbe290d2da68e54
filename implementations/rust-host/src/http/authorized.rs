use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::Response,
};

use super::{answer::failure, tokens::Tokens};
use crate::{error::CallError, session::Session};

/// The session whose token a request carries. No token, a wrong one and an ended one get the same answer.
pub(super) struct Authorized(pub Arc<Session>);

impl FromRequestParts<Arc<Tokens>> for Authorized {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, tokens: &Arc<Tokens>) -> Result<Self, Response> {
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok());
        let token = value
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token);
        tokens.session(token).map(Self).ok_or_else(|| failure(StatusCode::UNAUTHORIZED, &CallError::unauthorized()))
    }
}
