import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { format } from "prettier";

/** A check that did not pass an implementation which is thought right. */
export interface Alarm {
  readonly seed: number;
  readonly check: string;
  readonly verdict: string;
  readonly why: string;
  /** Written in by hand once it is known: what was wrong, and where it was mended. */
  readonly cause?: string;
}

/** Runs of one implementation in one manner, a run a seed. */
export interface AlarmEntry {
  readonly implementation: string;
  readonly role: "host" | "sandbox";
  /** Version of the kit. */
  readonly kit: string;
  readonly profile: string;
  /** Sessions of a check. */
  readonly runs: number;
  readonly timeoutScale: number;
  /** Whether every core was kept busy by something else. */
  readonly underLoad: boolean;
  readonly seeds: readonly number[];
  /** Checks of one run. */
  readonly checks: number;
  /** Of all runs. */
  readonly sessions: number;
  readonly exchanges: number;
  /** Checks that failed it. */
  readonly alarms: readonly Alarm[];
  /** Checks that could not be decided: out of time, or a failure that did not come again. */
  readonly undecided: readonly Alarm[];
  /** The day of the last run. */
  readonly date: string;
}

/** What makes two runs runs of the same entry. */
export type AlarmManner = Pick<
  AlarmEntry,
  "implementation" | "role" | "kit" | "profile" | "runs" | "timeoutScale" | "underLoad"
>;

export const ALARMS_FILE = "docs/data/false-alarms.json";

/** The entries so far; none where nothing was run yet. */
export function readAlarms(path = ALARMS_FILE): readonly AlarmEntry[] {
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, "utf8")) as { entries: readonly AlarmEntry[] }).entries;
}

/** Writes all entries. */
export async function writeAlarms(entries: readonly AlarmEntry[], path = ALARMS_FILE): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await format(JSON.stringify({ entries }), { parser: "json", printWidth: 110 }));
}

/** The entries with one more run in them. */
export function addRun(
  entries: readonly AlarmEntry[],
  manner: AlarmManner,
  run: Omit<AlarmEntry, keyof AlarmManner | "seeds"> & { readonly seed: number },
): readonly AlarmEntry[] {
  const { seed, ...counted } = run;
  const before = entries.find((entry) => isOf(entry, manner));
  if (!before) return [...entries, { ...manner, seeds: [seed], ...counted }];
  const after: AlarmEntry = {
    ...before,
    seeds: [...before.seeds, seed].sort((a, b) => a - b),
    checks: run.checks,
    sessions: before.sessions + run.sessions,
    exchanges: before.exchanges + run.exchanges,
    alarms: [...before.alarms, ...run.alarms],
    undecided: [...before.undecided, ...run.undecided],
    date: run.date,
  };
  return entries.map((entry) => (entry === before ? after : entry));
}

/** Whether an entry is of this manner, as far as it is told. */
export function isOf(entry: AlarmEntry, manner: Partial<AlarmManner>): boolean {
  return (Object.keys(manner) as (keyof AlarmManner)[]).every((key) => entry[key] === manner[key]);
}
