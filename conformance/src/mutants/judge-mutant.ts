import { fileURLToPath } from "node:url";
import type { HostCheck, SandboxCheck } from "../checks/check.js";
import { CHECKS } from "../checks/index.js";
import { environmentServers } from "../databases/server.js";
import type { Report } from "../report/report.js";
import { judge, type JudgeSettings } from "../runner/judge.js";
import { DEFAULT_RUNS, scaled } from "../runner/run-check.js";
import type { Role, Version } from "../target/target.js";
import { versionOf } from "./index.js";

const HOST = fileURLToPath(new URL("../../bin/sandpipe-self-host.mjs", import.meta.url));
const SANDBOX = fileURLToPath(new URL("../../bin/sandpipe-self-sandbox", import.meta.url));

/** What a withheld answer is waited for: it never comes, however long one waits. A sandbox has to start first. */
const TIMEOUT_SCALE = { host: 0.3, sandbox: 0.4 } as const;

/** The command line of the kit's own subject of a role, with these deviations at once. */
export function selfCommand(role: Role, deviations: readonly string[] = []): readonly string[] {
  const names = deviations.join("+");
  if (role === "host") return [process.execPath, HOST, ...(names === "" ? [] : [names])];
  return [SANDBOX, ...(names === "" ? [] : ["--fault", names]), "{script}"];
}

/**
 * Judges the kit's own subject with these faults. Deadlines are short, two sessions run at once, and nothing is
 * shrunk, unless the settings say otherwise: a mutant's judgement is cheap, and many can run side by side. Faults of
 * queries want the servers that the environment names.
 */
export function judgeMutant(
  role: Role,
  faults: readonly string[],
  settings: JudgeSettings & { readonly seed: number },
): Promise<Report> {
  return judge({
    ...{
      role,
      protocol: versionOf(role, faults[0] ?? ""),
      command: selfCommand(role, faults),
      profile: "strict",
    },
    ...{ timeoutScale: TIMEOUT_SCALE[role], checkMs: 110_000, shrinkMs: 0, jobs: 2 },
    ...(role === "sandbox" ? { servers: environmentServers(process.env) } : {}),
    ...settings,
  });
}

/** How many sessions a check runs by default; undefined when there is no such check. */
export function casesOf(role: Role, version: Version, id: string): number | undefined {
  const checks: readonly (HostCheck | SandboxCheck)[] = CHECKS[version][role];
  const check = checks.find((one) => one.id === id);
  return check && scaled(check, DEFAULT_RUNS).count;
}
