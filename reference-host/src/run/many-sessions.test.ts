import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { needBwrap } from "../isolation/need-bwrap.js";
import { rounds } from "./long-loop.js";

const HOST = resolve(import.meta.dirname, "../../fixtures/many-sessions.mjs");

interface Measures {
  readonly descriptors: number;
  readonly processes: number;
  readonly listeners: number;
  readonly resources: number;
  readonly held: number;
  readonly rss: number;
}

test(
  "many sessions, one after another and 32 at once, leave no descriptor, process, listener, folder or memory",
  { timeout: 1_200_000 },
  async () => {
    await needBwrap();
    const temporary = mkdtempSync(join(tmpdir(), "many-sessions-"));
    const args = [HOST, String(rounds(300, 1_000)), String(rounds(3, 10))];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, TMPDIR: temporary },
    });
    const { before, after } = JSON.parse(stdout) as { before: Measures; after: Measures };
    const { held: heldBefore, rss: rssBefore, ...countsBefore } = before;
    const { held: heldAfter, rss: rssAfter, ...countsAfter } = after;
    expect(countsAfter).toEqual(countsBefore);
    expect(countsAfter.processes).toBe(0);
    // What a session holds is several kilobytes: a leak of it would be more. The rest is compiled code, and room that
    // the allocator keeps once it had it.
    expect(heldAfter - heldBefore).toBeLessThan(1_048_576);
    expect(rssAfter - rssBefore).toBeLessThan(50_331_648);
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  },
);
