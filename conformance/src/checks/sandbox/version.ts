import { RS, SANDBOX_EXIT } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import { json } from "../../arbitraries/json.js";
import { sandboxCheck } from "../check.js";
import { inOrderFact, resultFact } from "./facts.js";
import { answers, calls, give, range } from "./steps.js";
import { refusedStart, startFacts } from "./fallback.js";

/** Version 0 is left out: a sandbox may speak it as well. */
const noneCommon = sandboxCheck("version:offer:none-common", {
  given: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("2", "3,4", "10", "99") },
    { weight: 1, arbitrary: fc.constantFrom("1", "1,2", "2,1") },
  ),
  when: (offered) => {
    const env = { SANDPIPE_PROTOCOL: offered };
    return common(offered) ? { env, steps: [] } : refusedStart(env);
  },
  then: (seen, offered) => startFacts(seen, common(offered) ? undefined : SANDBOX_EXIT.unavailable),
  reach: { count: (_, offered) => (common(offered) ? 0 : 1) },
});

function common(offered: string): boolean {
  return offered.split(",").includes("1");
}

const absentIsV0 = sandboxCheck("version:offer:absent-is-v0", {
  given: fc.array(json, { minLength: 1, maxLength: 6 }),
  when: (values) => ({
    speaks: 0,
    env: { SANDPIPE_PROTOCOL: null },
    steps: [
      give(...calls(values)),
      { do: "answer", answers: answers(values.map((value, index) => [index + 1, value])) },
      { do: "await-done", of: range(1, values.length) },
      give({ n: 100, do: "result", value: { v0: true } }),
      { do: "await-exit" },
    ],
  }),
  then: (seen, values) => [
    ...values.map((value, index) => resultFact(seen, index + 1, value)),
    inOrderFact("stdout", seen.output, [Buffer.from('{"v0":true}')]),
    { about: "RS on stdout", expected: "none", actual: seen.output.includes(RS) ? "there" : "none" },
  ],
  reach: { count: (seen) => seen.frames.length },
});

/** Checks of the area `version`. */
export const versionChecks = [noneCommon, absentIsV0];
