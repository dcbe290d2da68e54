import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR, type ErrorKind } from "@sandpipe/spec/v1";
import { mostOf } from "../../arbitraries/most-of.js";
import { params } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { deservedFact, errorFact, located, refusalsFact, type RefusedWith } from "./facts.js";
import { answered, BARRIER, call, delay, echo, notification, opened, refused, write } from "./steps.js";

const SLOTS = 8;
const RUNNING = Array.from({ length: SLOTS }, (_, index) => `running-${index}`);
const NOT_OPEN = { code: ERROR_CODE.session_not_open, kind: "session_not_open" };
const BUSY = { code: ERROR_CODE.busy, kind: "busy" };

/** What a session can be brought to answer with. */
const KINDS = ["session_not_open", "limit_exceeded", "busy", "duplicate_id", "cancelled"] as const;

/** What an answer must not hold: paths, stacks, positions in source files, SQL. */
const LEAK =
  /(?:\/[\w.-]+){2,}|[A-Z]:\\|\bat .+[:(]\d+|Traceback|\bpanicked\b|goroutine \d|\.(?:js|ts|rs|go|py|rb|java|c):\d+|\b(?:SELECT|INSERT|UPDATE|DELETE)\b.+\b(?:FROM|INTO|SET)\b|secret|password/iu;

const ORDERS = [
  ...(["closed-envelope", "closed-unknown", "closed-params", "size", "duplicate"] as const),
  ...(["full-unknown", "full-params", "over-unknown"] as const),
] as const;

/** What has two faults at once, by the error that comes first. */
const ANSWERS: Readonly<Record<string, RefusedWith>> = {
  "closed-envelope": { code: RPC_ERROR.invalidRequest },
  "closed-unknown": NOT_OPEN,
  "closed-params": NOT_OPEN,
  "full-unknown": { code: RPC_ERROR.methodNotFound },
  "full-params": BUSY,
  "over-unknown": NOT_OPEN,
};
const REFUSALS: Readonly<Record<string, RefusedWith>> = {
  size: { code: ERROR_CODE.limit_exceeded, kind: "limit_exceeded" },
  duplicate: { code: ERROR_CODE.duplicate_id, kind: "duplicate_id" },
};

/** Checks of the area `error`, in the order of its rows. */
export const errorChecks: readonly HostCheck[] = [
  hostCheck("error:order:first-fault", {
    given: fc.record({
      absent: fc.constantFrom("conformance.absent", "conformance.hidden", "__proto__"),
      orders: mostOf(ORDERS),
    }),
    when: ({ absent, orders }) => {
      const has = (order: (typeof ORDERS)[number]): boolean => orders.includes(order);
      const when = <T>(order: (typeof ORDERS)[number], ...some: readonly T[]): readonly T[] =>
        has(order) ? some : [];
      const asked = orders.filter((order) => order.startsWith("full-"));
      const running = asked.length > 0 ? RUNNING : RUNNING.slice(0, 1);
      return {
        run: { limits: { maxInFlight: SLOTS, maxFrameBytes: 65_536 } },
        steps: [
          // Envelope, session not open, whitelist, params: before the open.
          write(
            ...when("closed-envelope", {
              record: JSON.stringify({ jsonrpc: "1.0", id: "closed-envelope", method: absent }),
            }),
            ...when("closed-unknown", call("closed-unknown", absent, { ms: "bad" })),
            ...when("closed-params", call("closed-params", "conformance.delay", { ms: "bad" })),
          ),
          answered(...orders.filter((order) => order.startsWith("closed-"))),
          { do: "open" },
          write(...running.map((id) => delay(id, 15_000))),
          // Size before JSON; duplicate before whitelist and busy; whitelist before busy; busy before params.
          write(
            ...when<Part>(
              "size",
              { text: "\u001e{" },
              { repeat: { text: "x", count: 70_000 } },
              { text: "\n" },
            ),
            ...when("duplicate", call("running-0", absent, {})),
            ...when("full-unknown", call("full-unknown", absent, {})),
            ...when("full-params", call("full-params", "conformance.delay", { ms: "bad" })),
          ),
          answered(...asked),
          refused(Number(has("size")) + Number(has("duplicate"))),
          write(...running.map((id) => notification("session.cancel", { id }))),
          answered(...running),
          write({
            frame: { jsonrpc: "2.0", id: "result", method: "session.result", params: { ok: true, value: 1 } },
          }),
          answered("result"),
          ...when("over-unknown", write(call("over-unknown", absent, {})), answered("over-unknown")),
          { do: "exit", code: 0 },
        ],
      };
    },
    then: (seen, { orders }) => [
      ...orders.flatMap((order) => {
        const error = ANSWERS[order];
        return error ? [errorFact(seen, order, error)] : [];
      }),
      refusalsFact(
        seen,
        orders.flatMap((order) => REFUSALS[order] ?? []),
      ),
    ],
    reach: { count: (_, { orders }) => orders.length },
  }),

  hostCheck("error:order:depth-first", {
    given: fc.integer({ min: 70, max: 5_000 }),
    when: (depth) =>
      opened(write({ record: "[".repeat(depth) }), refused(1), write(echo("after")), answered("after")),
    then: (seen) => {
      const [refusal] = seen.refusals;
      const { code } = (refusal?.value["error"] ?? {}) as { code?: number };
      return [
        located(
          "the code for a record both malformed and too deep",
          ERROR_CODE.limit_exceeded,
          code,
          refusal?.at,
        ),
      ];
    },
    reach: { count: (seen) => seen.refusals.length },
    runs: 1,
  }),

  hostCheck("error:kind:present", {
    given: fc.record({ more: fc.integer({ min: 1, max: 6 }), kinds: mostOf(KINDS) }),
    when: ({ more, kinds }) => {
      const has = (kind: (typeof KINDS)[number]): boolean => kinds.includes(kind);
      const slots = has("busy") ? SLOTS : Number(has("duplicate_id") || has("cancelled"));
      const [last = "", ...running] = RUNNING.slice(0, slots);
      const busy = Array.from({ length: has("busy") ? more : 0 }, (_, index) => index);
      const early = has("session_not_open") ? ["early"] : [];
      const large = has("limit_exceeded") ? ["large"] : [];
      const ends = has("cancelled") ? [last, ...running] : [];
      return {
        run: { limits: { maxInFlight: SLOTS, maxFrameBytes: 65_536 } },
        steps: [
          write(...early.map((id) => echo(id))),
          answered(...early),
          { do: "open" },
          write(
            ...large.map((id) => call(id, "conformance.bytes", { size: 70_000 })),
            ...running.map((id) => delay(id, 15_000)),
          ),
          answered(...large),
          ...(slots === 0 ? [] : [write(delay(last, 15_000), ...busy.map((id) => echo(id)))]),
          answered(...busy),
          write(
            ...(has("duplicate_id") ? [echo(last)] : []),
            ...ends.map((id) => notification("session.cancel", { id })),
          ),
          answered(...ends),
          refused(Number(has("duplicate_id"))),
        ],
      };
    },
    then: (seen) =>
      seen.frames.flatMap(({ value, at }) => {
        const { code, data } = (value["error"] ?? {}) as { code?: number; data?: { kind?: string } };
        const kind = (Object.keys(ERROR_CODE) as ErrorKind[]).find((name) => ERROR_CODE[name] === code);
        return kind === undefined
          ? []
          : [located(`data.kind of an error ${String(code)}`, kind, data?.kind, at)];
      }),
    reach: { count: (seen) => seen.frames.filter(({ value }) => "error" in value).length, floor: 5 },
  }),

  hostCheck("error:method:passes-through", {
    given: fc.array(
      fc.record({
        code: fc.oneof(
          fc.constantFrom(2_000, 2_001, 2 ** 31 - 1),
          fc.integer({ min: 2_000, max: 2 ** 31 - 1 }),
        ),
        message: text,
        data: params,
      }),
      { minLength: 1, maxLength: 20, size: "max" },
    ),
    when: (errors) =>
      opened(
        write(...errors.map((error, index) => call(index, "conformance.fail", error))),
        answered(...errors.keys()),
      ),
    then: (seen, errors) =>
      errors.map((error, index) =>
        deservedFact(seen, { id: index, method: "conformance.fail", deserves: { error } }),
      ),
    reach: { count: (_, errors) => errors.length },
  }),

  hostCheck("error:internal:no-leak", {
    given: fc.integer({ min: 1, max: 10 }),
    when: (times) => {
      const ids = Array.from({ length: times }, (_, index) => index);
      return opened(write(...ids.map((id) => call(id, "conformance.throw", {}))), answered(...ids));
    },
    then: (seen, times) =>
      Array.from({ length: times }, (_, id) => id).flatMap((id) => {
        const [answer] = seen.answers(id);
        const leak = LEAK.exec(JSON.stringify(answer?.value["error"] ?? null))?.[0];
        return [
          errorFact(seen, id, { code: RPC_ERROR.internalError }),
          located("a path, a stack or a statement in the answer", "none", leak ?? "none", answer?.at),
        ];
      }),
    reach: { count: (_, times) => times },
  }),

  hostCheck("error:internal:session-survives", {
    given: fc.array(traffic(1, 6, ["thrown", "thrown", "echo", "fail"]), { minLength: 1, maxLength: 4 }),
    when: (rounds) =>
      opened(
        ...rounds.flatMap((calls, round) => [
          write(
            call(`throw-${round}`, "conformance.throw", {}),
            ...calls.map((one, index) => frameOf({ ...one, id: `k:${round}:${index}` })),
          ),
          answered(`throw-${round}`, ...calls.map((_, index) => `k:${round}:${index}`)),
        ]),
        BARRIER,
      ),
    then: (seen, rounds) =>
      rounds.flatMap((calls, round) =>
        calls.map((one, index) => deservedFact(seen, { ...one, id: `k:${round}:${index}` })),
      ),
    reach: { count: (_, rounds) => rounds.length },
  }),
];
