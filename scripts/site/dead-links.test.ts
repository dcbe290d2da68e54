import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { deadLinks } from "./dead-links.js";

const folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a link is followed to its file and its anchor, and nothing is loaded from elsewhere", () => {
  mkdirSync(join(folder, "a"));
  writeFileSync(
    join(folder, "index.html"),
    `<h1 id="top">x</h1><a href="a/b.html#here">b</a><a href="a/c.html">c</a>`,
  );
  writeFileSync(
    join(folder, "a/b.html"),
    `<p id="here"><a href="../index.html#top">up</a><a href="#gone">gone</a><a href="https://example.org/">out</a>
     <script src="https://example.org/x.js"></script>`,
  );
  expect(deadLinks(folder).sort()).toEqual([
    "a/b.html: #gone: no such anchor",
    "a/b.html: loads https://example.org/x.js",
    "index.html: a/c.html is no file of the site",
  ]);
});
