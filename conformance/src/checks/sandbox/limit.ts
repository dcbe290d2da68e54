import * as fc from "fast-check";
import type { Step } from "@sandpipe/spec/control";
import { mostOf } from "../../arbitraries/most-of.js";
import type { SeenFrame } from "../../target/host-seen.js";
import type { Answer } from "../../target/sandbox-plan.js";
import { depthOf } from "../../wire/depth.js";
import { sandboxCheck, type Fact } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import {
  countFact,
  exitFact,
  firstResult,
  framesFitFact,
  kindFact,
  outputFact,
  resultFact,
} from "./facts.js";
import { namedFacts } from "./result.js";
import { answers, apisOf, barrier, BARRIER, call, calls, give, range } from "./steps.js";

const MAX = 65_536;
/** Room for an envelope, whatever ids a sandbox uses. */
const ENVELOPE = 512;

/** Sizes well inside one frame, and beyond it. */
const inside = fc.integer({ min: 1, max: MAX - ENVELOPE });
const beyond = fc.oneof(fc.constant(MAX), fc.integer({ min: MAX, max: 400_000 }));

const sized = fc
  .record({ kinds: mostOf<"call" | "emit">(["call", "emit"]), size: beyond, fits: inside })
  .map(({ kinds, size, fits }) => kinds.map((what) => ({ what, size, fits })));

// R27
const failsLocally = sandboxCheck("limit:send:call-fails-locally", {
  given: sized,
  needs: ["large"],
  when: (list, subject) => {
    const steps = list.flatMap(({ what, size, fits }, index): Step[] => {
      const kind = what === "emit" && !subject.features.includes("emit") ? "call" : what;
      return [
        { n: index + 1, do: "large", what: kind, size },
        { n: 100 + index, do: "large", what: "call", size: fits },
      ];
    });
    const right = range(100, 99 + list.length);
    return {
      limits: { maxFrameBytes: MAX },
      steps: [
        give(...steps),
        { do: "answer", answers: answers(right.map((n) => [n, "taken"])) },
        { do: "await-done", of: steps.map(({ n }) => n) },
      ],
    };
  },
  then: (seen, list) => [
    ...list.flatMap((_, index) => [
      kindFact(seen, index + 1, "limit_exceeded"),
      resultFact(seen, 100 + index, "taken"),
    ]),
    framesFitFact(seen, MAX),
  ],
  reach: { count: (_, list) => list.length, floor: 6 },
});

// R27
const printsSplit = sandboxCheck(
  "limit:send:prints-split",
  overPipesToo({
    given: fc
      .tuple(fc.integer({ min: MAX, max: 600_000 }), fc.array(fc.oneof(inside, beyond), { maxLength: 2 }))
      .map(([first, rest]) => [first, ...rest]),
    needs: ["large"],
    when: (sizes) => ({
      limits: { maxFrameBytes: MAX },
      steps: [
        give(
          ...sizes.map((size, index) => ({
            n: index + 1,
            do: "large" as const,
            what: "print" as const,
            size,
          })),
        ),
        { do: "await-done", of: range(1, sizes.length) },
        ...barrier(),
      ],
    }),
    then: (seen, sizes, subject) => {
      const end = apisOf(subject, "stdout")[0]?.takes === "line" ? "\n" : "";
      return [
        outputFact(seen, sizes.map((size) => "x".repeat(size) + end).join("")),
        framesFitFact(seen, MAX),
      ];
    },
    reach: { count: (_, sizes) => sizes.filter((size) => size >= MAX).length, floor: 4 },
  }),
);

const resultTooLarge = sandboxCheck("limit:send:result-too-large", {
  given: fc.record({
    size: fc.oneof({ weight: 1, arbitrary: inside }, { weight: 2, arbitrary: beyond }),
  }),
  needs: ["large"],
  when: ({ size }) => ({
    limits: { maxFrameBytes: MAX },
    steps: [give({ n: 1, do: "large", what: "result", size }), { do: "await-result" }, { do: "await-exit" }],
  }),
  then: (seen, { size }): Fact[] => [
    ...(size < MAX
      ? [{ about: "the result", expected: { ok: true, value: "x".repeat(size) }, actual: firstResult(seen) }]
      : namedFacts(firstResult(seen), "limit_exceeded")),
    countFact(seen, "session.result", 1),
    framesFitFact(seen, MAX),
  ],
  reach: { count: (_, { size }) => (size < MAX ? 0 : 1) },
});

const queued = sandboxCheck("limit:in-flight:queued", {
  given: fc
    .record({ maxInFlight: fc.integer({ min: 8, max: 16 }), beyond: fc.integer({ min: 1, max: 44 }) })
    .map(({ maxInFlight, beyond }) => ({ maxInFlight, count: maxInFlight + beyond })),
  when: ({ maxInFlight, count }) => ({
    limits: { maxInFlight },
    steps: [
      give(...range(1, count).map((n) => call(n))),
      { do: "serve", of: range(1, count) },
      { do: "await-done", of: range(1, count) },
    ],
  }),
  then: (seen, { maxInFlight, count }) => [
    {
      about: "calls that were unanswered at once",
      expected: `at most ${maxInFlight}`,
      actual: seen.peakInFlight <= maxInFlight ? `at most ${maxInFlight}` : String(seen.peakInFlight),
    },
    ...range(1, count).map((n) => resultFact(seen, n, { step: n })),
  ],
  reach: { count: () => 1, floor: 4 },
});

