/** `npm run check`: everything that must hold beside the tests, each step named, all of them run. */
import { spawnSync } from "node:child_process";
import { STEPS } from "./check-steps.js";

const only = process.argv.slice(2);
const unknown = only.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(", ")}; there are: ${STEPS.map((step) => step.name).join(", ")}`);
  process.exit(64);
}

const failed: string[] = [];
for (const step of STEPS.filter(({ name }) => only.length === 0 || only.includes(name))) {
  const from = performance.now();
  const faults = step.commands.flatMap((command) => {
    const [program = "", ...args] = command;
    const ran = spawnSync("npx", ["--no-install", program, ...args], { encoding: "utf8" });
    return ran.status === 0 ? [] : [`$ ${command.join(" ")}\n${ran.stdout}${ran.stderr}`];
  });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${step.name} (${seconds} s): ${step.what}`);
  if (faults.length > 0) {
    failed.push(step.name);
    console.log(faults.join("\n").replace(/^/gm, "    "));
  }
}
if (failed.length > 0) {
  console.error(`\n${failed.length} failed: ${failed.join(", ")}. One alone: npm run check -- ${failed[0]}`);
  process.exit(1);
}
