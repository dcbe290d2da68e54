import type { Row } from "@sandpipe/spec/requirement";
import type { AnyCheck } from "../checks/check.js";
import { INTERRUPTED } from "../report/interrupted.js";
import type { CheckResult } from "../report/report.js";
import { KitFault, type JudgedRole, type Target, type Version } from "../target/target.js";
import { runCheck, scaled, type RunSettings } from "./run-check.js";
import { missingFeature } from "./select.js";
import type { WholeRun } from "./whole-run.js";

/**
 * Requirements without which nothing else can be judged. They ask for as little as can be (an open, one echo, a
 * result), or a narrow fault would hide behind a broad row.
 */
export const PREREQUISITES: Readonly<Record<Version, Readonly<Record<JudgedRole, readonly string[]>>>> = {
  // No row of version 0 asks for so little.
  0: { host: [], sandbox: [], both: [] },
  1: { host: ["session:open:answered"], sandbox: ["session:open:sent-first"], both: [] },
};

/** Runs checks against a target, each after what it stands on; `onResult` hears of each as it ends. */
export async function runChecks<Plan, Seen>(
  checks: readonly AnyCheck<Plan, Seen>[],
  rows: ReadonlyMap<string, Row>,
  target: Target<Plan, Seen>,
  settings: RunSettings,
  onResult: (result: CheckResult) => void,
  whole?: WholeRun<Plan, Seen>,
): Promise<readonly CheckResult[]> {
  const byId = new Map(checks.map((check) => [check.id, check]));
  if (byId.size !== checks.length) throw new KitFault("two checks of the kit have the same id");
  const prerequisites = PREREQUISITES[settings.protocol][target.subject.role];
  const started = new Map<string, Promise<CheckResult>>();

  const standsOn = (check: AnyCheck<Plan, Seen>): readonly string[] => {
    const own = prerequisites.indexOf(check.id);
    const before = own < 0 ? prerequisites : prerequisites.slice(0, own);
    return (check.after ?? before).filter((id) => byId.has(id) && id !== check.id);
  };

  const decide = async (check: AnyCheck<Plan, Seen>): Promise<CheckResult> => {
    const row = rows.get(check.id);
    if (!row) throw new KitFault(`the check ${check.id} cites no requirement of this version`);
    const without = (verdict: CheckResult["verdict"], reason: string): CheckResult => ({
      ...{ id: check.id, level: row.level, area: row.area, verdict, reason },
      ...{ sessions: 0, exchanges: 0, reached: 0, floor: scaled(check, settings.runs).floor, ms: 0 },
    });
    const feature = missingFeature(row, check.needs ?? [], target.subject);
    if (feature !== undefined)
      return without(
        "not-applicable",
        target.lacks?.get(feature) ?? `${target.subject.name} doesn't declare ${feature}`,
      );
    for (const id of standsOn(check)) {
      const { verdict } = await start(id);
      if (!["pass", "not-applicable", "not-exercised", "informational"].includes(verdict))
        return without("blocked", `blocked by ${id}`);
    }
    if (settings.signal.aborted) return without("undecided", INTERRUPTED);
    return runCheck(check, row, target, settings, whole);
  };

  const start = (id: string): Promise<CheckResult> => {
    const before = started.get(id);
    if (before) return before;
    const check = byId.get(id);
    if (!check) throw new KitFault(`no check of the kit has the id ${id}`);
    const result = decide(check).then((value) => {
      onResult(value);
      return value;
    });
    started.set(id, result);
    return result;
  };

  // What failed before is known first.
  for (const { id } of checks) if (settings.earlier.has(id)) void start(id).catch(() => undefined);
  return Promise.all(checks.map((check) => start(check.id)));
}
