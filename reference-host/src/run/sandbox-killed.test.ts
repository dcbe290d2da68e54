import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Validator } from "#validators";
import type { Method } from "../methods/method.js";
import { createHostCore } from "./host.js";
import { rounds, seededRandom } from "./long-loop.js";
import { PROBE_FILES, probe } from "./probe-run.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-killed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints numbered lines and makes calls that nobody answers, and notes what is certainly on its way. */
const code = (notes: string) => `
  import { openSync, writeSync } from "node:fs";
  const notes = openSync(${JSON.stringify(notes)}, "w");
  await open();
  raw(process.pid + "\\n");
  for (let at = 0; ; at++) {
    raw("line " + at + "\\n");
    if (at % 10 === 0 && at < 300) send({ id: at, method: "test.hold", params: {} });
    writeSync(notes, String(at + 1).padStart(10), 0);
    if (at % 50 === 49) await new Promise((done) => setTimeout(done, 1));
  }
`;

test(
  "a sandbox killed at any moment gets a truthful report: all that it wrote, and every call failed once",
  { timeout: 1_200_000 },
  async () => {
    const random = seededRandom("sandbox-killed");
    const count = rounds(60, 500);
    const one = async (at: number): Promise<void> => {
      const notes = join(folder, String(at));
      let started = 0;
      let stopped = 0;
      const hold: Method = {
        name: "test.hold",
        idempotent: false,
        validate: (() => true) as unknown as Validator<unknown>,
        handle: (_params, { signal }) =>
          new Promise(() => {
            started++;
            signal.addEventListener("abort", () => stopped++);
          }),
      };
      const wait = random() * 60;
      let answers = 0;
      let pid = 0;
      const { report } = createHostCore({ methods: [hold] }).run({
        command: probe(code(notes)),
        session: { projectId: "p1" },
        readable: PROBE_FILES,
        limits: { graceMs: 300 },
        observer: {
          print(_stream, bytes) {
            if (pid > 0) return;
            pid = Number.parseInt(Buffer.from(bytes).toString(), 10);
            setTimeout(() => process.kill(pid, "SIGKILL"), wait);
          },
          callAnswered: () => answers++,
        },
      });
      const told = await report;
      expect(told).toMatchObject({
        outcome: "failed",
        phase: "running",
        exit: { signal: "SIGKILL" },
        error: { name: "bad_exit" },
        violations: [],
        calls: started,
        effectCount: started,
      });
      expect(told.effects?.map(({ state }) => state)).toEqual(
        Array.from({ length: started }, () => "unknown"),
      );
      expect({ stopped, answers }).toEqual({ stopped: started, answers: 0 });
      const [first, ...lines] = Buffer.from(told.output, "base64").toString().split("\n");
      expect(Number(first)).toBe(pid);
      const whole = lines.slice(0, -1);
      expect(whole).toEqual(whole.map((_line, n) => `line ${n}`));
      expect(whole.length).toBeGreaterThanOrEqual(Number(readFileSync(notes, "utf8") || 0));
    };
    for (let at = 0; at < count; at += 4) {
      await Promise.all(Array.from({ length: Math.min(4, count - at) }, (_, n) => one(at + n)));
    }
  },
);
