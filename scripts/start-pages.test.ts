import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followPage, readBlocks, unlisted } from "./blocks.js";
import { ensureOnPath } from "./services/install.js";

beforeAll(() => ensureOnPath("python3", "python3"), 600_000);

describe("from an empty folder, by the page's own blocks alone, to a green core profile", () => {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["host-python", "host-node"])("%s", { timeout: 900_000 }, (name) => {
    const blocks = readBlocks(`docs/start/${name}.md`);
    expect(blocks.filter(({ file }) => file !== undefined)).toHaveLength(4);
    expect(blocks.filter(({ run, text }) => run && text.includes("test host --profile core"))).toHaveLength(
      1,
    );
    expect(followPage(blocks, mkdtempSync(join(folder, "page-")))).toBeUndefined();
  });
});

describe("the blocks of a page", () => {
  const page =
    "# x\n\n```sh run\necho a > a\n```\n\n- in a list\n\n  ```sh\n  rm a\n  ```\n\n```js file=b/c.mjs\nexport {};\n```\n";

  test("are read with their lines, without the margin of a list", () => {
    expect(readBlocks("p.md", page)).toMatchObject([
      { line: 3, language: "sh", run: true, text: "echo a > a\n" },
      { line: 9, language: "sh", run: false, text: "rm a\n" },
      { line: 13, language: "js", file: "b/c.mjs", text: "export {};\n" },
    ]);
  });

  test("are run, or listed with a reason that still has its block", () => {
    const blocks = readBlocks("p.md", page);
    expect(unlisted(blocks, [])).toEqual([
      "p.md:9: the block is neither run nor in docs/blocks-not-run.json",
    ]);
    expect(unlisted(blocks, [{ page: "p.md", starts: "rm", why: "w" }])).toEqual([]);
    expect(unlisted(blocks, [{ page: "p.md", starts: "mv", why: "w" }])).toHaveLength(2);
  });

  test("that fail are told with their place and what was printed", () => {
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    const fault = followPage(readBlocks("p.md", "```sh run\necho told >&2; exit 3\n```\n"), folder);
    rmSync(folder, { recursive: true });
    expect(fault).toContain("p.md:1: exit 3");
    expect(fault).toContain("told");
  });
});
