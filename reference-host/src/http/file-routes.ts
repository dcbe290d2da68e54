import { RPC_ERROR, ERROR_CODE } from "@sandpipe/spec/v1";
import type { FileInfo, FilesReadResult, Params } from "@sandpipe/spec/v1";
import { errorFrame, successOverhead } from "../frames/write-frame.js";
import { MethodError } from "../methods/method.js";
import type { CallContext } from "../methods/method.js";
import { describeParamsFault } from "../session/params-fault.js";
import { answerJson } from "./answer.js";
import { readByteRange } from "./byte-range.js";
import type { Delivery } from "./delivery.js";
import type { Door } from "./door.js";
import { NO_SUCH_PATH } from "./refusals.js";
import type { Refusal } from "./refusals.js";

/** Bytes of a file that are held at once. */
const PIECE_BYTES = 262_144;
/** Longest base64 in a frame beside which `files.read` still fits its envelope. */
const ENVELOPE_BYTES = 1_024;

/** What a read-only route needs of a session, which needs no session then. */
export type FileView = Pick<Door, "facts" | "observer">;

/** A read-only route that a path names. */
export type FileRoute =
  | { readonly kind: "list"; readonly query: URLSearchParams }
  | { readonly kind: "get" | "content"; readonly fileId: string };

/** Which route a request's target names, if any. */
export function findFileRoute(target: string): FileRoute | undefined {
  const [path = "", ...query] = target.split("?");
  if (path === "/api/mcp/files") return { kind: "list", query: new URLSearchParams(query.join("?")) };
  const match = /^\/api\/mcp\/files\/([^/]+)(\/content)?$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  try {
    // One segment, decoded once: what it says is an id and never a path.
    return { kind: match[2] === undefined ? "get" : "content", fileId: decodeURIComponent(match[1]) };
  } catch {
    return undefined;
  }
}

/**
 * Answers a read-only route through the session's own methods: the same whitelist, scope and limits
 * (`http:routes:files`, `http:routes:scope`). Never rejects.
 */
export async function answerFileRoute(delivery: Delivery, view: FileView, route: FileRoute): Promise<void> {
  const { res } = delivery;
  const stopped = new AbortController();
  delivery.settled(() => stopped.abort());
  const call = (name: string, params: Params): Promise<unknown> =>
    callMethod(view, name, params, stopped.signal);
  try {
    if (route.kind === "list") {
      answerJson(res, 200, JSON.stringify(await call("files.list", listParams(route.query))));
    } else {
      const { fileId } = route;
      const info = (await call(route.kind === "get" ? "files.get" : "files.read", {
        fileId,
        ...(route.kind === "content" && { length: 0, encoding: "base64" }),
      })) as FileInfo | FilesReadResult;
      if (route.kind === "get") answerJson(res, 200, JSON.stringify(info));
      else
        await sendContent(delivery, info.size, pieceBytes(view), async (offset, length) => {
          const piece = await call("files.read", { fileId, offset, length, encoding: "base64" });
          return Buffer.from((piece as FilesReadResult).content, "base64");
        });
    }
  } catch (thrown) {
    // Its length was promised already: only a cut connection tells that it isn't whole.
    if (res.headersSent) {
      view.observer.handlerFailed?.(route.kind, thrown);
      return void res.destroy();
    }
    const { status, json } = refusalOf(thrown);
    answerJson(res, status, json);
    if (status >= INTERNAL_ERROR) view.observer.handlerFailed?.(route.kind, thrown);
  }
}

async function sendContent(
  { req, res, gone }: Delivery,
  size: number,
  most: number,
  read: (offset: number, length: number) => Promise<Buffer>,
): Promise<void> {
  // `http:routes:range`
  const range = readByteRange(req.headers.range, size);
  if (range === "unsatisfiable") {
    const json = errorFrame(
      null,
      RPC_ERROR.invalidParams,
      `The file has ${size} bytes: the range lies behind its end`,
    );
    return answerJson(res, 416, json, { "Content-Range": `bytes */${size}` });
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (gone) return;
  res.writeHead(range ? 206 : 200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": last - first + 1,
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...(range && { "Content-Range": `bytes ${first}-${last}/${size}` }),
  });
  if (req.method !== "HEAD") {
    for (let offset = first; offset <= last;) {
      const bytes = await read(offset, Math.min(most, last - offset + 1));
      if (bytes.length === 0) throw new Error("The file became shorter while it was read");
      offset += bytes.length;
      if (!res.write(bytes) && !(await drained(res))) return;
    }
  }
  res.end();
}

/** False when the client is gone. */
function drained(res: Delivery["res"]): Promise<boolean> {
  if (res.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (): void => {
      res.off("drain", settle);
      res.off("close", settle);
      resolve(!res.destroyed);
    };
    res.on("drain", settle);
    res.on("close", settle);
  });
}

function pieceBytes({ facts }: FileView): number {
  const fits = Math.floor((facts.limits.maxFrameBytes - ENVELOPE_BYTES) / 4) * 3;
  return Math.min(PIECE_BYTES, fits);
}

function listParams(query: URLSearchParams): Params {
  const names = {
    project_id: "projectId",
    conversation_id: "conversationId",
    cursor: "cursor",
    limit: "limit",
  };
  const params: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(names)) {
    const [value, ...more] = query.getAll(name);
    if (value === undefined) continue;
    if (more.length > 0)
      throw new MethodError(RPC_ERROR.invalidParams, `Invalid params: ${name} is given twice`);
    params[member] = member === "limit" && /^[0-9]{1,9}$/.test(value) ? Number(value) : value;
  }
  return params;
}

async function callMethod(
  { facts }: FileView,
  name: string,
  params: Params,
  signal: AbortSignal,
): Promise<unknown> {
  const method = facts.methods.get(name);
  // `method:whitelist:hidden-is-unknown`, on this door as on the other.
  if (method === undefined) throw NO_SUCH_PATH;
  if (!method.validate(params)) {
    throw new MethodError(RPC_ERROR.invalidParams, describeParamsFault(method.validate.errors));
  }
  const context: CallContext = {
    id: name,
    session: facts.session,
    limits: facts.limits,
    scratch: facts.scratch,
    signal,
    maxResultBytes: facts.limits.maxFrameBytes - successOverhead(name),
  };
  return await method.handle(params, context);
}

const INTERNAL_ERROR = 500;

const STATUS_OF_CODE: Readonly<Record<number, number>> = {
  [RPC_ERROR.invalidParams]: 400,
  [ERROR_CODE.not_found]: 404,
  [ERROR_CODE.out_of_scope]: 403,
  [ERROR_CODE.unavailable]: 503,
};

function refusalOf(thrown: unknown): Refusal {
  if (thrown === NO_SUCH_PATH) return NO_SUCH_PATH;
  if (thrown instanceof MethodError) {
    const { code, message, data } = thrown;
    return { status: STATUS_OF_CODE[code] ?? INTERNAL_ERROR, json: errorFrame(null, code, message, data) };
  }
  // `error:internal:no-leak`
  return {
    status: INTERNAL_ERROR,
    json: errorFrame(null, RPC_ERROR.internalError, "The method failed in the host"),
  };
}
