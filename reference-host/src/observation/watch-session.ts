import type { RunReport, SessionInfo, TraceInfo } from "@sandpipe/spec/v1";
import { combineObservers } from "../session/combine-observers.js";
import type { Observer } from "../session/observer.js";
import { logSession } from "./log.js";
import type { Log } from "./log.js";
import type { Metrics } from "./metrics.js";
import { createRedactor } from "./redact.js";
import { beginSessionSpans } from "./spans.js";

/** What a session is watched with. */
export interface Watching {
  readonly session: SessionInfo;
  /** Texts that no trace and no log may hold. */
  readonly secrets: readonly string[];
  readonly metrics: Metrics;
  readonly log?: Log | undefined;
  /** The trace that it belongs to. */
  readonly trace?: TraceInfo | undefined;
  /** The host's user's own. */
  readonly observer?: Observer | undefined;
  /** The session's clock. */
  readonly now: () => number;
}

/** A session that is watched. */
export interface WatchedSession {
  readonly observer: Observer;
  /** What the sandbox is told of the trace. */
  readonly trace: TraceInfo | undefined;
  /** Called once; the report is undefined after a fault of the host itself. */
  end(report: RunReport | undefined): void;
}

/** Watches a session: counts, spans, log and the user's own observer, which sees frames without secrets. */
export function watchSession(watching: Watching): WatchedSession {
  const { session, metrics, log, now } = watching;
  const redact = createRedactor(watching.secrets);
  const counts = metrics.begin(now);
  const spans = beginSessionSpans(session, watching.trace);
  const logged = log && log.level !== "silent" ? logSession(log, session, redact) : undefined;
  const own = combineObservers([watching.observer ?? {}]);
  const { frame } = own;
  return {
    observer: combineObservers([
      counts.observer,
      ...(spans.observer ? [spans.observer] : []),
      ...(logged ? [logged.observer] : []),
      frame
        ? { ...own, frame: (direction, json, transport) => frame(direction, redact.frame(json), transport) }
        : own,
    ]),
    trace: spans.trace,
    end(report) {
      counts.end(report);
      spans.end(report);
      logged?.end(report);
    },
  };
}
