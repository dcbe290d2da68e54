/**
 * Writes spec/v<version>/requirements.md from the rows, and the files that pages include. `--check` exits 1 where
 * a committed page differs.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { includeFiles } from "./include-files.js";
import { requirementsPage } from "./requirements-page.js";
import { VERSIONS } from "./versions.js";
import { writeOrCheck } from "./write-or-check.js";

const files = new Map<string, string>();
for (const { name, rows } of VERSIONS)
  files.set(
    join("spec", name, "requirements.md"),
    await format(requirementsPage(name, rows), { parser: "markdown" }),
  );
const starts = readdirSync(join("docs", "start")).map((name) => join("docs", "start", name));
for (const page of [join("spec", "v1", "host-in-60-lines.md"), ...starts])
  files.set(
    page,
    includeFiles(readFileSync(page, "utf8"), (path) => readFileSync(path, "utf8")),
  );
writeOrCheck(files, "npx tsx scripts/generate-pages.ts");
