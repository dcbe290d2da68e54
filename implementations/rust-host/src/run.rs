use std::{fmt, future::ready, process::ExitStatus, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    task::{JoinHandle, spawn_blocking},
    time::{Instant, sleep, timeout},
};

use crate::{
    ending::{End, Ending, finish},
    host::HostParts,
    http::Registered,
    process::{Child, Signal, environment, launch, pump},
    report::{Phase, Report, ScriptError, Transport},
    request::{RunRequest, TransportChoice},
    session::{self, Account, Session},
};

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

async fn drive(host: Arc<HostParts>, request: RunRequest, cancel: Arc<Notify>) -> Report {
    let started = Instant::now();
    let asked = request.transport;
    let failed = |name: &str, error: &dyn fmt::Display| {
        let error = ScriptError { name: name.into(), message: error.to_string(), stack: None };
        finish(Account::new(0), Phase::Spawn, None, Transport::Stdio, started, Some(error))
    };
    let (command, added) = (request.command.clone(), request.environment.clone());
    let mut contract = vec![("SANDPIPE_TRANSPORT", asked.name().to_owned())];
    contract.extend(request.versions().map(|versions| ("SANDPIPE_PROTOCOL", versions)));
    let session = match host.session(request) {
        Ok(session) => session,
        Err(error) => return failed("no_scratch_folder", &error),
    };
    let mut registered: Option<Registered> = None;
    if let Some(binding) = asked.binding() {
        let served = match host.http.register(binding, &session).await {
            Ok(served) => registered.insert(served),
            Err(error) => return failed("no_http", &error),
        };
        contract.push(("SANDPIPE_HTTP_URL", served.url.clone()));
        contract.extend(served.token.clone().map(|token| ("SANDPIPE_HTTP_TOKEN", token)));
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