/** Records over the limit: endless text, a whole answer to nobody, one to the call itself. */
const oversized = fc.record({
  kind: fc.constantFrom<"text" | "nobody" | "own">("text", "nobody", "own"),
  size: fc.integer({ min: MAX + 1, max: 500_000 }),
});

const oversizedSkipped = sandboxCheck(
  "limit:receive:oversized-skipped",
  overPipesToo({
    given: fc.array(oversized, { minLength: 1, maxLength: 3 }),
    when: (list) => ({
      limits: { maxFrameBytes: MAX },
      steps: [
        give(...calls(list.map(() => undefined))),
        { do: "await-calls", of: range(1, list.length) },
        {
          do: "answer",
          answers: list.flatMap(({ kind, size }, index): Answer[] => [
            ...tooLarge(kind, size, index + 1),
            { of: index + 1, result: "right" },
          ]),
        },
        { do: "await-done", of: range(1, list.length) },
        ...barrier(),
      ],
    }),
    then: (seen, list) => [
      ...list.map((_, index) => resultFact(seen, index + 1, "right")),
      resultFact(seen, BARRIER, "barrier"),
    ],
    reach: { count: (_, list) => list.length, floor: 4 },
  }),
);

function tooLarge(kind: "text" | "nobody" | "own", size: number, of: number): Answer[] {
  if (kind === "own") return [{ of, members: { result: "x".repeat(size) } }];
  const head = kind === "text" ? "" : '{"jsonrpc":"2.0","id":"nobody","result":"';
  return [
    { part: { text: `\u001e${head}` } },
    { part: { repeat: { text: "x", count: size } } },
    { part: { text: kind === "text" ? "\n" : '"}\n' } },
  ];
}

const MAX_DEPTH = 32;

const nesting = fc.record({
  what: fc.constantFrom<"call" | "emit">("call", "emit"),
  beyond: fc.integer({ min: 1, max: 3_000 }),
  inside: fc.integer({ min: 0, max: 20 }),
});

const depthFailsLocally = sandboxCheck("limit:send:depth-fails-locally", {
  given: fc.array(nesting, { minLength: 1, maxLength: 3 }),
  needs: ["deep"],
  when: (list, subject) => {
    const steps = list.flatMap(({ what, beyond, inside }, index): Step[] => [
      {
        n: index + 1,
        do: "deep",
        what: what === "emit" && !subject.features.includes("emit") ? "call" : what,
        depth: MAX_DEPTH + beyond,
      },
      { n: 100 + index, do: "deep", what: "call", depth: MAX_DEPTH - inside },
    ]);
    return {
      limits: { maxDepth: MAX_DEPTH },
      steps: [
        give(...steps),
        { do: "answer", answers: answers(list.map((_, index) => [100 + index, "taken"])) },
        { do: "await-done", of: steps.map(({ n }) => n) },
        ...barrier(),
      ],
    };
  },
  then: (seen, list) => [
    ...list.flatMap((_, index) => [
      kindFact(seen, index + 1, "limit_exceeded"),
      resultFact(seen, 100 + index, "taken"),
    ]),
    { about: "no frame is deeper than maxDepth", expected: true, actual: seen.frames.every(isShallow) },
  ],
  reach: { count: (_, list) => list.length, floor: 6 },
});

function isShallow({ text }: SeenFrame): boolean {
  return depthOf(text) <= MAX_DEPTH;
}

/** Bytes of whitelist, far beyond the minima. */
const openAnswer = sandboxCheck(
  "limit:receive:open-answer",
  overPipesToo({
    given: fc.record({
      bytes: fc.integer({ min: MAX, max: 8_000_000 }),
      maxFrameBytes: fc.constantFrom(16_777_216, 67_108_864),
    }),
    when: ({ bytes, maxFrameBytes }) => ({
      limits: { maxFrameBytes },
      methods: range(1, Math.ceil(bytes / 150)).map((n) => ({
        name: `x.filler.${n}.`.padEnd(120, "m"),
        idempotent: true,
      })),
      steps: barrier(),
    }),
    then: (seen) => [resultFact(seen, BARRIER, "barrier"), exitFact(seen, 0)],
    reach: { count: (_, { bytes }) => (bytes > MAX ? 1 : 0), floor: 2 },
    runs: 4,
  }),
);

/** Checks of the area `limit`. */
export const limitChecks = [
  failsLocally,
  printsSplit,
  resultTooLarge,
  queued,
  oversizedSkipped,
  depthFailsLocally,
  openAnswer,
];
