import { SANDBOX_EXIT } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import { sandboxCheck } from "../check.js";
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

/** Checks of the area `version`. */
export const versionChecks = [noneCommon];
