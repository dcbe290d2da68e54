import { UsageError } from "../runner/usage-error.js";
import { verdictOf } from "../runner/verdict.js";
import { roleText } from "./pair-facts.js";
import type { CheckResult, Report } from "./report.js";

/** One subject among several: the name that nothing else in the grid has. */
export const subjectName = ({ role, subject }: Report): string =>
  `${subject.name} ${subject.version} (${roleText(role)})`;

/**
 * Reports of several subjects, each whole and each once: the shards of one run become one. Throws `UsageError` for a
 * shard that is missing, two reports of one subject, and reports of runs that don't belong together.
 */
export function mergeReports(reports: readonly Report[]): readonly Report[] {
  const names = [...new Set(reports.map(subjectName))];
  return names.map((name) =>
    joinShards(
      name,
      reports.filter((report) => subjectName(report) === name),
    ),
  );
}

function joinShards(name: string, parts: readonly Report[]): Report {
  const [first] = parts;
  if (!first) throw new Error("a subject without a report");
  if (parts.length === 1 && (first.shard?.of ?? 1) === 1) return first;
  const of = first.shard?.of;
  if (of === undefined || parts.some(({ shard }) => shard?.of !== of))
    throw new UsageError(
      `${parts.length} reports are of ${name} and aren't shards of one run: each subject has one name and one report`,
    );
  for (const member of ["protocol", "seed", "profile", "kit", "os"] as const) {
    const values = new Set(parts.map((part) => part[member]));
    if (values.size > 1)
      throw new UsageError(
        `the shards of ${name} differ in their ${member}: ${[...values].join(", ")}; give all the same`,
      );
  }
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter(
    (index) => parts.filter(({ shard }) => shard?.index === index).length !== 1,
  );
  if (missing.length > 0)
    throw new UsageError(
      `of ${name} each of the ${of} shards must be there once; wrong: ${missing.join(", ")}`,
    );
  const checks = parts.flatMap((part) => part.checks);
  const twice = checks.find(({ id }, at) => checks.findIndex((other) => other.id === id) !== at);
  if (twice) throw new UsageError(`two shards of ${name} hold ${twice.id}: they are of different selections`);
  return join(first, parts, checks);
}

function join(first: Report, parts: readonly Report[], checks: readonly CheckResult[]): Report {
  const sum = (count: (part: Report) => number): number =>
    parts.reduce((total, part) => total + count(part), 0);
  const grounds = {
    profile: first.profile,
    complaints: parts.flatMap(({ complaints }) => complaints),
    staleExpectations: parts.flatMap((part) => part.staleExpectations),
    interrupted: parts.some(({ interrupted }) => interrupted),
  };
  const { shard: _, ...head } = first;
  return {
    ...head,
    ...grounds,
    ...verdictOf(checks, grounds),
    checks,
    planned: sum(({ planned }) => planned),
    started: parts.map(({ started }) => started).sort()[0] ?? first.started,
    sessions: sum(({ sessions }) => sessions),
    exchanges: sum(({ exchanges }) => exchanges),
    ms: sum(({ ms }) => ms),
  };
}
