use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::answer::failure;
use crate::error::CallError;

/// Where a server is, which says by what names it may be called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Tcp(u16),
    Unix,
}

/// Turns away what a page in a browser could send, rebound or not.
pub(super) async fn guard(State(place): State<Place>, request: Request, next: Next) -> Response {
    let forbid = |message| failure(StatusCode::FORBIDDEN, &CallError::invalid_request(message));
    // `http:origin:any-refused`
    if request.headers().contains_key(header::ORIGIN) {
        return forbid("requests with an Origin are refused");
    }
    if !is_ours(place, request.headers()) {
        return forbid("this Host is not served here");
    }
    next.run(request).await
}

/// Exactly one Host, and one of our names (`http:host:foreign-refused`, `http:host:loopback-served`).
fn is_ours(place: Place, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let Ok(host) = host.to_str() else { return false };
    let host = host.to_ascii_lowercase();
    match place {
        Place::Tcp(port) => ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{port}")),
        Place::Unix => {
            host == "localhost"
                || host.strip_prefix("localhost:").is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        }
    }
}
