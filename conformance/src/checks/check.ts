import type * as fc from "fast-check";
import type { Fact } from "./fact.js";
import type { HostPlan } from "../target/host-plan.js";
import type { HostSeen } from "../target/host-seen.js";
import type { SandboxPlan } from "../target/sandbox-plan.js";
import type { SandboxSeen } from "../target/sandbox-seen.js";
import type { Subject } from "../target/target.js";

export type { Fact } from "./fact.js";

/**
 * One check: it proves one requirement row over generated cases. A case is plain data; `when` turns it into the
 * plan of one whole session, which one interpreter carries out; `then` looks at what was seen. Level, text,
 * feature and profile come from the row. A check waits for nothing and words no messages.
 */
export interface Check<Case, Plan, Seen> {
  /** The requirement's id. */
  readonly id: string;
  /** Cases, one a session. Plain data, so that a failing one can be saved and replayed. */
  readonly given: fc.Arbitrary<Case>;
  /** The session that puts a case to the subject. Pure: reads no clock, no response, no randomness. */
  when(given: Case, subject: Subject): Plan;
  /** What was expected and what was seen. An empty list is a session in which nothing could be judged. */
  then(seen: Seen, given: Case, subject: Subject): readonly Fact[];
  /** How often the situation that the row is about was met in a session; over all runs at least `floor` (default 1). */
  readonly reach: Reach<Case, Seen>;
  /** Sessions by default, where a session is dear (a timeout must pass); else the runner's own default. */
  readonly runs?: number;
  /** Features that the check needs beside its row's own, such as `fixture` or a driver's `spawn`. */
  readonly needs?: readonly string[];
  /** Requirements without which this one can't be judged; default: the role's two prerequisites. */
  readonly after?: readonly string[];
}

/** How a check counts that it met its situation. */
export interface Reach<Case, Seen> {
  /** Times that this session met it. */
  count(seen: Seen, given: Case): number;
  readonly floor?: number;
}

/** A check whose kind of case doesn't matter: what registries hold and the runner runs. */
export type AnyCheck<Plan, Seen> = Check<unknown, Plan, Seen>;
/** A check of a host, whatever its kind of case. */
export type HostCheck = AnyCheck<HostPlan, HostSeen>;
/** A check of a sandbox, whatever its kind of case. */
export type SandboxCheck = AnyCheck<SandboxPlan, SandboxSeen>;

/** A check but for its id. */
export type Body<Case, Plan, Seen> = Omit<Check<Case, Plan, Seen>, "id">;

/** A check of a host's requirement. */
export function hostCheck<Case>(id: string, body: Body<Case, HostPlan, HostSeen>): HostCheck {
  return { id, ...body } as Check<Case, HostPlan, HostSeen>;
}

/** A check of a sandbox's requirement. */
export function sandboxCheck<Case>(id: string, body: Body<Case, SandboxPlan, SandboxSeen>): SandboxCheck {
  return { id, ...body } as Check<Case, SandboxPlan, SandboxSeen>;
}
