import type { Limits, RunReport, SessionInfo } from "@sandpipe/spec/v1";
import { createDoor } from "../http/door.js";
import type { Door } from "../http/door.js";
import type { Method, MethodSource } from "../methods/method.js";
import type { Log } from "../observation/log.js";
import type { Metrics } from "../observation/metrics.js";
import { watchSession } from "../observation/watch-session.js";
import { createSessionFolder } from "../process/session-folder.js";
import { writeReport } from "../run/report.js";
import { gatherFacts } from "../run/session-facts.js";
import type { Clock } from "../session/clock.js";
import type { Observer } from "../session/observer.js";
import { createSession } from "../session/session.js";
import type { SessionState } from "../session/requests.js";
import type { Eventual } from "../store/eventual.js";
import type { Version } from "../v0/stdout-reader.js";
import { judgeSession } from "./judge-session.js";

/** This instance's machine of a session without a process. */
export interface LiveSession {
  readonly info: SessionInfo;
  readonly door: Door;
  /** Goes on from where another instance has brought it. */
  follow(state: SessionState): void;
  /** Answers what is in flight, then ends, and tells what it was. Once. */
  end(why: string): Promise<RunReport>;
}

/** What live sessions are made of. */
export interface LiveSessionParts {
  readonly info: SessionInfo;
  readonly methods: readonly (Method | MethodSource)[];
  readonly whitelist?: readonly string[];
  readonly limits: Limits;
  /** The versions that are offered. */
  readonly protocols: readonly Version[];
  readonly clock: Clock;
  /** Texts that no trace and no log may hold. */
  readonly secrets: readonly string[];
  readonly metrics: Metrics;
  readonly log?: Log;
  readonly observer?: Observer;
  /** Called once the session has its result. */
  finished(): void;
  /** Files a step of the session for every instance. */
  update(step: () => SessionState): Eventual<boolean>;
}

/** Creates the machine of a session, with its scratch folder and its own methods. */
export function createLiveSession(parts: LiveSessionParts): LiveSession {
  const { info, limits, clock, secrets, metrics, log } = parts;
  const began = clock.now();
  const folder = createSessionFolder();
  const watched = watchSession({
    session: info,
    secrets,
    metrics,
    log,
    observer: parts.observer,
    now: clock.now,
  });
  const { observer, trace } = watched;
  const plan = gatherFacts({
    methods: parts.methods,
    ...(parts.whitelist && { whitelist: parts.whitelist }),
    session: info,
    limits,
    scratch: folder.scratch,
    ...(trace && { trace }),
  });
  const session = createSession({ facts: plan.facts, clock, observer, protocols: () => parts.protocols });
  let told = false;
  const look = (): SessionState => {
    if (session.state === "finished" && !told) {
      told = true;
      parts.finished();
    }
    return session.state;
  };

  return {
    info,
    door: createDoor({
      facts: plan.facts,
      session,
      observer,
      transact: (dispatch) =>
        parts.update(() => {
          dispatch();
          return look();
        }),
    }),
    follow(state) {
      session.follow(state);
      look();
    },
    async end(why) {
      session.cancelCalls();
      session.end();
      await plan.dispose();
      folder.remove();
      const circumstances = {
        durationMs: clock.now() - began,
        transport: "http",
        isolation: "none",
      } as const;
      const report = writeReport(session, {}, judgeSession(session.outcome, why), circumstances);
      watched.end(report);
      return report;
    },
  };
}
