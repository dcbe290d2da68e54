import { randomUUID } from "node:crypto";
import type { Limits, RunReport, SessionInfo } from "@sandpipe/spec/v1";
import type { Door } from "../http/door.js";
import type { SessionRegistry } from "../http/registry.js";
import { createToken, hashToken } from "../http/token.js";
import type { Method, MethodSource } from "../methods/method.js";
import type { Log } from "../observation/log.js";
import type { Metrics } from "../observation/metrics.js";
import type { Clock } from "../session/clock.js";
import type { Observer } from "../session/observer.js";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import type { Version } from "../v0/stdout-reader.js";
import { createLiveSession } from "./live-session.js";
import type { LiveSession } from "./live-session.js";
import type { Scope } from "./scope.js";

/** The sessions without a process that this instance serves. */
export interface LiveSessions {
  /** Begins a session and gives its token, which is kept nowhere. */
  issue(scope: Scope): Promise<{ readonly session: SessionInfo; readonly token: string }>;
  /** The door of a token's session; undefined where it is void. */
  find(token: string): Eventual<Door | undefined>;
  /** Ends the session of that id on every instance; false where this one doesn't know it. */
  end(id: string, why: string): Promise<boolean>;
  /** Gives up all of them here; in a shared registry they live on. */
  close(why: string): Promise<void>;
}

/** What they are made of. */
export interface LiveSessionsParts {
  readonly registry: SessionRegistry;
  readonly methods: readonly (Method | MethodSource)[];
  readonly whitelist?: readonly string[];
  readonly limits: Limits;
  /** The versions that are offered: where 1 isn't one, no session opens. */
  readonly protocols: readonly Version[];
  /** A session ends when so many milliseconds went without a request. */
  readonly idleMs: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly metrics: Metrics;
  readonly log?: Log;
  readonly observe?: (session: SessionInfo) => Observer;
  readonly ended?: (session: SessionInfo, report: RunReport) => void;
}

/** Creates the table of live sessions (`http:session:ends`). */
export function createLiveSessions(parts: LiveSessionsParts): LiveSessions {
  const { registry, clock, now, idleMs, limits } = parts;
  let closed = false;
  const live = new Map<string, { session: LiveSession; stop: () => void }>();

  const make = (token: string, hash: string, info: SessionInfo): LiveSession => {
    const observer = parts.observe?.(info);
    const session = createLiveSession({
      info,
      methods: parts.methods,
      ...(parts.whitelist && { whitelist: parts.whitelist }),
      limits,
      protocols: parts.protocols,
      clock,
      secrets: [token],
      metrics: parts.metrics,
      ...(parts.log && { log: parts.log }),
      ...(observer && { observer }),
      update: (step) =>
        registry.update(hash, (record) => {
          session.follow(record.state);
          return step();
        }),
      finished: () =>
        arm(hash, limits.graceMs, async () => {
          await registry.remove(hash);
          await drop(hash, "it was over");
        }),
    });
    live.set(hash, { session, stop: () => undefined });
    armIdle(hash);
    return session;
  };

  /** Replaces the timer of a session. A registry that fails is asked again later. */
  const arm = (hash: string, ms: number, act: () => Promise<void>): void => {
    const entry = live.get(hash);
    if (!entry) return;
    entry.stop();
    entry.stop = clock.after(ms, () => void act().catch(() => arm(hash, ms, act)));
  };

  const armIdle = (hash: string): void =>
    arm(hash, idleMs, async () => {
      // Another instance may have served it since, or this one: a request doesn't set its timer anew.
      if (await registry.expire(hash, now() - idleMs)) await drop(hash, `no request came for ${idleMs} ms`);
      else armIdle(hash);
    });

  const drop = async (hash: string, why: string): Promise<void> => {
    const entry = live.get(hash);
    if (!entry) return;
    live.delete(hash);
    entry.stop();
    const report = await entry.session.end(why);
    parts.ended?.(entry.session.info, report);
  };

  return {
    async issue(scope) {
      const token = createToken();
      const hash = hashToken(token);
      const session = { id: randomUUID(), ...scope };
      await registry.add(hash, session, now());
      make(token, hash, session);
      return { session, token };
    },
    find(token) {
      if (closed) return undefined;
      const hash = hashToken(token);
      return chain(registry.find(hash, now(), idleMs), (record) => {
        if (!record) {
          void drop(hash, "another instance of the host ended it");
          return undefined;
        }
        if (closed) return undefined;
        const session = live.get(hash)?.session ?? make(token, hash, record.session);
        session.follow(record.state);
        return session.door;
      });
    },
    async end(id, why) {
      for (const [hash, { session }] of live) {
        if (session.info.id !== id) continue;
        await registry.remove(hash);
        await drop(hash, why);
        return true;
      }
      return false;
    },
    async close(why) {
      closed = true;
      await Promise.all([...live.keys()].map((hash) => drop(hash, why)));
    },
  };
}
