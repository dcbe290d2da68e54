import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readSettings } from "../launch/settings.js";
import type { CallOutcome } from "../session/calls.js";
import type { Clock } from "../session/clock.js";
import { createSession, type Session } from "../session/session.js";
import type { TransportEvents } from "../session/transport.js";
import type { LineOutput } from "../v0/line-wire.js";
import { createBareLineDecoder } from "../v0/bare-lines.js";
import { createSessionV0 } from "../v0/session-v0.js";
import { createDecoder } from "./decode.js";

/** A value of a published type, as conformance/vectors/README.md tells it. */
interface Vector {
  id: string;
  type: string;
  valid: boolean;
  value: unknown;
  refused?: { local?: string; exit?: number };
}

const load = (version: number): Vector[] => {
  const folder = resolve(import.meta.dirname, `../../../conformance/vectors/v${version}/frames`);
  return readdirSync(folder).flatMap(
    (name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { vectors: Vector[] }).vectors,
  );
};

/**
 * Who reads a type, as its refused vectors say: what is local to a call or the start, or ends a sandbox, is a
 * sandbox's to refuse; a report is its reader's, `ignored` may be either's; the rest is a host's.
 */
function readersOf(vectors: readonly Vector[]): ReadonlyMap<string, "host" | "sandbox" | "user"> {
  const readers = new Map<string, "host" | "sandbox" | "user">();
  for (const { type, refused } of vectors) {
    if (refused === undefined || refused.local === "ignored") continue;
    const isOurs = refused.local !== undefined || refused.exit !== undefined;
    readers.set(type, refused.local === "report" ? "user" : isOurs ? "sandbox" : "host");
  }
  for (const { type, refused } of vectors)
    if (refused?.local === "ignored" && !readers.has(type)) readers.set(type, "sandbox");
  return readers;
}

/** Time that never passes: nothing here waits for it. */
const clock: Clock = { now: () => 0, after: () => () => {} };

const LIMITS = {
  maxFrameBytes: 1_048_576,
  maxInFlight: 64,
  callTimeoutMs: 30_000,
  maxDepth: 64,
  maxOutputBytes: 16_777_216,
  graceMs: 2_000,
};
const OPENED = {
  protocol: 1,
  session: { id: "s1", projectId: "p1" },
  methods: [],
  limits: LIMITS,
  scratch: { path: "/scratch" },
  datasources: [],
  script: {},
  features: [],
};

/** A session behind this package's own decoder, of which a test holds the host's end. */
function holdSession() {
  const sent: { id?: unknown; method: string }[] = [];
  const closings: string[] = [];
  let events: TransportEvents | undefined;
  const session: Session = createSession({
    clock,
    pipelined: false,
    onStop: (cause) => closings.push(cause),
    createTransport(given) {
      events = given;
      return {
        name: "stdio",
        send: (json) => void sent.push(JSON.parse(json) as (typeof sent)[number]),
        hold() {},
        flushSync() {},
        setSynchronous() {},
        setMaxFrameBytes() {},
      };
    },
  });
  const decoder = createDecoder(LIMITS.maxFrameBytes);
  const say = (value: unknown): void => {
    for (const frame of decoder.push(Buffer.from(`\u001e${JSON.stringify(value)}\n`))) events?.onFrame(frame);
  };
  session.open({ name: "test", version: "0" }, []);
  const openId = sent[0]?.id;
  return {
    session,
    sent,
    closings,
    say,
    answerOpen: (result: unknown) => say({ jsonrpc: "2.0", id: openId, result }),
    async opened() {
      this.answerOpen(OPENED);
      await session.opened;
      return this;
    },
  };
}

/** A call to which the host says this; the id in it, where it is a valid one, is the call's own. */
async function callAnswered(answer: (id: unknown) => unknown): Promise<CallOutcome> {
  const { session, sent, say } = await holdSession().opened();
  const outcome = session.call("files.get", {}, {});
  const id = sent.at(-1)?.id;
  say(answer(id));
  // What settled nothing is settled by the right answer behind it.
  say({ jsonrpc: "2.0", id, result: "the next answer" });
  return outcome;
}

/** Results of the contract's methods are the script's: whole and unchanged, and what is wrong in one harms nobody. */
async function judgeResult({ value }: Vector): Promise<void> {
  expect(await callAnswered((id) => ({ jsonrpc: "2.0", id, result: value }))).toEqual({ result: value });
}

async function judgeResponse({ type, valid, value }: Vector): Promise<void> {
  let isNamed = false;
  const outcome = await callAnswered((id) => {
    const { id: theirs, jsonrpc } = (value ?? {}) as { id?: unknown; jsonrpc?: unknown };
    // A valid id stands for the call's own; without `jsonrpc` it is no frame, and null names no call.
    const isId = typeof theirs === "string" ? [...theirs].length <= 128 : Number.isSafeInteger(theirs);
    isNamed = isId && theirs !== "" && jsonrpc !== undefined;
    return isNamed ? { ...(value as object), id } : value;
  });
  const { result, error } = (value ?? {}) as {
    result?: unknown;
    error?: { code: number; message: string; data?: unknown };
  };
  if (!isNamed) expect(outcome).toEqual({ result: "the next answer" });
  else if (!valid) expect(outcome).toMatchObject({ failure: { code: "invalid_response" } });
  else if (type === "SuccessResponse") expect(outcome).toEqual({ result });
  else
    expect(outcome).toEqual({ failure: { code: error?.code, message: error?.message, data: error?.data } });
}

