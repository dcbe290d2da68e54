import type { Datasource, Limits, RunReport, ScriptInfo, TraceInfo } from "@sandpipe/spec/v1";
import type { IsolationMode } from "../isolation/isolation-mode.js";
import type { ResourceLimits } from "../isolation/resource-limits.js";
import type { Variables } from "../process/child-environment.js";
import type { Observer } from "../session/observer.js";

/** One run: which sandbox is spawned, for whom, and what it may do. */
export interface RunOptions {
  /** The sandbox's program and arguments; a program without a slash is looked up in PATH. */
  readonly command: readonly string[];
  /** The scope: whose files the script sees. */
  readonly session: { readonly projectId: string; readonly conversationId?: string };
  /** The whitelist. Default: every method of the host. */
  readonly methods?: readonly string[];
  /** Override the host's limits. */
  readonly limits?: Partial<Limits>;
  /** Added to the child's environment, which otherwise holds the allow list and the contract only. */
  readonly env?: Variables;
  /** The child's working folder, or how to find it from the scratch folder. Default: the host's own. */
  readonly cwd?: string | ((scratch: string) => string);
  /** What the script gets, and, where the command doesn't name it, where it is. */
  readonly script?: ScriptInfo;
  readonly datasources?: readonly Datasource[];
  readonly trace?: TraceInfo;
  /**
   * What the sandbox is told to speak: `stdio` (default), `http`, or `auto`, where it takes stdio first. For the last
   * two the run has an HTTP server of its own.
   */
  readonly transport?: "stdio" | "http" | "auto";
  /** What that server listens on: a port of 127.0.0.1 (default), or a Unix socket; isolated always the latter. */
  readonly http?: "tcp" | "unix";
  /** How long each leg of `auto` waits for the answer of its open. Default 2000 ms. */
  readonly openTimeoutMs?: number;
  /** In place of the host's own. */
  readonly isolation?: IsolationMode;
  /** Files and folders that an isolated script may read, beside its own folder, the sandbox's package and node_modules. */
  readonly readable?: readonly string[];
  readonly resources?: ResourceLimits;
  readonly observer?: Observer;
  /** Cancels the run when aborted. */
  readonly signal?: AbortSignal;
}

/** A run that has been started. */
export interface Run {
  /** The session's id. */
  readonly id: string;
  /** Settles when the process has ended and nothing of it is left. Rejects only on a fault of the host
   * itself: IsolationError and DatasourceError where what was demanded is not to be had. */
  readonly report: Promise<RunReport>;
  /** Ends it: `session.close`, EOF, SIGTERM, SIGKILL, graceMs apart. The outcome is `killed`. */
  cancel(reason?: string): void;
}
