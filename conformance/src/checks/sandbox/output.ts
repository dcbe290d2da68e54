import * as fc from "fast-check";
import { printedBytes, printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import { sandboxCheck, type Fact } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { countFact, inOrderFact, noViolationFact, outputFact, resultFact } from "./facts.js";
import {
  answers,
  apisOf,
  barrier,
  call,
  forged,
  give,
  printed,
  printSteps,
  range,
  type PrintCase,
} from "./steps.js";

/** Line APIs of some languages format what has a percent sign in it. */
const plain = (some: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  some.map((value) => value.replaceAll("%", "percent"));

const small: fc.Arbitrary<PrintCase> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ api: fc.nat(11), text: plain(printedText), times: fc.constant(1) }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(5), printedBytes)
      .map(([api, bytes]) => ({ api: 2 * api, text: "bytes", times: 1, base64: bytes.toString("base64") })),
  },
);
const large: fc.Arbitrary<PrintCase> = fc.record({
  api: fc.nat(11),
  text: fc.constantFrom("A", "é", "line\n", "0123456789"),
  times: fc.integer({ min: 30_000, max: 120_000 }),
});
const prints = fc.array(fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: large }), {
  minLength: 2,
  maxLength: 8,
});

const ROOMY = { maxFrameBytes: 16_777_216 };

/** A write past the runtime's streams is kept somewhere, whole; where that is in the output it is taken out of it. */
function past(seen: SandboxSeen, texts: readonly string[]): { output: Buffer; facts: Fact[] } {
  let output = Buffer.from(seen.output);
  const facts = texts.map((value): Fact => {
    const at = output.indexOf(value);
    const kept = at >= 0 || Buffer.from(seen.stderr).includes(value);
    if (at >= 0) output = Buffer.concat([output.subarray(0, at), output.subarray(at + value.length)]);
    return { about: `the print ${JSON.stringify(value)}`, expected: "kept", actual: kept ? "kept" : "lost" };
  });
  return { output, facts };
}

// R33
const whole = sandboxCheck(
  "output:print:whole",
  overPipesToo({
    given: fc.record({ prints, past: fc.nat(2) }),
    when: ({ prints: list, past: count }, subject) => {
      const steps = printSteps(list, subject, "stdout", 1);
      const either = apisOf(subject, "either");
      const extra = either.length === 0 ? [] : range(1, count);
      return {
        limits: ROOMY,
        steps: [
          give(
            ...steps,
            ...extra.map((n) => ({
              n: 100 + n,
              do: "print" as const,
              api: either[n % either.length]?.name ?? "",
              text: pastText(n),
            })),
          ),
          { do: "await-done", of: [...steps.map(({ n }) => n), ...extra.map((n) => 100 + n)] },
        ],
      };
    },
    then: (seen, { prints: list, past: count }, subject) => {
      const extra = apisOf(subject, "either").length === 0 ? [] : range(1, count).map(pastText);
      const { output, facts } = past(seen, extra);
      return [...facts, outputFact(seen, printed(list, subject, "stdout"), output)];
    },
    reach: { count: (_, { prints: list }) => list.length, floor: 16 },
    runs: 12,
  }),
);

function pastText(n: number): string {
  return `<past the streams ${n}>`;
}

