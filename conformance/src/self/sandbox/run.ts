import { fstatSync } from "node:fs";
import { request } from "node:http";
import { pathToFileURL } from "node:url";
import {
  DEFAULT_LIMITS,
  MINIMUM_LIMITS,
  PROTOCOL,
  RPC_ERROR,
  SANDBOX_EXIT,
  type Limits,
  type Datasource,
  type SessionOpenResult,
} from "@sandpipe/spec/v1";
import { depthOf } from "../../wire/depth.js";
import { encodeRecord } from "../../wire/encode.js";
import type { WireObject } from "../../wire/decode.js";
import { capturePrints } from "./capture.js";
import { createContext, type Context } from "./context.js";
import type { Deviations } from "./deviations.js";
import { encodeText } from "./encode-text.js";
import { createEnding } from "./ending.js";
import type { Start } from "./environment.js";
import { createPrints } from "./prints.js";
import { createHttpCarrier, type HttpCarrier } from "./http-carrier.js";
import { readLocalConfig } from "./local-config.js";
import { openWireReader, makeNonBlocking } from "./read-stdin.js";
import { createReceiver } from "./receive.js";
import { failed, succeeded, threw } from "./script-result.js";
import { createSession } from "./session.js";
import { createWireWriter } from "./wire-writer.js";

type Frame = Readonly<Record<string, unknown>>;

/** Where the launcher has put the wire. */
const WIRE = { write: 3, read: 4 } as const;

/** Within graceMs of most hosts; a script that gives way has seen the end long before. */
const BUSY_PATIENCE_MS = 300;

