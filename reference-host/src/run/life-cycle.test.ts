import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isAlive, runProbe, startProbe, until } from "./probe-run.js";

describe("starting", () => {
  test("R15: what can't be started gives a report", async () => {
    const folder = mkdtempSync(join(tmpdir(), "host-test-"));
    const plain = join(folder, "plain");
    writeFileSync(plain, "#!/bin/sh\n", { mode: 0o644 });
    const badInterpreter = join(folder, "bad");
    writeFileSync(badInterpreter, "#!/no/such/interpreter\n", { mode: 0o755 });
    for (const command of [
      [join(folder, "none")],
      [plain],
      [folder],
      [""],
      ["no-such-program-anywhere"],
      [badInterpreter],
    ]) {
      expect(await runProbe("", { command })).toMatchObject({
        outcome: "failed",
        exit: {},
        error: { name: "spawn_failed" },
        phase: "spawn",
      });
    }
    rmSync(folder, { recursive: true });
  });

  test("a process that exits 0 and never opens is a protocol error", async () => {
    expect(await runProbe("", { command: ["true"] })).toMatchObject({
      outcome: "protocol_error",
      exit: { code: 0 },
    });
  });

  test("the environment holds the allow list, what the run adds, and the contract", async () => {
    process.env["HOST_SECRET"] = "hunter2";
    const report = await runProbe("await open(); await result(process.env);", {
      env: { ADDED: "1", SANDPIPE_PROTOCOL: "9" },
    });
    delete process.env["HOST_SECRET"];
    const environment = report.result as Record<string, string>;
    expect(environment).toMatchObject({ ADDED: "1", SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio" });
    const allowed = [
      "PATH",
      "HOME",
      "LANG",
      "TZ",
      "TMPDIR",
      "ADDED",
      "SANDPIPE_PROTOCOL",
      "SANDPIPE_TRANSPORT",
    ];
    expect(Object.keys(environment).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("the process leads a group of its own", async () => {
    const report = await runProbe(`
      import { readFileSync } from "node:fs";
      await open();
      // pid (name) state ppid pgrp session
      const [, , , , group, session] = readFileSync("/proc/self/stat", "utf8").split(" ");
      await result({ group: Number(group), session: Number(session), pid: process.pid });
    `);
    const { pid } = report.result as { pid: number };
    expect(report.result).toEqual({ pid, group: pid, session: pid });
  });
});

describe("the end of the process", () => {
  test("R22: a sandbox that leaves in the middle gets its report at once, with what it wrote", async () => {
    const early = await runProbe(`
      send({ id: "open", method: "session.open", params: openParams },
        ...Array.from({ length: 10 }, (_, id) => ({ id, method: "conformance.delay", params: { ms: 60_000 } })));
      process.exit(0);
    `);
    expect(early).toMatchObject({
      outcome: "failed",
      exit: { code: 0 },
      error: { name: "no_result" },
      calls: 10,
    });
    const half = await runProbe(`raw('\\u001e{"jsonrpc":'); process.exit(0);`);
    expect(half).toMatchObject({
      outcome: "protocol_error",
      violations: [{ requirement: "frame:violation:cut-end" }],
    });
    expect(half.out).toBe('\u001e{"jsonrpc":');
  });

  test("a closed stdout ends nothing", async () => {
    const report = await runProbe(`
      import { closeSync } from "node:fs";
      await open();
      closeSync(1);
      setTimeout(() => process.exit(3), 300);
    `);
    expect(report).toMatchObject({ outcome: "failed", exit: { code: 3 } });
  });

  test("R18: what was written in the moment of the exit is all there, 50 times", async () => {
    const reports = [];
    for (let at = 0; at < 10; at++) {
      const code = `raw("x".repeat(200_000)); process.exit(0)`;
      reports.push(...(await Promise.all(Array.from({ length: 5 }, () => runProbe(code)))));
    }
    expect(reports.map(({ outputBytes }) => outputBytes)).toEqual(reports.map(() => 200_000));
  });

  test("R19: grandchildren that hold the pipes delay the report by graceMs at most; those in the group are dead", async () => {
    const report = await runProbe(`
      import { spawn } from "node:child_process";
      await open();
      const options = { stdio: ["ignore", "inherit", "inherit"] };
      const inGroup = spawn("sleep", ["60"], options).pid;
      const outside = spawn("sleep", ["60"], { ...options, detached: true }).pid;
      await result([inGroup, outside]);
      process.exit(0);
    `);
    const [inGroup, outside] = report.result as [number, number];
    expect(report.outcome).toBe("ok");
    // Bounded by graceMs, not by the 60 s of the sleepers.
    expect(report.durationMs).toBeLessThan(30_000);
    await until(() => !isAlive(inGroup));
    process.kill(outside, "SIGKILL");
  });

  test("a stranger that prints on for ever doesn't keep the run open", async () => {
    const report = await runProbe(`
      import { spawn } from "node:child_process";
      await open();
      const { pid } = spawn("yes", [], { stdio: ["ignore", "inherit", "ignore"], detached: true });
      await result(pid);
      process.exit(0);
    `);
    expect(report.outcome).toBe("ok");
    process.kill(report.result as number, "SIGKILL");
  });

  test("R21: a signal from elsewhere is failed, and what was printed is kept", async () => {
    const report = await runProbe(`
      await open();
      raw("line\\n".repeat(100) + "partial");
      process.kill(process.pid, "SIGKILL");
    `);
    expect(report).toMatchObject({ outcome: "failed", exit: { signal: "SIGKILL" }, outputBytes: 507 });
  });

  test("an ok result with another exit code than 0 is failed", async () => {
    const report = await runProbe("await open(); await result(1); process.exit(7);");
    expect(report).toMatchObject({ outcome: "failed", exit: { code: 7 }, error: { name: "bad_exit" } });
  });

  test("R14: a reader that leaves while a large answer is written fails its own run only", async () => {
    const leaving = `
      await open();
      process.stdin.pause();
      send({ id: 1, method: "conformance.bytes", params: { size: 8_000_000 } });
      setTimeout(() => process.exit(0), 50);
    `;
    const staying = `await open(); await result((await call("conformance.delay", { ms: 500, value: 1 })).result);`;
    const limits = { maxFrameBytes: 16_777_216 };
    const [gone, well] = await Promise.all([runProbe(leaving, { limits }), runProbe(staying)]);
    expect(gone).toMatchObject({ outcome: "failed", exit: { code: 0 } });
    expect(well).toMatchObject({ outcome: "ok", result: 1 });
  });
});

describe("ending by the host", () => {
  test("is close, EOF, SIGTERM, SIGKILL, in this order", async () => {
    const report = await runProbe(
      `
      await open();
      let eof = false;
      process.stdin.on("end", () => { eof = true; });
      process.on("SIGTERM", () => {
        raw(JSON.stringify({ eof, close: frames.at(-1).method }));
      });
      setInterval(() => undefined, 1_000);
      `,
      { limits: { runTimeoutMs: 700 } },
    );
    expect(report).toMatchObject({
      outcome: "timeout",
      exit: { signal: "SIGKILL" },
      error: { name: "timeout" },
    });
    expect(JSON.parse(report.out)).toEqual({ eof: true, close: "session.close" });
  });

  test("a sandbox that heeds session.close is not signalled", async () => {
    const report = await runProbe(
      `await open(); process.stdin.on("end", () => process.exit(frames.at(-1).method === "session.close" ? 5 : 6));`,
      { limits: { runTimeoutMs: 700 } },
    );
    expect(report).toMatchObject({ outcome: "timeout", exit: { code: 5 } });
  });

  test("R20: cancelled at any time, a run is killed and leaves no process and no scratch folder", async () => {
    const code = `
      const { result: opened } = await open();
      raw(JSON.stringify({ pid: process.pid, scratch: opened.scratch.path }));
      setInterval(() => undefined, 1_000);
    `;
    const reports = [];
    for (const wait of [0, 1, 30, 60, 90, 120, 200, 400]) {
      const run = startProbe(code);
      setTimeout(() => run.cancel("enough"), wait);
      reports.push(await run.report);
    }
    for (const report of reports) {
      expect(report).toMatchObject({ outcome: "killed", error: { name: "killed", message: "enough" } });
      const text = Buffer.from(report.output, "base64").toString();
      if (text === "") continue;
      const { pid, scratch } = JSON.parse(text) as { pid: number; scratch: string };
      expect(isAlive(pid)).toBe(false);
      expect(existsSync(scratch)).toBe(false);
    }
  });

  test("a scratch folder goes though the script took its own write bits", async () => {
    const report = await runProbe(`
      import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
      const { result: { scratch: { path } } } = await open();
      mkdirSync(path + "/a/b", { recursive: true });
      writeFileSync(path + "/a/b/c", "x");
      chmodSync(path + "/a/b", 0); chmodSync(path + "/a", 0o500);
      await result(path);
    `);
    expect(existsSync(report.result as string)).toBe(false);
  });

  test("the child dies with a host that is killed", async () => {
    const host = `
      const { startProbe } = await import(${JSON.stringify(join(import.meta.dirname, "../../dist/run/probe-run.js"))});
      startProbe(${JSON.stringify("await open(); setInterval(() => undefined, 1_000)")});
      const { readFileSync } = await import("node:fs");
      setInterval(() => {
        const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").trim();
        if (children) console.log(children);
      }, 20);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", host]);
    const pid = await new Promise<number>((resolve) =>
      child.stdout.once("data", (text) => resolve(Number.parseInt(String(text), 10))),
    );
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    await until(() => !isAlive(pid));
  });
});

test("fifty runs at once keep their sessions apart", async () => {
  const reports = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      runProbe(
        `await open(); await call("conformance.count", { key: "k" }); console.log(${at}); await result((await call("conformance.count", { key: "k" })).result);`,
      ),
    ),
  );
  expect(reports.map(({ out, result }) => [out, result])).toEqual(reports.map((_, at) => [`${at}\n`, 2]));
});
