import * as fc from "fast-check";
import { ERROR_CODE, MINIMUM_LIMITS, type SessionOpenResult } from "@sandpipe/spec/v1";
import { mostOf } from "../../arbitraries/most-of.js";
import { nested } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { errorFact, executionsFact, located, outputFact, refusalsFact, resultFact } from "./facts.js";
import { CANCELLED, inFlightChecks, running } from "./limit-in-flight.js";
import { answered, BARRIER, call, count, echo, refused, write } from "./steps.js";

const EXCEEDED = { code: ERROR_CODE.limit_exceeded, kind: "limit_exceeded" };
const LEAST_ENVELOPE = JSON.stringify({ jsonrpc: "2.0", id: "k:00", result: "" }).length;
/** Of what would fill a memory that holds a record to its end; a host that takes less by far doesn't hold it. */
const PIECES = 16;
const PIECE: Part = { repeat: { text: "x".repeat(1_024), count: 32 * 1_024 } };
const PIECE_BYTES = 32 * 1_048_576;

/** A record of exactly so many bytes between RS and LF that counts under "sized". */
function sizedRecord(id: string, bytes: number, cr: boolean): Part[] {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"conformance.count","params":{"key":"sized"},"x-pad":"`;
  const tail = `"}${cr ? "\r" : ""}`;
  return [
    { text: `\u001e${head}` },
    { repeat: { text: "a", count: bytes - head.length - tail.length } },
    { text: `${tail}\n` },
  ];
}

/** A text with brackets of every kind, as a member that no scanner may count. */
const brackets = fc
  .tuple(fc.constantFrom("[", "{", '["', '\\"[', "\\[", "[{"), fc.integer({ min: 40, max: 300 }), text)
  .map(([unit, times, some]) => some + unit.repeat(times));

