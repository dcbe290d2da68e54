import type { RunReport, SessionInfo } from "@sandpipe/spec/v1";
import type { Observer } from "../session/observer.js";
import type { Redactor } from "./redact.js";

/** How much is logged; each level holds those before it. */
export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What one line says beside its time, level and message. Undefined members are left out. */
export interface LogFields {
  readonly [name: string]: string | number | boolean | undefined;
}

/** Writes JSON lines `{time, level, message, …}`. */
export interface Log {
  readonly level: LogLevel;
  /** Writes one line, unless its level is beyond the log's. */
  write(level: Exclude<LogLevel, "silent">, message: string, fields?: LogFields): void;
}

/** Creates a log. `now` is in milliseconds since 1970; `line` gets each line with its end. */
export function createLog(level: LogLevel, now: () => number, line: (text: string) => void): Log {
  const most = LOG_LEVELS.indexOf(level);
  return {
    level,
    write(of, message, fields = {}) {
      if (LOG_LEVELS.indexOf(of) > most) return;
      line(`${JSON.stringify({ time: new Date(now()).toISOString(), level: of, message, ...fields })}\n`);
    },
  };
}

/** Logs one session: its own id on each line, secrets left out. */
export function logSession(
  log: Log,
  session: SessionInfo,
  redact: Redactor,
): { readonly observer: Observer; readonly end: (report: RunReport | undefined) => void } {
  const { id, projectId, conversationId } = session;
  const write = (level: Exclude<LogLevel, "silent">, message: string, fields: LogFields = {}): void =>
    log.write(level, redact.text(message), { session: id, ...mask(fields, redact) });

  write("info", "session started", { projectId, conversationId });
  return {
    observer: {
      opened: (transport) => write("info", "session opened", { transport }),
      warning: (message) => write("warn", message),
      violation: ({ requirement, detail }) => write("warn", "violation", { requirement, detail }),
      handlerFailed: (method, error) =>
        write("error", "method failed", { method, error: describeFault(error) }),
      // Left out below its level: it would cost every call.
      ...(log.level === "debug" && {
        callAnswered: (call, code) =>
          write("debug", "call answered", { method: call.method.name, call: call.id, code }),
      }),
    },
    end(report) {
      if (report === undefined) return write("error", "session ended in a fault of the host");
      const { outcome, calls, durationMs, phase, transport, isolation, error } = report;
      write(outcome === "ok" ? "info" : "warn", "session ended", {
        ...{ outcome, phase, calls, durationMs, transport, isolation },
        violations: report.violationCount ?? report.violations.length,
        error: error?.name,
      });
    },
  };
}

/** With its causes: what the peer isn't told is told here. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}\ncaused by ${describeFault(error.cause)}`;
}

function mask(fields: LogFields, redact: Redactor): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? redact.text(value) : value,
    ]),
  );
}
