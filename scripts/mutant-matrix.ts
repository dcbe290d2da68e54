import type { Role } from "@sandpipe/conformance";
import { casesOf, mutantsOf, odditiesOf, PAIRS, versionOf, type Mutant } from "@sandpipe/conformance/proof";
import type { Complaint, MutantRecord } from "./mutant-work.js";
import type { SchemaScore } from "./schema-score.js";

/** What docs/data/mutants.json holds. */
export interface MutantMatrix {
  /** The day it was written. */
  readonly date: string;
  readonly seeds: readonly number[];
  readonly score: readonly { readonly seed: number; readonly killed: number; readonly of: number }[];
  /** Kills whose first failing case lies in the first tenth of the cases of its check. */
  readonly firstTenth: { readonly found: number; readonly of: number };
  readonly schemas: SchemaScore;
  readonly mutants: readonly MutantRow[];
  readonly pairs: readonly PairRow[];
  readonly oddities: readonly OddityRow[];
}

/** One mutant and what found it. */
export interface MutantRow extends Mutant {
  readonly role: Role;
  /** Sessions of its check, by default. */
  readonly cases: number;
  readonly kills: readonly Kill[];
  /** Other checks of its area that it offends, each run once, from the first seed. */
  readonly also: readonly string[];
  /** Lines of the transcript, made small within three seconds, from the first seed. */
  readonly lines?: number;
  readonly minimal?: boolean;
}

/** What the check of its own row said from one seed. */
export interface Kill {
  readonly seed: number;
  readonly verdict: string;
  readonly atCase?: number;
  /** Until it was found and confirmed; absent from the first seed, where it is made small as well. */
  readonly seconds?: number;
  readonly about: readonly string[];
  readonly reason?: string;
}

/** Two faults at once. */
export interface PairRow {
  readonly role: Role;
  readonly faults: readonly string[];
  readonly why: string;
  readonly masked?: string;
  /** Of each seed the rows whose check failed. */
  readonly found: readonly { readonly seed: number; readonly checks: readonly string[] }[];
}

/** A subject that is right, odd or straight. */
export interface OddityRow {
  readonly role: Role;
  readonly name: string;
  readonly what: string;
  readonly runs: readonly {
    readonly seed: number;
    readonly checks: number;
    readonly blamed: readonly string[];
    readonly undecided: readonly string[];
  }[];
}

const ROLES: readonly Role[] = ["host", "sandbox"];

/** Everything that the records tell, mutants in the order of the rows. */
export function toMatrix(
  records: readonly MutantRecord[],
  seeds: readonly number[],
  schemas: SchemaScore,
): MutantMatrix {
  const byKey = new Map(records.map((record) => [record.key, record]));
  const mutants = ROLES.flatMap((role) =>
    mutantsOf(role).map((mutant) => mutantRow(role, mutant, seeds, byKey)),
  );
  const kills = mutants.flatMap(({ cases, kills }) =>
    kills.filter(({ verdict }) => verdict === "fail").map((kill) => ({ ...kill, cases })),
  );
  return {
    date: new Date().toISOString().slice(0, 10),
    seeds,
    score: seeds.map((seed) => ({
      seed,
      killed: kills.filter((kill) => kill.seed === seed).length,
      of: mutants.filter((row) => row.kills.some((kill) => kill.seed === seed)).length,
    })),
    firstTenth: {
      found: kills.filter(({ atCase = Infinity, cases }) => (atCase - 1) / cases < 0.1).length,
      of: kills.length,
    },
    schemas,
    mutants,
    pairs: PAIRS.map(({ role, faults, why, masked }) => ({
      ...{ role, faults, why },
      ...(masked === undefined ? {} : { masked }),
      found: seeds.flatMap((seed) => {
        const record = byKey.get(`pair ${role} ${faults.join("+")} ${seed}`);
        return record ? [{ seed, checks: failing(record.complaints) }] : [];
      }),
    })),
    oddities: ROLES.flatMap((role) => oddityRows(role, seeds, byKey)),
  };
}

