import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needBwrap } from "../isolation/need-bwrap.js";
import { isAbandoned } from "../process/owned-folder.js";
import { openStore } from "../store/index.js";
import { rounds, seededRandom } from "./long-loop.js";
import { processesNaming, until } from "./probe-run.js";

const HOST = resolve(import.meta.dirname, "../../fixtures/host-with-store.mjs");

let folder: string;
beforeAll(async () => {
  await needBwrap();
  folder = mkdtempSync(join(tmpdir(), "host-killed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  "a host killed at any moment leaves no process; the next one finds the store whole and removes its folders",
  { timeout: 1_200_000 },
  async () => {
    const random = seededRandom("host-killed");
    const file = join(folder, "store.db");
    const temporary = mkdtempSync(join(folder, "tmp-"));
    const start = (isolation: string, marker: string) => {
      const child = spawn(process.execPath, [HOST, file, isolation, marker], {
        env: { ...process.env, TMPDIR: temporary },
        stdio: ["pipe", "pipe", "inherit"],
      });
      const exited = new Promise<number | null>((done) => child.once("exit", done));
      return { child, exited };
    };
    const count = rounds(30, 200);
    for (let at = 0; at < count; at++) {
      const marker = `host-killed-${process.pid}-${at}`;
      const { child, exited } = start(at % 2 === 0 ? "bwrap" : "none", marker);
      // At a moment of its start, or at one of its work: after so many calls and a little.
      const calls = Math.floor(random() * 100);
      let seen = "";
      const working = new Promise<void>((done) => {
        child.stdout.on("data", (text) => {
          seen += String(text);
          if (seen.length >= calls) done();
        });
      });
      if (random() < 0.7) await working;
      await new Promise((done) => setTimeout(done, random() * (calls === 0 ? 300 : 20)));
      child.kill("SIGKILL");
      await exited;
      await until(() => processesNaming(marker).length === 0);
    }
    const last = start("bwrap", `host-killed-${process.pid}-last`);
    await new Promise<void>((done) =>
      last.child.stdout.on("data", (text) => {
        if (String(text).includes("|")) done();
      }),
    );
    expect(readdirSync(temporary).filter(isAbandoned)).toEqual([]);
    last.child.stdin.end();
    expect(await last.exited).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);

    const store = openStore(file);
    const project = await store.findProject("p");
    const scope = { projectId: project?.id ?? "" };
    let files = 0;
    for (let after: number | undefined = undefined; ;) {
      const page = await store.listFiles({ scope, limit: 100, ...(after !== undefined && { after }) });
      for (const { info, content } of page) {
        const bytes = await store.readContent(content, 0, info.size + 1);
        expect(bytes.byteLength).toBe(info.size);
        expect(createHash("sha256").update(bytes).digest("hex")).toBe(info.sha256);
      }
      files += page.length;
      if (page.length === 0) break;
      after = page.at(-1)?.position;
    }
    expect(files).toBeGreaterThanOrEqual(40);
    await store.close();
  },
);
