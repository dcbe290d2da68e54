import * as fc from "fast-check";
import { RPC_ERROR, type SessionOpenResult } from "@sandpipe/spec/v1";
import { json } from "../../arbitraries/json.js";
import { visibleCharacter } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import {
  deservedFact,
  errorFact,
  executionsFact,
  located,
  outputFact,
  resultFact,
  silenceFact,
  violationsFact,
} from "./facts.js";
import { countingAsk, exchangeOf, statusFact } from "./http-refusal.js";
import { answered, BARRIER, call, captured, count, delay, write } from "./steps.js";

const OVER_HTTP = { transport: "http" } as const;
const AUTO = { transport: "auto" } as const;

/** A valid open under another id than the kit's own step uses. */
function open(id: string): Part {
  return call(id, "session.open", { protocol: 1, runtime: { name: "probe", version: "1" }, features: [] });
}

const sameAnswers = hostCheck("http:rpc:same-answers", {
  given: fc.record({
    calls: traffic(3, 25),
    prints: fc.array(fc.string({ unit: visibleCharacter, minLength: 1, maxLength: 20 }), { maxLength: 5 }),
    first: json,
  }),
  when: ({ calls, prints, first }) => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      { do: "post", parts: [call("first", "conformance.echo", { first })] },
      ...prints.map((text, index): HostStep => ({
        do: "http",
        as: `print-${index}`,
        ask: { body: captured(text) },
      })),
      { do: "post", parts: calls.map(frameOf) },
      answered("first", ...calls.map(({ id }) => id)),
    ],
  }),
  then: (seen, { calls, prints, first }) => [
    resultFact(seen, "first", { first }),
    ...calls.map((one) => deservedFact(seen, one)),
    ...prints.flatMap((_, index): Fact[] => {
      const as = `print-${index}`;
      const exchange = exchangeOf(seen, as);
      const body = exchange?.answer?.body.length;
      return [
        statusFact(seen, as, 202),
        located(`bytes of the body of the answer to ${as}`, 0, body, exchange?.at),
      ];
    }),
    outputFact(seen, Buffer.from(prints.join(""))),
    { about: "the transport in the report", expected: "http", actual: seen.report?.transport ?? "http" },
  ],
  reach: { count: (_, { calls }) => calls.length, floor: 20 },
});

const latches = hostCheck("http:open:latches", {
  given: fc.integer({ min: 1, max: 3 }),
  when: (opens) => ({
    run: AUTO,
    steps: [
      { do: "open", over: "http" },
      write(...Array.from({ length: opens }, (_, index) => open(`late-${index}`)), { text: "after\n" }),
      { do: "post", parts: [count("k")] },
      answered("k"),
    ],
  }),
  then: (seen, opens) => [
    ...Array.from({ length: opens }, (_, index) => silenceFact(seen, `late-${index}`)),
    outputFact(seen, Buffer.from("after\n")),
    {
      about: "violations in the report",
      expected: 0,
      actual: seen.report?.violationCount ?? seen.report?.violations.length,
    },
    executionsFact(seen, "k", 1),
  ],
  reach: { count: (_, opens) => opens },
  runs: 4,
});

const stdioRecords = hostCheck("http:latch:stdio-records", {
  given: fc.array(fc.constantFrom<"call" | "result" | "emit">("call", "result", "emit"), {
    minLength: 1,
    maxLength: 5,
  }),
  when: (kinds) => ({
    run: AUTO,
    steps: [
      { do: "open", over: "http" },
      write(...kinds.map(lateRecord)),
      { do: "post", parts: [count("k")] },
      answered("k"),
    ],
  }),
  then: (seen, kinds) => [
    executionsFact(seen, "k", 1),
    ...kinds.map((_, index) => silenceFact(seen, `late-${index}`)),
    outputFact(seen, Buffer.from(kinds.map((kind, index) => recordText(lateRecord(kind, index))).join(""))),
    violationsFact(seen, kinds.length),
    { about: "emits in the report", expected: 0, actual: seen.report?.emits.length },
  ],
  reach: { count: (_, kinds) => kinds.length },
  runs: 4,
});

