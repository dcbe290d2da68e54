import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { RunReport } from "@sandpipe/spec/v1";
import { expect, test } from "vitest";
import { rounds } from "./long-loop.js";

const HOST = resolve(import.meta.dirname, "../../fixtures/bounded-host.mjs");

/** What no child may make its host hold above what it holds anyway. */
const BOUND_KB = 65_536;

/** A peak holds what the collector has not come round to: a run in which it was late is measured again. */
const AGAIN = { retry: 2 };

/** Runs the code under a host of its own, whose peak is judged. */
async function runUnderOwnHost(code: string, limits: object = {}) {
  const { stdout } = await promisify(execFile)(process.execPath, [HOST, code, JSON.stringify(limits)], {
    maxBuffer: 1_073_741_824,
  });
  const { base, peak, report } = JSON.parse(stdout) as {
    base: number;
    peak: number;
    report: Partial<RunReport> & { kept: number; listed: number };
  };
  console.log(`${peak - base} kB above ${base} kB`);
  expect(peak - base).toBeLessThan(BOUND_KB);
  return report;
}

const GIB = 1_073_741_824;

test("a gigabyte on stdout without a newline", AGAIN, async () => {
  const bytes = rounds(GIB / 4, GIB);
  const report = await runUnderOwnHost(`
    await open();
    const part = Buffer.alloc(1_048_576, "x");
    for (let at = 0; at < ${bytes}; at += part.length) raw(part);
    await result(1);
  `);
  expect(report).toMatchObject({ outcome: "ok", outputBytes: bytes, outputTruncated: true });
  expect(report.kept).toBe(Math.ceil(16_777_216 / 3) * 4);
});

test("a gigabyte on stderr", AGAIN, async () => {
  const bytes = rounds(GIB / 4, GIB);
  const report = await runUnderOwnHost(`
    await open();
    const part = Buffer.alloc(1_048_576, "x");
    for (let at = 0; at < ${bytes}; at += part.length) raw(part, 2);
    await result(1);
  `);
  expect(report).toMatchObject({ outcome: "ok", stderrBytes: bytes, stderrTruncated: true });
});

test("a gigabyte behind an RS, without a newline: a frame that never ends", AGAIN, async () => {
  const bytes = rounds(GIB / 4, GIB);
  const report = await runUnderOwnHost(`
    await open();
    raw("\\u001e");
    const part = Buffer.alloc(1_048_576, "x");
    for (let at = 0; at < ${bytes}; at += part.length) raw(part);
    raw("\\n");
    await result(1);
  `);
  expect(report).toMatchObject({ outcome: "ok", skippedBytes: bytes, outputBytes: 0, violationCount: 1 });
});

test("a child that never reads with 10,000 answers due, of 100 kB each", AGAIN, async () => {
  const report = await runUnderOwnHost(
    `
    await open();
    process.stdin.pause();
    for (let at = 0; at < 10_000; at++) send({ id: at, method: "conformance.bytes", params: { size: 100_000 } });
    raw("all sent");
    process.exit(0);
  `,
    { maxInFlight: 10_000 },
  );
  expect(report).toMatchObject({ outcome: "failed", calls: 10_000, outputBytes: 8 });
});

test("a million prints, raw and captured", AGAIN, async () => {
  const prints = rounds(200_000, 1_000_000);
  const report = await runUnderOwnHost(`
    await open();
    const lines = "print\\n".repeat(500);
    const captured = frame({ method: "session.output", params: { stream: "stdout", text: "print\\n" } }).repeat(500);
    for (let at = 0; at < ${prints}; at += 1000) { raw(lines); raw(captured); }
    await result(1);
  `);
  expect(report).toMatchObject({ outcome: "ok", outputBytes: prints * 6, violationCount: 0 });
});

test("100,000 malformed frames, of which nobody reads the answers", AGAIN, async () => {
  const report = await runUnderOwnHost(`
    await open();
    process.stdin.pause();
    const records = "\\u001enonsense\\n".repeat(1000);
    for (let at = 0; at < 100; at++) raw(records);
    process.exit(0);
  `);
  expect(report).toMatchObject({ outcome: "failed", violationCount: 100_000, listed: 100 });
});

test("100,000 refused requests", AGAIN, async () => {
  const report = await runUnderOwnHost(`
    await open();
    for (let at = 0; at < 100_000; at += 100) {
      send(...Array.from({ length: 100 }, (_, n) => ({ id: at + n, method: "no.such." + "x".repeat(100) })));
      // Once a megabyte of refusals waits the host reads no more: that is its bound.
      while (frames.length < at - 1000) await new Promise((done) => setImmediate(done));
    }
    await result(1);
  `);
  expect(report).toMatchObject({ outcome: "ok", calls: 100_000 });
});

test("a frame of 100 MB against a limit of 1 MB", AGAIN, async () => {
  const report = await runUnderOwnHost(`
    await open();
    const part = Buffer.alloc(1_000_000, "x");
    raw('\\u001e{"jsonrpc":"2.0","id":1,"method":"conformance.echo","params":{"text":"');
    for (let at = 0; at < 100; at++) raw(part);
    raw('"}}\\n');
    await result((await call("conformance.echo", { a: 1 })).result);
  `);
  expect(report).toMatchObject({ outcome: "ok", result: { a: 1 }, violationCount: 1 });
  expect(report.skippedBytes).toBeGreaterThan(100_000_000);
});

test(
  "both pipes full at once is no deadlock: the prints drain, then the answers are read",
  AGAIN,
  async () => {
    const report = await runUnderOwnHost(
      `
    await open();
    process.stdin.pause();
    for (let at = 0; at < 200; at++) {
      send({ id: at, method: "conformance.bytes", params: { size: 60_000 } });
      raw("x".repeat(100_000) + "\\n");
    }
    process.stdin.resume();
    await Promise.all(Array.from({ length: 200 }, (_, at) => at).filter((at) => at < 8).map(answer));
    await result(1);
  `,
      { maxInFlight: 200 },
    );
    expect(report).toMatchObject({ outcome: "ok", calls: 200, outputBytes: 200 * 100_001 });
  },
);
