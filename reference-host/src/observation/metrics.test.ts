import { describe, expect, test } from "vitest";
import { createHost, defineMethod } from "../index.js";
import { probe } from "../run/probe-run.js";
import { combineObservers } from "../session/combine-observers.js";
import type { WatchedCall } from "../session/observer.js";
import { createHistogram } from "./histogram.js";
import { createMetrics } from "./metrics.js";

describe("host.metrics()", () => {
  test("counts sessions, calls with their codes, refusals, violations and bytes", async () => {
    const echo = defineMethod<object, unknown>({
      name: "echo",
      idempotent: true,
      params: { type: "object", properties: { n: { type: "integer" } } },
      handle: (params) => params,
    });
    const host = createHost({ methods: [echo], isolation: "none" });
    expect(host.metrics()).toEqual({
      sessions: { open: 0, started: 0, ended: {} },
      calls: {},
      refusals: 0,
      violations: 0,
      bytes: { fromSandbox: 0, toSandbox: 0 },
    });
    let during: unknown;
    const code = `
      await open();
      for (let n = 0; n < 5; n++) await call("echo", { n }, n);
      await call("echo", { n: "x" }, "bad");
      await call("nowhere", {}, "unknown");
      process.stdout.write("\\u001enonsense\\n");
      await call("echo", { big: "x".repeat(70_000) }, "big");
      await result(1);`;
    const report = await host.run({
      command: probe(code),
      session: { projectId: "p1" },
      limits: { maxFrameBytes: 70_100 },
      observer: { callStarted: () => (during ??= host.metrics().sessions) },
    }).report;
    await host.run({ command: ["/nowhere/at/all"], session: { projectId: "p1" } }).report;
    await expect(
      host.run({ command: probe(""), session: { projectId: "p1" }, methods: ["nowhere"] }).report,
    ).rejects.toThrow(TypeError);

    expect(report.outcome).toBe("ok");
    expect(during).toEqual({ open: 1, started: 1, ended: {} });
    const { sessions, calls, refusals, violations, bytes } = host.metrics();
    expect(sessions).toEqual({ open: 0, started: 3, ended: { ok: 1, failed: 1, fault: 1 } });
    expect(Object.keys(calls)).toEqual(["echo"]);
    expect(calls["echo"]?.errors).toEqual({});
    expect(calls["echo"]?.latencyMs.count).toBe(6);
    expect([refusals, violations]).toEqual([2, 1]);
    expect(bytes.fromSandbox).toBeGreaterThan(70_000);
    expect(bytes.toSandbox).toBeGreaterThan(70_000);
  });

  test("errors are counted by code", () => {
    let now = 0;
    const metrics = createMetrics();
    const { observer } = metrics.begin(() => now);
    const call: WatchedCall = { id: 1, method: { name: "m" }, startedAt: 0, traceparent: undefined };
    for (const code of [undefined, 1007, 1007, -32603]) observer.callAnswered?.(call, code);
    now = 7;
    observer.callAnswered?.(call, undefined);
    const { m } = metrics.snapshot().calls;
    expect(m?.errors).toEqual({ "1007": 2, "-32603": 1 });
    expect(m?.latencyMs).toMatchObject({ count: 5, sum: 7 });
    expect(m?.latencyMs.counts[m.latencyMs.bounds.indexOf(10)]).toBe(1);
  });
});

test("a histogram puts each duration under the first bound that holds it, and the longest behind them all", () => {
  const histogram = createHistogram();
  const { bounds } = histogram.snapshot();
  for (const bound of bounds) histogram.add(bound);
  for (const bound of bounds) histogram.add(bound + 1e-6);
  const { counts, count } = histogram.snapshot();
  expect(counts).toEqual([1, ...bounds.slice(1).map(() => 2), 1]);
  expect(count).toBe(2 * bounds.length);
});

describe("combined observers", () => {
  const call: WatchedCall = { id: 1, method: { name: "m" }, startedAt: 0, traceparent: undefined };

  test("are told in their order, nest around handlers, and may be objects of classes", () => {
    const told: string[] = [];
    class Own {
      name = "own";
      opened(): void {
        told.push(this.name);
      }
      aroundHandler<T>(_call: WatchedCall, handle: () => T): T {
        told.push("own in");
        const value = handle();
        told.push("own out");
        return value;
      }
    }
    const observer = combineObservers([
      {
        opened: () => void told.push("first"),
        aroundHandler(_call, handle) {
          told.push("first in");
          return handle();
        },
      },
      new Own(),
      {},
    ]);
    observer.opened?.("stdio");
    expect(observer.aroundHandler?.(call, () => 5)).toBe(5);
    expect(told).toEqual(["first", "own", "first in", "own in", "own out"]);
  });

  test("have only the members that one of them has", () => {
    expect(Object.keys(combineObservers([{}, { print: () => undefined }]))).toEqual(["print"]);
  });
});
