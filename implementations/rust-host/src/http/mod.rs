//! The same sessions over HTTP (`spec/v1/transports.md`).

mod answer;
mod authorized;
mod content;
mod guard;
mod range;
mod routes;
mod rpc;
mod tokens;

use std::{io, sync::Arc};

use axum::{
    Router, middleware,
    routing::{get, post},
    serve::ListenerExt,
};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, UnixListener},
    sync::OnceCell,
    task::AbortHandle,
};

use self::{guard::Place, tokens::Tokens};
use crate::session::Session;

/// What HTTP is served on. Never on anything but this machine (`http:bind:loopback`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// A port of 127.0.0.1.
    Tcp,
    /// A socket in a folder that only this user enters.
    Unix,
}

/// The servers of a host, each started when the first run asks for it and ended with the host.
#[derive(Debug, Default)]
pub(crate) struct HttpServers {
    tcp: OnceCell<Server>,
    unix: OnceCell<Server>,
    tokens: Arc<Tokens>,
}

/// A session's place on a server, until this is dropped.
#[derive(Debug)]
pub(crate) struct Registered {
    pub url: String,
    /// None for the founding document's HTTP, which has no authentication.
    pub token: Option<String>,
    tokens: Arc<Tokens>,
    _own: Option<Server>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            self.tokens.void(token);
        }
    }
}

impl HttpServers {
    /// Serves a session under a token of its own; one of protocol 0 on a server of its own, to whoever asks, as the
    /// founding document does: for development only.
    ///
    /// # Errors
    /// When nothing can be bound.
    pub async fn register(&self, binding: Binding, session: &Arc<Session>) -> io::Result<Registered> {
        if session.is_v0() {
            let tokens = Arc::new(Tokens::open_to(session.clone()));
            let server = match binding {
                Binding::Tcp => Server::on_tcp(tokens.clone()).await?,
                Binding::Unix => Server::on_unix(tokens.clone())?,
            };
            return Ok(Registered { url: server.url.clone(), token: None, tokens, _own: Some(server) });
        }
        let tokens = self.tokens.clone();
        let server = match binding {
            Binding::Tcp => self.tcp.get_or_try_init(async || Server::on_tcp(tokens).await).await?,
            Binding::Unix => self.unix.get_or_try_init(async || Server::on_unix(tokens)).await?,
        };
        let token = Some(self.tokens.issue(session.clone()));
        Ok(Registered { url: server.url.clone(), token, tokens: self.tokens.clone(), _own: None })
    }
}

#[derive(Debug)]
struct Server {
    url: String,
    task: AbortHandle,
    _folder: Option<TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    async fn on_tcp(tokens: Arc<Tokens>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let router = router(Place::Tcp(port), tokens);
        let task = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { url: format!("http://127.0.0.1:{port}"), task, _folder: None })
    }

    fn on_unix(tokens: Arc<Tokens>) -> io::Result<Self> {
        // Its mode is 0700.
        let folder = tempfile::Builder::new().prefix("sandpipe-http-").tempdir()?;
        let path = folder.path().join("http.sock");
        let listener = UnixListener::bind(&path)?;
        let router = router(Place::Unix, tokens);
        let task = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { url: format!("unix:{}", path.display()), task, _folder: Some(folder) })
    }
}

fn router(place: Place, tokens: Arc<Tokens>) -> Router {
    Router::new()
        .route("/api/mcp/rpc", post(rpc::post_rpc))
        .route("/api/mcp/files", get(routes::list))
        .route("/api/mcp/files/{id}", get(routes::file))
        .route("/api/mcp/files/{id}/content", get(content::content))
        .fallback(answer::no_such_path)
        .method_not_allowed_fallback(answer::no_such_method)
        // Before anything else is looked at.
        .layer(middleware::from_fn_with_state(place, guard::guard))
        .with_state(tokens)
}
