import * as fc from "fast-check";
import { sandboxCheck } from "../check.js";
import { give, range } from "./steps.js";

const noFrame = sandboxCheck("data:query:no-frame", {
  given: fc.array(fc.constantFrom("select 1 as a", "select range as n from range(2000)", "select 'x' as t"), {
    minLength: 1,
    maxLength: 3,
  }),
  needs: ["sql.duckdb"],
  when: (queries) => ({
    steps: [
      give(
        ...queries.flatMap((query, index) => [
          { n: index + 1, do: "sql" as const, engine: "duckdb", query },
          { n: 100 + index, do: "await" as const, of: index + 1 },
        ]),
      ),
      { do: "await-done", of: range(1, queries.length) },
    ],
  }),
  then: (seen, queries) => [
    ...range(1, queries.length).map((n) => ({
      about: `what the script got from query ${n}`,
      expected: "rows",
      actual: Array.isArray(seen.done(n)[0]?.result) ? "rows" : (seen.done(n)[0] ?? "nothing"),
    })),
    {
      about: "frames beside the driver's own",
      expected: [],
      actual: seen.frames
        .filter(
          ({ value }) => Object.hasOwn(value, "id") || /^(?:session|files)\./.test(String(value["method"])),
        )
        .map(({ value }) => value["method"])
        .filter((method) => !["session.open", "session.result", "conformance.next"].includes(String(method))),
    },
  ],
  reach: { count: (_, queries) => queries.length },
  runs: 2,
});

/** Checks of the area `data`. */
export const dataChecks = [noFrame];