function lateRecord(kind: string, index: number): Part {
  if (kind === "call") return count(`late-${index}`);
  if (kind === "result") return call(`late-${index}`, "session.result", { ok: true, value: "late" });
  return {
    frame: { jsonrpc: "2.0", method: "session.emit", params: { name: "late", data: { "text/plain": "x" } } },
  };
}

function recordText(part: Part): string {
  return "frame" in part ? `\u001e${JSON.stringify(part.frame)}\n` : "";
}

const afterStdioUse = hostCheck("http:open:after-stdio-use", {
  given: fc.integer({ min: 1, max: 3 }),
  when: (uses) => ({
    run: AUTO,
    steps: [
      { do: "open" },
      write(...Array.from({ length: uses }, (_, index) => count(`use-${index}`))),
      answered(...Array.from({ length: uses }, (_, index) => `use-${index}`)),
      { do: "post", parts: [open("http-open")] },
      answered("http-open"),
      write(count("k")),
      answered("k"),
      BARRIER,
    ],
  }),
  then: (seen, uses) => [
    errorFact(seen, "http-open", { code: RPC_ERROR.invalidRequest }),
    executionsFact(seen, "k", uses + 1),
  ],
  reach: { count: () => 1 },
  runs: 4,
});

const sameSession = hostCheck("http:open:same-session", {
  given: json,
  when: (value) => ({
    run: AUTO,
    steps: [
      { do: "open" },
      { do: "post", parts: [open("http-open")] },
      answered("http-open"),
      { do: "post", parts: [count("k")] },
      answered("k"),
      // The session is on HTTP now, so its result goes there too.
      { do: "post", parts: [call("result", "session.result", { ok: true, value })] },
      answered("result"),
      { do: "exit", code: 0 },
    ],
  }),
  then: (seen, value) => [
    located(
      "the session that HTTP leads to",
      sessionOf(seen, "open"),
      sessionOf(seen, "http-open"),
      seen.answers("http-open")[0]?.at,
    ),
    located(
      "an answer to the HTTP open",
      "a session",
      sessionOf(seen, "http-open") === undefined ? "none" : "a session",
      seen.answers("http-open")[0]?.at,
    ),
    executionsFact(seen, "k", 1),
    {
      about: "the run's result",
      expected: { outcome: "ok", result: value },
      actual: { outcome: seen.report?.outcome, result: seen.report?.result },
    },
  ],
  reach: { count: () => 1 },
  runs: 3,
});

function sessionOf(seen: HostSeen, id: string): unknown {
  const { session } = (seen.answers(id)[0]?.value["result"] ?? {}) as Partial<SessionOpenResult>;
  return session;
}

/** How long the calls run that a disconnect must not cancel, and how often they are looked for meanwhile. */
const RUNNING_MS = 3_000;
const LOOKS = 12;
const SLOTS = 8;
/** Asked one after the other until all slots are seen taken: requests of several connections may overtake each other. */
const FULL = ["full-0", "full-1", "full-2", "full-3"];

