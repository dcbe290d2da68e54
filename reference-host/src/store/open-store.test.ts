import { execFile, spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, openTemporaryStore } from "./open-store.js";
import { describeStore } from "./store-suite.js";

/** The built store, for processes of their own. */
const DIST = new URL("../../dist/store/index.js", import.meta.url).href;

describeStore("a libsql store in memory", ({ now }) => openStore(":memory:", { now }));
describeStore("a temporary libsql store", ({ now }) => openTemporaryStore({ now }));
describeStore("a libsql store in a file", ({ now, folder }) => openStore(join(folder, "s.db"), { now }));

describe("openStore", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-open-"));
    path = join(folder, "store.db");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("finds again what was stored before", async () => {
    const first = openStore(path);
    await first.createProject({ id: "p1", name: "kept" });
    await first.close();
    const second = openStore(path);
    expect(await second.getProject("p1")).toEqual({ id: "p1", name: "kept" });
    await second.close();
  });

  it("shows at once what another connection has stored", async () => {
    const [a, b] = [openStore(path), openStore(path)];
    const { id } = await a.createProject({ name: "x" });
    expect(await b.getProject(id)).toBeDefined();
    await b.close();
    await a.close();
  });

  it("says what to do with a file that is no database", () => {
    writeFileSync(path, "no database".repeat(1000));
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: "store_damaged" }));
    expect(() => openStore(path)).toThrow(/Move it away/);
  });

  it("says what to do with a store that lost its end", async () => {
    const store = openStore(path);
    for (let n = 0; n < 3000; n += 1) await store.createProject({ name: "x".repeat(500) });
    await store.close();
    const size = statSync(path).size;
    const file = openSync(path, "r+");
    ftruncateSync(file, Math.floor(size / 3));
    closeSync(file);
    const use = async (): Promise<void> => {
      const damaged = openStore(path);
      try {
        for (let n = 0; n < 50; n += 1) await damaged.createProject({ name: `y${n}` });
        await damaged.findProject("y");
      } finally {
        await damaged.close();
      }
    };
    await expect(use()).rejects.toMatchObject({ code: "store_damaged" });
  });

  it("leaves a store of a newer version and another program's database as they are", async () => {
    await openStore(path).close();
    const newer = new Database(path);
    newer.exec("UPDATE sandpipe_store SET version = 99");
    newer.close();
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: "store_newer" }));

    const foreign = join(folder, "foreign.db");
    const other = new Database(foreign);
    other.exec("CREATE TABLE invoices (x)");
    expect(() => openStore(foreign)).toThrow(expect.objectContaining({ code: "store_foreign" }));
    expect(other.prepare("SELECT count(*) AS n FROM sqlite_schema").get([])).toMatchObject({ n: 1 });
    other.close();
  });

  it("names a folder that isn't there", () => {
    expect(() => openStore(join(folder, "no", "where.db"))).toThrow(/folder exists/);
  });

  it("drops what a killed process has left, but not what one may still be writing", async () => {
    let clock = 1_000_000_000_000;
    const open = (): ReturnType<typeof openStore> => openStore(path, { now: () => clock });
    const rows = (): unknown => {
      const database = new Database(path);
      const row = database.prepare("SELECT count(*) AS n FROM chunks").get([]) as { n: number };
      database.close();
      return row.n;
    };
    const first = open();
    await first.writeContent().append(new Uint8Array(600_000));
    await first.importFixture({
      files: [{ id: "f1", projectId: "p1", name: "a", content: "kept", encoding: "utf8" }],
    });
    await first.close();
    clock += 3_600_000;
    await open().close();
    expect(rows()).toBe(3);
    clock += 100_000_000;
    await open().close();
    expect(rows()).toBe(1);
  });

  it("serves several processes that open, import and list at once", async () => {
    const script = `
      import { openStore } from ${JSON.stringify(DIST)};
      const store = openStore(process.argv[1]);
      for (let n = 0; n < 25; n += 1) {
        await store.importFixture({ files: [{ id: process.argv[2] + n, projectId: "p1", name: "a",
          content: "x".repeat(300_000), encoding: "utf8" }] });
      }
      await store.close();
    `;
    const finished = ["a", "b", "c"].map(
      (name) =>
        new Promise<string>((resolve) => {
          const args = ["--input-type=module", "-e", script, path, name];
          execFile(process.execPath, args, (error, _out, stderr) => resolve(error ? stderr : "done"));
        }),
    );
    // Meanwhile this process turns the pages: each file once, in the order of its position.
    const store = openStore(path);
    const seen: string[] = [];
    let after = 0;
    let done = false;
    const all = Promise.all(finished).finally(() => {
      done = true;
    });
    for (let last = false; !last;) {
      last = done;
      const page = await store.listFiles({ scope: { projectId: "p1" }, after, limit: 3 });
      for (const file of page) {
        expect(file.position).toBeGreaterThan(after);
        after = file.position;
        seen.push(file.info.id);
      }
      if (page.length > 0) last = false;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await all).toEqual(["done", "done", "done"]);
    const wanted = ["a", "b", "c"].flatMap((name) => Array.from({ length: 25 }, (_, n) => `${name}${n}`));
    expect(seen.toSorted()).toEqual(wanted.toSorted());
    await store.close();
  });

  it.each([
    ["a store in a file", "openStore(process.argv[1])"],
    ["a temporary store", "openTemporaryStore()"],
  ])("imports a file into %s many times larger than the memory it takes", (_name, opening) => {
    // A process of its own, so that its peak is its own; the file is sparse.
    const script = `
      import { openSync, ftruncateSync, closeSync, readdirSync } from "node:fs";
      import { openStore, openTemporaryStore } from ${JSON.stringify(DIST)};
      const file = openSync(process.argv[2], "w"); ftruncateSync(file, 134217728); closeSync(file);
      const store = ${opening};
      await store.importFile(process.argv[2], { projectId: "warm-up", name: "w" });
      const before = process.resourceUsage().maxRSS;
      const info = await store.importFile(process.argv[2], { projectId: "p1" });
      const left = readdirSync(process.env.TMPDIR).filter((name) => name.startsWith("sandpipe-store-"));
      console.log(JSON.stringify({ size: info.size, grown: process.resourceUsage().maxRSS - before, left }));
    `;
    const args = ["--input-type=module", "-e", script, path, join(folder, "big.bin")];
    const env = { ...process.env, TMPDIR: folder };
    const run = spawnSync(process.execPath, args, { encoding: "utf8", env });
    expect(run.stderr).toBe("");
    const { size, grown, left } = JSON.parse(run.stdout) as { size: number; grown: number; left: string[] };
    expect(size).toBe(134_217_728);
    expect(grown).toBeLessThan(64 * 1024);
    expect(left).toEqual([]);
  });
});
