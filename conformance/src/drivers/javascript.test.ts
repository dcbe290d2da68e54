import { describe, expect, test } from "vitest";
import type { NextParams, Step } from "@sandpipe/spec/control";
import * as validators from "#validators";
import driver, { type DriverContext } from "./javascript.js";

type Call = Parameters<DriverContext["call"]>;

/** A context whose host gives these batches of steps, then lets each call end as told. */
function contextOf(batches: readonly (readonly Step[])[], answer: (call: Call) => Promise<unknown>) {
  const asked: NextParams[] = [];
  const waiting = [...batches];
  const ctx: DriverContext = {
    async call(...call) {
      const [method, params] = call;
      if (method !== "conformance.next") return answer(call);
      asked.push(params as NextParams);
      const steps = waiting.shift();
      if (steps === undefined) throw Object.assign(new Error("gone"), { code: "transport_lost" });
      return { steps };
    },
    emit: () => {},
    progress: () => {},
  };
  return { ctx, asked };
}

const result: Step = { n: 99, do: "result", value: { done: true } };
const call = (n: number): Step => ({ n, do: "call", method: "conformance.echo", params: { step: n } });
const echo = async ([, params]: Call): Promise<unknown> => params;

describe("the driver for JavaScript", () => {
  test("introduces itself with its first request, as its schema says, and returns what it is told to", async () => {
    const { ctx, asked } = contextOf([[result]], echo);
    await expect(driver(ctx)).resolves.toEqual({ done: true });
    expect(asked[0]?.driver).toMatchObject({ language: "javascript" });
    expect(validators.NextParams(asked[0])).toBe(true);
  });

  test("names queries only where the context has them", async () => {
    const { ctx, asked } = contextOf([[result]], echo);
    await driver({ ...ctx, duckdb: { query: async () => [] } });
    expect(asked[0]?.driver?.features).toContain("sql.duckdb");
    const without = contextOf([[result]], echo);
    await driver(without.ctx);
    expect(without.asked[0]?.driver?.features).not.toContain("sql.duckdb");
  });

  test("reports each ended step once, and waits for one when the kit only wants to hear", async () => {
    const { ctx, asked } = contextOf([[call(1), call(2)], [], [], [result]], echo);
    await driver(ctx);
    const done = asked.flatMap((params) => params.done ?? []);
    expect(done.toSorted((a, b) => a.n - b.n)).toEqual([
      { n: 1, result: { step: 1 } },
      { n: 2, result: { step: 2 } },
    ]);
  });

  test("hands on the code, message and data of a failed call", async () => {
    const error = Object.assign(new Error("no such file"), { code: 1003, data: { kind: "not_found" } });
    const { ctx, asked } = contextOf([[call(1)], [], [result]], () => Promise.reject(error));
    await driver(ctx);
    expect(asked.flatMap((params) => params.done ?? [])).toEqual([
      { n: 1, error: { code: 1003, message: "no such file", data: { kind: "not_found" } } },
    ]);
  });

  test("starts nothing behind an await before the awaited step has ended, then aborts the named call", async () => {
    const order: string[] = [];
    let open: (value: unknown) => void = () => {};
    const { ctx } = contextOf(
      [[call(1), call(2), { n: 3, do: "await", of: 2 }, { n: 4, do: "cancel", of: 1 }, result]],
      ([, params, options]) => {
        const { step } = params as { step: number };
        return new Promise((resolve) => {
          if (step === 2) open = resolve;
          options?.signal?.addEventListener("abort", () => order.push(`aborted ${step}`));
        });
      },
    );
    const driven = driver(ctx);
    while (open.length === 0) await Promise.resolve();
    order.push("opened");
    open(null);
    await driven;
    expect(order).toEqual(["opened", "aborted 1"]);
  });

  test("says that it doesn't know a step", async () => {
    const unknown = { n: 1, do: "fly" } as unknown as Step;
    const { ctx, asked } = contextOf([[unknown], [], [result]], echo);
    await driver(ctx);
    expect(asked.flatMap((params) => params.done ?? [])).toMatchObject([
      { n: 1, error: { code: "unsupported" } },
    ]);
  });

  test("prints what it can't report once its own request has failed", async () => {
    const lines: string[] = [];
    const print = console.error;
    console.error = (line: string) => void lines.push(line);
    try {
      const lost = Object.assign(new Error("gone"), { code: "transport_lost" });
      const { ctx } = contextOf([[call(1)]], () => Promise.reject(lost));
      await expect(driver(ctx)).rejects.toThrow("gone");
    } finally {
      console.error = print;
    }
    expect(lines).toEqual(['conformance.done {"n":1,"error":{"code":"transport_lost","message":"gone"}}']);
  });
});
