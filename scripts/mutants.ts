/**
 * Proves the kit by its mutants: judges each of them from several seeds by the check of its own row, sees which other
 * checks of the area it offends, judges the pairs of faults and the oddities, and writes docs/data/mutants.json and
 * docs/mutants.md. `npm run mutants -- [--seeds 1,2,3] [--only NAME…] [--jobs N] [--minutes M] [--fresh]`.
 *
 * What is done is kept in .sandpipe/mutants.ndjson; the next run with the same kit goes on from there. The data are
 * written once everything is done, or of what there is with `--write`. Exit 1 when a mutant lives, is killed by other
 * checks alone, a pair hides a fault or an oddity is blamed; 2 when it is not all done yet.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { faultsOf, toMatrix } from "./mutant-matrix.js";
import { mutantsPage } from "./mutants-page.js";
import { allWork, doWork, keyOf, type MutantRecord, type MutantWork } from "./mutant-work.js";
import { schemaScore } from "./schema-score.js";
import { startDatabases } from "./services/databases.js";

const RECORDS = ".sandpipe/mutants.ndjson";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1,2,3" },
    only: { type: "string", multiple: true },
    jobs: { type: "string", default: String(availableParallelism() + 1) },
    minutes: { type: "string", default: "Infinity" },
    fresh: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const seeds = values.seeds.split(",").map(Number);
if (seeds.some((seed) => !Number.isSafeInteger(seed))) {
  console.error(`--seeds takes whole numbers with commas between them, not ${values.seeds}`);
  process.exit(64);
}

// The faults of queries are seen on servers.
const stopDatabases = await startDatabases();
const work = allWork(seeds);
const chosen = work.filter(
  ({ deviations }) => values.only?.some((name) => deviations.includes(name)) ?? true,
);
if (chosen.length === 0) {
  console.error("--only names no fault and no oddity; `npx sandpipe list --mutants --oddities` shows them");
  process.exit(64);
}
const kit = hashOf("conformance/dist");
const records = new Map(readRecords().map((record) => [record.key, record]));
const open = chosen.filter((one) => !records.has(keyOf(one)));
const until = performance.now() + Number(values.minutes) * 60_000;
const total = chosen.length;
console.log(`${total} judgements, ${total - open.length} of them done before`);
await Promise.all(Array.from({ length: Number(values.jobs) }, goOn));
await stopDatabases();

const done = chosen.every((one) => records.has(keyOf(one)));
const matrix = toMatrix([...records.values()], seeds, schemaScore());
const faults = faultsOf(matrix, values.only);
for (const fault of faults) console.log(`✗ ${fault}`);
for (const { seed, killed, of } of matrix.score) console.log(`seed ${seed}: ${killed} of ${of} killed`);
if ((done && !values.only) || values.write) {
  mkdirSync("docs/data", { recursive: true });
  writeFileSync(
    "docs/data/mutants.json",
    await format(JSON.stringify(matrix), { parser: "json", printWidth: 110 }),
  );
  writeFileSync(
    "docs/mutants.md",
    await format(mutantsPage(matrix), { parser: "markdown", printWidth: 110 }),
  );
  console.log("wrote docs/data/mutants.json and docs/mutants.md");
} else if (!done) console.log("not all is done: run it again to go on");
process.exitCode = faults.length > 0 ? 1 : done ? 0 : 2;

/** One after the other from what is open, until there is nothing left or time is up. */
async function goOn(): Promise<void> {
  for (let next = open.shift(); next && performance.now() < until; next = open.shift()) await workOn(next);
}

async function workOn(one: MutantWork): Promise<void> {
  const record = await doWork(one);
  records.set(record.key, record);
  appendFileSync(RECORDS, `${JSON.stringify(record)}\n`);
  console.log(`${records.size}/${total} ${record.key}: ${summary(record)}`);
}

function summary({ complaints }: MutantRecord): string {
  return complaints.map(({ check, verdict }) => `${check} ${verdict}`).join(", ") || "all pass";
}

/** What was done before with this very kit. */
function readRecords(): readonly MutantRecord[] {
  const [head = "", ...lines] = existsSync(RECORDS)
    ? readFileSync(RECORDS, "utf8").trimEnd().split("\n")
    : [];
  if (!values.fresh && head === kit) return lines.map((line) => JSON.parse(line) as MutantRecord);
  mkdirSync(dirname(RECORDS), { recursive: true });
  writeFileSync(RECORDS, `${kit}\n`);
  return [];
}

function hashOf(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort())
    if (name.endsWith(".js")) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
