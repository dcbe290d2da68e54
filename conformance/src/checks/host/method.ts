import * as fc from "fast-check";
import { RPC_ERROR } from "@sandpipe/spec/v1";
import { CONFORMANCE_METHODS } from "../../target/host-standard-run.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, executionsFact, located, resultFact } from "./facts.js";
import { counting, refusal } from "./refusal.js";
import { answered, call, count, echo, opened, write } from "./steps.js";

const UNKNOWN = { code: RPC_ERROR.methodNotFound };

/** Params with which each conformance method can be called. */
const LAWFUL: Readonly<Record<(typeof CONFORMANCE_METHODS)[number], unknown>> = {
  "conformance.echo": { a: 1 },
  "conformance.delay": { ms: 0, value: 1 },
  "conformance.fail": { code: 2000, message: "m", data: {} },
  "conformance.throw": {},
  "conformance.count": { key: "listed" },
  "conformance.bytes": { size: 3 },
};

/** Methods that may be left out: the kit's own steps need echo and count. */
const OPTIONAL = ["conformance.delay", "conformance.fail", "conformance.throw", "conformance.bytes"] as const;

/** Near misses of `conformance.count`. */
const NEAR: readonly string[] = [
  "Conformance.count",
  "conformance.Count",
  "CONFORMANCE.COUNT",
  "conformance.coun",
  "conformance.counter",
  "conformance.count.x",
  "conformance.count ",
  " conformance.count",
  "\tconformance.count",
  "conformance.count\n",
  "conformance.count\u0000",
  "conformance.count/",
  "conformance..count",
  "conformance．count",
  "сonformance.count",
  "conformance.cоunt",
  "conformance.count\u200b",
  "conformance.",
  "conformance",
  "count",
  "conformance.*",
  "*",
  ".*",
];

const PROTOTYPE: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "__defineGetter__",
  "__lookupSetter__",
];

/** The error of a call, with the method's name taken out of it. */
function namelessError(seen: HostSeen, id: string, name: string): string {
  return JSON.stringify(seen.answers(id)[0]?.value["error"] ?? "no error").replaceAll(name, "NAME");
}

