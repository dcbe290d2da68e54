import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR, type SessionOpenResult } from "@sandpipe/spec/v1";
import { nested } from "../../arbitraries/json.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, executionsFact, located, outputFact, refusalsFact, shown, silenceFact } from "./facts.js";
import { answered, BARRIER, call, count, write } from "./steps.js";

/** Bare lines of the founding document's protocol. */
const bareLine = fc.constantFrom(
  '{"id":"v0","method":"conformance.count","params":{"key":"k"}}\n',
  '{"id":"v0","method":"files.list","params":{}}\n',
  '{"id":"v0","result":1}\n',
);

/** Versions that no host speaks. */
const unspoken = fc.constantFrom(2, 3, 99, -1, 2 ** 31);
const UNSUPPORTED = { code: ERROR_CODE.unsupported_protocol, kind: "unsupported_protocol" };

/** Params beside `protocol` that are not as this version wants them. */
const oddParams: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.constantFrom(
  {},
  { runtime: "bun", features: [] },
  { runtime: { name: "probe" }, features: [] },
  { runtime: { name: "probe", version: "2" }, features: { emit: true } },
  { features: null },
);

/** Prints that are no request of any version. */
const print = fc.constantFrom("Loading…\n", '{"rows":1}\n', "\n", '{"id":"v0"}\n', "50 %\n");

/** Frames that would open a session of version 1, or be executed in it. */
const v1Record = fc
  .constantFrom(
    { jsonrpc: "2.0", id: "v1", method: "conformance.count", params: { key: "k" } },
    {
      ...{ jsonrpc: "2.0", id: "v1", method: "session.open" },
      params: { protocol: 1, runtime: { name: "probe", version: "1" }, features: [] },
    },
    { jsonrpc: "2.0", method: "session.output", params: { stream: "stdout", text: "captured" } },
  )
  .map((frame) => `\u001e${JSON.stringify(frame)}\n`);

const malformed = fc.constantFrom(
  ...[
    "",
    "null",
    "42",
    "[]",
    "{",
    '{"id":"v0","method":"conformance.count"',
    '{"id":"v0","result":1}',
    "x",
  ].map((body) => `\u001e${body}\n`),
  "\u001ehalf\u001ehalf\n",
  "Loading…\u001e{]\n",
  `\u001e{"jsonrpc":"2.0","method":"session.progress","params":${JSON.stringify({ x: nested(300) })}}\n`,
);

