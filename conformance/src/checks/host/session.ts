import * as fc from "fast-check";
import {
  CONTRACT_METHODS,
  ERROR_CODE,
  RPC_ERROR,
  type ContractMethod,
  type SessionOpenResult,
} from "@sandpipe/spec/v1";
import { mostOf } from "../../arbitraries/most-of.js";
import { text } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import {
  deservedFact,
  errorFact,
  executionsFact,
  located,
  refusalsFact,
  resultFact,
  strangersFact,
  violationsFact,
} from "./facts.js";
import { answered, BARRIER, call, count, echo, notification, opened, write } from "./steps.js";

const NOT_OPEN = { code: ERROR_CODE.session_not_open, kind: "session_not_open" };
const OPEN_PARAMS = { protocol: 1, runtime: { name: "probe", version: "1" }, features: [] };
const open = (id: string): Part => call(id, "session.open", OPEN_PARAMS);

/** Members of the answer of session.open, as facts. */
function openFact(
  seen: HostSeen,
  about: string,
  expected: unknown,
  pick: (result: SessionOpenResult) => unknown,
): Fact {
  const [answer] = seen.answers("open");
  const result = answer?.value["result"] as SessionOpenResult | undefined;
  return located(about, expected, result === undefined ? "no answer" : pick(result), answer?.at);
}

/** Notifications that a host drops: unknown ones, and known ones with bad params. */
const dropped: fc.Arbitrary<string> = fc
  .constantFrom<readonly [string, unknown]>(
    ["session.unknown", {}],
    ["x.y", { a: 1 }],
    ["", undefined],
    ["toString", {}],
    ["rpc.discover", undefined],
    ["session.emit", { data: 1 }],
    ["session.emit", {}],
    ["session.output", { stream: "stdlog", text: "x" }],
    ["session.output", { stream: "stdout" }],
    ["session.output", { stream: "stdout", text: 5 }],
    ["session.progress", { fraction: 2 }],
    ["session.progress", { fraction: "half" }],
    ["session.cancel", {}],
    ["session.cancel", { id: null }],
    ["session.open", OPEN_PARAMS],
    ["session.result", { ok: true, value: "by notification" }],
  )
  .map(([method, params]) => JSON.stringify({ jsonrpc: "2.0", method, params }));

/** Limits that a run may set, each far enough from what the check itself needs. */
const limits = fc.record({
  maxFrameBytes: fc.integer({ min: 65_536, max: 2_000_000 }),
  maxInFlight: fc.integer({ min: 8, max: 200 }),
  maxDepth: fc.integer({ min: 32, max: 128 }),
  callTimeoutMs: fc.integer({ min: 20_000, max: 90_000 }),
  maxOutputBytes: fc.integer({ min: 1_000, max: 20_000_000 }),
  graceMs: fc.integer({ min: 200, max: 3_000 }),
});

