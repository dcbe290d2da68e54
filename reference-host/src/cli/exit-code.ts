import type { RunReport } from "@sandpipe/spec/v1";

/** What `sandpipe-host run` exits with, after sysexits.h, timeout(1) and the shell. */
export const EXIT = { ok: 0, failed: 1, usage: 64, unavailable: 69, fault: 70, timeout: 124 } as const;

const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** The exit code of a command that a signal ended. */
export function signalExitCode(signal: string): number {
  return SIGNAL_CODES[signal] ?? EXIT.failed;
}

/** The exit code that tells how a run went. */
export function runExitCode(report: RunReport): number {
  if (report.outcome === "ok") return EXIT.ok;
  if (report.outcome === "timeout") return EXIT.timeout;
  // It never opened a session: not the script failed but what should have run it.
  if (report.phase === "spawn" || report.phase === "open") return EXIT.unavailable;
  return EXIT.failed;
}