const neverAFrame = sandboxCheck("output:print:never-a-frame", {
  given: fc.array(
    fc.record({
      api: fc.nat(11),
      text: fc.oneof(
        fc.constantFrom(
          forged("conformance.count", "p1"),
          forged("session.result", "p2"),
          `${forged("conformance.count", "p3").slice(1)}`,
          `before ${forged("conformance.count", "p4")} after`,
          '\u001e{"jsonrpc":"2.0","method":"session.cancel","params":{"id":1}}\n',
          '\u001e{"jsonrpc":"2.0"',
          "\u001e",
          "\u001e\n",
          '{"id":"1","method":"files.list","params":{}}\n',
        ),
        plain(text).map((value) => `\u001e${value}`),
      ),
      times: fc.constant(1),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  when: (list, subject) => ({
    steps: [
      give(...printSteps(list, subject, "stdout", 1), call(100)),
      { do: "answer", answers: answers([[100, "mine"]]) },
      { do: "await-done", of: [...range(1, list.length), 100] },
    ],
  }),
  then: (seen, list, subject) => [
    countFact(seen, "conformance.count", 0),
    countFact(seen, "session.result", 1),
    countFact(seen, "session.cancel", 0),
    outputFact(seen, printed(list, subject, "stdout")),
    resultFact(seen, 100, "mine"),
  ],
  reach: { count: (_, list) => list.length, floor: 8 },
});

const framesIntact = sandboxCheck(
  "output:print:frames-intact",
  overPipesToo({
    given: fc.record({
      prints,
      sizes: fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 3 }),
    }),
    when: ({ prints: list, sizes }, subject) => {
      const steps = printSteps(list, subject, "stdout", 100);
      const of = range(1, sizes.length);
      return {
        limits: ROOMY,
        steps: [
          give(
            ...of.flatMap((n) => [
              call(n, "x".repeat(sizes[n - 1] ?? 0)),
              ...steps.filter((_, index) => index % sizes.length === n - 1),
            ]),
          ),
          { do: "answer", answers: answers(of.map((n) => [n, n])) },
          { do: "await-done", of: [...of, ...steps.map(({ n }) => n)] },
        ],
      };
    },
    then: (seen, { prints: list, sizes }, subject) => [
      noViolationFact(seen),
      ...sizes.map((size, index) => ({
        about: `the length of call ${index + 1}'s text`,
        expected: size,
        actual: (Object(seen.call(index + 1)?.value["params"]) as { value?: string }).value?.length,
      })),
      outputFact(
        seen,
        Buffer.concat(
          sizes.map((_, at) =>
            printed(
              list.filter((__, index) => index % sizes.length === at),
              subject,
              "stdout",
            ),
          ),
        ),
      ),
    ],
    reach: { count: (_, { prints: list }) => list.length, floor: 16 },
    runs: 12,
  }),
);

const stderrApart = sandboxCheck("output:print:stderr-apart", {
  given: fc.array(fc.record({ err: fc.boolean(), print: small }), { minLength: 2, maxLength: 10 }),
  when: (list, subject) => {
    const steps = list.flatMap(({ err, print }, index) =>
      printSteps([print], subject, err ? "stderr" : "stdout", index + 1),
    );
    return { steps: [give(...steps), { do: "await-done", of: steps.map(({ n }) => n) }] };
  },
  then: (seen, list, subject) => {
    const of = (err: boolean): PrintCase[] => list.filter((one) => one.err === err).map(({ print }) => print);
    return [
      outputFact(seen, printed(of(false), subject, "stdout")),
      inOrderFact(
        "the prints on stderr",
        seen.stderr,
        of(true).map((print) => printed([print], subject, "stderr")),
      ),
    ];
  },
  reach: { count: (_, list) => list.filter(({ err }) => err).length, floor: 2 },
});

const childText = fc.oneof(
  fc.constantFrom(
    forged("conformance.count", "child"),
    "a line\n",
    "no line end",
    "\u001e",
    '\u001e{"jsonrpc":"2.0"',
    "x".repeat(90_000),
  ),
  plain(text).map((value) => `child ${value.replaceAll("\u0000", "")}`),
);

// R36
const childWire = sandboxCheck(
  "output:child:wire-untouched",
  overPipesToo({
    given: fc.record({
      texts: fc.array(childText, { minLength: 1, maxLength: 3 }),
      sizes: fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 3 }),
    }),
    needs: ["spawn"],
    when: ({ texts, sizes }) => {
      const of = range(1, sizes.length);
      const children = range(101, 100 + texts.length);
      return {
        steps: [
          give(
            ...of.map((n) => call(n, "x".repeat(sizes[n - 1] ?? 0))),
            ...children.map((n, index) => ({ n, do: "spawn" as const, text: texts[index] ?? "" })),
          ),
          { do: "answer", answers: answers(of.map((n) => [n, n])) },
          { do: "await-done", of: [...of, ...children] },
          ...barrier(),
        ],
      };
    },
    then: (seen, { texts, sizes }) => [
      countFact(seen, "conformance.count", 0),
      ...range(1, sizes.length).map((n) => resultFact(seen, n, n)),
      ...texts.map((value): Fact => {
        const kept = [seen.output, seen.stderr].some((stream) => Buffer.from(stream).includes(value));
        const about = `the child's print ${JSON.stringify(value.slice(0, 80))}`;
        // Children that print at once may mix: only what is short enough to be one write must be whole.
        const sure = texts.length === 1 || value.length < 4_096;
        return { about, expected: "kept", actual: kept || !sure ? "kept" : "lost" };
      }),
    ],
    reach: { count: (_, { texts }) => texts.length, floor: 6 },
    runs: 12,
  }),
);

// R34
const exitFlushed = sandboxCheck(
  "output:exit:flushed",
  overPipesToo({
    given: fc.record({
      prints: fc
        .tuple(fc.array(small, { maxLength: 3 }), large, fc.array(fc.oneof(small, large), { maxLength: 3 }))
        .map(([before, one, after]) => [...before, one, ...after]),
      end: fc.constantFrom<"exit" | "throw">("exit", "throw"),
      code: fc.constantFrom(0, 3),
    }),
    when: ({ prints: list, end, code }, subject) => ({
      limits: ROOMY,
      steps: [
        give(
          ...printSteps(list, subject, "stdout", 1),
          end === "exit" ? { n: 100, do: "exit", code } : { n: 100, do: "throw", message: "the end" },
        ),
        ...(end === "throw" ? [{ do: "await-result" as const }] : []),
        { do: "await-exit" },
      ],
    }),
    then: (seen, { prints: list }, subject) => [
      noViolationFact(seen),
      outputFact(seen, printed(list, subject, "stdout")),
    ],
    reach: { count: (_, { prints: list }) => list.filter(({ times }) => times > 1).length, floor: 4 },
    runs: 12,
  }),
);

const capturePatched = sandboxCheck("output:capture:patched", {
  given: fc.array(small, { minLength: 1, maxLength: 4 }),
  needs: ["patch"],
  when: (list, subject) => ({
    steps: [
      give(...printSteps(list, subject, "stdout", 1), { n: 100, do: "patch" }, call(101)),
      { do: "answer", answers: answers([[101, "mine"]]) },
      { do: "await-done", of: [...range(1, list.length), 100, 101] },
      ...barrier(),
    ],
  }),
  then: (seen, list, subject) => [
    resultFact(seen, 100, null),
    resultFact(seen, 101, "mine"),
    countFact(seen, "session.result", 1),
    outputFact(seen, printed(list, subject, "stdout")),
  ],
  reach: { count: (seen) => seen.done(100).length },
});

/** Checks of the area `output`. */
export const outputChecks = [
  whole,
  neverAFrame,
  framesIntact,
  stderrApart,
  childWire,
  exitFlushed,
  capturePatched,
];