/** Checks of the area `session`, in the order of its rows. */
export const sessionChecks: readonly HostCheck[] = [
  hostCheck("session:open:answered", {
    given: fc.record({
      projectId: fc.constantFrom("p1", "p2", "prøject"),
      conversationId: fc.option(fc.constantFrom("c1", "c9"), { nil: null }),
    }),
    when: ({ projectId, conversationId }) => ({
      run: { session: conversationId === null ? { projectId } : { projectId, conversationId } },
      steps: [{ do: "open" }, write(echo("after")), answered("after")],
    }),
    then: (seen, { projectId, conversationId }) => [
      openFact(seen, "the protocol", 1, (result) => result.protocol),
      openFact(seen, "the project", projectId, (result) => result.session.projectId),
      openFact(seen, "the conversation", conversationId, (result) => result.session.conversationId ?? null),
      openFact(seen, "the session's id", "string", (result) => typeof result.session.id),
      ...(["methods", "limits", "datasources", "script", "features"] as const).map((member) =>
        openFact(seen, `the member ${member}`, "there", (result) => (member in result ? "there" : "absent")),
      ),
      resultFact(seen, "after", { id: "after" }),
    ],
    reach: { count: (seen) => seen.answers("open").length },
  }),

  hostCheck("session:open:limits-told", {
    given: limits,
    when: (run) => ({
      run: { limits: run },
      steps: [{ do: "open" }, write(echo("after")), answered("after")],
    }),
    then: (seen, run) =>
      (Object.keys(run) as (keyof typeof run)[]).map((name) =>
        openFact(seen, `the limit ${name}`, run[name], (result) => result.limits[name]),
      ),
    reach: { count: (seen) => seen.answers("open").length },
  }),

  hostCheck("session:open:first", {
    given: fc.array(
      fc.constantFrom("conformance.count", "conformance.echo", "conformance.absent", "session.result"),
      {
        minLength: 1,
        maxLength: 12,
      },
    ),
    when: (methods) => ({
      steps: [
        write(
          count("early"),
          ...methods.map((method, index) =>
            call(index, method, method === "session.result" ? { ok: true, value: 1 } : { key: "k" }),
          ),
        ),
        answered("early", ...methods.keys()),
        { do: "open" },
        write(count("after")),
        answered("after"),
      ],
    }),
    then: (seen, methods) => [
      errorFact(seen, "early", NOT_OPEN),
      ...methods.map((_, index) => errorFact(seen, index, NOT_OPEN)),
      executionsFact(seen, "after", 1),
    ],
    reach: { count: (_, methods) => methods.length + 1 },
  }),

  hostCheck("session:open:second-refused", {
    given: fc.record({ times: fc.integer({ min: 1, max: 5 }), calls: traffic(1, 5, ["echo"]) }),
    when: ({ times, calls }) =>
      opened(
        write(...Array.from({ length: times }, (_, index) => open(`k:open-${index}`)), ...calls.map(frameOf)),
        answered(
          ...Array.from({ length: times }, (_, index) => `k:open-${index}`),
          ...calls.map((one) => one.id),
        ),
      ),
    then: (seen, { times, calls }) => [
      ...Array.from({ length: times }, (_, index) =>
        errorFact(seen, `k:open-${index}`, { code: RPC_ERROR.invalidRequest }),
      ),
      ...calls.map((one) => deservedFact(seen, one)),
    ],
    reach: { count: (_, { times }) => times },
  }),

  hostCheck("session:open:pipelined", {
    given: traffic(1, 7, ["echo", "fail", "thrown", "delay", "unknown"]),
    when: (calls) => ({
      run: { limits: { maxInFlight: 8 } },
      steps: [write(open("open"), ...calls.map(frameOf)), answered("open", ...calls.map((one) => one.id))],
    }),
    then: (seen, calls) => [
      openFact(seen, "the protocol", 1, (result) => result.protocol),
      ...calls.map((one) => deservedFact(seen, one)),
    ],
    reach: { count: (_, calls) => calls.length },
  }),

  hostCheck("session:open:trace", {
    given: fc.constant("trace"),
    when: () => opened(),
    then: (seen) => [
      openFact(seen, "the member trace", "there", (result) => ("trace" in result ? "there" : "absent")),
    ],
    reach: { count: (seen) => seen.answers("open").length },
    runs: 1,
  }),

  hostCheck("session:notification:before-open", {
    given: mostOf<readonly [string, unknown]>([
      ["session.emit", { name: "early", data: { "text/plain": "x" } }],
      ["session.progress", { fraction: 0.5 }],
      ["session.cancel", { id: "x" }],
      ["session.unknown", {}],
    ]),
    when: (early) => ({
      steps: [
        write(...early.map(([method, params]) => notification(method, params))),
        { do: "open" },
        write(echo("after")),
        answered("after"),
      ],
    }),
    then: (seen, early) => [
      resultFact(seen, "after", { id: "after" }),
      refusalsFact(seen, []),
      { about: "the emits in the report", expected: [], actual: seen.report?.emits },
      violationsFact(seen, early.length),
    ],
    reach: { count: (_, early) => early.length },
  }),

  hostCheck("session:notification:unknown-dropped", {
    given: fc.array(dropped, { minLength: 1, maxLength: 12 }),
    when: (records) =>
      opened(
        write(...records.map((record): Part => ({ record })), echo("after")),
        answered("after"),
        BARRIER,
      ),
    then: (seen, records) => [
      resultFact(seen, "after", { id: "after" }),
      refusalsFact(seen, []),
      strangersFact(seen, ["after"]),
      violationsFact(seen, records.length),
    ],
    reach: { count: (_, records) => records.length },
  }),

  hostCheck("session:progress:taken", {
    given: fc.array(
      fc.record(
        { fraction: fc.double({ min: 0, max: 1, noNaN: true }), message: text },
        { requiredKeys: [] },
      ),
      { minLength: 1, maxLength: 12 },
    ),
    when: (progress) =>
      opened(
        write(...progress.map((one) => notification("session.progress", one)), echo("after")),
        answered("after"),
        BARRIER,
      ),
    then: (seen) => [
      resultFact(seen, "after", { id: "after" }),
      refusalsFact(seen, []),
      { about: "the violations in the report", expected: 0, actual: seen.report?.violations.length },
    ],
    reach: { count: (_, progress) => progress.length },
  }),

  hostCheck("session:features:undeclared-silent", {
    given: fc.constant("undeclared"),
    when: () =>
      opened(write(notification("session.emit", { name: "x", data: { "text/plain": "x" } })), BARRIER),
    then: (seen, _, subject) => {
      const undeclared = (Object.keys(CONTRACT_METHODS) as ContractMethod[]).filter((name) => {
        const { feature } = CONTRACT_METHODS[name];
        return feature !== undefined && !subject.features.includes(feature);
      });
      const emits = subject.features.includes("emit") ? 0 : (seen.report?.emits.length ?? 0);
      return [
        openFact(seen, "methods of undeclared features that are listed", [], (result) =>
          result.methods.map(({ name }) => name).filter((name) => undeclared.some((one) => one === name)),
        ),
        { about: "emits taken although emit is not declared", expected: 0, actual: emits },
      ];
    },
    reach: { count: (seen) => seen.answers("open").length },
    runs: 1,
  }),
];
