/**
 * Does what the pages say: every block with `run` or `file=` is carried out in an empty folder, every other one that
 * could be is listed with a reason in docs/blocks-not-run.json. Pages named as arguments only, else all but those that
 * scripts/start-pages.test.ts takes the whole way.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followPage, readBlocks, unlisted, type NotRun } from "./blocks.js";

const given = process.argv.slice(2);
const tested = new Set(["docs/start/host-python.md", "docs/start/host-node.md"]);
const pages = ["", "docs", "docs/start", ...folders(""), ...folders("implementations")]
  .flatMap((folder) =>
    readdirSync(folder === "" ? "." : folder)
      .filter((name) =>
        folder.startsWith("docs") || folder === "" ? name.endsWith(".md") : name === "README.md",
      )
      .map((name) => join(folder, name)),
  )
  .toSorted();
const blocks = pages.flatMap((page) => readBlocks(page));
const list = JSON.parse(readFileSync("docs/blocks-not-run.json", "utf8")) as NotRun[];
const faults = unlisted(blocks, list);
for (const page of given.length > 0 ? given : pages.filter((one) => !tested.has(one))) {
  const own = blocks.filter((block) => block.page === page);
  if (!own.some(({ run, file }) => run || file !== undefined)) continue;
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-page-"));
  const fault = followPage(own, folder);
  rmSync(folder, { recursive: true, force: true });
  if (fault !== undefined) faults.push(fault);
}
if (faults.length > 0) {
  console.error(`${faults.join("\n")}\n${faults.length} blocks of the prose can't be followed`);
  process.exit(1);
}

function folders(parent: string): string[] {
  return readdirSync(parent === "" ? "." : parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(?:\.|docs$|node_modules$)/.test(entry.name))
    .map(({ name }) => join(parent, name));
}
