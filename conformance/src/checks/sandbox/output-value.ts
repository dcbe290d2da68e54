import * as fc from "fast-check";
import type { Shown, Step } from "@sandpipe/spec/control";
import { mostOf } from "../../arbitraries/most-of.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import { sandboxCheck } from "../check.js";
import { countFact, inOrderFact, resultFact, soleDone } from "./facts.js";
import { barrier, BARRIER, give, range } from "./steps.js";

type Value = Extract<Step, { do: "show" }>["what"];

function showing(values: readonly Value[]): Step[] {
  return values.map((what, index): Step => ({ n: index + 1, do: "show", what }));
}

function shownBy(seen: SandboxSeen, n: number): string | undefined {
  return (Object(seen.done(n)[0]?.result) as Shown).text;
}

// R37
const neverThrows = sandboxCheck("output:print:never-throws", {
  given: mostOf<Value>(["throws", "global", "special", "formatted"]),
  needs: ["show"],
  when: (values) => ({
    steps: [give(...showing(values)), { do: "await-done", of: range(1, values.length) }, ...barrier()],
  }),
  then: (seen, values) => [
    ...values.map((what, index) => {
      const failed = seen.done(index + 1)[0]?.error;
      const about = `a print of ${what}`;
      return { about, expected: "no failure", actual: failed === undefined ? "no failure" : failed };
    }),
    resultFact(seen, BARRIER, "barrier"),
    countFact(seen, "session.result", 1),
  ],
  reach: { count: (_, values) => values.filter((what) => what === "throws").length, floor: 2 },
});

// R38
const sameText = sandboxCheck("output:print:same-text", {
  given: fc.uniqueArray(fc.constantFrom<Value[]>("nested", "several", "special", "formatted"), {
    minLength: 1,
  }),
  needs: ["show"],
  when: (values) => ({
    steps: [give(...showing(values)), { do: "await-done", of: range(1, values.length) }],
  }),
  then: (seen, values) => {
    const texts = values.map((_, index) => shownBy(seen, index + 1));
    return [
      ...values.map((what, index) => ({
        about: `what the runtime itself prints for ${what}`,
        expected: "some text",
        actual: texts[index] === undefined ? soleDone(seen, index + 1) : "some text",
      })),
      inOrderFact(
        "the output",
        seen.output,
        texts.map((text) => Buffer.from(text ?? "")),
      ),
    ];
  },
  reach: { count: (_, values) => values.length, floor: 4 },
  runs: 6,
});

/** Checks of the area `output` that are about values that are no text. */
export const outputValueChecks = [neverThrows, sameText];
