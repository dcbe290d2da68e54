/**
 * `npm run proof [-- NAME…]`: builds each implementation, judges it by the kit, and keeps the report in
 * docs/data/implementations/NAME.ndjson, from which the site makes its tables. Exits 1 when one does not conform.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readImplementations } from "./implementations.js";
import { startDatabases } from "./services/databases.js";
import { REPORTS_FOLDER } from "./site/implementation-reports.js";

const names = process.argv.slice(2);
const known = readImplementations();
const strangers = names.filter((name) => !known.some((one) => one.name === name));
if (strangers.length > 0) {
  console.error(
    `no implementation is named ${strangers.join(", ")}; there are ${known.map(({ name }) => name).join(", ")}`,
  );
  process.exit(64);
}
// Queries are judged on real servers.
const stopDatabases = await startDatabases();
mkdirSync(REPORTS_FOLDER, { recursive: true });
for (const { name, role, profile, folder, build, command, driver } of known) {
  if (names.length > 0 && !names.includes(name)) continue;
  const [builder, ...args] = build;
  if (builder !== undefined && spawnSync(builder, args, { cwd: folder, stdio: "inherit" }).status !== 0) {
    console.error(`${name}: ${build.join(" ")} failed in ${folder}`);
    process.exitCode = 1;
    continue;
  }
  const driven = driver === undefined ? [] : ["--driver", driver];
  const options = ["--profile", profile, "--seed", "1", "--save", "none", ...driven];
  const report = join(REPORTS_FOLDER, `${name}.ndjson`);
  const kit = [
    "conformance/bin/sandpipe.mjs",
    "test",
    role,
    ...options,
    "--report",
    report,
    "--",
    ...command,
  ];
  const { status } = spawnSync(process.execPath, kit, { stdio: ["ignore", "inherit", "inherit"] });
  console.log(`${name}: exit ${String(status)}, ${report}`);
  if (status !== 0) process.exitCode = 1;
}
await stopDatabases();
