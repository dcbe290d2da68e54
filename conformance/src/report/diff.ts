import { UsageError } from "../runner/usage-error.js";
import { subjectName } from "./merge.js";
import { outcomeOf } from "./outcome.js";
import type { CheckResult, Report } from "./report.js";
import { visible } from "./visible.js";

/** What became different between two reports of one role. */
export interface ReportDiff {
  readonly changes: readonly ReportChange[];
  /** Whether anything that passed fails or can't be decided now, or is no longer there. */
  readonly worse: boolean;
}

export interface ReportChange {
  readonly id: string;
  readonly kind: "broken" | "fixed" | "added" | "gone" | "changed";
  readonly before?: CheckResult["verdict"];
  readonly after?: CheckResult["verdict"];
  readonly reason?: string;
}

/** Compares two reports check by check. Throws `UsageError` when they differ in role or version. */
export function diffReports(before: Report, after: Report): ReportDiff {
  if (before.role !== after.role)
    throw new UsageError(
      `one report is of a ${before.role}, the other of a ${after.role}: they have no check in common`,
    );
  if (before.protocol !== after.protocol)
    throw new UsageError(
      `one report is of version ${before.protocol}, the other of ${after.protocol}: their requirements differ`,
    );
  const ids = [...new Set([...before.checks, ...after.checks].map(({ id }) => id))];
  const changes = ids.flatMap((id) => changeOf(id, find(before, id), find(after, id)));
  return { changes, worse: changes.some(({ kind }) => kind === "broken" || kind === "gone") };
}

const find = ({ checks }: Report, id: string): CheckResult | undefined => checks.find((one) => one.id === id);

function changeOf(id: string, before?: CheckResult, after?: CheckResult): readonly ReportChange[] {
  if (!after) return before ? [{ id, kind: "gone", before: before.verdict }] : [];
  const now = { after: after.verdict, ...(after.reason === undefined ? {} : { reason: after.reason }) };
  const [old, outcome] = [before && outcomeOf(before), outcomeOf(after)];
  if (!before) return [{ id, kind: outcome === "failed" || outcome === "open" ? "broken" : "added", ...now }];
  if (before.verdict === after.verdict && old === outcome) return [];
  const bad = (word: typeof old): boolean => word === "failed" || word === "open";
  const kind = bad(outcome) && !bad(old) ? "broken" : bad(old) && !bad(outcome) ? "fixed" : "changed";
  return [{ id, kind, before: before.verdict, ...now }];
}

/** A difference for people. */
export function diffText(before: Report, after: Report, { changes }: ReportDiff): string {
  const lines = changes.map(
    ({ id, kind, before: old, after: now, reason }) =>
      `${kind.padEnd(8)} ${id}: ${old ?? "not there"} → ${now ?? "not there"}${reason === undefined ? "" : ` (${visible(reason)})`}`,
  );
  const subjects = `${visible(subjectName(before))} → ${visible(subjectName(after))}`;
  return [subjects, ...(lines.length === 0 ? ["no check changed"] : lines), ""].join("\n");
}
