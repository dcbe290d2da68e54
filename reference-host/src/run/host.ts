import { randomUUID } from "node:crypto";
import type { Datasource, Limits, RunReport } from "@sandpipe/spec/v1";
import { DEFAULT_OPEN_TIMEOUT_MS } from "@sandpipe/spec/v1";
import { openEntrance } from "../http/entrance.js";
import type { Entrance } from "../http/entrance.js";
import type { Log } from "../observation/log.js";
import { createMetrics } from "../observation/metrics.js";
import type { HostMetrics } from "../observation/metrics.js";
import { secretsOf } from "../observation/redact.js";
import { watchSession } from "../observation/watch-session.js";
import type { WatchedSession } from "../observation/watch-session.js";
import type { Method, MethodSource } from "../methods/method.js";
import type { IsolationMode } from "../isolation/isolation-mode.js";
import { openPlace } from "../isolation/place.js";
import { checkResources } from "../isolation/resource-limits.js";
import type { ResourceLimits } from "../isolation/resource-limits.js";
import { childEnvironment } from "../process/child-environment.js";
import { systemClock } from "../session/clock.js";
import { describeMethods } from "./describe-methods.js";
import type { OpenRpcDocument } from "./describe-methods.js";
import { resolveLimits } from "./limits.js";
import type { Run, RunOptions } from "./run-options.js";
import { checkProtocols, offerOf } from "../v0/offer.js";
import type { Version } from "../v0/stdout-reader.js";
import { runSandbox } from "./run-sandbox.js";
import { gatherFacts } from "./session-facts.js";

/** What a host offers to every run. */
export interface HostOptions {
  /** Methods of every session, and sources that make methods anew for each. */
  readonly methods?: readonly (Method | MethodSource)[];
  /** Override the defaults; a run may override them again. */
  readonly limits?: Partial<Limits>;
  /**
   * Whether scripts run without network, host files and other processes: `auto` where bubblewrap works, with a
   * warning where it doesn't; `bwrap` or no run at all (IsolationError); `none`. A run may say otherwise.
   */
  readonly isolation?: IsolationMode;
  /** Bounds on every sandbox; a run may override them. */
  readonly resources?: ResourceLimits;
  /** The host's own files, such as its store: an isolated script doesn't see them though they lie in its folder. */
  readonly hidden?: readonly string[];
  /**
   * The versions of the protocol that sandboxes are offered. Default `[1]`. With 0 among them one that asks over HTTP
   * may list the session's files without a token until it speaks version 1 (`http:files:list`): for development.
   */
  readonly protocols?: readonly Version[];
  /** Where the host says what it does; default nowhere. */
  readonly log?: Log;
}

/** Runs scripts in sandboxes, any number at once. */
export interface Host {
  /**
   * Starts one run. Its report rejects with a TypeError for a whitelisted method that the host doesn't have.
   * @throws RangeError for a limit that no host may set, or that can't be kept on this machine
   */
  run(options: RunOptions): Run;
  /** What it has done since it was created. */
  metrics(): HostMetrics;
  /** What a sandbox may call, as an OpenRPC document. */
  openrpc(): Promise<OpenRpcDocument>;
  /** Cancels every run and settles when all have ended. */
  close(reason?: string): Promise<void>;
}

/**
 * Creates a host. Methods under reserved names are let in here; `createHost` keeps them out.
 * @throws RangeError for versions that it doesn't speak
 */
