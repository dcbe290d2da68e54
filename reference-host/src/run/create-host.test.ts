import { describe, expect, test } from "vitest";
import type { Validator } from "#validators";
import { MethodError, createHost, defineMethod } from "../index.js";
import { PROBE_FILES, probe } from "./probe-run.js";

const anything = ((params: unknown) => typeof params === "object") as Validator<{ readonly colour?: string }>;

describe("a host's own methods", () => {
  test.each(["session.x", "rpc.x", "conformance.x", "", "x".repeat(129)])(
    "the name %j can't be taken",
    (name) => {
      const method = { name, idempotent: true, validate: anything, handle: () => 1 };
      expect(() => defineMethod(method)).toThrow(TypeError);
      expect(() => createHost({ methods: [method] })).toThrow(TypeError);
    },
  );

  test("are called by their names, and their errors cross as they are", async () => {
    const paint = defineMethod({
      name: "wall.paint",
      idempotent: false,
      validate: anything,
      handle({ colour }, { session, scratch }) {
        if (colour !== "blue") throw new MethodError(2_007, "only blue is left", { left: ["blue"] });
        return { projectId: session.projectId, inScratch: scratch !== "" };
      },
    });
    const host = createHost({ methods: [paint], limits: { graceMs: 300 } });
    const run = host.run({
      command: probe(`
        const { result: opened } = await open();
        const good = await call("wall.paint", { colour: "blue" });
        const bad = await call("wall.paint", { colour: "red" });
        await result({ methods: opened.methods, good: good.result, bad: bad.error });
      `),
      session: { projectId: "p1" },
      readable: PROBE_FILES,
    });
    expect(await run.report).toMatchObject({
      outcome: "ok",
      result: {
        methods: [{ name: "wall.paint", idempotent: false }],
        good: { projectId: "p1", inScratch: true },
        bad: { code: 2_007, message: "only blue is left", data: { left: ["blue"] } },
      },
      effects: [{ state: "done" }, { state: "failed" }],
    });
  });
});

describe("misuse", () => {
  const command = probe("await open(); await result(1);");
  const session = { projectId: "p1" };

  test.each([
    { maxFrameBytes: 65_535 },
    { maxInFlight: 7 },
    { maxDepth: 31 },
    { graceMs: 0 },
    { callTimeoutMs: 1.5 },
    { memoryBytes: 1 },
  ])("the limits %j are refused at once", (limits) =>
    expect(() => createHost().run({ command, session, limits })).toThrow(RangeError),
  );

  test("a whitelisted method that isn't there is named", async () => {
    await expect(createHost().run({ command, session, methods: ["no.such"] }).report).rejects.toThrow(
      "no.such",
    );
  });
});

test("params that don't fit the answer of session.open are refused there, and the session stays unopened", async () => {
  const run = createHost().run({
    command: probe(`const { error } = await open(); raw(error.data.kind); process.exit(0);`),
    session: { projectId: "p1" },
    readable: PROBE_FILES,
    script: { params: "x".repeat(2_000_000) },
  });
  const report = await run.report;
  expect(Buffer.from(report.output, "base64").toString()).toBe("limit_exceeded");
  expect(report.outcome).toBe("protocol_error");
});

test("close ends every run, and a signal ends its own", async () => {
  const forever = probe("await open(); setInterval(() => undefined, 1_000);");
  const host = createHost({ limits: { graceMs: 300 } });
  const controller = new AbortController();
  const session = { projectId: "p1" };
  const [one, two] = [
    host.run({ command: forever, session, readable: PROBE_FILES, signal: controller.signal }),
    host.run({ command: forever, session, readable: PROBE_FILES }),
  ];
  controller.abort("not wanted");
  expect(await one.report).toMatchObject({ outcome: "killed", error: { message: "not wanted" } });
  await host.close("going home");
  expect(await two.report).toMatchObject({ outcome: "killed", error: { message: "going home" } });
});

test("a handler that is told to stop when the run ends has no effect afterwards", async () => {
  let aborted = 0;
  const wait = defineMethod({
    name: "app.wait",
    idempotent: false,
    validate: anything,
    handle: (_params, { signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => aborted++);
      }),
  });
  const run = createHost({ methods: [wait] }).run({
    command: probe(
      `await open(); call("app.wait"); call("app.wait"); setTimeout(() => process.exit(3), 100);`,
    ),
    session: { projectId: "p1" },
    readable: PROBE_FILES,
  });
  expect(await run.report).toMatchObject({
    outcome: "failed",
    effects: [{ state: "unknown" }, { state: "unknown" }],
  });
  expect(aborted).toBe(2);
});
