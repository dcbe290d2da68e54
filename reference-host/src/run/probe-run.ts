import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { RunReport } from "@sandpipe/spec/v1";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createHostCore } from "./host.js";
import type { Run, RunOptions } from "./run-options.js";

const WIRE = resolve(import.meta.dirname, "../../fixtures/wire.mjs");

/** What a probe reads: to be made readable where it is isolated. */
export const PROBE_FILES: readonly string[] = [WIRE];

/** Short enough for tests of endings, long enough for a loaded machine. */
const GRACE_MS = 300;

/** The command of a Node process that runs this code with the functions of fixtures/wire.mjs at hand. */
export function probe(code: string): string[] {
  const names = "raw, record, frame, send, answer, frames, call, openParams, open, refusals, result, readNow";
  return [
    process.execPath,
    "--input-type=module",
    "-e",
    `import { ${names} } from ${JSON.stringify(WIRE)};\n${code}`,
  ];
}

/** Starts a run of that code on a host with the conformance methods. */
export function startProbe(code: string, options: Partial<RunOptions> = {}): Run {
  const host = createHostCore({ methods: [conformanceMethods] });
  return host.run({
    command: probe(code),
    session: { projectId: "p1" },
    // What the probe imports lies in this package; it finds it isolated as well.
    readable: PROBE_FILES,
    ...options,
    limits: { graceMs: GRACE_MS, runTimeoutMs: 60_000, ...options.limits },
  });
}

/** The report of such a run, with output and stderr as text and what it returned. */
export async function runProbe(
  code: string,
  options: Partial<RunOptions> = {},
): Promise<RunReport & { readonly out: string; readonly err: string }> {
  const report = await startProbe(code, options).report;
  const text = (base64: string): string => Buffer.from(base64, "base64").toString();
  return { ...report, out: text(report.output), err: text(report.stderr) };
}

/** Settles once a condition holds; the test's own timeout ends a vain wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 10));
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(statusOf(pid));
  } catch {
    return false;
  }
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, "utf8");
}

/** The living processes, but this one, whose command line holds that text: isolated ones as well. */
export function processesNaming(text: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && commandLine(pid).includes(text) && isAlive(pid));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
