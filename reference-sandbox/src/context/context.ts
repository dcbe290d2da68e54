import { join } from "node:path";
import type {
  Conversation,
  Methods,
  Project,
  SessionEmitParams,
  SessionInfo,
  SessionOpenResult,
  SessionProgressParams,
} from "@sandpipe/spec/v1";
import { scriptError } from "../datasources/failure.js";
import {
  callSite,
  createDatasources,
  type DatasourceClient,
  type Datasources,
} from "../datasources/index.js";
import { SandpipeError } from "../errors.js";
import type { HostMethods } from "../index.js";
import type { CallOptions } from "../session/calls.js";
import type { Session } from "../session/session.js";
import type { Row } from "../values/index.js";
import { createDuckdb, type Duckdb } from "./duckdb.js";
import { chartForms, tableForms, type TableOptions } from "./emit-forms.js";
import { createFence } from "./fence.js";
import { createFiles, type Files } from "./files.js";

/** What a script gets as its one argument. Every failure is a `SandpipeError`. */
export interface Context {
  /** What the host passed for this run; JSON. */
  readonly params: unknown;
  /** Ids of the session, its project and, where there is one, its conversation. Throws `not_available` in version 0. */
  readonly session: SessionInfo;
  /** The session's own folder, removed at its end; undefined where the host gives none. */
  readonly scratch: string | undefined;
  /** Aborts when the host closes the session or is gone; the process ends soon after. */
  readonly signal: AbortSignal;
  /** Settles once the host has opened the session. Only top-level code needs it: a default export is called later. */
  readonly opened: Promise<void>;
  readonly files: Files;
  readonly project: {
    /** The session's project. */
    get(): Promise<Project>;
  };
  readonly conversation: {
    /** The session's conversation with all of its messages, oldest first. */
    get(conversationId?: string): Promise<Conversation>;
  };
  readonly duckdb: Duckdb;
  /**
   * A PostgreSQL, MySQL or MariaDB server or a DuckDB file that the host named; queries go there directly and send no
   * frame.
   * Throws `not_available` for any other name.
   */
  datasource(name: string): DatasourceClient;
  /**
   * Calls a whitelisted method of the host. Rejects with a `SandpipeError`: a numeric code came from the host,
   * a string one (`timeout`, `cancelled`, `limit_exceeded`, `transport_lost`, …) arose here. The host's own methods are
   * typed by `sandpipe-sandbox types`.
   *
   * @example
   * const project = await ctx.call("projects.get", {}, { timeoutMs: 5_000 });
   * const anything = await ctx.call("wall.paint", { colour: "red" });
   */
  call<M extends keyof CallableMethods>(
    method: M,
    params?: CallableMethods[M]["params"],
    options?: CallOptions,
  ): Promise<CallableMethods[M]["result"]>;
  /** Calls a method that no type is known of; its result is whatever the host answers. */
  call(method: string, params?: object, options?: CallOptions): Promise<unknown>;
  /** Tells people how far it is: a fraction from 0 to 1, a message, or both. */
  progress(fraction: number, message?: string): void;
  /** The same with named members. */
  progress(update: SessionProgressParams): void;
  /**
   * Shows something before the end, in as many forms as it has, by MIME type: JSON, text, `{base64}` or `{fileId}`.
   * The same `id` again replaces it. Throws `limit_exceeded` where it would not fit one frame.
   *
   * @example
   * ctx.emit("orders", ctx.table(await ctx.duckdb.query("select 1 a, 'x' b")), { id: "orders" });
   */
  emit(name: string, data: SessionEmitParams["data"], options?: { readonly id?: string }): void;
  /**
   * The forms of a table for `emit`: JSON with columns, rows and `truncated`, and Markdown. Default: all columns, 100 rows.
   */
  table(rows: readonly Row[], options?: TableOptions): SessionEmitParams["data"];
  /**
   * The form of a chart for `emit`: a Vega-Lite specification, the text of an SVG or the bytes of a PNG.
   *
   * @example
   * ctx.emit("by kind", ctx.chart({ mark: "bar", data: { values: [{ kind: "a", n: 1 }] }, encoding: { x: { field: "kind" } } }));
   */
  chart(chart: object | string | Uint8Array): SessionEmitParams["data"];
  /** Prints for the author, to stderr. */
  log(...values: unknown[]): void;
}

/** The contract's methods, and the host's own as far as they are declared. */
export type CallableMethods = Omit<Methods, keyof HostMethods> & HostMethods;

