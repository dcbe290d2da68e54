import type { HostStep } from "./host-plan.js";
import type { SeenFrame } from "./host-seen.js";

/** A step whose request depends on an earlier answer. */
export type FollowUp = Extract<HostStep, { do: "call-from" | "pages" }>;

/** What a follow-up needs of its session. */
export interface FollowUpParts {
  answers(id: string | number): readonly SeenFrame[];
  request(id: string | number, method: string, params: unknown): void;
  awaitIds(ids: readonly (string | number)[]): Promise<boolean>;
}

/** Pages that no fixture of the kit's fills: a host that goes on for ever stops being asked. */
const MOST_PAGES = 100;

/** Carries out one follow-up; false when an answer that it needs never came. */
export async function followUp(step: FollowUp, parts: FollowUpParts): Promise<boolean> {
  const resultOf = (id: string | number): Readonly<Record<string, unknown>> =>
    (parts.answers(id)[0]?.value["result"] ?? {}) as Readonly<Record<string, unknown>>;
  if (step.do === "call-from") {
    parts.request(step.id, step.method, { ...step.params, [step.as]: resultOf(step.of)[step.member] });
    return true;
  }
  let cursor: unknown;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const id = `${step.id}-${page}`;
    parts.request(id, step.method, { ...step.params, ...(cursor === undefined ? {} : { cursor }) });
    if (!(await parts.awaitIds([id]))) return false;
    cursor = resultOf(id)["nextCursor"];
    if (cursor === undefined) break;
  }
  return true;
}
