import type { RunReport } from "@sandpipe/spec/v1";
import type { Observer } from "../session/observer.js";
import { createHistogram } from "./histogram.js";
import type { Histogram } from "./histogram.js";

/** What a host has done since it was created. */
export interface HostMetrics {
  readonly sessions: {
    /** Now. */
    readonly open: number;
    readonly started: number;
    /** Ended ones by the outcome of their report; `fault` is of those that ended in a fault of the host itself. */
    readonly ended: Readonly<Partial<Record<RunReport["outcome"] | "fault", number>>>;
  };
  /** Answered calls by method: only whitelisted names are here, so no script can make the snapshot grow. */
  readonly calls: Readonly<Record<string, MethodMetrics>>;
  /** Requests that got an error before they were calls: unknown methods, bad params, `busy` and the like. */
  readonly refusals: number;
  readonly violations: number;
  readonly bytes: { readonly fromSandbox: number; readonly toSandbox: number };
}

/** The calls of one method. */
export interface MethodMetrics {
  /** From the start of the handler to its answer. */
  readonly latencyMs: Histogram;
  /** Answers that were errors, by code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Counts for a host. */
export interface Metrics {
  /** A session begins: its observer, and what to call at its end, undefined where there is no report. */
  begin(now: () => number): {
    readonly observer: Observer;
    readonly end: (report: RunReport | undefined) => void;
  };
  snapshot(): HostMetrics;
}

/** Creates counts that all are zero. */
export function createMetrics(): Metrics {
  const calls = new Map<
    string,
    { latency: ReturnType<typeof createHistogram>; errors: Map<number, number> }
  >();
  const ended = new Map<RunReport["outcome"] | "fault", number>();
  const bytes = { fromSandbox: 0, toSandbox: 0 };
  let open = 0;
  let started = 0;
  let refusals = 0;
  let violations = 0;

  const callsOf = (name: string) => {
    let found = calls.get(name);
    if (found === undefined) {
      found = { latency: createHistogram(), errors: new Map() };
      calls.set(name, found);
    }
    return found;
  };

  return {
    begin(now) {
      open += 1;
      started += 1;
      return {
        observer: {
          bytes(direction, count) {
            bytes[direction === "from-sandbox" ? "fromSandbox" : "toSandbox"] += count;
          },
          callAnswered({ method, startedAt }, code) {
            const { latency, errors } = callsOf(method.name);
            latency.add(now() - startedAt);
            if (code !== undefined) errors.set(code, (errors.get(code) ?? 0) + 1);
          },
          requestRefused() {
            refusals += 1;
          },
          violated() {
            violations += 1;
          },
        },
        end(report) {
          open -= 1;
          const outcome = report?.outcome ?? "fault";
          ended.set(outcome, (ended.get(outcome) ?? 0) + 1);
        },
      };
    },
    snapshot: () => ({
      sessions: { open, started, ended: Object.fromEntries(ended) },
      calls: Object.fromEntries(
        [...calls].map(([name, { latency, errors }]) => [
          name,
          { latencyMs: latency.snapshot(), errors: Object.fromEntries(errors) },
        ]),
      ),
      refusals,
      violations,
      bytes: { ...bytes },
    }),
  };
}
