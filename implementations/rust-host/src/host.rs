use std::{
    fmt, io,
    sync::{Arc, Mutex, atomic::AtomicU64},
};

use serde_json::json;

use crate::{
    context::Context,
    hex,
    http::HttpServers,
    limits::Limits,
    memory::MemoryStore,
    method::{Method, Methods},
    methods::{self, Feature, scratch::Scratch, upload::Uploads},
    request::RunRequest,
    run::Run,
    session::{Given, Session},
    store::Store,
};

/// Runs scripts and answers their calls.
///
/// ```no_run
/// # use sandpipe_host::{Host, Method, RunRequest, Scope, MethodError};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let host = Host::builder()
///     .method(Method::new("quotes.latest", |symbol: serde_json::Value, _call| async move {
///         Ok::<_, MethodError>(symbol)
///     }))
///     .build()?;
/// let scope = Scope { project_id: "p1".into(), conversation_id: None };
/// let run = host.start(RunRequest::new(["sandpipe-sandbox", "analysis.ts"], scope).allow(["files.list", "quotes.latest"]));
/// println!("{:?}", run.report().await.outcome);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Host {
    parts: Arc<HostParts>,
}

impl Host {
    /// A host with every feature, an empty store and the default limits, to be changed.
    pub fn builder() -> HostBuilder {
        HostBuilder {
            own: Vec::new(),
            store: None,
            limits: Limits::default(),
            features: Feature::ALL.to_vec(),
            storage_bytes: 256 << 20,
            conformance: false,
        }
    }

    /// Starts a run, on the current tokio runtime.
    pub fn start(&self, request: RunRequest) -> Run {
        Run::start(self.parts.clone(), request)
    }
}

/// What all runs of a host share.
#[derive(Debug)]
pub(crate) struct HostParts {
    methods: Methods,
    store: Arc<dyn Store>,
    limits: Limits,
    features: Vec<Feature>,
    storage_bytes: u64,
    pub http: HttpServers,
}

impl HostParts {
    /// A session for a run.
    ///
    /// # Errors
    /// When its scratch folder can't be made.
    pub fn session(&self, request: RunRequest) -> io::Result<Arc<Session>> {
        let context = Context {
            id: hex::random(),
            scope: request.scope,
            store: request.store.unwrap_or_else(|| self.store.clone()),
            limits: request.limits.unwrap_or_else(|| self.limits.clone()).granted(),
            scratch: Scratch::create()?,
            uploads: Mutex::new(Uploads::new()),
            storage: AtomicU64::new(self.storage_bytes),
        };
        for datasource in request.datasources.iter().filter(|datasource| datasource.shows_secret()) {
            eprintln!("sandpipe: the script can read the credentials of {datasource:?}; give a socket that needs none");
        }
        let allowed = request.methods.iter().filter_map(|name| self.methods.get(name));
        Ok(Session::new(Given {
            context: Arc::new(context),
            protocols: request.protocols,
            methods: allowed.map(|method| (method.name().to_owned(), method.clone())).collect(),
            features: self.features.iter().map(|feature| feature.name()).collect(),
            datasources: json!(request.datasources),
            script: request.script,
            late_script: request.late_script,
        }))
    }
}

/// A host in the making.
#[derive(Debug)]
pub struct HostBuilder {
    own: Vec<Method>,
    store: Option<Arc<dyn Store>>,
    limits: Limits,
    features: Vec<Feature>,
    storage_bytes: u64,
    conformance: bool,
}

impl HostBuilder {
    /// Adds a method of your own, or puts one in the place of the contract's.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.own.push(method);
        self
    }

    /// Where files, projects and conversations are. Default: an empty [`MemoryStore`].
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// The limits of a run that brings none.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// These features alone. Default: [`Feature::ALL`].
    #[must_use]
    pub fn features(mut self, features: impl IntoIterator<Item = Feature>) -> Self {
        self.features = features.into_iter().collect();
        self
    }

    /// Bytes that one session may store by writing, uploading and adopting. Default 256 MiB.
    #[must_use]
    pub fn storage_bytes(mut self, bytes: u64) -> Self {
        self.storage_bytes = bytes;
        self
    }

    /// Lets methods be called `conformance.…`: for the adapter of the conformance kit alone.
    #[must_use]
    pub fn for_conformance(mut self) -> Self {
        self.conformance = true;
        self
    }

    /// The host.
    ///
    /// # Errors
    /// When a method has a reserved name.
    pub fn build(self) -> Result<Host, ReservedName> {
        let mut methods = Methods::new();
        for method in methods::contract(&self.features) {
            methods.insert(method.name().to_owned(), method);
        }
        for method in self.own {
            // `method:reserved:names`
            let name = method.name();
            let reserved = ["session.", "rpc."].iter().any(|prefix| name.starts_with(prefix));
            if reserved || (name.starts_with("conformance.") && !self.conformance) {
                return Err(ReservedName(name.to_owned()));
            }
            methods.insert(name.to_owned(), method);
        }
        let parts = HostParts {
            methods,
            store: self.store.unwrap_or_else(|| Arc::new(MemoryStore::new())),
            limits: self.limits,
            features: self.features,
            storage_bytes: self.storage_bytes,
            http: HttpServers::default(),
        };
        Ok(Host { parts: Arc::new(parts) })
    }
}

/// A method has a name of the protocol's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedName(String);

impl fmt::Display for ReservedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is reserved: no method's name begins with session., rpc. or conformance.", self.0)
    }
}

impl std::error::Error for ReservedName {}
