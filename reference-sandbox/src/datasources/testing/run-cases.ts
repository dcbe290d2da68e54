/** Runs every case, or with SANDPIPE_TEST_CASES=values those on values only, against the servers of SANDPIPE_TEST_PLACE (JSON) and prints one line of JSON for each. */
import { writeSync } from "node:fs";
import type { Place } from "./case.js";
import { CASES } from "./cases.js";
import { VALUE_CASES } from "./value-cases.js";

const place = JSON.parse(process.env["SANDPIPE_TEST_PLACE"] ?? "") as Place;
const warnings: string[] = [];
process.on("warning", (warning) => warnings.push(String(warning)));

for (const { name, run } of process.env["SANDPIPE_TEST_CASES"] === "values" ? VALUE_CASES : CASES) {
  const before = performance.now();
  let result: unknown;
  try {
    result = await run(place);
  } catch (error) {
    result = { threw: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
  }
  writeSync(1, `${JSON.stringify({ name, result, ms: Math.round(performance.now() - before) })}\n`);
}
writeSync(1, `${JSON.stringify({ name: "warnings", result: warnings })}\n`);
