import type { Row } from "@sandpipe/spec/requirement";
import { REQUIREMENTS as V0 } from "@sandpipe/spec/v0/requirements";
import { REQUIREMENTS as V1 } from "@sandpipe/spec/v1/requirements";
import { startHostTarget } from "../target/host-target.js";
import { startSandboxTarget } from "../target/sandbox-target.js";
import type { Version } from "../target/target.js";

/** How each role's subjects are started. */
export const START = { host: startHostTarget, sandbox: startSandboxTarget } as const;

/** The requirement rows of each version by id. The versions have ids in common. */
export const ROWS: Readonly<Record<Version, ReadonlyMap<string, Row>>> = {
  0: new Map(V0.map((row) => [row.id, row])),
  1: new Map(V1.map((row) => [row.id, row])),
};

/** The rows that a report is about. */
export function rowsOf({ protocol }: { readonly protocol: number }): ReadonlyMap<string, Row> {
  return protocol === 0 ? ROWS[0] : ROWS[1];
}