/** Runs one script on the moved wire; the process ends when the session has. */
export function runScript(
  path: string | undefined,
  start: Extract<Start, { transport: string }>,
  deviations: Deviations,
  token: string,
): void {
  const has = deviations.has.bind(deviations);
  const nonBlocking = makeNonBlocking(WIRE.write);
  const reader = openWireReader({
    fd: WIRE.read,
    ...(has("busy-loop-survives") ? {} : { patienceMs: BUSY_PATIENCE_MS }),
    chunk: (bytes) => receiver.push(bytes),
    end: () => onEnd(),
  });
  let capturing: typeof process.stdout.write | undefined;
  let partialLine = false;
  let holding = true;
  let openAnswered = false;
  let datasources: readonly Datasource[] = [];
  let resultSent = false;
  let acknowledged: () => void = () => {};
  let carrier: HttpCarrier | undefined;
  const fromPipe = isPipe(WIRE.read);

  const update = (): void => {
    const keep = !openAnswered || session.pending > 0 || resultSent;
    if (keep !== holding || nonBlocking === undefined) reader.hold(keep);
    holding = keep;
  };
  const writer = createWireWriter(WIRE.write, deviations, update, reader.block);
  const ending = createEnding(writer, deviations);
  const textOf = (frame: Frame): string => {
    const { method, params } = frame;
    // The params of a call are its script's.
    const own = typeof method === "string" && method.startsWith("session.");
    const odd = has("unknown-members") && own && typeof params === "object" && params !== null;
    return encodeText(odd ? { ...frame, params: { ...params, "x-nobody": [1] } } : frame, deviations);
  };
  const measure = {
    sizeOf: (frame: Frame): number => Buffer.byteLength(textOf(frame)),
    depthOf: (frame: Frame): number => depthOf(textOf(frame)),
  };
  const send = (frame: Frame): void => {
    if (has("wire-by-stdout-write") && capturing !== undefined && process.stdout.write !== capturing) return;
    if (carrier !== undefined) {
      const named = { jsonrpc: "2.0", ...frame };
      carrier.send(named, textOf(named));
      if (!has("sends-on-both") && !(has("http-opens-on-stdio") && frame["method"] === "session.open"))
        return;
    }
    const record = encodeRecord(textOf(frame));
    writer.write(partialLine ? record.subarray(1) : record);
    partialLine = false;
  };
  const raw = (bytes: Uint8Array): void => {
    partialLine = has("frame-after-partial-line") && bytes.at(-1) !== 0x0a;
    writer.write(Uint8Array.from(bytes));
  };

  const session = createSession({
    // What every host grants before it has said more.
    limits: { ...DEFAULT_LIMITS, ...MINIMUM_LIMITS } satisfies Limits,
    deviations,
    send,
    ...measure,
    crash: ending.crash,
    changed: () => update(),
  });
  const prints = createPrints({
    deviations,
    notify: (params) => session.notify("session.output", params),
    raw,
    force: (bytes) => writer.force(bytes),
    stderr: (bytes) => ending.stderr(bytes),
    maxFrameBytes: () => session.limits.maxFrameBytes,
  });
  capturePrints(prints, deviations);
  capturing = process.stdout.write;

  /** Hands the result over; the process exits when the host has answered it (`result:exit:after-acknowledgement`). */
  const finish = (params: Frame): void => {
    if (resultSent) return;
    let sent = params;
    const frame = { id: "result", method: "session.result", params };
    if (Buffer.byteLength(textOf(frame)) > session.limits.maxFrameBytes && !has("large-result-sent")) {
      if (has("large-result-lost")) return ending.exit(0);
      const text = `the result is larger than a frame of ${session.limits.maxFrameBytes} bytes: return less`;
      sent = failed("limit_exceeded", text);
    }
    resultSent = true;
    const code = sent["ok"] === true && !has("exit-code-one") ? SANDBOX_EXIT.ok : SANDBOX_EXIT.failed;
    acknowledged = () => {
      if (has("result-twice")) send({ id: "result-2", method: "session.result", params: sent });
      ending.exit(code);
    };
    send({ ...frame, params: sent });
    update();
    if (has("exit-before-acknowledgement")) acknowledged();
  };
  const lose = (): void => {
    const unanswered = session.unanswered().map(textOf);
    session.lose();
    if (has("switches-later")) return ending.resend(process.env["SANDPIPE_HTTP_URL"], unanswered);
    if (has("lost-exit-1")) return ending.afterHost(SANDBOX_EXIT.failed);
    ending.afterHost(SANDBOX_EXIT.unavailable, "the host has gone");
  };

  const context = createContext(session, measure, () => datasources, deviations);
  const load = (file: string): Promise<{ default?: (ctx: Context) => unknown }> =>
    import(pathToFileURL(file).href);
  const work = async (named: unknown): Promise<void> => {
    const file = path ?? named;
    if (typeof file !== "string") throw new Error("neither the command line nor the host names a script");
    await readLocalConfig(deviations);
    finish(succeeded(await (await load(file)).default?.(context), deviations));
  };
  const onOpen = (answer: WireObject): void => {
    if (openAnswered) return;
    openAnswered = true;
    // Its end is there from the start: when the reading thread would see it is left to no chance.
    if (has("http-ends-by-device") && carrier !== undefined && !fromPipe) return lose();
    const opened = Object(answer["result"]) as Partial<SessionOpenResult>;
    const { limits, script } = opened;
    if (!isRight(limits) || (has("strict-opening") && hasStranger(limits))) {
      if (limits !== undefined && has("nonsense-taken")) return;
      return ending.fail(SANDBOX_EXIT.unavailable, "the host refused the session, or its answer is none");
    }
    session.limits = limits;
    datasources = opened.datasources ?? [];
    receiver.limit(limits.maxFrameBytes);
    if (has("open-twice")) sendOpen("open-2");
    work(script?.path).catch((error: unknown) => {
      if (has("throw-crashes") || has("result-never-after-throw")) return ending.crash(String(error));
      if (has("throw-cuts-prints")) writer.drop();
      finish(threw(error, deviations));
    });
  };
  const onFrame = (frame: WireObject): void => {
    const method = frame["method"];
    if (method === undefined) {
      if (frame["id"] === "open") onOpen(frame);
      else if (frame["id"] === "result" && resultSent) acknowledged();
      else session.settle(frame);
    } else if (Object.hasOwn(frame, "id")) {
      if (has("host-requests-fatal")) ending.crash("a request from the host");
      if (has("host-requests-answered"))
        send({ id: frame["id"], error: { code: RPC_ERROR.methodNotFound, message: "no methods here" } });
    } else if (method === "session.close") {
      if (has("close-ignored")) return;
      session.lose();
      const code = has("close-exit-0") ? SANDBOX_EXIT.ok : SANDBOX_EXIT.failed;
      if (!has("close-waits-for-script")) ending.afterHost(code);
    } else if (has("unknown-notification-fatal")) ending.crash("an unknown notification");
    else if (has("unknown-notification-answered"))
      send({ id: null, error: { code: RPC_ERROR.methodNotFound, message: "unknown notification" } });
  };
  const receiver = createReceiver({
    deviations,
    frame(value) {
      if (carrier === undefined) onFrame(value);
      // What a late answer on stdio says is ignored (fallback:late-answer:ignored).
      else if (has("late-answer-opens") && openAnswered) void work(undefined);
    },
    crash: ending.crash,
    malformed: () => {
      if (has("malformed-answered"))
        send({ id: null, error: { code: RPC_ERROR.parseError, message: "no frame" } });
    },
  });

  const sendOpen = (id: string): void => {
    const protocol = has("protocol-as-text") ? String(PROTOCOL) : PROTOCOL;
    const runtime = { name: "node", version: process.versions.node };
    send({
      id,
      method: "session.open",
      params: { protocol, runtime, features: ["emit", "progress", "lateScript"] },
    });
  };
  const overHttp = (url: string): void => {
    if (carrier !== undefined) return;
    carrier = createHttpCarrier({
      ...{ url, token, deviations, openTimeoutMs: start.openTimeoutMs, frame: onFrame, changed: update },
      lost(id) {
        if (id === "open")
          return ending.fail(
            SANDBOX_EXIT.unavailable,
            `no answer over HTTP at ${url}: is the host still there?`,
          );
        if (id === "result") ending.exit(SANDBOX_EXIT.unavailable);
        session.loseOne(id);
      },
    });
    sendOpen("open");
  };
  const silent = (): void => {
    if (openAnswered || carrier !== undefined || has("no-url-waits")) return;
    if (start.url !== undefined && !has("fallback-never")) return overHttp(start.url);
    const line = "no answer on stdio and no SANDPIPE_HTTP_URL: start this below a host, or set the URL";
    ending.fail(has("no-url-exit-1") ? SANDBOX_EXIT.failed : SANDBOX_EXIT.unavailable, line);
  };

  const onEnd = (): void => {
    if (!openAnswered && has("closed-stdin-waits")) return;
    // A null device was at its end from the start, and says nothing of the host.
    if (carrier !== undefined && (!fromPipe || !openAnswered || has("http-outlives-stdin"))) return;
    if (has("eof-ignored")) return void setInterval(() => {}, 1_000);
    if (!openAnswered) silent();
    else if (has("eof-waits-for-script")) session.lose();
    else lose();
  };
  process.once("beforeExit", () => {
    if (!openAnswered || resultSent) return;
    if (has("unsettled-hangs")) return void setInterval(() => {}, 1_000);
    if (has("unsettled-silent")) return ending.exit(0);
    finish(failed("UnsettledScript", "nothing is pending and the script has not finished"));
  });
  process.on("SIGTERM", () => ending.onTerm());
  if (start.transport === "stdio" && start.url !== undefined && has("stdio-asks-http"))
    request(`${start.url}/api/mcp/files`)
      .on("error", () => {})
      .end();
  if (start.transport === "http" && start.url !== undefined) return overHttp(start.url);
  if (start.transport === "auto" || has("stdio-gives-up"))
    setTimeout(silent, has("fallback-at-once") ? 1 : start.openTimeoutMs).unref();
  if (has("progress-before-open")) session.notify("session.progress", { message: "starting" });
  if (path !== undefined && has("script-before-open")) void load(path).then(() => sendOpen("open"));
  else if (has("slow-start")) setTimeout(sendOpen, 50, "open");
  else sendOpen("open");
  if (path !== undefined && has("script-loaded-early")) {
    Object.assign(globalThis, { ctx: context });
    void load(path);
  }
}

function isRight(limits: Limits | undefined): limits is Limits {
  return Number.isInteger(limits?.maxFrameBytes);
}

/** Whether a limit is told that no version knows. */
function hasStranger(limits: Limits): boolean {
  const known = [...Object.keys(DEFAULT_LIMITS), "memoryBytes"];
  return Object.keys(limits).some((name) => !known.includes(name));
}

function isPipe(fd: number): boolean {
  const status = fstatSync(fd);
  return status.isFIFO() || status.isSocket();
}