/** Checks of the area `limit`, in the order of its rows. */
export const limitChecks: readonly HostCheck[] = [
  hostCheck("limit:minima:granted", {
    given: fc.integer({ min: 1, max: 8 }),
    when: (busy) => ({
      run: { limits: { ...MINIMUM_LIMITS } },
      steps: [
        { do: "open" },
        write(
          ...sizedRecord("sized", MINIMUM_LIMITS.maxFrameBytes, false),
          echo("deep", { v: nested(MINIMUM_LIMITS.maxDepth - 2) }),
        ),
        answered("sized", "deep"),
        write(...running(busy - 1).start, echo("last")),
        answered("last"),
        ...running(busy - 1).end,
      ],
    }),
    then: (seen, busy) => {
      const [open] = seen.answers("open");
      const { limits } = (open?.value["result"] ?? {}) as Partial<SessionOpenResult>;
      return [
        ...(["maxFrameBytes", "maxInFlight", "maxDepth"] as const).map((name) => {
          const least = `at least ${MINIMUM_LIMITS[name]}`;
          const told = limits?.[name] ?? 0;
          return located(name, least, told >= MINIMUM_LIMITS[name] ? least : told, open?.at);
        }),
        resultFact(seen, "sized", 1),
        resultFact(seen, "deep", { v: nested(MINIMUM_LIMITS.maxDepth - 2) }),
        resultFact(seen, "last", { id: "last" }),
        ...running(busy - 1).ids.map((id) => errorFact(seen, id, CANCELLED)),
      ];
    },
    reach: { count: (_, busy) => busy },
  }),

  // R04: MoonshotAI/kimi-cli#831
  hostCheck("limit:frame:in-boundary", {
    given: fc.record({
      limit: fc.constantFrom(65_536, 70_001, 200_000),
      sizes: mostOf(
        [-1, 0, 1, 2, 5_000].flatMap((over) => [
          { over, cr: false },
          { over, cr: true },
        ]),
      ),
    }),
    when: ({ limit, sizes }) => {
      const served = sizes.flatMap(({ over }, index) => (over <= 0 ? [`k:${index}`] : []));
      return {
        run: { limits: { maxFrameBytes: limit } },
        steps: [
          { do: "open" },
          write(...sizes.flatMap(({ over, cr }, index) => sizedRecord(`k:${index}`, limit + over, cr))),
          answered(...served),
          refused(sizes.length - served.length),
          write(count("after", "sized")),
          answered("after"),
        ],
      };
    },
    then: (seen, { limit, sizes }) => {
      const over = sizes.filter((size) => size.over > 0);
      const skipped = over.reduce((sum, size) => sum + limit + size.over, 0);
      return [
        executionsFact(seen, "after", sizes.length - over.length + 1),
        refusalsFact(
          seen,
          over.map(() => EXCEEDED),
        ),
        outputFact(seen, Buffer.alloc(0)),
        skippedFact(seen, skipped, over.length),
      ];
    },
    reach: { count: (_, { sizes }) => sizes.filter(({ over }) => Math.abs(over) <= 1).length },
    runs: 12,
  }),

  hostCheck("limit:frame:out", {
    // The very border for an envelope without white space, and around it for others.
    given: fc
      .uniqueArray(fc.integer({ min: -120, max: 8 }), { minLength: 1, maxLength: 20, size: "max" })
      .map((others) => [...new Set([-LEAST_ENVELOPE, 1 - LEAST_ENVELOPE, ...others])]),
    when: (overs) => ({
      run: { limits: { maxFrameBytes: 65_536 } },
      steps: [
        { do: "open" },
        write(
          call("k:00", "conformance.bytes", { size: 1_000 }),
          call("k:01", "conformance.bytes", { size: 65_537 }),
        ),
        answered("k:00", "k:01"),
        ...overs.flatMap((over, index) => [
          write(call(`k:${index + 10}`, "conformance.bytes", { size: 65_536 + over })),
          answered(`k:${index + 10}`),
        ]),
      ],
    }),
    then: (seen, overs) => {
      // What the host's own envelope costs is seen at the first answer; all ids have the same length.
      const envelope = Buffer.byteLength(seen.answers("k:00")[0]?.text ?? "") - 1_000;
      return [
        errorFact(seen, "k:01", EXCEEDED),
        ...overs.map((over, index) => {
          const [answer] = seen.answers(`k:${index + 10}`);
          const fits = envelope + 65_536 + over <= 65_536;
          const about = `a response of ${envelope + 65_536 + over} bytes`;
          const { code } = (answer?.value["error"] ?? {}) as { code?: number };
          const actual = code ?? (typeof answer?.value["result"] === "string" ? "sent" : "no response");
          return located(about, fits ? "sent" : EXCEEDED.code, actual, answer?.at);
        }),
      ];
    },
    reach: { count: (_, overs) => overs.length },
  }),

  // R11: antirez/ds4#43
  hostCheck("limit:depth:boundary", {
    given: fc.record({
      maxDepth: fc.constantFrom(32, 40, 64),
      depths: mostOf([-1, 0, 1, 2, 100, 10_000]),
    }),
    when: ({ maxDepth, depths }) => {
      const served = depths.flatMap((over, index) => (over <= 0 ? [index] : []));
      return {
        run: { limits: { maxDepth } },
        steps: [
          { do: "open" },
          write(...depths.map((over, index): Part => ({ record: deepRecord(index, maxDepth + over) }))),
          answered(...served),
          refused(depths.length - served.length),
          write(echo("after")),
          answered("after"),
        ],
      };
    },
    then: (seen, { maxDepth, depths }) => {
      const over = depths.flatMap((more, index) => (more > 0 ? [deepRecord(index, maxDepth + more)] : []));
      return [
        ...depths.flatMap((more, index) => (more <= 0 ? [resultFact(seen, index, { n: index })] : [])),
        refusalsFact(
          seen,
          over.map(() => EXCEEDED),
        ),
        outputFact(seen, Buffer.from(over.map((record) => `\u001e${record}\n`).join(""))),
        resultFact(seen, "after", { id: "after" }),
      ];
    },
    reach: { count: (_, { depths }) => depths.filter((over) => over === 0 || over === 1).length },
  }),

  hostCheck("limit:depth:text-brackets", {
    given: fc.array(brackets, { minLength: 1, maxLength: 10 }),
    when: (texts) => ({
      run: { limits: { maxDepth: 32 } },
      steps: [
        { do: "open" },
        write(...texts.map((s, index) => echo(index, { s, [s]: 1 }))),
        answered(...texts.keys()),
      ],
    }),
    then: (seen, texts) => texts.map((s, index) => resultFact(seen, index, { s, [s]: 1 })),
    reach: { count: (_, texts) => texts.length },
  }),

  ...inFlightChecks,

  // R03: modelcontextprotocol/typescript-sdk#2245
  hostCheck("limit:memory:bounded", {
    given: fc.constant(PIECES),
    when: (pieces) => ({
      run: { limits: { maxOutputBytes: 1_000_000 } },
      steps: [
        { do: "open" },
        write(PIECE),
        { do: "written" },
        BARRIER,
        write({ text: "\u001e" }),
        ...Array.from({ length: pieces }, (): HostStep[] => [write(PIECE), { do: "written" }]).flat(),
        { do: "memory", mark: "after" },
        write({ text: "\n" }),
        refused(1),
        BARRIER,
      ],
    }),
    then: (seen, pieces) => {
      // All of it, not its growth: what a first run has taken, an allocator keeps for the next.
      const held = seen.memory["after"]?.now ?? Infinity;
      const bound = (pieces * PIECE_BYTES * 7) / 8;
      const expected = `less than ${bound}`;
      return [
        refusalsFact(seen, [EXCEEDED]),
        { about: "the host's memory in bytes", expected, actual: held < bound ? expected : String(held) },
        { about: "outputBytes in the report", expected: PIECE_BYTES, actual: seen.report?.outputBytes },
        skippedFact(seen, pieces * PIECE_BYTES, 1),
      ];
    },
    reach: { count: (seen) => Number("after" in seen.memory) },
    runs: 1,
  }),
];

/** So many bytes of so many records were skipped; whether RS and LF are counted with a record isn't said. */
function skippedFact(seen: HostSeen, bytes: number, records: number): Fact {
  const told = seen.report?.skippedBytes ?? 0;
  const near = told >= bytes && told <= bytes + 2 * records;
  return { about: "skippedBytes in the report", expected: bytes, actual: near ? bytes : told };
}

/** An echo whose frame is exactly so many levels deep, by a member that nobody knows. */
function deepRecord(id: number, depth: number): string {
  const levels = depth - 1;
  const deep = "[".repeat(levels) + "]".repeat(levels);
  return `{"jsonrpc":"2.0","id":${id},"method":"conformance.echo","params":{"n":${id}},"x-deep":${deep}}`;
}