async function judgeOpenResult({ valid }: Vector, result: unknown): Promise<void> {
  const held = holdSession();
  held.answerOpen(result);
  const opened = await held.session.opened;
  const other = (result as { protocol?: unknown } | null)?.protocol !== 1;
  expect(opened.ok).toBe(valid && !other);
}

async function judgeClose({ valid, value }: Vector): Promise<void> {
  const { say, closings, session } = await holdSession().opened();
  say({ jsonrpc: "2.0", method: "session.close", params: value });
  // Whatever its params are, the host wants the end.
  expect(closings).toEqual(["closed"]);
  const { reason } = (value ?? {}) as { reason?: unknown };
  const told = String((session.signal.reason as Error).message);
  if (valid && typeof reason === "string") expect(told).toContain(reason);
  else expect(told).toBe("the host closed the session");
}

function judgeEnvironment({ valid, value, refused }: Vector): void {
  const isTexts =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === "string" || (typeof one === "object" && one !== null));
  // An environment holds texts only.
  if (!isTexts) return expect(valid).toBe(false);
  const environment = value as Record<string, string>;
  const settings = readSettings(environment, environment["SANDPIPE_HTTP_TOKEN"] || undefined);
  if (!valid) expect(settings).toMatchObject({ exit: refused?.exit });
  // What its type allows may still offer no version that is spoken here, or lead nowhere.
  else if ("exit" in settings)
    expect([environment["SANDPIPE_PROTOCOL"], environment["SANDPIPE_HTTP_URL"]]).toContain("");
}

const vectors = load(1);
const readers = readersOf(vectors);
const own = vectors.filter(({ type }) => readers.get(type) === "sandbox");

describe("every value of v1 that a sandbox reads", () => {
  test.each(own.map((vector) => [vector.id, vector] as const))("%s", async (_, vector) => {
    const { type, value } = vector;
    if (type === "SuccessResponse" || type === "ErrorResponse") return judgeResponse(vector);
    if (type === "SessionOpenResult") return judgeOpenResult(vector, value);
    if (type === "Limits") return judgeOpenResult(vector, { ...OPENED, limits: value });
    if (type === "SessionCloseParams") return judgeClose(vector);
    if (type === "Environment") return judgeEnvironment(vector);
    if (type !== "ErrorData") return judgeResult(vector);
    // Data of an error is told to the script as it came.
    const error = { code: 1003, message: "m", data: value };
    const outcome = await callAnswered((id) => ({ jsonrpc: "2.0", id, error }));
    expect(outcome).toEqual({ failure: error });
  });

  test("none is left out but those that a host or the report's reader has", () => {
    const others = vectors.filter(({ type }) => ["host", "user"].includes(readers.get(type) ?? ""));
    expect(own.length).toBeGreaterThan(300);
    expect(own.length + others.length).toBe(vectors.length);
  });
});

describe("every value of v0 that a sandbox reads", () => {
  const early = load(0);
  const readersV0 = readersOf(early);
  const ownV0 = early.filter(({ type }) => readersV0.get(type) === "sandbox");

  test.each(ownV0.map((vector) => [vector.id, vector] as const))("%s", async (_, { type, valid, value }) => {
    const lines: string[] = [];
    const output: LineOutput = {
      print() {},
      writeLine: (json) => void lines.push(json),
      flushSync() {},
      setSynchronous() {},
    };
    let events: TransportEvents | undefined;
    const session = createSessionV0({
      clock,
      output,
      createTransport(given) {
        events = given;
        return {
          name: "stdio",
          send: output.writeLine,
          hold() {},
          flushSync() {},
          setSynchronous() {},
          setMaxFrameBytes() {},
        };
      },
    });
    const outcome = session.call("m", {}, {});
    const { id } = JSON.parse(lines[0] ?? "") as { id: string };
    const theirs = (value as { id?: unknown } | null)?.id;
    const named = typeof theirs === "string" && theirs !== "" ? { ...(value as object), id } : value;
    const decoder = createBareLineDecoder();
    const bytes = Buffer.from(
      `${JSON.stringify(named)}\n${JSON.stringify({ id, result: "the next answer" })}\n`,
    );
    for (const byte of bytes) for (const frame of decoder.push(Buffer.of(byte))) events?.onFrame(frame);
    const got = await outcome;
    const { result, error } = (named ?? {}) as { result?: unknown; error?: unknown };
    if (named === value) expect(got).toEqual({ result: "the next answer" });
    // An empty text is no error to the founding document's sandbox, nor is a response with neither.
    else if (type === "SuccessResponse" || !error) expect(got).toEqual({ result });
    else if (valid) expect(got).toMatchObject({ failure: { code: "host_error", message: error } });
    else expect(got).toMatchObject({ failure: { code: "host_error" } });
  });

  test("none is left out but those of a host", () => {
    const others = early.filter(({ type }) => readersV0.get(type) === "host");
    expect(ownV0.length).toBeGreaterThan(20);
    expect(ownV0.length + others.length).toBe(early.length);
  });
});
