import * as fc from "fast-check";
import { ERROR_CODE } from "@sandpipe/spec/v1";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, executionsFact, located, resultFact } from "./facts.js";
import { answered, BARRIER, call, count, echo, notification, opened, write } from "./steps.js";

/** More bytes than the pipes of any system hold by themselves. */
const FLOOD_BYTES = 4_200_000;
const FLOOD: Part = { repeat: { text: "print ", count: FLOOD_BYTES / 6 } };

/** Checks of the area `flow`, in the order of its rows. */
export const flowChecks: readonly HostCheck[] = [
  hostCheck("flow:prints:always-drain", {
    given: fc.record({
      calls: fc.integer({ min: 10, max: 40 }),
      size: fc.integer({ min: 20_000, max: 200_000 }),
    }),
    when: ({ calls, size }) => {
      const ids = Array.from({ length: calls }, (_, index) => index);
      return opened(
        { do: "pause" },
        write(...ids.map((id) => call(id, "conformance.bytes", { size }))),
        write(FLOOD),
        { do: "written" },
        { do: "resume" },
        answered(...ids),
      );
    },
    then: (seen, { calls, size }) => [
      ...Array.from({ length: calls }, (_, id) => {
        const [answer] = seen.answers(id);
        return located(
          `the length of the result of ${id}`,
          size,
          String(answer?.value["result"]).length,
          answer?.at,
        );
      }),
      { about: "bytes of output", expected: FLOOD_BYTES, actual: seen.output.length },
    ],
    reach: { count: (_, { calls, size }) => Number(calls * size > 500_000) },
  }),

  // R16: modelcontextprotocol/typescript-sdk#2776
  hostCheck("flow:stderr:drained", {
    given: fc.record({ errors: fc.integer({ min: 2_000_000, max: 6_000_000 }), both: fc.boolean() }),
    when: ({ errors, both }) =>
      opened(
        write(echo("before")),
        answered("before"),
        {
          do: "write",
          stream: "stderr",
          parts: [{ repeat: { text: "log line\n", count: Math.floor(errors / 9) } }],
        },
        ...(both ? [write({ repeat: { text: "print ", count: Math.floor(errors / 6) } })] : []),
        { do: "written" },
        write(echo("after")),
        answered("after"),
      ),
    then: (seen, { errors }) => [
      resultFact(seen, "after", { id: "after" }),
      { about: "bytes of stderr", expected: Math.floor(errors / 9) * 9, actual: seen.stderr.length },
    ],
    reach: { count: (_, { errors }) => Math.floor(errors / 1_000_000) },
    runs: 4,
  }),

  hostCheck("flow:responses:bounded", {
    given: fc.record({
      calls: fc.integer({ min: 60, max: 100 }),
      size: fc.integer({ min: 50_000, max: 60_000 }),
    }),
    when: ({ calls, size }) => {
      const ids = Array.from({ length: calls }, (_, index) => index);
      return {
        run: { limits: { maxFrameBytes: 65_536, maxInFlight: 200 } },
        steps: [
          { do: "open" },
          { do: "pause" },
          write(...ids.map((id) => call(id, "conformance.bytes", { size }))),
          // Read in many turns of any loop: by their end those answers are made as far as the host makes them.
          write(FLOOD),
          { do: "written" },
          write(count("held", "held")),
          write(FLOOD),
          { do: "written" },
          // Cancelled before it was started, it never counts.
          write(notification("session.cancel", { id: "held" })),
          write(FLOOD),
          { do: "written" },
          { do: "resume" },
          answered(...ids, "held"),
          write(count("after", "held")),
          answered("after"),
        ],
      };
    },
    then: (seen, { calls, size }) => [
      ...Array.from({ length: calls }, (_, id) => {
        const [answer] = seen.answers(id);
        return located(
          `the length of the result of ${id}`,
          size,
          String(answer?.value["result"]).length,
          answer?.at,
        );
      }),
      errorFact(seen, "held", { code: ERROR_CODE.cancelled, kind: "cancelled" }),
      executionsFact(seen, "after", 1),
    ],
    reach: { count: (_, { calls, size }) => Number(calls * size > 2_500_000) },
    runs: 4,
  }),

  hostCheck("flow:refusals:bounded", {
    given: fc.integer({ min: 30_000, max: 40_000 }),
    when: (violations) =>
      opened(
        { do: "pause" },
        write({ repeat: { text: "\u001enull\n", count: violations } }),
        { do: "resume" },
        write(echo("after")),
        answered("after"),
        BARRIER,
      ),
    then: (seen, violations) => [
      resultFact(seen, "after", { id: "after" }),
      {
        about: "the violations counted in the report",
        expected: violations,
        actual: seen.report?.violationCount,
      },
      { about: "bytes of output", expected: violations * 6, actual: seen.output.length },
    ],
    reach: { count: () => 1 },
    runs: 2,
  }),
];
