import type * as fc from "fast-check";
import type { Id } from "@sandpipe/spec/v1";
import { severalOf } from "../../arbitraries/most-of.js";
import type { HostPlan, HostStep, Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, executionsFact, refusalsFact, resultFact, type RefusedWith } from "./facts.js";
import { answered, count, refused, write } from "./steps.js";

/** What makes a refusal a check: the same request right and wrong, in one session. */
export interface Refusal<Case> extends RefusedWith {
  /** All faults, of which a session holds most; or one fault, of which it holds several. */
  readonly given: readonly Case[] | fc.Arbitrary<Case>;
  /** The right request with the fault, under this id. */
  readonly wrong: (given: Case, id: Id) => Part;
  /** Whether the refusal carries the request's id (the default), or null. */
  readonly named?: boolean;
  /** Members of the `run` message. */
  readonly run?: HostPlan["run"];
}

/** The key that the right request and the wrong ones count under. */
const KEY = "refusal";

/** The right request, as an object to be distorted: it counts, and shows so whether it was executed. */
export function counting(id: Id): Readonly<Record<string, unknown>> {
  return { jsonrpc: "2.0", id, method: "conformance.count", params: { key: KEY } };
}

/**
 * The check of a refusal. The session takes the right request; each wrong one gets the error of this code and kind,
 * under its id or null; a count afterwards shows that none was executed. A crash, a close or a hang is no refusal,
 * since the count is awaited.
 */
export function refusal<Case>(row: string, parts: Refusal<Case>): HostCheck {
  const named = parts.named ?? true;
  const error: RefusedWith = { code: parts.code, ...(parts.kind === undefined ? {} : { kind: parts.kind }) };
  const idOf = (index: number): Id => (index % 2 === 0 ? `wrong-${index}` : index);
  return hostCheck<Case[]>(row, {
    given: severalOf(parts.given, 10),
    when: (faults) => {
      const steps: HostStep[] = [
        { do: "open" },
        write({ frame: counting("right") }),
        answered("right"),
        write(...faults.map((fault, index) => parts.wrong(fault, idOf(index)))),
        named ? answered(...faults.map((_, index) => idOf(index))) : refused(faults.length),
        write(count("after", KEY)),
        answered("after"),
      ];
      return parts.run === undefined ? { steps } : { run: parts.run, steps };
    },
    then: (seen, faults) => [
      resultFact(seen, "right", 1),
      ...(named
        ? faults.map((_, index) => errorFact(seen, idOf(index), error))
        : [
            refusalsFact(
              seen,
              faults.map(() => error),
            ),
          ]),
      executionsFact(seen, "after", 2),
    ],
    reach: { count: (_, faults) => faults.length },
  });
}
