import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countLines, matchFiles, readImplementations } from "./implementations.js";

const found = readImplementations();

test("every folder of implementations says what it is", () => {
  // The founding document's snippets are two in one, and no example to follow: they are judged apart.
  const names = readdirSync("implementations").filter((name) => name !== "founding-draft");
  const folders = names.map((name) => `implementations/${name}`);
  expect(found.map(({ folder }) => folder)).toEqual([
    "reference-host",
    "reference-sandbox",
    ...folders.sort(),
  ]);
});

test.for(found)("$name is named for its folder and counts lines of its own and of its adapter", (it) => {
  expect(it.folder.split("/").at(-1)).toBe(it.name);
  expect(["host", "sandbox"]).toContain(it.role);
  expect(["core", "full", "strict"]).toContain(it.profile);
  expect(it.command.length).toBeGreaterThan(0);
  expect(countLines(it.folder, it.sources)).toBeGreaterThan(50);
  expect(countLines(it.folder, it.adapter)).toBeGreaterThan(20);
});

test("a pattern matches whole paths, and what is taken out again is not counted", () => {
  const files = matchFiles("scripts", ["*.ts", "!*.test.ts"]);
  expect(files).toContain("implementations.ts");
  expect(files).not.toContain("implementations.test.ts");
  expect(files.every((path) => !path.includes("/"))).toBe(true);
  expect(matchFiles("scripts", ["**/*.ts"])).toContain(join("services", "install.ts"));
  expect(matchFiles("scripts", ["**/*.ts", "!services/**"])).not.toContain(join("services", "install.ts"));
});