/** Rows as objects, and the runtime, live outside of DuckDB's memory: it may have a half of the session's at most. */
const DUCKDB_SHARE = 0.5;
/** Of each DuckDB file among the datasources. */
const FILE_SHARE = 0.125;
const MOST_DUCKDB_BYTES = 1_000_000_000;

/** A context, and what of it must be closed. */
export interface SessionContext {
  readonly context: Context;
  readonly datasources: Pick<Datasources, "close">;
}

/** Creates the context of a session. */
export function createContext(session: Session): SessionContext {
  const opened = (what: string): SessionOpenResult => {
    if (session.info !== undefined) return session.info;
    const message = `${what} is known once the session is open: use it in the default export, or after await ctx.opened`;
    throw new SandpipeError({ code: "not_open", message });
  };

  async function call(method: string, params?: object, options: CallOptions = {}): Promise<unknown> {
    const outcome = await session.call(method, params, options);
    if (!("failure" in outcome)) return outcome.result;
    // Made here, after the await, so that both engines know the author's line.
    const error = new SandpipeError(outcome.failure);
    Error.captureStackTrace?.(error, call);
    throw error;
  }
  const typed = call as Context["call"];

  const notify = (method: string, params: object): void => {
    const failure = session.notify(method, params);
    if (failure !== undefined) throw new SandpipeError(failure);
  };

  const fence = createFence(
    () => session.info?.scratch?.path,
    join(process.env["TMPDIR"] ?? "/tmp", `sandpipe-${process.pid}`),
  );

  const files = createFiles({
    call: typed,
    limits: () => session.limits,
    scratch: () => session.info?.scratch?.path,
    admit: (path) => fence.admit(path),
  });

  const memoryBytes = (share: number): number =>
    Math.min(MOST_DUCKDB_BYTES, (session.info?.limits.memoryBytes ?? Infinity) * share);
  const datasources = createDatasources(() => session.info?.datasources ?? [], {
    home: () => fence.home(),
    memoryBytes: () => memoryBytes(FILE_SHARE),
  });

  const datasource: Context["datasource"] = (name) => {
    try {
      opened("ctx.datasource");
      return datasources.get(name);
    } catch (error) {
      throw scriptError(error, callSite(datasource));
    }
  };

  const context: Context = {
    get params() {
      return opened("ctx.params").script.params;
    },
    get session() {
      const { protocol, session: ids } = opened("ctx.session");
      if (protocol > 0) return ids;
      const message = "a host of version 0 doesn't tell which session this is";
      throw new SandpipeError({ code: "not_available", message });
    },
    get scratch() {
      return opened("ctx.scratch").scratch?.path;
    },
    signal: session.signal,
    opened: session.opened.then(() => undefined),
    files,
    project: { get: () => typed("projects.get", {}) },
    conversation: { get: (conversationId) => getConversation(typed, conversationId) },
    duckdb: createDuckdb(fence, files, () => memoryBytes(DUCKDB_SHARE)),
    datasource,
    call: typed,
    progress(update: number | SessionProgressParams, message?: string) {
      notify(
        "session.progress",
        progressParams(typeof update === "number" ? { fraction: update } : update, message),
      );
    },
    emit(name, data, { id } = {}) {
      notify("session.emit", { ...(id === undefined ? {} : { id }), name, data });
    },
    table: tableForms,
    chart: chartForms,
    log: (...values) => console.error(...values),
  };
  return { context, datasources };
}

/** A fraction a little beyond its range is a rounding, not a reason to fail a script. */
function progressParams({ fraction, message }: SessionProgressParams, text = message): SessionProgressParams {
  return {
    ...(fraction === undefined || Number.isNaN(fraction)
      ? {}
      : { fraction: Math.min(1, Math.max(0, fraction)) }),
    ...(text === undefined ? {} : { message: text }),
  };
}

async function getConversation(call: Context["call"], conversationId?: string): Promise<Conversation> {
  const page = (cursor?: string): Promise<Conversation> =>
    call("conversations.get", {
      ...(conversationId === undefined ? {} : { conversationId }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  let { nextCursor: cursor, ...conversation } = await page();
  while (cursor !== undefined) {
    const next = await page(cursor);
    conversation = { ...conversation, messages: [...conversation.messages, ...next.messages] };
    cursor = next.nextCursor;
  }
  return conversation;
}
