/**
 * Counts false alarms: judges implementations that are thought right from many seeds, names every check that did not
 * pass, and keeps the count in docs/data/false-alarms.json. A seed that is there already is not run again, so it goes
 * on where it was ended. `npm run false-alarms -- [--seeds 50] [--from 1] [--only NAME…] [--busy] [--runs N]
 * [--minutes M]`; NAME is a folder with an implementation.json, `self-host` or `self-sandbox`. Exit 1 when there was
 * a false alarm, 2 when a check was left undecided.
 */
import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { judge, type CheckResult } from "@sandpipe/conformance";
import { DEFAULT_RUNS, environmentServers } from "@sandpipe/conformance/proof";
import { addRun, isOf, readAlarms, writeAlarms, type Alarm } from "./alarm-record.js";
import { readImplementations, type FoundImplementation } from "./implementations.js";
import { startDatabases } from "./services/databases.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string", default: "1" },
    only: { type: "string", multiple: true },
    busy: { type: "boolean", default: false },
    runs: { type: "string", default: String(DEFAULT_RUNS) },
    minutes: { type: "string", default: "Infinity" },
    "timeout-scale": { type: "string", default: "1" },
  },
});

type Judged = Pick<FoundImplementation, "name" | "role" | "profile" | "command" | "driver">;
const self: readonly Judged[] = [
  {
    name: "self-host",
    role: "host",
    profile: "strict",
    command: ["node", "conformance/bin/sandpipe-self-host.mjs"],
  },
  {
    name: "self-sandbox",
    role: "sandbox",
    profile: "strict",
    command: ["conformance/bin/sandpipe-self-sandbox", "{script}"],
  },
];
const known = readImplementations();
const all: readonly Judged[] = [...known, ...self];
const strangers = (values.only ?? []).filter((name) => !all.some((one) => one.name === name));
if (strangers.length > 0) {
  console.error(
    `no implementation is named ${strangers.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`,
  );
  process.exit(64);
}
const chosen = all.filter(({ name }) => values.only?.includes(name) ?? true);
for (const { folder, build, name } of known.filter((one) => chosen.includes(one))) {
  const [file, ...args] = build;
  if (file === undefined) continue;
  const { status, error } = spawnSync(file, args, { cwd: folder, stdio: "inherit" });
  if (status === 0) continue;
  console.error(
    `${name} could not be built: ${error?.message ?? `${build.join(" ")} exited with ${status}`}`,
  );
  process.exit(69);
}

// Queries are judged on real servers.
const stopDatabases = await startDatabases();
const servers = environmentServers(process.env);
const until = performance.now() + Number(values.minutes) * 60_000;
const load = values.busy ? Array.from({ length: availableParallelism() }, startLoad) : [];
const found = { alarms: 0, undecided: 0, runs: 0 };
try {
  for (let n = 0; n < Number(values.seeds); n++)
    for (const one of chosen) if (performance.now() < until) await runOnce(one, Number(values.from) + n);
} finally {
  for (const child of load) child.kill("SIGKILL");
  await stopDatabases();
}
console.log(`${found.runs} runs: ${found.alarms} false alarms, ${found.undecided} checks undecided`);
process.exitCode = found.alarms > 0 ? 1 : found.undecided > 0 ? 2 : 0;

/** A process that never rests. */
function startLoad() {
  return spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
}

async function runOnce({ name, role, profile, command, driver }: Judged, seed: number): Promise<void> {
  const runs = Number(values.runs);
  const timeoutScale = Number(values["timeout-scale"]);
  const about = { implementation: name, role, profile, runs, timeoutScale, underLoad: values.busy };
  if (readAlarms().some((entry) => isOf(entry, about) && entry.seeds.includes(seed))) return;
  const report = await judge({
    ...{ role, command, profile, seed, runs, timeoutScale, servers },
    ...(driver === undefined ? {} : { driver }),
  });
  const scored = report.checks.filter(({ level }) => level !== "MAY");
  const alarmsOf = (...verdicts: readonly CheckResult["verdict"][]): readonly Alarm[] =>
    scored.filter(({ verdict }) => verdicts.includes(verdict)).map((result) => toAlarm(seed, result));
  const alarms = alarmsOf("fail", "kit-fault");
  // What doesn't come again is told as open, not as a failure: so is its exit code.
  const undecided = alarmsOf(
    "flaky",
    "undecided",
    "blocked",
    ...(runs < DEFAULT_RUNS ? [] : (["not-exercised"] as const)),
  );
  found.runs++;
  found.alarms += alarms.length;
  found.undecided += undecided.length;
  for (const { check, verdict, why } of [...alarms, ...undecided])
    console.log(`${name} seed ${seed}: ${check} ${verdict} ${why}`);
  for (const complaint of report.complaints) console.log(`${name} seed ${seed}: the adapter: ${complaint}`);
  console.log(`${name} seed ${seed}: ${report.verdict}, ${(report.ms / 1000).toFixed(1)} s`);
  const counted = {
    seed,
    checks: report.checks.length,
    sessions: report.sessions,
    exchanges: report.exchanges,
  };
  const date = new Date().toISOString().slice(0, 10);
  // Read once more: another run may have written meanwhile.
  await writeAlarms(
    addRun(readAlarms(), { ...about, kit: report.kit }, { ...counted, alarms, undecided, date }),
  );
}

function toAlarm(seed: number, { id, verdict, reason, failure }: CheckResult): Alarm {
  const [fact] = failure?.facts ?? [];
  const why = reason ?? (fact ? `${fact.about}: ${JSON.stringify(fact.actual)}` : "");
  return { seed, check: id, verdict, why: `${why} ${failure?.token ?? ""}`.trim().slice(0, 400) };
}
