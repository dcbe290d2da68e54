import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { frozenFaults, hashVersion } from "./frozen.js";
import { readLock, VERSIONS } from "./versions.js";

const root = resolve(import.meta.dirname, "..");
const v0 = VERSIONS[0]?.rows ?? [];

describe("a frozen version", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "sandpipe-frozen-"));
    for (const folder of ["spec", "schemas", "conformance/vectors"]) {
      mkdirSync(dirname(join(copy, folder)), { recursive: true });
      cpSync(join(root, folder), join(copy, folder), { recursive: true });
    }
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  const faults = (rows = v0): string[] => {
    const lock = readLock("v0", copy);
    if (lock === undefined) throw new Error("v0 has no lock");
    return frozenFaults(lock, hashVersion("v0", rows, copy));
  };
  const edit = (path: string, change: (text: string) => string): void => {
    const text = readFileSync(join(copy, path), "utf8");
    const changed = change(text);
    expect(changed).not.toBe(text);
    writeFileSync(join(copy, path), changed);
  };

  test("as it is committed is whole", () => {
    expect(faults()).toEqual([]);
  });

  test.each([
    ["schemas/v0/Request.json", "line on", "row on"],
    ["spec/v0/frames.ts", "A call", "A request"],
    ["conformance/vectors/v0/streams/lines.json", "a request line", "a line"],
  ])("one word of %s turns it red with its name", (path, from, to) => {
    edit(path, (text) => text.replace(from, to));
    expect(faults()).toEqual([`${path} was changed in v0, which is frozen`]);
  });

  test("one word of a row turns it red with its id", () => {
    const rows = v0.map((row, index) => (index === 0 ? { ...row, text: `${row.text}!` } : row));
    expect(faults(rows)).toEqual([`row ${v0[0]?.id} was changed in v0, which is frozen`]);
  });

  test("nothing may be added or removed", () => {
    writeFileSync(join(copy, "schemas/v0/New.json"), "{}");
    rmSync(join(copy, "schemas/v0/ErrorResponse.json"));
    expect(faults(v0.slice(1))).toEqual([
      `row ${v0[0]?.id} was removed from v0, which is frozen`,
      "schemas/v0/ErrorResponse.json was removed from v0, which is frozen",
      "schemas/v0/New.json was added to v0, which is frozen",
    ]);
  });

  test("white space, and what the kit plans for a row, are no change", () => {
    edit("schemas/v0/Request.json", (text) => text.replaceAll("  ", "\t"));
    expect(faults(v0.map((row) => ({ ...row, planned: "something else" })))).toEqual([]);
  });

  test("the command that npm run check calls exits 1 and names it", () => {
    cpSync(join(root, "scripts"), join(copy, "scripts"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const run = () =>
      spawnSync(join(root, "node_modules/.bin/tsx"), ["scripts/check-frozen.ts"], {
        cwd: copy,
        encoding: "utf8",
      });
    expect(run()).toMatchObject({ status: 0, stderr: "" });
    edit("schemas/v0/ErrorResponse.json", (text) => text.replace("failed", "broke"));
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain("schemas/v0/ErrorResponse.json was changed in v0, which is frozen");
  });
});
