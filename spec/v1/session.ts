import type { Id } from "./frames.js";
import type { Limits } from "./limits.js";

/** Optional parts of the contract, named once for `session.open` and for the kit. */
export const FEATURES = [
  "files.write",
  "upload",
  "materialize",
  "adopt",
  "emit",
  "progress",
  "lateScript",
  "isolation",
] as const;
/** The name of an optional part. */
/** The name of an optional part. */
export type Feature = (typeof FEATURES)[number];

/** Params of `session.open`, the first request of a session, sandbox to host. */
export interface SessionOpenParams {
  /**
   * The version that the sandbox speaks.
   * @TJS-type integer
   */
  protocol: number;
  runtime: RuntimeInfo;
  features: string[];
}

/** The runtime that the script lives in. */
export interface RuntimeInfo {
  name: string;
  version: string;
}

/** Result of `session.open`. */
export interface SessionOpenResult {
  /**
   * The version that both speak from here on.
   * @TJS-type integer
   */
  protocol: number;
  session: SessionInfo;
  /** The whitelist: every method that the sandbox may call, beside `session.*`. */
  methods: MethodInfo[];
  limits: Limits;
  scratch?: ScratchInfo;
  datasources: Datasource[];
  script: ScriptInfo;
  features: string[];
  trace?: TraceInfo;
}

/** Which session this is, and what its scope is. */
export interface SessionInfo {
  id: string;
  projectId: string;
  conversationId?: string;
}

/** One callable method. */
export interface MethodInfo {
  name: string;
  /** Whether a second execution changes nothing; a call that is not idempotent is never resent. */
  idempotent: boolean;
}

/** The session's own folder, removed at its end. */
export interface ScratchInfo {
  path: string;
}

/** What the script is and gets. `{}` where the sandbox's command line names it, which goes before `path` and `source`. */
export interface ScriptInfo {
  /** JSON that the script sees as `ctx.params`. */
  params?: unknown;
  path?: string;
  source?: string;
  sha256?: string;
}

/** A W3C trace that the session belongs to. */
export interface TraceInfo {
  traceparent: string;
}

/** A database that the sandbox connects to directly: no frame crosses the wire for a query. */
export interface Datasource {
  name: string;
  kind: "duckdb" | "postgres" | "mysql";
  url?: string;
  /** Absolute path of a Unix socket, in place of `url`. */
  socket?: string;
  database?: string;
  user?: string;
  password?: string;
  tls?: "off" | "require" | "verify";
  readOnly: boolean;
  options?: DatasourceOptions;
}

/** Settings of one kind of datasource. */
export interface DatasourceOptions {
  [name: string]: unknown;
}

/** Params of `session.result`, the request by which the sandbox hands over what the script returned, once. */
export type SessionResultParams = ScriptSucceeded | ScriptFailed;

/** The script returned. */
export interface ScriptSucceeded {
  ok: true;
  value: unknown;
}

/** The script threw, or its result could not be taken. */
export interface ScriptFailed {
  ok: false;
  error: ScriptError;
}

/** What the script threw. */
export interface ScriptError {
  name: string;
  message: string;
  stack?: string;
}

/** Result of `session.result`: the acknowledgement that the sandbox waits for before it exits. */
export interface SessionResultResult {
  [name: string]: unknown;
}

/** Params of the notification `session.output`: a print that the sandbox captured. Exactly one of text and base64. */
export type SessionOutputParams = OutputText | OutputBytes;

/** A captured print that is text. */
export interface OutputText {
  stream: "stdout" | "stderr";
  text: string;
}

/** A captured print that is bytes. */
export interface OutputBytes {
  stream: "stdout" | "stderr";
  base64: string;
}

/** Params of the notification `session.progress`. */
export interface SessionProgressParams {
  /**
   * @minimum 0
   * @maximum 1
   */
  fraction?: number;
  message?: string;
}

/** Params of the notification `session.emit`: something to look at before the end. The same `id` again replaces it. */
export interface SessionEmitParams {
  id?: string;
  name: string;
  /** The same thing in as many forms as it has, by MIME type. */
  data: EmitData;
}

/** By MIME type: JSON, text, `{base64}` or `{fileId}`. */
export interface EmitData {
  [mimeType: string]: unknown;
}

/** Params of the notification `session.cancel`, sandbox to host. */
export interface SessionCancelParams {
  id: Id;
  reason?: string;
}

/** Params of the notification `session.close`, host to sandbox: stop. */
export interface SessionCloseParams {
  reason?: string;
}
