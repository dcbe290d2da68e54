use std::process::ExitStatus;

use tokio::time::Instant;

use crate::{
    process::exit_of,
    report::{Exit, Outcome, Phase, Report, ScriptError, Transport},
    session::Account,
};

/// Why the host ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Timeout,
    Cancelled,
    /// It goes on after its acknowledged result.
    Lingering,
}

impl Ending {
    pub fn reason(self) -> &'static str {
        match self {
            Self::Timeout => "the run took longer than runTimeoutMs",
            Self::Cancelled => "the run was cancelled",
            Self::Lingering => "the result is here",
        }
    }
}

/// How the process ended and what the host did to it.
pub(crate) struct End {
    pub ending: Option<Ending>,
    /// Whether it took a signal of the host's.
    pub signalled: bool,
    pub status: Option<ExitStatus>,
}

/// The report of a run, whose process is gone or was never there.
pub(crate) fn finish(
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
