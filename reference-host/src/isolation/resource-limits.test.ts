import { describe, expect, test } from "vitest";
import { createHost } from "../run/create-host.js";
import { runProbe, probe } from "../run/probe-run.js";
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
      { isolation, limits: { memoryBytes: LEAST_DATA_BYTES } },
    );
    expect(report.outcome).toBe("failed");
    expect(report.exit).not.toEqual({ code: 0 });
  });

  test("memory: the JIT is on, and what is allowed can be taken", async () => {
    // Without its JIT the loop is tens of times slower than the same loop bare; the bound itself costs nothing.
    const code = `
      await open();
      const { getHeapSpaceStatistics } = await import("node:v8");
      const sum = (n) => { let s = 0; for (let i = 0; i < n; i++) s = (s + i * 31) | 0; return s; };
      for (let at = 0; at < 50; at++) sum(100_000);
      const taken = Buffer.alloc(1_000_000_000, 1);
      const compiled = getHeapSpaceStatistics().find(({ space_name }) => space_name === "code_space").space_used_size;
      const { setFlagsFromString } = await import("node:v8");
      setFlagsFromString("--allow-natives-syntax");
      const status = new Function("f", "return %GetOptimizationStatus(f)")(sum);
      await result({ optimized: (status & 16) !== 0, length: taken.length });
    `;
    const report = await runProbe(code, { isolation, limits: { memoryBytes: LEAST_DATA_BYTES } });
    expect(report).toMatchObject({ outcome: "ok", result: { optimized: true, length: 1_000_000_000 } });
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