/** Checks of the area `version`, in the order of its rows. */
export const versionChecks: readonly HostCheck[] = [
  hostCheck("version:open:unsupported", {
    given: fc.array(fc.constantFrom(0, 2, 3, 99, -1, 2 ** 31), { minLength: 1, maxLength: 6 }),
    when: (versions) => ({
      steps: [
        write(
          ...versions.map((protocol, index) =>
            call(`k:${index}`, "session.open", {
              protocol,
              runtime: { name: "probe", version: "1" },
              features: [],
            }),
          ),
          count("early"),
        ),
        answered(...versions.map((_, index) => `k:${index}`), "early"),
        { do: "open" },
        write(count("after")),
        answered("after"),
      ],
    }),
    then: (seen, versions) => {
      const [open] = seen.answers("open");
      const { protocol } = (open?.value["result"] ?? {}) as Partial<SessionOpenResult>;
      return [
        ...versions.flatMap((_, index) => {
          const [answer] = seen.answers(`k:${index}`);
          const { data } = (answer?.value["error"] ?? {}) as { data?: { supported?: unknown } };
          const supported = Array.isArray(data?.supported) && data.supported.includes(1);
          return [
            errorFact(seen, `k:${index}`, UNSUPPORTED),
            located("data.supported", "holds 1", supported ? "holds 1" : data?.supported, answer?.at),
          ];
        }),
        errorFact(seen, "early", { code: ERROR_CODE.session_not_open, kind: "session_not_open" }),
        located("the protocol of the open that follows", 1, protocol, open?.at),
        executionsFact(seen, "after", 1),
      ];
    },
    reach: { count: (_, versions) => versions.length },
  }),

  hostCheck("version:latch:v1", {
    given: fc.array(bareLine, { minLength: 1, maxLength: 10 }),
    when: (lines, subject) => ({
      // A host that speaks both could still fall for them; one that doesn't must not begin to.
      run: { protocol: subject.protocols.includes(0) ? [0, 1] : [1] },
      steps: [
        { do: "open" },
        write(...lines.map((line): Part => ({ text: line }))),
        write(count("after")),
        answered("after"),
        BARRIER,
      ],
    }),
    then: (seen, lines) => [
      executionsFact(seen, "after", 1),
      silenceFact(seen, "v0"),
      refusalsFact(seen, []),
      outputFact(seen, Buffer.from(lines.join(""))),
    ],
    reach: { count: (_, lines) => lines.length },
  }),

  hostCheck("version:latch:v0", {
    given: fc.record({
      before: fc.array(print, { maxLength: 4 }),
      after: fc.array(v1Record, { minLength: 1, maxLength: 6 }),
    }),
    when: ({ before, after }) => ({
      speaks: 0,
      run: { protocol: [0, 1] },
      steps: [
        write(...before.map(text), bareCount("first")),
        answered("first"),
        write(...after.map(text), bareCount("after")),
        answered("after"),
        BARRIER,
      ],
    }),
    then: (seen, { before, after }) => [
      executionsFact(seen, "first", 1),
      executionsFact(seen, "after", 2),
      {
        about: "bytes on stdin outside lines that are JSON objects",
        expected: "",
        actual: shown(seen.stray),
      },
      silenceFact(seen, "v1"),
      outputFact(seen, Buffer.from([...before, ...after].join(""))),
    ],
    reach: { count: (_, { after }) => after.length },
  }),

  hostCheck("version:latch:before-is-output", {
    given: fc.record({
      records: fc.array(malformed, { minLength: 1, maxLength: 8 }),
      speaks: fc.constantFrom<(0 | 1)[]>(0, 1),
    }),
    when: ({ records, speaks }) => ({
      speaks,
      run: { protocol: [0, 1] },
      steps: [
        write(...records.map(text)),
        ...(speaks === 1 ? [{ do: "open" } as const] : []),
        write(speaks === 1 ? count("first") : bareCount("first")),
        answered("first"),
        BARRIER,
      ],
    }),
    then: (seen, { records }) => [
      executionsFact(seen, "first", 1),
      refusalsFact(seen, []),
      { about: "bytes on stdin that are no frame", expected: "", actual: shown(seen.stray) },
      outputFact(seen, Buffer.from(records.join(""))),
    ],
    reach: { count: (_, { records }) => records.length },
  }),
  hostCheck("version:open:before-params", {
    given: fc.array(fc.record({ protocol: unspoken, odd: oddParams }), { minLength: 1, maxLength: 8 }),
    when: (opens) => ({
      steps: [
        write(
          ...opens.map(({ protocol, odd }, index) => openRecord(`unspoken-${index}`, { protocol, ...odd })),
          ...opens.map(({ odd }, index) => openRecord(`spoken-${index}`, { protocol: 1, ...odd })),
          openRecord("absent", { runtime: { name: "probe", version: "1" }, features: [] }),
        ),
        answered(...opens.flatMap((_, index) => [`unspoken-${index}`, `spoken-${index}`]), "absent"),
        { do: "open" },
        BARRIER,
      ],
    }),
    then: (seen, opens) => [
      ...opens.flatMap((_, index) => [
        errorFact(seen, `unspoken-${index}`, UNSUPPORTED),
        errorFact(seen, `spoken-${index}`, { code: RPC_ERROR.invalidParams }),
      ]),
      errorFact(seen, "absent", { code: RPC_ERROR.invalidParams }),
    ],
    reach: { count: (_, opens) => opens.length },
  }),
];

/** An open that no schema needs to like. */
function openRecord(id: string, params: unknown): Part {
  return { record: JSON.stringify({ jsonrpc: "2.0", id, method: "session.open", params }) };
}

/** A request line of version 0. */
function bareCount(id: string): Part {
  return { line: { id, method: "conformance.count", params: { key: "k" } } };
}

function text(value: string): Part {
  return { text: value };
}
