/** Writes spec/v<version>/requirements.md from the rows. `--check` exits 1 where a committed page differs. */
import { join } from "node:path";
import { format } from "prettier";
import { requirementsPage } from "./requirements-page.js";
import { VERSIONS } from "./versions.js";
import { writeOrCheck } from "./write-or-check.js";

const files = new Map<string, string>();
for (const { name, rows } of VERSIONS)
  files.set(
    join("spec", name, "requirements.md"),
    await format(requirementsPage(name, rows), { parser: "markdown" }),
  );
writeOrCheck(files, "npx tsx scripts/generate-pages.ts");
