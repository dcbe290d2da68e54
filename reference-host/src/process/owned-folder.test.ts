import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAbandoned, makeOwnedFolder, ownedPrefix, removeFolder } from "./owned-folder.js";

const MODULE = resolve(import.meta.dirname, "../../dist/process/owned-folder.js");
const NAMESPACE = /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "";

let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "owned-"));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** What another process makes, before it ends or is killed. */
function inAnotherProcess(code: string): string {
  const { stdout } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", `import { makeOwnedFolder } from ${JSON.stringify(MODULE)};\n${code}`],
    { env: { ...process.env, TMPDIR: temporary }, encoding: "utf8" },
  );
  return stdout.trim();
}

test("a folder's name tells whose it is, and the owner's life whether it is abandoned", () => {
  const path = makeOwnedFolder();
  try {
    expect(isAbandoned(basename(path))).toBe(false);
    const start = basename(path).split("-")[3];
    const told = (namespace: string, pid: number, at: string) => `sandpipe-${namespace}-${pid}-${at}-abcdef`;
    // The pid is taken again by a later process; the pid is nobody's; it is of another namespace; it is no folder of ours.
    expect(isAbandoned(told(NAMESPACE, process.pid, `${start}1`))).toBe(true);
    expect(isAbandoned(told(NAMESPACE, 4_194_303, "1"))).toBe(true);
    expect(isAbandoned(told("1", 4_194_303, "1"))).toBe(false);
    expect(isAbandoned(told("0", 4_194_303, "0"))).toBe(false);
    expect(isAbandoned("sandpipe-store-abcdef")).toBe(false);
    expect(`${ownedPrefix()}x`).toContain(`-${process.pid}-`);
  } finally {
    removeFolder(path);
  }
});

test("the next host removes what a killed one left, whatever its modes, and no living one's", () => {
  const own = join(temporary, basename(makeOwnedFolder()));
  mkdirSync(own);
  mkdirSync(join(temporary, "sandpipe-outside"));
  const left = inAnotherProcess(`
    import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
    const path = makeOwnedFolder();
    mkdirSync(path + "/a/b", { recursive: true });
    writeFileSync(path + "/a/b/c", "x");
    chmodSync(path + "/a/b", 0); chmodSync(path + "/a", 0o500);
    console.log(path);
    process.kill(process.pid, "SIGKILL");
  `);
  expect(existsSync(left)).toBe(true);
  const next = inAnotherProcess("console.log(makeOwnedFolder());");
  expect(readdirSync(temporary).sort()).toEqual([basename(own), basename(next), "sandpipe-outside"].sort());
  removeFolder(join(tmpdir(), basename(own)));
});

test("a link in an abandoned folder, or in place of one, leads nobody out", () => {
  const precious = join(temporary, "precious");
  mkdirSync(precious);
  writeFileSync(join(precious, "file"), "kept");
  const name = `sandpipe-${NAMESPACE}-4194303-1-abcdef`;
  symlinkSync(precious, join(temporary, name));
  mkdirSync(join(temporary, `${name}2`));
  symlinkSync(precious, join(temporary, `${name}2`, "inside"));
  inAnotherProcess("makeOwnedFolder()");
  expect(existsSync(join(temporary, `${name}2`))).toBe(false);
  expect(readFileSync(join(precious, "file"), "utf8")).toBe("kept");
});
