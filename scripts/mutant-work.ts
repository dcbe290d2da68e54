import type { CheckResult, CheckVerdict, Report, Role } from "@sandpipe/conformance";
import {
  environmentServers,
  judgeMutant,
  mutantsOf,
  odditiesOf,
  PAIRS,
  parseToken,
  selfCommand,
  transcriptLength,
} from "@sandpipe/conformance/proof";
import { judge } from "@sandpipe/conformance";

/** One judgement of the kit's own subject with what was done to it. */
export interface MutantWork {
  /**
   * `own`: by the check of the row that is broken. `area`: by every check of the row's area, to see which others it
   * offends. `pair`: two faults, by the checks of both rows. `oddity`: by every check; with no deviation it is the
   * control.
   */
  readonly kind: "own" | "area" | "pair" | "oddity";
  readonly role: Role;
  readonly deviations: readonly string[];
  /** Globs of the checks that judge it; all, when there are none. */
  readonly only: readonly string[];
  readonly seed: number;
  /** Whether the failing session is made small. */
  readonly shrinks: boolean;
}

/** What a check said that did not just pass. */
export interface Complaint {
  readonly check: string;
  readonly verdict: CheckVerdict;
  readonly reason?: string;
  /** Which case failed first, from 1. */
  readonly atCase?: number;
  /** Seconds until it was found and confirmed. */
  readonly seconds: number;
  /** What the failure is about, in the check's own words. */
  readonly about: readonly string[];
  /** Lines of its transcript, and whether nothing smaller fails. */
  readonly lines?: number;
  readonly minimal?: boolean;
}

/** What a piece of work came to. */
export interface MutantRecord {
  readonly key: string;
  readonly checks: number;
  readonly complaints: readonly Complaint[];
}

/** What a user gets. */
const SHRINK_MS = 10_000;
const ROLES: readonly Role[] = ["host", "sandbox"];

/** All the work, what matters most first. */
export function allWork(seeds: readonly number[]): readonly MutantWork[] {
  const mutants = ROLES.flatMap((role) => mutantsOf(role).map((mutant) => ({ role, ...mutant })));
  const [first] = seeds;
  const breaks = new Map(mutants.map(({ role, name, breaks }) => [`${role} ${name}`, breaks]));
  const own = seeds.flatMap((seed) =>
    mutants.map(({ role, name, breaks }): MutantWork => {
      return { kind: "own", role, deviations: [name], only: [breaks], seed, shrinks: seed === first };
    }),
  );
  const pairs = seeds.flatMap((seed) =>
    PAIRS.map(({ role, faults }): MutantWork => {
      const only = faults.map((name) => breaks.get(`${role} ${name}`) ?? name);
      return { kind: "pair", role, deviations: faults, only, seed, shrinks: false };
    }),
  );
  const oddities = (seed: number): readonly MutantWork[] =>
    ROLES.flatMap((role) =>
      [[], ...odditiesOf(role).map(({ name }) => [name])].map((deviations): MutantWork => {
        return { kind: "oddity", role, deviations, only: [], seed, shrinks: false };
      }),
    );
  const areas = mutants.map(({ role, name, breaks }): MutantWork => {
    const only = [`${breaks.split(":")[0]}:*`];
    return { kind: "area", role, deviations: [name], only, seed: first ?? 1, shrinks: false };
  });
  const [firstOdd = [], ...laterOdd] = seeds.map(oddities);
  return [...own, ...pairs, ...firstOdd, ...areas, ...laterOdd.flat()];
}

/** Names a piece of work. */
export function keyOf({ kind, role, deviations, seed }: MutantWork): string {
  return [kind, role, deviations.join("+") || "none", seed].join(" ");
}

/** Does a piece of work. */
export async function doWork(work: MutantWork): Promise<MutantRecord> {
  const report = await judgeWork(work);
  const complaints = report.checks
    .filter(({ verdict }) => !["pass", "not-applicable", "informational"].includes(verdict))
    .map((result) => toComplaint(result, work.role));
  return { key: keyOf(work), checks: report.checks.length, complaints };
}

function judgeWork({ kind, role, deviations, only, seed, shrinks }: MutantWork): Promise<Report> {
  // An oddity is judged as a user would judge it, in fewer sessions: there are many of them.
  if (kind === "oddity")
    return judge({
      ...{ role, command: selfCommand(role, deviations), profile: "strict", seed, runs: 1, jobs: 4 },
      servers: environmentServers(process.env),
    });
  return judgeMutant(role, deviations, {
    ...{ only, seed, shrinkMs: shrinks ? SHRINK_MS : 0 },
    // Once is enough to see which other checks a mutant offends.
    ...(kind === "area" ? { runs: 1, checkMs: 30_000 } : {}),
  });
}

function toComplaint(result: CheckResult, role: Role): Complaint {
  const { id, verdict, reason, ms, failure } = result;
  const about = [...new Set(failure?.facts.map((fact) => fact.about.slice(0, 80)))].slice(0, 3);
  const base = { check: id, verdict, seconds: Math.round(ms / 10) / 100, about };
  if (!failure) return { ...base, ...(reason === undefined ? {} : { reason }) };
  return {
    ...base,
    ...(reason === undefined ? {} : { reason }),
    atCase: (parseToken(failure.token)?.index ?? 0) + 1,
    lines: transcriptLength(failure, role),
    minimal: failure.minimal,
  };
}
