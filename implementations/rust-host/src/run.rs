use std::{
    collections::HashMap,
    fmt,
    future::{Future, ready},
    process::ExitStatus,
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    sync::{Notify, watch},
    task::{JoinHandle, spawn_blocking},
    time::{Instant, sleep, timeout},
};

use crate::{
    datasource::Datasource,
    host::HostParts,
    http::{Binding, Registered},
    limits::Limits,
    process::{Child, Signal, environment, exit_of, launch, pump},
    report::{Exit, Outcome, Phase, Report, ScriptError, Transport},
    session::{self, Account, LateScript, Session},
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
    fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Http(_) => "http",
            Self::Auto(_) => "auto",
        }
    }

    fn binding(self) -> Option<Binding> {
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
    pub(crate) transport: TransportChoice,
    pub(crate) datasources: Vec<Datasource>,
    pub(crate) script: Value,
    pub(crate) late_script: Option<LateScript>,
}

impl RunRequest {
    /// Runs this command, which speaks the protocol, for this scope. Without more it may call nothing, over stdio.
    pub fn new(command: impl IntoIterator<Item = impl Into<String>>, scope: Scope) -> Self {
        Self {
            command: command.into_iter().map(Into::into).collect(),
            environment: HashMap::new(),
            scope,
            methods: Vec::new(),
            limits: None,
            store: None,
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
        formatter.debug_struct("RunRequest").field("command", &self.command).field("scope", &self.scope).finish()
    }
}

/// A run under way. Dropping it ends nothing.
#[derive(Debug)]
pub struct Run {
    cancel: Arc<Notify>,
    report: JoinHandle<Report>,
}

/// Ends a run from elsewhere.
#[derive(Debug, Clone)]
pub struct Canceller(Arc<Notify>);

impl Canceller {
    /// Ends the run as `killed`; one that has ended already stays as it is.
    pub fn cancel(&self) {
        self.0.notify_one();
    }
}

impl Run {
    pub(crate) fn start(host: Arc<HostParts>, request: RunRequest) -> Self {
        let cancel = Arc::new(Notify::new());
        let report = tokio::spawn(drive(host, request, cancel.clone()));
        Self { cancel, report }
    }

    /// What ends it before its time.
    pub fn canceller(&self) -> Canceller {
        Canceller(self.cancel.clone())
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When the runtime is shut down meanwhile, as any task's result is lost then.
    pub async fn report(self) -> Report {
        self.report.await.expect("the runtime lives")
    }
}

/// Why the host ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Timeout,
    Cancelled,
    /// It goes on after its acknowledged result.
    Lingering,
}

impl Ending {
    fn reason(self) -> &'static str {
        match self {
            Self::Timeout => "the run took longer than runTimeoutMs",
            Self::Cancelled => "the run was cancelled",
            Self::Lingering => "the result is here",
        }
    }
}

/// How the process ended and what the host did to it.
struct End {
    ending: Option<Ending>,
    signalled: bool,
    status: Option<ExitStatus>,
}

async fn drive(host: Arc<HostParts>, request: RunRequest, cancel: Arc<Notify>) -> Report {
    let started = Instant::now();
    let asked = request.transport;
    let failed = |name: &str, error: &dyn fmt::Display| {
        let error = ScriptError { name: name.into(), message: error.to_string(), stack: None };
        finish(Account::new(0), Phase::Spawn, None, Transport::Stdio, started, Some(error))
    };
    let (command, added) = (request.command.clone(), request.environment.clone());
    let session = match host.session(request) {
        Ok(session) => session,
        Err(error) => return failed("no_scratch_folder", &error),
    };
    let mut contract = host.versions();
    contract.push(("SANDPIPE_TRANSPORT", asked.name().into()));
    let mut registered: Option<Registered> = None;
    if let Some(binding) = asked.binding() {
        let served = match host.http.register(binding, &session).await {
            Ok(served) => registered.insert(served),
            Err(error) => return failed("no_http", &error),
        };
        contract.push(("SANDPIPE_HTTP_URL", served.url.clone()));
        contract.push(("SANDPIPE_HTTP_TOKEN", served.token.clone()));
    }
    let child = match launch(&command, environment(&added, &contract)).await {
        Ok(child) => child,
        Err(error) => return failed("spawn_failed", &format!("{}: {error}", command.join(" "))),
    };
    let end = attend(&session, child, &cancel).await;
    drop(registered);
    let transport = if matches!(asked, TransportChoice::Http(_)) { Transport::Http } else { session.transport() };
    let phase = match session.phase() {
        session::Phase::Unopened => Phase::Open,
        session::Phase::Open => Phase::Running,
        session::Phase::Resulted => Phase::Result,
    };
    let account = session.end();
    let context = session.context.clone();
    let _ = spawn_blocking(move || context.scratch.remove()).await;
    finish(account, phase, Some(end), transport, started, None)
}

