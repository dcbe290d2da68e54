use std::{collections::HashMap, fmt, future::Future, sync::Arc};

use serde_json::{Value, json};

use crate::{
    datasource::Datasource,
    http::Binding,
    limits::Limits,
    session::LateScript,
    store::{Scope, Store},
};

/// What a sandbox is told of transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportChoice {
    /// stdin and stdout, come what may.
    Stdio,
    /// HTTP alone.
    Http(Binding),
    /// stdin and stdout, or HTTP when nobody answers there.
    Auto(Binding),
}

impl TransportChoice {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Http(_) => "http",
            Self::Auto(_) => "auto",
        }
    }

    pub(crate) fn binding(self) -> Option<Binding> {
        match self {
            Self::Stdio => None,
            Self::Http(binding) | Self::Auto(binding) => Some(binding),
        }
    }
}

/// One run that a host is asked for.
pub struct RunRequest {
    pub(crate) command: Vec<String>,
    pub(crate) environment: HashMap<String, String>,
    pub(crate) scope: Scope,
    pub(crate) methods: Vec<String>,
    pub(crate) limits: Option<Limits>,
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) protocols: Vec<u32>,
    pub(crate) transport: TransportChoice,
    pub(crate) datasources: Vec<Datasource>,
    pub(crate) script: Value,
    pub(crate) late_script: Option<LateScript>,
}

impl RunRequest {
    /// `SANDPIPE_PROTOCOL`; left out for the founding document alone (`life:environment:no-version`).
    pub(crate) fn versions(&self) -> Option<String> {
        let versions: Vec<_> = self.protocols.iter().map(u32::to_string).collect();
        (self.protocols != [0]).then(|| versions.join(","))
    }

    /// Runs this command, which speaks the protocol, for this scope. Without more it may call nothing, over stdio.
    pub fn new(command: impl IntoIterator<Item = impl Into<String>>, scope: Scope) -> Self {
        Self {
            command: command.into_iter().map(Into::into).collect(),
            environment: HashMap::new(),
            scope,
            methods: Vec::new(),
            limits: None,
            store: None,
            protocols: vec![1],
            transport: TransportChoice::Stdio,
            datasources: Vec::new(),
            script: json!({}),
            late_script: None,
        }
    }

    /// Lets the script call these methods, and no others.
    #[must_use]
    pub fn allow(mut self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.methods.extend(methods.into_iter().map(Into::into));
        self
    }

    /// Adds a variable to the environment, which else holds the allow list and the protocol's own.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Other limits than the host's.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Another store than the host's.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Versions to offer, of 0 and 1. Default 1 alone.
    #[must_use]
    pub fn protocols(mut self, protocols: impl IntoIterator<Item = u32>) -> Self {
        self.protocols = protocols.into_iter().collect();
        self.protocols.sort_unstable();
        self
    }

    /// Another transport than stdio.
    #[must_use]
    pub fn transport(mut self, transport: TransportChoice) -> Self {
        self.transport = transport;
        self
    }

    /// A database that the script may query by itself.
    #[must_use]
    pub fn datasource(mut self, datasource: Datasource) -> Self {
        self.datasources.push(datasource);
        self
    }

    /// The script, by `path` or `source`, and its `params` (`schemas/v1/SessionOpenResult.json`). Default `{}`: the
    /// command names it.
    #[must_use]
    pub fn script(mut self, script: Value) -> Self {
        self.script = script;
        self
    }

    /// A script that is known later: the sandbox starts and waits for it, so give the run time enough.
    #[must_use]
    pub fn late_script(mut self, script: impl Future<Output = Value> + Send + 'static) -> Self {
        self.late_script = Some(Box::pin(script));
        self
    }
}

impl fmt::Debug for RunRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RunRequest")
            .field("command", &self.command)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
