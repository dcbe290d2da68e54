import * as fc from "fast-check";
import type { SandboxPlan } from "../../target/sandbox-plan.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import type { Check } from "../check.js";

type Body<Case> = Omit<Check<Case, SandboxPlan, SandboxSeen>, "id">;

/** A case, and what its session goes over. */
interface Carried<Case> {
  readonly stdio: NonNullable<SandboxPlan["stdio"]>;
  readonly given: Case;
}

/**
 * The same check over both kinds of descriptor: hosts in Node give sockets, most others pipes, and runtimes read
 * and write them by different code.
 */
export function overPipesToo<Case>(body: Body<Case>): Body<Carried<Case>> {
  return {
    ...body,
    given: fc.record({ stdio: fc.constantFrom<Carried<Case>["stdio"]>("socket", "pipe"), given: body.given }),
    when: ({ stdio, given }, subject) => ({ ...body.when(given, subject), stdio }),
    then: (seen, { given }, subject) => body.then(seen, given, subject),
    reach: {
      ...(body.reach.floor === undefined ? {} : { floor: body.reach.floor }),
      count: (seen, { given }) => body.reach.count(seen, given),
    },
  };
}