export function createHostCore(hostOptions: HostOptions): Host {
  const protocols = checkProtocols(hostOptions.protocols ?? [1]);
  const metrics = createMetrics();
  const open = new Map<string, { run: Run; done: Promise<unknown> }>();

  const start = async (
    id: string,
    options: RunOptions,
    limits: Limits,
    cancelled: AbortSignal,
  ): Promise<RunReport> => {
    const session = { id, ...options.session };
    const transport = options.transport ?? "stdio";
    const { datasources = [], script } = options;
    const place = await openPlace({
      id,
      isolation: options.isolation ?? hostOptions.isolation ?? "none",
      datasources,
      ...(script?.path !== undefined && { script: script.path }),
      readable: options.readable ?? [],
      hidden: hostOptions.hidden ?? [],
      resources: { ...hostOptions.resources, ...options.resources },
      memoryBytes: limits.memoryBytes,
    });
    const { isolation } = place;
    const { scratch, inputs } = place.folder;
    let plan: ReturnType<typeof gatherFacts> | undefined;
    let entrance: Entrance | undefined;
    let watched: WatchedSession | undefined;
    let report: RunReport | undefined;
    try {
      // Without network a Unix socket is the only way in.
      const kind = isolation.kind === "bwrap" ? "unix" : (options.http ?? "tcp");
      const socket = kind === "unix" ? place.folder.own("host.sock") : undefined;
      if (transport !== "stdio") {
        entrance = await openEntrance(
          socket === undefined ? { kind: "tcp" } : { kind: "unix", path: socket },
        );
      }
      watched = watchSession({
        session,
        // `http:token:never-logged`
        secrets: [...secretsOf(datasources), ...(entrance ? [entrance.token] : [])],
        metrics,
        log: hostOptions.log,
        trace: options.trace,
        observer: options.observer,
        now: systemClock.now,
      });
      const { observer, trace } = watched;
      plan = gatherFacts({
        methods: hostOptions.methods ?? [],
        session,
        limits,
        scratch,
        ...(isolation.kind === "bwrap" && { inputs }),
        datasources: place.datasources,
        ...(options.methods && { whitelist: options.methods }),
        ...(script && { script }),
        ...(trace && { trace }),
      });
      warnOfPasswords(datasources, (message) => observer.warning?.(message));
      if (isolation.kind === "none" && isolation.because !== undefined) {
        observer.warning?.(
          `The script runs without isolation, with all that this user may do: ${isolation.because}`,
        );
      }
      report = await runSandbox({
        facts: plan.facts,
        protocols,
        spawn: place.spawn(
          {
            command: options.command,
            environment: childEnvironment(place.environment(process.env), options.env ?? {}, {
              protocol: offerOf(protocols),
              transport,
              ...(entrance && {
                http: {
                  url: entrance.url,
                  token: entrance.token,
                  openTimeoutMs: options.openTimeoutMs ?? DEFAULT_OPEN_TIMEOUT_MS,
                },
              }),
            }),
            cwd: typeof options.cwd === "function" ? options.cwd(scratch) : (options.cwd ?? process.cwd()),
          },
          entrance && socket,
        ),
        isolation: isolation.kind,
        clock: systemClock,
        observer,
        cancelled,
        transport: transport === "http" ? "http" : "stdio",
        ...(entrance && { entrance }),
      });
      return report;
    } finally {
      watched?.end(report);
      await entrance?.close();
      await plan?.dispose();
      // `life:end:reaped`
      await place.close();
    }
  };

  return {
    run(options) {
      const limits = resolveLimits(hostOptions.limits, options.limits);
      checkResources({ ...hostOptions.resources, ...options.resources }, limits.memoryBytes);
      const id = randomUUID();
      const controller = new AbortController();
      const cancel = (reason = "The host's user cancelled the run"): void => controller.abort(reason);
      const onAbort = (): void => {
        const reason: unknown = options.signal?.reason;
        cancel(typeof reason === "string" ? reason : undefined);
      };
      options.signal?.addEventListener("abort", onAbort, { once: true });
      if (options.signal?.aborted) onAbort();
      const report = start(id, options, limits, controller.signal).finally(() => {
        open.delete(id);
        options.signal?.removeEventListener("abort", onAbort);
      });
      const run: Run = { id, report, cancel };
      open.set(id, { run, done: report.catch(() => undefined) });
      return run;
    },
    metrics: metrics.snapshot,
    openrpc: () => describeMethods(hostOptions.methods ?? []),
    async close(reason = "The host is closing") {
      const all = [...open.values()];
      for (const { run } of all) run.cancel(reason);
      await Promise.all(all.map(({ done }) => done));
    },
  };
}

// `session:datasource:password-warned`
function warnOfPasswords(datasources: readonly Datasource[], warn: (message: string) => void): void {
  for (const source of datasources) {
    if (secretsOf([source]).length > 0) {
      warn(
        `The script can read the password of datasource ${source.name}: a socket on the host's side needs none`,
      );
    }
  }
}
