import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReportCheck, ReportEnd, ReportStart } from "@sandpipe/spec/control";
import { readImplementations, type FoundImplementation } from "../implementations.js";

/** Where the kit's reports of real runs are kept. */
export const REPORTS_FOLDER = "docs/data/implementations";

/** An implementation with the report of its last run; without one where it was not judged yet. */
export interface JudgedImplementation {
  readonly implementation: FoundImplementation;
  readonly start?: ReportStart;
  readonly checks: readonly ReportCheck[];
  readonly end?: ReportEnd;
}

/** Every implementation, judged or not. */
export function implementationReports(): JudgedImplementation[] {
  return readImplementations().map((implementation) => {
    const file = join(REPORTS_FOLDER, `${implementation.name}.ndjson`);
    if (!existsSync(file)) return { implementation, checks: [] };
    const events = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as ReportStart | ReportCheck | ReportEnd);
    const start = events.find((one) => one.event === "start");
    const end = events.find((one) => one.event === "end");
    return {
      implementation,
      checks: events.filter((one) => one.event === "check"),
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    };
  });
}
