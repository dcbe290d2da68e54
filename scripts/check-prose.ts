/** Fails where the prose of a version and its requirement rows say different things; see scripts/prose.ts. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { proseFaults } from "./prose.js";
import { VERSIONS } from "./versions.js";

const faults = VERSIONS.flatMap(({ name, rows }) => {
  const folder = join("spec", name);
  const pages = readdirSync(folder)
    .filter((file) => file.endsWith(".md") && file !== "requirements.md")
    .map((file) => ({ path: join(folder, file), text: readFileSync(join(folder, file), "utf8") }));
  return proseFaults(pages, rows);
});
if (faults.length > 0) {
  console.error(`${faults.join("\n")}\n${faults.length} faults between the prose and the rows of spec/`);
  process.exit(1);
}
