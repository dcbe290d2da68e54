import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { addFile, closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

async function pathOf(session: TestSession, fileId: string): Promise<string> {
  return (await session.call("files.materialize", { fileId })).path;
}

async function stored(session: TestSession, fileId: string): Promise<string> {
  return (await session.call("files.read", { fileId, encoding: "utf8" })).content;
}

describe("files.materialize", () => {
  it("gives a path to the file's bytes, of any size, under a name like its own", async () => {
    const session = openTestSession();
    for (const size of [0, 1, 262_144, 262_145, 3_000_000]) {
      const bytes = randomBytes(size);
      await addFile(session.store, `f${size}`, bytes, { name: `flights ${size}.csv` });
      const path = await pathOf(session, `f${size}`);
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(basename(path)).toBe(`flights_${size}.csv`);
      expect(path.startsWith(`${session.scratch}/`)).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o444);
    }
  });

  it("gives the same path again, also to calls at the same time", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", randomBytes(1_000_000));
    const paths = await Promise.all([1, 2, 3, 4].map(() => pathOf(session, "f1")));
    expect(new Set([...paths, await pathOf(session, "f1")]).size).toBe(1);
    expect(readdirSync(dirname(paths[0] as string))).toHaveLength(1);
  });

  it("gives files of one name paths of their own", async () => {
    const session = openTestSession();
    for (const id of ["f1", "f2", "f3"]) await addFile(session.store, id, id, { name: "a.csv" });
    const paths = await Promise.all(["f1", "f2", "f3"].map((id) => pathOf(session, id)));
    expect(paths.map((path) => basename(path)).sort()).toEqual(["a-2.csv", "a-3.csv", "a.csv"]);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(["f1", "f2", "f3"]);
  });

  it("keeps every hostile name inside the folder, plain for shell, SQL and globs", async () => {
    const session = openTestSession();
    const names = [
      ...["../../etc/passwd", "/etc/passwd", "..", ".", "...", "a/../../b", "..\\..\\x", "-rf", ".bashrc"],
      ...["*?[a].csv", "it's \"$(id)`x`.csv", "a\nb.csv", "a\tb", "%2e%2e%2fx", "CON", " ", "\u202egpj.csv"],
      ...["x".repeat(1000), `${"é".repeat(400)}.parquet`, `a.${"b".repeat(300)}`, "日本語 データ.csv"],
    ];
    for (const [n, name] of names.entries()) await addFile(session.store, `f${n}`, name, { name });
    const paths = await Promise.all(names.map((_, n) => pathOf(session, `f${n}`)));
    expect(new Set(paths).size).toBe(names.length);
    for (const [n, path] of paths.entries()) {
      expect(dirname(path)).toBe(join(session.scratch, "inputs"));
      expect(basename(path)).toMatch(/^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u);
      expect(readFileSync(path, "utf8")).toBe(names[n]);
    }
    expect(paths.some((path) => path.endsWith(".parquet"))).toBe(true);
    expect(paths.some((path) => path.endsWith("日本語_データ.csv"))).toBe(true);
  });

  it("is unharmed by a script that changes, empties, replaces or removes its copy", async () => {
    const harm: ((path: string) => void)[] = [
      (path) => {
        chmodSync(path, 0o600);
        writeFileSync(path, "of 8 now");
      },
      (path) => {
        chmodSync(path, 0o600);
        const file = openSync(path, "r+");
        ftruncateSync(file, 0);
        closeSync(file);
      },
      (path) => rmSync(path),
      (path) => {
        rmSync(path);
        writeFileSync(path, "original");
      },
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
      (path) => {
        rmSync(path);
        symlinkSync("/etc/passwd", path);
      },
    ];
    const session = openTestSession();
    const other = openTestSession({ store: session.store });
    await addFile(session.store, "f1", "original");
    const untouched = await pathOf(other, "f1");
    for (const act of harm) {
      const path = await pathOf(session, "f1");
      act(path);
      expect(await stored(session, "f1")).toBe("original");
      expect(readFileSync(untouched, "utf8")).toBe("original");
      expect(await pathOf(session, "f1")).toBe(path);
      expect(lstatSync(path).isFile()).toBe(true);
      expect(readFileSync(path, "utf8")).toBe("original");
    }
  });

  it("writes nowhere else when the script puts links in place of the folder", async () => {
    const session = openTestSession();
    const outside = openTestSession().scratch;
    await addFile(session.store, "f1", "one");
    await addFile(session.store, "f2", "two");
    const inputs = join(session.scratch, "inputs");
    symlinkSync(outside, inputs);
    const path = await pathOf(session, "f1");
    expect(readFileSync(path, "utf8")).toBe("one");
    renameSync(dirname(path), join(session.scratch, "moved"));
    symlinkSync(outside, dirname(path));
    await expect(pathOf(session, "f2")).rejects.toThrow();
    rmSync(inputs);
    expect(readFileSync(await pathOf(session, "f2"), "utf8")).toBe("two");
    expect(readdirSync(outside)).toEqual([]);
  });

  it("makes its folder again when the script has moved or removed it, and keeps the script's own files", async () => {
    const session = openTestSession();
    for (const id of ["f1", "f2"]) await addFile(session.store, id, id, { name: "a.csv" });
    const inputs = join(session.scratch, "inputs");
    mkdirSync(inputs);
    writeFileSync(join(inputs, "a.csv"), "the script's own");
    const path = await pathOf(session, "f1");
    expect(basename(path)).toBe("a-2.csv");
    expect(readFileSync(join(inputs, "a.csv"), "utf8")).toBe("the script's own");
    rmSync(inputs, { recursive: true });
    expect(await pathOf(session, "f1")).toBe(path);
    expect(readFileSync(path, "utf8")).toBe("f1");
    renameSync(inputs, `${inputs}-moved`);
    expect(readFileSync(await pathOf(session, "f2"), "utf8")).toBe("f2");
    expect(await pathOf(session, "f1")).toBe(path);
    expect(readFileSync(path, "utf8")).toBe("f1");
  });

  it("holds no descriptor once the session has ended, and serves nothing more", async () => {
    const mine = (): number =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return statSync(`/proc/self/fd/${fd}`).isDirectory();
        } catch {
          return false;
        }
      }).length;
    const before = mine();
    const session = openTestSession();
    await addFile(session.store, "f1", randomBytes(2_000_000));
    const last = pathOf(session, "f1");
    await Promise.allSettled([last, session.dispose()]);
    expect(mine()).toBe(before);
    await expect(pathOf(session, "f1")).rejects.toThrow(/ended/);
  });
});
