import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createHost } from "../run/create-host.js";
import { probe, runProbe } from "../run/probe-run.js";
import { hasMemoryCgroup } from "./memory-cgroup.js";
import { LEAST_DATA_BYTES } from "./resource-limits.js";

const MODES = ["none", "bwrap"] as const;
const GIB = 1_073_741_824;

describe.each(MODES)("bounds, isolation %s", (isolation) => {
  test("memory: a script that takes more is ended, and the host goes on", async () => {
    const report = await runProbe(
      `
      await open();
      const taken = [];
      for (let at = 0; at < 64; at++) taken.push(Buffer.alloc(134_217_728, at));
      await result(taken.length);
      `,
      { isolation, limits: { memoryBytes: hasMemoryCgroup() ? GIB / 2 : LEAST_DATA_BYTES } },
    );
    expect(report.outcome).toBe("failed");
    expect(report.exit).not.toEqual({ code: 0 });
  });

  test("memory: what is allowed can be taken", async () => {
    const code = "await open(); const taken = Buffer.alloc(500_000_000, 1); await result(taken.length);";
    const report = await runProbe(code, { isolation, limits: { memoryBytes: LEAST_DATA_BYTES } });
    expect(report).toMatchObject({ outcome: "ok", result: 500_000_000 });
  });

  test("processor time: a busy loop ends by SIGXCPU", async () => {
    const report = await runProbe("await open(); for (;;);", { isolation, resources: { cpuSeconds: 1 } });
    expect(report).toMatchObject({ outcome: "failed", exit: { signal: "SIGXCPU" } });
  });

  test("file size and open files: more is refused to the script, which goes on", async () => {
    const report = await runProbe(
      `
      import { openSync, writeFileSync } from "node:fs";
      const { result: { scratch } } = await open();
      process.on("SIGXFSZ", () => undefined);
      const attempt = (work) => { try { work(); return "done"; } catch ({ code }) { return code; } };
      await result([
        attempt(() => writeFileSync(scratch.path + "/small", Buffer.alloc(1_000_000))),
        attempt(() => writeFileSync(scratch.path + "/large", Buffer.alloc(1_100_000))),
        attempt(() => { for (let at = 0; at < 100; at++) openSync("/dev/null"); }),
        attempt(() => { for (let at = 0; at < 100; at++) openSync("/dev/null"); }),
      ]);
      `,
      { isolation, resources: { fileBytes: 1_048_576, openFiles: 160 } },
    );
    expect(report).toMatchObject({ outcome: "ok", result: ["done", "EFBIG", "done", "EMFILE"] });
  });
});

describe("the least that prlimit is asked for", () => {
  const hot = "function sum(n) { let s = 0; for (let i = 0; i < n; i++) s = (s + i * 31) | 0; return s; }";
  const warm = "for (let at = 0; at < 2000; at++) sum(10_000);";

  /** Whether the runtime has compiled a hot function with its optimizing compiler, by its own account. */
  async function jitsBelow(bytes: number, command: readonly string[]): Promise<string> {
    const report = await createHost({ isolation: "none" }).run({
      command: ["prlimit", `--data=${bytes}`, ...command],
      session: { projectId: "p1" },
    }).report;
    return Buffer.from(report.output, "base64").toString().trim();
  }

  test("leaves Node its JIT", async () => {
    // 16 is kOptimized.
    const code = `${hot} ${warm} console.log((%GetOptimizationStatus(sum) & 16) !== 0);`;
    const node = [process.execPath, "--allow-natives-syntax", "-e", code];
    expect(await jitsBelow(LEAST_DATA_BYTES, node)).toBe("true");
    expect(await jitsBelow(LEAST_DATA_BYTES, [process.execPath, "--jitless", ...node.slice(1)])).toBe(
      "false",
    );
  });

  test("leaves Bun its JIT, which a gigabyte would not", async () => {
    // A million is what it says without a JIT.
    const code = `${hot} ${warm} console.log([1, 2, 3, 4].includes(require("bun:jsc").numberOfDFGCompiles(sum)));`;
    const bun = [findBun(), "-e", code];
    expect(await jitsBelow(LEAST_DATA_BYTES, bun)).toBe("true");
    expect(await jitsBelow(GIB, bun)).toBe("false");
  });
});

/** Before its postinstall the package bun has only a text in place of its binary. */
function findBun(): string {
  const modules = resolve(import.meta.dirname, "../../../node_modules");
  const scoped = join(modules, "@oven");
  const packages = existsSync(scoped) ? readdirSync(scoped).filter((name) => !name.includes("musl")) : [];
  const found = [
    join(modules, "bun/bin/bun.exe"),
    ...packages.map((name) => join(scoped, name, "bin/bun")),
  ].find((path) => existsSync(path) && statSync(path).size > 1_000_000);
  if (found === undefined) throw new Error("There is no Bun: npm install");
  return found;
}

test("less memory than prlimit may grant needs a cgroup: it is kept, or refused at once with what to do", async () => {
  const asked = {
    limits: { memoryBytes: GIB / 4 },
    session: { projectId: "p1" },
    isolation: "none",
  } as const;
  const command = probe(
    "await open(); const taken = []; for (let at = 0; at < 20; at++) taken.push(Buffer.alloc(GIB / 16, at)); await result(1);".replace(
      "GIB",
      String(GIB),
    ),
  );
  if (hasMemoryCgroup()) {
    const report = await createHost().run({ ...asked, command }).report;
    expect(report).toMatchObject({ outcome: "failed", exit: { signal: "SIGKILL" } });
  } else {
    expect(() => createHost().run({ ...asked, command })).toThrow(/memoryBytes.*cgroup/);
  }
});

test.each([{ cpuSeconds: 0 }, { openFiles: 1.5 }, { fileBytes: -1 }])(
  "%j is refused at once",
  (resources) => {
    const run = () => createHost().run({ command: ["true"], session: { projectId: "p1" }, resources });
    expect(run).toThrow(RangeError);
  },
);
