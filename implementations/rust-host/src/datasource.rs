use std::fmt;

use serde::Serialize;

use crate::wire::Object;

/// What kind of database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// In the sandbox's own process.
    Duckdb,
    /// `PostgreSQL`.
    Postgres,
    /// `MySQL` or `MariaDB`.
    Mysql,
}

/// A database that a script queries by itself: no row of it crosses the wire.
///
/// A script can read a `password`: better give the `socket` of a server that asks for none.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Datasource {
    /// What the script calls it.
    pub name: String,
    /// Its engine.
    pub kind: Engine,
    /// Where it is, by URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Or by a Unix socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket: Option<String>,
    /// The database there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The user there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The user's password, for the script to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// `off`, `require` or `verify`; absent: the sandbox's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
    /// Whether it refuses writes.
    pub read_only: bool,
    /// More, as its engine takes it.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub options: Object,
}

impl Datasource {
    /// One that is read-only and nowhere yet.
    pub fn new(name: impl Into<String>, kind: Engine) -> Self {
        Self {
            name: name.into(),
            kind,
            url: None,
            socket: None,
            database: None,
            user: None,
            password: None,
            tls: None,
            read_only: true,
            options: Object::new(),
        }
    }

    /// Whether a script can read a secret of it (`session:datasource:password-warned`).
    pub(crate) fn shows_secret(&self) -> bool {
        self.password.is_some() || self.url.as_ref().is_some_and(|url| url.contains('@'))
    }
}

impl fmt::Debug for Datasource {
    /// Without anything that could be a credential (`session:datasource:redacted`).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Datasource").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}
