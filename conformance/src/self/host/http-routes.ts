import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import { toBody } from "./calls.js";
import type { Deviations } from "./deviations.js";
import type { DoorSession } from "./http-door.js";
import { kindError, MethodError } from "./method.js";
import { WITHOUT_SCOPE } from "./store.js";

/** An answer of a read-only route. */
export interface RouteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const STATUS: Readonly<Record<number, number>> = {
  [ERROR_CODE.not_found]: 404,
  [ERROR_CODE.out_of_scope]: 403,
  [RPC_ERROR.invalidParams]: 400,
};

/** Answers a route through the session's own methods, so that its scope is theirs (`http:routes:scope`). */
export async function answerRoute(
  target: string,
  range: string | undefined,
  session: DoorSession,
  deviations: Deviations,
): Promise<RouteAnswer> {
  const call = async (name: string, params: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const method = session.methods.find((entry) => entry.name === name);
    if (method === undefined) throw kindError("not_found", "there is no such path");
    const { context } = session;
    return method.run(
      params,
      deviations.has("http-routes-unscoped") ? { ...context, session: WITHOUT_SCOPE } : context,
    );
  };
  try {
    const { pathname, searchParams } = new URL(target, "http://localhost");
    const [, fileId, content] = /^\/api\/mcp\/files\/([^/]+)(\/content)?$/.exec(pathname) ?? [];
    if (pathname === "/api/mcp/files") {
      const params = listParams(searchParams, deviations);
      return json(200, await call("files.list", params));
    }
    if (fileId === undefined) throw kindError("not_found", "there is no such path");
    if (content === undefined) return json(200, await call("files.get", { fileId }));
    const read = (await call("files.read", { fileId, encoding: "base64" })) as { content: string };
    return ranged(Buffer.from(read.content, "base64"), range, deviations);
  } catch (cause) {
    const unexpected = { code: RPC_ERROR.internalError, message: "internal error" };
    const error = cause instanceof MethodError ? toBody(cause) : unexpected;
    return json(STATUS[error.code] ?? 500, { jsonrpc: "2.0", id: null, error });
  }
}

function listParams(query: URLSearchParams, deviations: Deviations): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  const project = query.get("project_id");
  const conversation = query.get("conversation_id");
  if (project !== null) params["projectId"] = project;
  if (conversation !== null && !deviations.has("http-list-unfiltered"))
    params["conversationId"] = conversation;
  return params;
}

function ranged(bytes: Buffer, range: string | undefined, deviations: Deviations): RouteAnswer {
  const type = { "Content-Type": "application/octet-stream" };
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  if (match === null || deviations.has("http-range-ignored"))
    return { status: 200, headers: type, body: bytes };
  const first = Number(match[1]);
  const last = Math.min(match[2] === "" ? Infinity : Number(match[2]), bytes.length - 1);
  const until = deviations.has("http-range-exclusive") ? last : last + 1;
  const headers = { ...type, "Content-Range": `bytes ${first}-${last}/${bytes.length}` };
  return { status: 206, headers, body: bytes.subarray(first, until) };
}

function json(status: number, value: unknown): RouteAnswer {
  return {
    status,
    headers: { "Content-Type": "application/json" },
    body: Buffer.from(JSON.stringify(value)),
  };
}