/** Checks of the area `method`, in the order of its rows. */
export const methodChecks: readonly HostCheck[] = [
  hostCheck("method:whitelist:listed", {
    given: fc.shuffledSubarray([...OPTIONAL]),
    when: (some) => ({
      run: { methods: ["conformance.count", ...some, "conformance.echo"] },
      steps: [
        { do: "open" },
        write(...CONFORMANCE_METHODS.map((name) => call(name, name, LAWFUL[name]))),
        answered(...CONFORMANCE_METHODS),
      ],
    }),
    then: (seen, some) => {
      const whitelist: readonly string[] = ["conformance.count", "conformance.echo", ...some];
      const open = seen.answers("open")[0];
      const { methods = [] } = (open?.value["result"] ?? {}) as { methods?: { name: string }[] };
      const listed = methods.map(({ name }) => name).sort();
      return [
        located("the methods that session.open lists", [...whitelist].sort(), listed, open?.at),
        ...CONFORMANCE_METHODS.map((name) => {
          const [answer] = seen.answers(name);
          const { code } = (answer?.value["error"] ?? {}) as { code?: number };
          const expected = whitelist.includes(name) ? "known" : "unknown";
          return located(name, expected, code === RPC_ERROR.methodNotFound ? "unknown" : "known", answer?.at);
        }),
      ];
    },
    reach: { count: (_, some) => some.length },
  }),

  refusal("method:whitelist:exact", {
    given: NEAR,
    wrong: (method, under) => ({ frame: { ...counting(under), method } }),
    code: RPC_ERROR.methodNotFound,
  }),

  refusal("method:whitelist:prototype-names", {
    given: PROTOTYPE,
    wrong: (method, under) => ({ frame: { ...counting(under), method } }),
    code: RPC_ERROR.methodNotFound,
  }),

  hostCheck("method:whitelist:hidden-is-unknown", {
    given: fc.record({
      params: fc.constantFrom<Readonly<Record<string, unknown>>>({}, { key: "k" }, { ms: 0 }, { size: 1 }),
      left: fc.constantFrom(...OPTIONAL),
    }),
    when: ({ params, left }) => ({
      run: { methods: CONFORMANCE_METHODS.filter((name) => name !== left) },
      steps: [
        { do: "open" },
        write(
          call("hidden", "conformance.hidden", params),
          call("absent", "conformance.hiddem", params),
          call("left", left, params),
          call("other", `${left.slice(0, -1)}!`, params),
          // A host to which everything is unknown hides nothing.
          echo("listed"),
        ),
        answered("hidden", "absent", "left", "other", "listed"),
      ],
    }),
    then: (seen, { left }) => [
      errorFact(seen, "hidden", UNKNOWN),
      errorFact(seen, "left", UNKNOWN),
      resultFact(seen, "listed", { id: "listed" }),
      located(
        "the answer of a hidden method, its name taken out",
        namelessError(seen, "absent", "conformance.hiddem"),
        namelessError(seen, "hidden", "conformance.hidden"),
        seen.answers("hidden")[0]?.at,
      ),
      located(
        `the answer of ${left}, its name taken out`,
        namelessError(seen, "other", `${left.slice(0, -1)}!`),
        namelessError(seen, "left", left),
        seen.answers("left")[0]?.at,
      ),
    ],
    reach: { count: (seen) => seen.answers("hidden").length },
  }),

  hostCheck("method:whitelist:before-params", {
    given: fc.constantFrom<readonly [(typeof OPTIONAL)[number], Readonly<Record<string, unknown>>]>(
      ["conformance.delay", { ms: "soon" }],
      ["conformance.delay", {}],
      ["conformance.fail", { code: "x", message: 7 }],
      ["conformance.bytes", { size: -1 }],
      ["conformance.bytes", { size: "3" }],
    ),
    when: ([left, params]) => ({
      run: { methods: CONFORMANCE_METHODS.filter((name) => name !== left) },
      steps: [
        { do: "open" },
        write(call("bad", left, params), call("hidden", "conformance.hidden", { key: 7 }), count("right")),
        answered("bad", "hidden", "right"),
      ],
    }),
    then: (seen) => [
      errorFact(seen, "bad", UNKNOWN),
      errorFact(seen, "hidden", UNKNOWN),
      executionsFact(seen, "right", 1),
    ],
    reach: { count: (seen) => seen.answers("bad").length },
  }),

  hostCheck("method:name:too-long", {
    given: fc.record({
      unit: fc.constantFrom("a", "é", "😀", "."),
      more: fc.constantFrom(1, 2, 872, 20_000),
    }),
    when: ({ unit, more }) =>
      opened(
        write(
          call("longest", unit.repeat(128)),
          { record: JSON.stringify({ ...counting("wrong"), method: unit.repeat(128 + more) }) },
          count("right"),
        ),
        answered("longest", "wrong", "right"),
      ),
    then: (seen) => [
      errorFact(seen, "longest", UNKNOWN),
      errorFact(seen, "wrong", { code: RPC_ERROR.invalidRequest }),
      executionsFact(seen, "right", 1),
    ],
    reach: { count: (seen) => seen.answers("wrong").length },
  }),

  hostCheck("method:params:invalid", {
    given: fc.array(
      fc.constantFrom<readonly [string, Readonly<Record<string, unknown>>]>(
        ["files.get", {}],
        ["files.get", { fileId: 5 }],
        ["files.get", { fileId: null }],
        ["files.get", { fileId: ["f1"] }],
        ["files.read", { fileId: "f1" }],
        ["files.read", { encoding: "utf8" }],
        ["files.read", { fileId: "f1", encoding: "utf8", offset: "0" }],
        ["files.read", { fileId: "f1", encoding: "utf8", length: 1.5 }],
        ["files.list", { limit: 0 }],
        ["files.list", { limit: "all" }],
        ["files.list", { conversationId: 1 }],
        ["projects.get", { projectId: {} }],
        ["conversations.get", { limit: -1 }],
      ),
      { minLength: 1, maxLength: 12 },
    ),
    when: (bad) =>
      opened(
        write(
          ...bad.map(([method, params], index) => call(index, method, params)),
          call("right", "files.read", { fileId: "f1", encoding: "utf8" }),
        ),
        answered(...bad.keys(), "right"),
      ),
    then: (seen, bad) => [
      ...bad.map((_, index) => errorFact(seen, index, { code: RPC_ERROR.invalidParams })),
      resultFact(seen, "right", {
        content: "n\n1\n2\n",
        encoding: "utf8",
        offset: 0,
        length: 6,
        size: 6,
        eof: true,
      }),
    ],
    reach: { count: (_, bad) => bad.length },
  }),
];
