import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR, type ErrorKind } from "@sandpipe/spec/v1";
import { params } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import { hostCheck, type HostCheck } from "../check.js";
import { deservedFact, errorFact, located, refusalsFact } from "./facts.js";
import { answered, BARRIER, call, delay, echo, notification, opened, refused, write } from "./steps.js";

const SLOTS = 8;
const RUNNING = Array.from({ length: SLOTS }, (_, index) => `running-${index}`);
const NOT_OPEN = { code: ERROR_CODE.session_not_open, kind: "session_not_open" };
const BUSY = { code: ERROR_CODE.busy, kind: "busy" };

/** What an answer must not hold: paths, stacks, positions in source files, SQL. */
const LEAK =
  /(?:\/[\w.-]+){2,}|[A-Z]:\\|\bat .+[:(]\d+|Traceback|\bpanicked\b|goroutine \d|\.(?:js|ts|rs|go|py|rb|java|c):\d+|\b(?:SELECT|INSERT|UPDATE|DELETE)\b.+\b(?:FROM|INTO|SET)\b|secret|password/iu;

/** Checks of the area `error`, in the order of its rows. */
export const errorChecks: readonly HostCheck[] = [
  hostCheck("error:order:first-fault", {
    given: fc.constantFrom("conformance.absent", "conformance.hidden", "__proto__"),
    when: (absent) => ({
      run: { limits: { maxInFlight: SLOTS, maxFrameBytes: 65_536 } },
      steps: [
        // Envelope, session not open, whitelist, params: before the open.
        write(
          { record: JSON.stringify({ jsonrpc: "1.0", id: "closed-envelope", method: absent }) },
          call("closed-unknown", absent, { ms: "bad" }),
          call("closed-params", "conformance.delay", { ms: "bad" }),
        ),
        answered("closed-envelope", "closed-unknown", "closed-params"),
        { do: "open" },
        write(...RUNNING.map((id) => delay(id, 15_000))),
        // Size before JSON; duplicate before whitelist and busy; whitelist before busy; busy before params.
        write(
          { repeat: { text: "\u001e{", count: 1 } },
          { repeat: { text: "x", count: 70_000 } },
          { text: "\n" },
          call("running-0", absent, {}),
          call("full-unknown", absent, {}),
          call("full-params", "conformance.delay", { ms: "bad" }),
        ),
        answered("full-unknown", "full-params"),
        refused(2),
        write(...RUNNING.map((id) => notification("session.cancel", { id }))),
        answered(...RUNNING),
        write({
          frame: { jsonrpc: "2.0", id: "result", method: "session.result", params: { ok: true, value: 1 } },
        }),
        answered("result"),
        write(call("over-unknown", absent, {})),
        answered("over-unknown"),
        { do: "exit", code: 0 },
      ],
    }),
    then: (seen) => [
      errorFact(seen, "closed-envelope", { code: RPC_ERROR.invalidRequest }),
      errorFact(seen, "closed-unknown", NOT_OPEN),
      errorFact(seen, "closed-params", NOT_OPEN),
      refusalsFact(seen, [
        { code: ERROR_CODE.limit_exceeded, kind: "limit_exceeded" },
        { code: ERROR_CODE.duplicate_id, kind: "duplicate_id" },
      ]),
      errorFact(seen, "full-unknown", { code: RPC_ERROR.methodNotFound }),
      errorFact(seen, "full-params", BUSY),
      errorFact(seen, "over-unknown", NOT_OPEN),
    ],
    reach: { count: (seen) => seen.answers("full-params").length },
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
    given: fc.integer({ min: 1, max: 6 }),
    when: (more) => ({
      run: { limits: { maxInFlight: SLOTS, maxFrameBytes: 65_536 } },
      steps: [
        write(echo("early")),
        answered("early"),
        { do: "open" },
        write(
          call("large", "conformance.bytes", { size: 70_000 }),
          ...RUNNING.slice(1).map((id) => delay(id, 15_000)),
        ),
        answered("large"),
        write(delay("running-0", 15_000), ...Array.from({ length: more }, (_, index) => echo(index))),
        answered(...Array.from({ length: more }, (_, index) => index)),
        write(echo("running-1"), ...RUNNING.map((id) => notification("session.cancel", { id }))),
        answered(...RUNNING),
        refused(1),
      ],
    }),
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