/** Everything in the matrix that speaks against the kit, one line each; of some mutants only, when they are named. */
export function faultsOf(
  { mutants, pairs, oddities }: MutantMatrix,
  only?: readonly string[],
): readonly string[] {
  const isMeant = (...names: readonly string[]): boolean =>
    names.some((name) => only?.includes(name) ?? true);
  return [
    ...mutants
      .filter(({ name }) => isMeant(name))
      .flatMap(({ role, name, breaks, kills, also }) =>
        kills.flatMap(({ seed, verdict, reason = "", about }) => {
          const who = `the ${role} mutant ${name}, seed ${seed}:`;
          if (verdict === "fail") return about.length > 0 ? [] : [`${who} ${breaks} fails without a fact`];
          const others = also.length > 0 ? `, killed only by ${also.join(", ")}` : "";
          return [`${who} lives, ${breaks} says ${verdict} ${reason}${others}`];
        }),
      ),
    ...pairs
      .filter(({ faults }) => isMeant(...faults))
      .flatMap(({ role, faults, masked, found }) =>
        found.flatMap(({ seed, checks }) =>
          faults
            .filter((name) => name !== masked)
            .filter((name) => !checks.includes(breaksOf(role, name)))
            .map((name) => `the ${role} faults ${faults.join(" and ")}, seed ${seed}: ${name} is not found`),
        ),
      ),
    ...oddities
      .filter(({ name }) => isMeant(name))
      .flatMap(({ role, name, runs }) =>
        runs.flatMap(({ seed, blamed }) =>
          blamed.map((check) => `the ${role} oddity ${name}, seed ${seed}: ${check} fails it`),
        ),
      ),
  ];
}

function breaksOf(role: Role, name: string): string {
  return mutantsOf(role).find((mutant) => mutant.name === name)?.breaks ?? name;
}

function mutantRow(
  role: Role,
  mutant: Mutant,
  seeds: readonly number[],
  byKey: ReadonlyMap<string, MutantRecord>,
): MutantRow {
  const { name, breaks } = mutant;
  const own = seeds.flatMap((seed) => {
    const record = byKey.get(`own ${role} ${name} ${seed}`);
    return record ? [{ seed, complaint: record.complaints.find(({ check }) => check === breaks) }] : [];
  });
  const small = own.find(({ seed }) => seed === seeds[0])?.complaint;
  const area = byKey.get(`area ${role} ${name} ${seeds[0]}`);
  return {
    role,
    ...mutant,
    cases: casesOf(role, versionOf(role, name), breaks) ?? 0,
    kills: own.map(({ seed, complaint }) => toKill(seed, complaint, seed !== seeds[0])),
    also: area ? failing(area.complaints).filter((id) => id !== breaks) : [],
    ...(small?.lines === undefined ? {} : { lines: small.lines }),
    ...(small?.minimal === undefined ? {} : { minimal: small.minimal }),
  };
}

function toKill(seed: number, complaint: Complaint | undefined, timed: boolean): Kill {
  if (!complaint) return { seed, verdict: "pass", about: [] };
  const { verdict, atCase, seconds, about, reason } = complaint;
  return {
    ...{ seed, verdict, about },
    ...(atCase === undefined ? {} : { atCase }),
    ...(timed ? { seconds } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

function oddityRows(
  role: Role,
  seeds: readonly number[],
  byKey: ReadonlyMap<string, MutantRecord>,
): readonly OddityRow[] {
  const straight = { name: "none", what: "Nothing is unusual: the control." };
  return [straight, ...odditiesOf(role)].map(({ name, what }) => ({
    ...{ role, name, what },
    runs: seeds.flatMap((seed) => {
      const record = byKey.get(`oddity ${role} ${name} ${seed}`);
      if (!record) return [];
      const { checks, complaints } = record;
      // So few sessions may miss a situation; what they meet must be right.
      const open = complaints.filter(({ verdict }) => ["undecided", "blocked"].includes(verdict));
      return [{ seed, checks, blamed: failing(complaints), undecided: open.map(({ check }) => check) }];
    }),
  }));
}

function failing(complaints: readonly Complaint[]): readonly string[] {
  return complaints
    .filter(({ verdict }) => ["fail", "flaky", "kit-fault"].includes(verdict))
    .map(({ check }) => check);
}
