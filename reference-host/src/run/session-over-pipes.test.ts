import { describe, expect, test } from "vitest";
import { runProbe } from "./probe-run.js";

describe("a session over real pipes", () => {
  test("opens, calls, hands over its result and ends", async () => {
    const report = await runProbe(`
      console.log("before");
      await open();
      const { result: echoed } = await call("conformance.echo", { s: "–é😀\\u2028" });
      console.log("after");
      await result(echoed);
    `);
    expect(report).toMatchObject({
      outcome: "ok",
      exit: { code: 0 },
      result: { s: "–é😀\u2028" },
      phase: "result",
      calls: 1,
      violations: [],
      transport: "stdio",
      isolation: "none",
    });
    expect(report.out).toBe("before\nafter\n");
  });

  test("R01: a frame written byte by byte arrives whole", async () => {
    const report = await runProbe(`
      await open();
      const answered = answer("e");
      for (const byte of Buffer.from(frame({ id: "e", method: "conformance.echo", params: { s: "–é😀" } }))) raw([byte]);
      await result((await answered).result.s);
    `);
    expect(report).toMatchObject({ outcome: "ok", result: "–é😀", violations: [] });
  });

  test("R04: frames of every size up to maxFrameBytes are answered, one byte more is limit_exceeded", async () => {
    const report = await runProbe(
      `
      await open();
      const sized = (id, size, cr = "") => {
        const empty = JSON.stringify({ jsonrpc: "2.0", id, method: "conformance.count", params: { key: "k", pad: "" } });
        return empty.slice(0, -3) + "x".repeat(size - cr.length - empty.length) + empty.slice(-3) + cr;
      };
      const sizes = [65535, 65536, 65537, 99999, 100000];
      const answers = [];
      for (const size of sizes) { const one = answer(size); record(sized(size, size)); answers.push((await one).result); }
      const cr = answer("cr"); record(sized("cr", 100000, "\\r")); answers.push((await cr).result);
      record(sized("over", 100001));
      const [refused] = await refusals(1);
      await result({ answers, kind: refused.error.data.kind });
      `,
      { limits: { maxFrameBytes: 100_000 } },
    );
    expect(report.result).toEqual({ answers: [1, 2, 3, 4, 5, 6], kind: "limit_exceeded" });
    expect(report).toMatchObject({ skippedBytes: 100_001, output: "", calls: 6 });
  });

  test("R05: prints before the open are kept byte for byte", async () => {
    const report = await runProbe(`
      raw("Loading models…\\n\\n\\n\\u001b[31m");
      await open();
      await result(1);
    `);
    expect(report.out).toBe("Loading models…\n\n\n\u001b[31m");
  });

  test("R10: of a duplicated name one value is used throughout", async () => {
    const report = await runProbe(`
      await open();
      const one = answer("d");
      raw('\\u001e{"jsonrpc":"2.0","id":"d","method":"conformance.hidden","method":"conformance.echo","params":{"a":1,"a":2}}\\n');
      await result((await one).result ?? null);
    `);
    expect(report.result).toEqual({ a: 2 });
  });

  test("R16: megabytes on stderr and stdout between two calls block nothing", async () => {
    const report = await runProbe(`
      await open();
      raw("e".repeat(9_000_000), 2);
      raw("o".repeat(9_000_000), 1);
      await result((await call("conformance.echo", { a: 1 })).result);
    `);
    expect(report).toMatchObject({
      outcome: "ok",
      result: { a: 1 },
      outputBytes: 9_000_000,
      stderrBytes: 9_000_000,
    });
  });

  test("prints drain while every answer is unread, and all are answered once they are read", async () => {
    const report = await runProbe(`
      const opened = open();
      await opened;
      process.stdin.pause();
      const calls = Array.from({ length: 40 }, (_, at) => call("conformance.bytes", { size: 200_000 + at }));
      raw("p".repeat(3_000_000));
      process.stdin.resume();
      const sizes = (await Promise.all(calls)).map(({ result }) => result.length);
      await result(sizes);
    `);
    expect(report.result).toEqual(Array.from({ length: 40 }, (_, at) => 200_000 + at));
    expect(report.outputBytes).toBe(3_000_000);
  });

  test("an endless row of refusals that nobody reads stops the reading, not the run", async () => {
    const report = await runProbe(`
      await open();
      process.stdin.pause();
      const many = Array.from({ length: 20_000 }, (_, id) => frame({ id, method: "nope" })).join("");
      setTimeout(() => process.stdin.resume(), 200);
      // Not by raw: it would wait for the host without reading, and the host waits for the reader.
      await new Promise((done) => process.stdout.write(many, done));
      const last = await call("conformance.echo", { a: 1 });
      const refused = frames.filter(({ error }) => error?.code === -32601).length;
      await result({ last: last.result, refused });
    `);
    expect(report.result).toEqual({ last: { a: 1 }, refused: 20_000 });
  });

  test("R03: a gibibyte without a newline is counted, and a record without an end is skipped", async () => {
    const gibibyte = "head -c 1073741824 /dev/zero | tr '\\0' x";
    const prints = await runProbe("", { command: ["sh", "-c", gibibyte] });
    const record = await runProbe("", { command: ["sh", "-c", `printf '\\036'; ${gibibyte}`] });
    expect(prints).toMatchObject({ outputTruncated: true, outputBytes: 2 ** 30, violationCount: 0 });
    expect(prints.out).toBe("x".repeat(16_777_216));
    expect(record).toMatchObject({ output: "", outputBytes: 0, skippedBytes: 2 ** 30, violationCount: 1 });
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(268_435_456);
  });
});