/// Stays with a process until it has ended and its pipes are read.
async fn attend(session: &Arc<Session>, child: Child, cancel: &Notify) -> End {
    let limits = &session.context.limits;
    let grace = limits.grace();
    let Child { stdin, stdout, stderr, group, mut exit } = child;
    tokio::spawn(session.clone().write_frames(stdin));
    let output = tokio::spawn({
        let (session, exit) = (session.clone(), exit.clone());
        async move {
            pump(stdout, exit, grace, || session.until_refusals_are_read(), |chunk| session.push_stdout(chunk)).await;
            session.end_stdout();
        }
    });
    let errors = tokio::spawn({
        let (session, exit) = (session.clone(), exit.clone());
        async move { pump(stderr, exit, grace, || ready(()), |chunk| session.push_stderr(chunk)).await }
    });
    let ending = tokio::select! {
        () = gone(&mut exit) => None,
        () = sleep(Duration::from_millis(limits.run_timeout_ms)) => Some(Ending::Timeout),
        () = cancel.notified() => Some(Ending::Cancelled),
        () = async { session.until_result().await; sleep(grace).await } => Some(Ending::Lingering),
    };
    let mut signalled = false;
    if let Some(ending) = ending {
        session.close(ending.reason());
        // `life:end:escalates`: close and EOF, then the signals, each graceMs after the step before.
        for signal in [Signal::TERM, Signal::KILL] {
            if timeout(grace, gone(&mut exit)).await.is_ok() {
                break;
            }
            signalled = true;
            group.signal(signal);
        }
        gone(&mut exit).await;
    }
    session.hang_up();
    let _ = output.await;
    let _ = errors.await;
    let status = *exit.borrow();
    End { ending, signalled, status }
}

async fn gone(exit: &mut watch::Receiver<Option<ExitStatus>>) {
    let _ = exit.wait_for(Option::is_some).await;
}

fn finish(
    account: Account,
    phase: Phase,
    end: Option<End>,
    transport: Transport,
    started: Instant,
    error: Option<ScriptError>,
) -> Report {
    let exit = end.as_ref().and_then(|end| end.status).map_or_else(Exit::default, exit_of);
    let outcome = end.map_or(Outcome::Failed, |end| outcome(&account, phase, &exit, &end));
    let (result, thrown) = match account.result {
        Some(Ok(value)) => (Some(value), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let no_result = || {
        let missing = result.is_none() && matches!(outcome, Outcome::Failed | Outcome::ProtocolError);
        missing.then(|| ScriptError {
            name: "no_result".into(),
            message: "the process ended without handing over a result".into(),
            stack: None,
        })
    };
    let error = error.or(thrown).or_else(no_result);
    let (output, stderr, emits) = account.kept.into_parts();
    Report {
        outcome,
        exit,
        result,
        error,
        output: output.bytes,
        output_truncated: output.truncated,
        output_bytes: output.total,
        stderr: stderr.bytes,
        stderr_truncated: stderr.truncated,
        stderr_bytes: stderr.total,
        emits,
        violations: account.breaches,
        violation_count: account.breach_count,
        skipped_bytes: account.skipped_bytes,
        calls: account.calls,
        phase,
        effects: account.effects,
        effect_count: account.effect_count,
        duration_ms: started.elapsed().as_secs_f64() * 1000.0,
        transport,
        isolation: "none",
    }
}

/// The table of `spec/v1/session.md`.
fn outcome(account: &Account, phase: Phase, exit: &Exit, end: &End) -> Outcome {
    match (end.ending, &account.result) {
        (Some(Ending::Timeout), _) => Outcome::Timeout,
        (Some(Ending::Cancelled), _) => Outcome::Killed,
        (_, Some(Ok(_))) if exit.code == Some(0) => Outcome::Ok,
        (Some(Ending::Lingering), Some(Ok(_))) if end.signalled => Outcome::Killed,
        (_, None) if exit.code == Some(0) && phase == Phase::Open => Outcome::ProtocolError,
        _ => Outcome::Failed,
    }
}