const noCancel = hostCheck("http:disconnect:no-cancel", {
  given: fc.integer({ min: 1, max: SLOTS }),
  // With all slots taken every call is busy: a cancelled one would make room.
  when: (cut) => ({
    run: { ...OVER_HTTP, limits: { maxInFlight: SLOTS } },
    steps: [
      { do: "open", over: "http" },
      ...Array.from({ length: SLOTS }, (_, index): HostStep => ({
        do: "http",
        as: `slow-${index}`,
        ask: { body: delay(`slow-${index}`, RUNNING_MS) },
        held: true,
      })),
      ...FULL.map((as): HostStep => ({ do: "http", as, ask: { body: call(as, "conformance.echo", {}) } })),
      { do: "cut-http", of: Array.from({ length: cut }, (_, index) => `slow-${index}`) },
      ...Array.from({ length: LOOKS }, (_, index): HostStep => ({
        do: "http",
        as: `look-${index}`,
        ask: { body: call(`look-${index}`, "conformance.echo", {}) },
      })),
    ],
  }),
  then: (seen) => {
    if (!isFull(seen)) return [];
    const looks = looksWhileRunning(seen);
    // What comes behind the first that found room says nothing new.
    const room = looks.findIndex((as) => !isBusy(seen, as));
    return looks
      .slice(0, room < 0 ? undefined : room + 1)
      .map((as) =>
        located(
          `the answer to ${as}, while ${SLOTS} calls run`,
          "busy",
          isBusy(seen, as) ? "busy" : "another",
          exchangeOf(seen, as)?.at,
        ),
      );
  },
  reach: { count: (seen) => (isFull(seen) ? looksWhileRunning(seen).length : 0), floor: 2 },
  runs: 4,
});

const isFull = (seen: HostSeen): boolean => FULL.some((as) => isBusy(seen, as));

function isBusy(seen: HostSeen, as: string): boolean {
  const { error } = Object(exchangeOf(seen, as)?.json) as { error?: { data?: { kind?: unknown } } };
  return error?.data?.kind === "busy";
}

/** Looks that were answered before the first of the calls can have ended. */
function looksWhileRunning(seen: HostSeen): string[] {
  const first = Math.min(
    ...seen.http.filter(({ as }) => as.startsWith("slow-")).map(({ askedMs }) => askedMs),
  );
  return seen.http
    .filter(
      ({ as, endedMs }) => as.startsWith("look-") && endedMs !== undefined && endedMs < first + RUNNING_MS,
    )
    .map(({ as }) => as);
}

/** Longer than the idle timeouts that servers come with (5 s in Node, 6 with its buffer). */
const PAUSE_MS = 6_600;
const KEPT = "it is still there, or the host said that it would close";

// R39: nodejs/undici#3492
const outlivesPauses = hostCheck("http:idle:outlives-pauses", {
  given: fc.constant(null),
  when: () => ({
    run: OVER_HTTP,
    steps: [
      { do: "open", over: "http" },
      { do: "http", as: "before", ask: countingAsk("before"), connection: "kept" },
      { do: "idle", ms: PAUSE_MS },
      { do: "http", as: "after", ask: countingAsk("after"), connection: "kept" },
    ],
  }),
  then: (seen) => {
    const said = exchangeOf(seen, "before")?.answer?.headers.find(([name]) => name === "connection")?.[1];
    const fine = exchangeOf(seen, "after")?.reused === true || said?.toLowerCase() === "close";
    return [
      {
        about: "the connection after the pause",
        expected: KEPT,
        actual: fine ? KEPT : "the host closed it without a word",
      },
      resultFact(seen, "before", 1),
      resultFact(seen, "after", 2),
    ];
  },
  reach: { count: (seen) => (exchangeOf(seen, "after")?.endedMs === undefined ? 0 : 1) },
  runs: 1,
});

const unixServed = hostCheck("http:unix:served", {
  given: fc.constantFrom<"tcp" | "unix">("unix", "unix", "tcp"),
  when: (on) => ({
    run: { ...OVER_HTTP, http: on },
    steps: [{ do: "open", over: "http" }, { do: "post", parts: [count("k")] }, answered("k")],
  }),
  then: (seen, on) => [
    {
      about: "the form of SANDPIPE_HTTP_URL",
      expected: on,
      actual: seen.address?.url.startsWith("unix:/") === true ? "unix" : "tcp",
    },
    executionsFact(seen, "k", 1),
  ],
  reach: { count: (_, on) => (on === "unix" ? 1 : 0) },
  runs: 4,
});

/** Checks of calls over HTTP, in the order of the rows. */
export const httpChecks: readonly HostCheck[] = [
  sameAnswers,
  latches,
  afterStdioUse,
  sameSession,
  stdioRecords,
  noCancel,
  outlivesPauses,
  unixServed,
];
