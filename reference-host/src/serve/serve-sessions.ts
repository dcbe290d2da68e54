import type { Limits, RunReport, SessionInfo } from "@sandpipe/spec/v1";
import type { Address } from "../http/bind.js";
import { serveHttp } from "../http/http-server.js";
import type { HttpServer, HttpServerOptions } from "../http/http-server.js";
import { createMemoryRegistry } from "../http/memory-registry.js";
import type { SessionRegistry } from "../http/registry.js";
import { createToken, hashToken } from "../http/token.js";
import type { Method, MethodSource } from "../methods/method.js";
import type { Log } from "../observation/log.js";
import { createMetrics } from "../observation/metrics.js";
import type { HostMetrics } from "../observation/metrics.js";
import { resolveLimits } from "../run/limits.js";
import { systemClock } from "../session/clock.js";
import type { Observer } from "../session/observer.js";
import { checkProtocols } from "../v0/offer.js";
import type { Version } from "../v0/stdout-reader.js";
import { createLiveSessions } from "./live-sessions.js";
import { createOpenList } from "./open-list.js";
import { createOperatorRoutes } from "./operator-routes.js";
import type { AskedScope } from "./operator-routes.js";
import type { Scope } from "./scope.js";

const IDLE_MS = 600_000;
/** Of all sessions together. */
const MAX_CONNECTIONS = 1_024;

/** A backend for scripts that are started by somebody else. */
export interface ServeOptions {
  readonly methods: readonly (Method | MethodSource)[];
  /** The whitelist of every session. Default: every method. */
  readonly whitelist?: readonly string[];
  readonly limits?: Partial<Limits>;
  /**
   * The versions to offer. Default 1. Where 0 is one, whoever reaches the address lists the files of `scopeOf({})`
   * without a token: for development only.
   */
  readonly protocols?: readonly Version[];
  /** A port of 127.0.0.1 (default: any free one), or a Unix socket. */
  readonly address?: Address;
  /** Default: in memory. */
  readonly registry?: SessionRegistry;
  /** How long a request may take to arrive, see http-server.ts. */
  readonly arrival?: HttpServerOptions["arrival"];
  /** A session ends when so many milliseconds went without a request. Default 600,000. */
  readonly idleMs?: number;
  /** What an operator asks for becomes a scope, or a rejection whose message he gets. */
  readonly scopeOf: (asked: AskedScope) => Promise<Scope>;
  /** Where the host says what it does; default nowhere. */
  readonly log?: Log;
  /** Makes what watches a session; default nothing does. */
  readonly observe?: (session: SessionInfo) => Observer;
  /** Told of every session that ends here. */
  readonly ended?: (session: SessionInfo, report: RunReport) => void;
}

/** A backend that listens. */
export interface Backend {
  /** For SANDPIPE_HTTP_URL. */
  readonly url: string;
  /** Opens the operator's routes (see operator-routes.ts), and nothing else. */
  readonly operatorToken: string;
  /** Begins a session; the token is for SANDPIPE_HTTP_TOKEN. */
  issue(scope: Scope): Promise<{ readonly session: SessionInfo; readonly token: string }>;
  /** What it has done since it began. */
  metrics(): HostMetrics;
  /** Ends every session, answers `cancelled` to what is in flight, and stops listening. */
  close(): Promise<void>;
}

/** Serves sessions without processes over HTTP. Rejects where it can't listen, and for versions that it doesn't speak. */
export async function serveSessions(options: ServeOptions): Promise<Backend> {
  const protocols = checkProtocols(options.protocols ?? [1]);
  // No process, so nothing that a run's time could end: a limit that doesn't hold isn't told.
  const { runTimeoutMs: _, ...limits } = resolveLimits(options.limits);
  const { whitelist, log, observe, ended } = options;
  const metrics = createMetrics();
  const sessions = createLiveSessions({
    registry: options.registry ?? createMemoryRegistry(),
    methods: options.methods,
    ...(whitelist && { whitelist }),
    limits,
    protocols,
    idleMs: options.idleMs ?? IDLE_MS,
    clock: systemClock,
    now: Date.now,
    metrics,
    ...(log && { log }),
    ...(observe && { observe }),
    ...(ended && { ended }),
  });
  const operatorToken = createToken();
  const openList = protocols.includes(0)
    ? createOpenList({
        scope: await options.scopeOf({}),
        methods: options.methods,
        ...(whitelist && { whitelist }),
        limits,
        ...(log && { log }),
      })
    : undefined;
  const server: HttpServer = await serveHttp({
    address: options.address ?? { kind: "tcp" },
    find: sessions.find,
    ...(openList && { list: () => openList.view }),
    maxConnections: MAX_CONNECTIONS,
    ...(options.arrival && { arrival: options.arrival }),
    operate: createOperatorRoutes({
      tokenHash: hashToken(operatorToken),
      sessions,
      url: () => server.url,
      scopeOf: options.scopeOf,
    }),
  }).catch(async (error: unknown) => {
    await openList?.close();
    throw error;
  });
  return {
    url: server.url,
    operatorToken,
    issue: sessions.issue,
    metrics: metrics.snapshot,
    async close() {
      await sessions.close("the host is closing");
      await server.close(limits.graceMs);
      await openList?.close();
    },
  };
}
