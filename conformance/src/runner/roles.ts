import type { Row } from "@sandpipe/spec/requirement";
import { REQUIREMENTS as V0 } from "@sandpipe/spec/v0/requirements";
import { REQUIREMENTS as V1 } from "@sandpipe/spec/v1/requirements";
import { BOTH_ROWS } from "../checks/both/rows.js";
import { startBothTarget } from "../target/both-target.js";
import { startHostTarget } from "../target/host-target.js";
import { startSandboxTarget } from "../target/sandbox-target.js";
import type { JudgedRole, Version } from "../target/target.js";

/** How each role's subjects are started. */
export const START = { host: startHostTarget, sandbox: startSandboxTarget, both: startBothTarget } as const;

/** The requirement rows of each version by id. The versions have ids in common. */
export const ROWS: Readonly<Record<Version, ReadonlyMap<string, Row>>> = {
  0: new Map(V0.map((row) => [row.id, row])),
  1: new Map(V1.map((row) => [row.id, row])),
};

const PAIR_ROWS: ReadonlyMap<string, Row> = new Map(BOTH_ROWS.map((row) => [row.id, row]));

/** What a report is about, as far as its rows depend on it. */
export interface Judged {
  readonly protocol: number;
  readonly role: JudgedRole;
}

/** The rows that a report is about. */
export function rowsOf({ protocol, role }: Judged): ReadonlyMap<string, Row> {
  if (role === "both") return PAIR_ROWS;
  return protocol === 0 ? ROWS[0] : ROWS[1];
}

/** Whose checks the one of this id is among; undefined when there is no such row. */
export function roleOfCheck(id: string, protocol: Version): JudgedRole | undefined {
  return PAIR_ROWS.has(id) ? "both" : ROWS[protocol].get(id)?.role;
}
