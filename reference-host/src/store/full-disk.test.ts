import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The built store, for processes of their own. */
const DIST = new URL("../../dist/store/index.js", import.meta.url).href;

describe("a store on a full disk", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-full-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["in a file", `openStore(process.argv[1] + "/s.db")`],
    ["of one run", "openTemporaryStore()"],
  ])("%s says so, and goes on once there is room", (_name, opening) => {
    // A real disk of 4 MiB: its own mount, which only the script sees.
    const script = `
      import { rmSync, writeFileSync } from "node:fs";
      import { openStore, openTemporaryStore } from ${JSON.stringify(DIST)};
      const store = ${opening};
      await store.createProject({ id: "p1", name: "before" });
      const ballast = process.argv[1] + "/ballast";
      writeFileSync(ballast, Buffer.alloc(2_000_000));
      const writer = store.writeContent();
      const error = await (async () => { for (;;) await writer.append(new Uint8Array(300_000)); })().catch((e) => e);
      rmSync(ballast);
      await writer.discard();
      const small = store.writeContent();
      await small.append(new Uint8Array(5));
      const { info } = await small.finish({ name: "after", projectId: "p1" });
      const project = await store.getProject("p1");
      console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message, project, info }));
    `;
    const mount = ["--bind", "/", "/", "--dev", "/dev", "--size", "4194304", "--tmpfs", folder];
    const node = [process.execPath, "--input-type=module", "-e", script, folder];
    const run = spawnSync("bwrap", [...mount, "--setenv", "TMPDIR", folder, ...node], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({
      name: "StoreError",
      code: "store_full",
      message: expect.stringContaining("Free room there"),
      project: { name: "before" },
      info: { size: 5 },
    });
  });
});
