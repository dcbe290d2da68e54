/**
 * `npm start`: one whole thread. Runs an example analysis over stdio on real data, shows its result and a short
 * transcript of the frames, then lets the kit judge the reference host and the reference sandbox.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DATA = "node_modules/vega-datasets/data";
const SHOWN_CHARACTERS = 100;

/** One line of `sandpipe-host run --trace`. */
interface TraceLine {
  readonly at: number;
  readonly direction: "from-sandbox" | "to-sandbox";
  readonly frame: unknown;
}

function run(title: string, command: readonly string[], shown = command): number {
  console.log(`\n\u2500\u2500 ${title}\n$ npx ${shown.join(" ")}\n`);
  return spawnSync("npx", ["--no-install", ...command], { stdio: "inherit" }).status ?? 1;
}

function showTrace(file: string): void {
  console.log("\nThe frames of that run (milliseconds, > sandbox to host, < host to sandbox):");
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const { at, direction, frame } = JSON.parse(line) as TraceLine;
    const text = JSON.stringify(frame);
    const short = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}\u2026` : text;
    console.log(`${at.toFixed(1).padStart(8)} ${direction === "from-sandbox" ? ">" : "<"} ${short}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "sandpipe-start-"));
try {
  const trace = join(folder, "trace.jsonl");
  const files = ["flights-20k.json", "airports.csv"].flatMap((name) => ["--import", `${DATA}/${name}`]);
  const analysis = ["sandpipe-host", "run", "examples/flight-delays.ts", ...files];
  const ran = run(
    "An analysis on real data, over stdin and stdout",
    [...analysis, "--trace", trace],
    analysis,
  );
  if (ran === 0) showTrace(trace);
  const verdicts = [
    run("The kit judges the reference host", ["sandpipe", "test", "host", "--", "sandpipe-host", "adapter"]),
    run("The kit judges the reference sandbox", [
      ...["sandpipe", "test", "sandbox", "--", "sandpipe-sandbox", "{script}"],
    ]),
  ];
  process.exitCode = [ran, ...verdicts].find((status) => status !== 0) ?? 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
