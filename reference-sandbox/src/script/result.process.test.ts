import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { openResult, startSandbox } from "../testing/start-sandbox.js";

describe.each(RUNTIMES)("the result on %s", (runtime) => {
  test("is what the script returned, after the session was opened first", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default (ctx) => ({params: ctx.params, session: ctx.session, argv: process.argv.slice(2)})`,
      open: { script: { params: { a: [1, null, "é"] } } },
      arguments: ["one", "--two"],
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.frames[0]).toMatchObject({
      method: "session.open",
      params: { protocol: 1, runtime: { name: runtime } },
    });
    expect(sandbox.result()).toEqual({
      ok: true,
      value: {
        params: { a: [1, null, "é"] },
        session: { id: "s1", projectId: "p1", conversationId: "c1" },
        argv: ["one", "--two"],
      },
    });
  });

  test.each([
    ["undefined is null", "undefined", null],
    ["a date is ISO text", "new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["NaN and infinities are text", "[NaN, Infinity, -Infinity, -0]", ["NaN", "Infinity", "-Infinity", 0]],
    ["a Map of texts is an object", 'new Map([["a", 1]])', { a: 1 }],
    ["another Map is pairs", "new Map([[1, {b: 2}]])", [[1, { b: 2 }]]],
    ["a Set is an array", "new Set([1, 2])", [1, 2]],
    ["bytes are base64", '[Buffer.from("hi"), new Uint8Array([1])]', ["aGk=", "AQ=="]],
    ["other typed arrays are arrays", "new Float64Array([1.5, NaN])", [1.5, "NaN"]],
    [
      "toJSON is honoured once",
      "({toJSON: (key) => ({key, at: new Date(0)})})",
      { key: "", at: "1970-01-01T00:00:00.000Z" },
    ],
    ["functions are left out", "({f() {}, u: undefined, a: [undefined, () => 1]})", { a: [null, null] }],
    [
      "one object in two places is no cycle",
      "(() => { const x = {a: 1}; return [x, x] })()",
      [{ a: 1 }, { a: 1 }],
    ],
    [
      "lone surrogates become U+FFFD, names too",
      '({"\\ud800": "a\\udc00b", p: "\\ud83d\\ude00", e: "\\\\ud800"})',
      { "\ufffd": "a\ufffdb", p: "😀", e: "\\ud800" },
    ],
  ])("%s", async (_, source, value) => {
    const sandbox = startSandbox({ runtime, script: `export default () => ${source}` });
    await sandbox.ended;
    expect(sandbox.result()).toEqual({ ok: true, value });
  });

  test("keeps a member called __proto__", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default () => JSON.parse('{"__proto__":{"x":1}}')`,
    });
    await sandbox.ended;
    expect(JSON.stringify(sandbox.result()["value"])).toBe('{"__proto__":{"x":1}}');
  });

  test.each([
    ["a BigInt", "({a: [1, 2n]})", "value.a[1] is a BigInt"],
    ["a cycle", '(() => { const x = {}; x["b c"] = [x]; return x })()', 'value["b c"][0] refers back'],
    [
      "a throwing toJSON",
      '({a: {toJSON() { throw new Error("no") }}})',
      "value.a throws when it is read: no",
    ],
    ["a throwing getter", '({get a() { throw new Error("no") }})', "value.a throws when it is read: no"],
    ["a function", "() => 1", "value is a function"],
    [
      "an endless depth",
      "(() => { let x = []; for (let n = 0; n < 100000; n++) x = [x]; return x })()",
      "nests too deep",
    ],
  ])("of %s is ResultNotSerializable and names the path", async (_, source, message) => {
    const sandbox = startSandbox({ runtime, script: `export default () => { return ${source} }` });
    expect(await sandbox.ended).toEqual({ code: 1, signal: null });
    const { ok, error } = sandbox.result();
    expect({ ok, name: error?.["name"] }).toEqual({ ok: false, name: "ResultNotSerializable" });
    expect(error?.["message"]).toContain(message);
  });

  test("of a throw tells name, message and the author's line", async () => {
    const sandbox = startSandbox({
      runtime,
      scriptName: "script.ts",
      script: `interface Unused { a: number }\n\nfunction inner(x: number): never {\n  throw new TypeError("bad " + x);\n}\nexport default async (): Promise<void> => { await null; inner(1); };\n`,
    });
    expect(await sandbox.ended).toEqual({ code: 1, signal: null });
    const { ok, error } = sandbox.result();
    expect(ok).toBe(false);
    expect(error).toMatchObject({ name: "TypeError", message: "bad 1" });
    expect(error?.["stack"]).toMatch(/script\.ts:4:/);
    expect(error?.["stack"]).not.toMatch(/reference-sandbox/);
  });

  test.each([
    ["a text", `"text"`, { name: "Error", message: "the script threw text" }],
    ["undefined", "undefined", { name: "Error", message: "the script threw a value: undefined" }],
    ["a bare object", "{a: 1}", { name: "Error", message: 'the script threw a value: {"a":1}' }],
    ["an object without any methods", "Object.create(null)", { name: "Error" }],
  ])("of a throw of %s is an error too", async (_, source, error) => {
    const sandbox = startSandbox({ runtime, script: `export default () => { throw ${source} }` });
    expect(await sandbox.ended).toEqual({ code: 1, signal: null });
    expect(sandbox.result()).toMatchObject({ ok: false, error });
  });

  test("of an uncaught throw and of an unhandled rejection is a failure", async () => {
    for (const source of ['throw new RangeError("late")', 'Promise.reject(new RangeError("late"))']) {
      const sandbox = startSandbox({
        runtime,
        script: `export default () => new Promise(() => { setInterval(() => {}, 1000); setTimeout(() => { ${source} }, 1) })`,
      });
      expect(await sandbox.ended).toEqual({ code: 1, signal: null });
      expect(sandbox.result()).toMatchObject({ ok: false, error: { name: "RangeError", message: "late" } });
    }
  });

  test.each([
    ["its promise", "export default () => new Promise(() => {})"],
    ["its top-level await", "await new Promise(() => {})"],
    [
      "a promise after calls",
      'export default async (ctx) => { await ctx.call("echo", {}); await new Promise(() => {}) }',
    ],
  ])("of a script that never settles (%s) is UnsettledScript", async (_, script) => {
    for (const wire of ["socket", "pipe"] as const) {
      const sandbox = startSandbox({ runtime, script, wire });
      expect(await sandbox.ended).toEqual({ code: 1, signal: null });
      expect(sandbox.result()).toMatchObject({ ok: false, error: { name: "UnsettledScript" } });
    }
  });

  test("waits for a slow answer: a pending call is something to wait for", async () => {
    for (const wire of ["socket", "pipe"] as const) {
      const sandbox = startSandbox({
        runtime,
        wire,
        script: `export default (ctx) => ctx.call("slow", {})`,
        onCall: (frame, host) => void setTimeout(() => host.answer(frame, "slow"), 300),
      });
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      expect(sandbox.result()).toEqual({ ok: true, value: "slow" });
    }
  });

  test("too large for a frame, or nested too deep, is limit_exceeded", async () => {
    const large = startSandbox({ runtime, script: `export default () => "x".repeat(2000000)` });
    expect(await large.ended).toEqual({ code: 1, signal: null });
    expect(large.result()).toMatchObject({ ok: false, error: { name: "limit_exceeded" } });

    const deep = (levels: number): string =>
      `export default () => { let x = 1; for (let n = 0; n < ${levels}; n++) x = ["[[[[[[", x]; return x }`;
    // The frame's object and its params are two levels.
    const most = startSandbox({ runtime, script: deep(62) });
    expect(await most.ended).toEqual({ code: 0, signal: null });
    const over = startSandbox({ runtime, script: deep(63) });
    expect(await over.ended).toEqual({ code: 1, signal: null });
    expect(over.result()).toMatchObject({ ok: false, error: { name: "limit_exceeded" } });
  });

  test("R35: of 300,000 bytes behind 300 KB of prints arrives whole", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `import process from "node:process"; export default () => { process.stdout.write("p".repeat(300000)); return "x".repeat(300000) }`,
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: "x".repeat(300_000) });
    expect(sandbox.printed("stdout")).toBe("p".repeat(300_000));
  });

  test("is acknowledged before the process exits", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default () => { setInterval(() => console.log("alive"), 5); return 1 }`,
      onResult: () => {},
    });
    const result = await sandbox.saw("session.result");
    // The barrier: it goes on printing while the acknowledgement is held back.
    const alive = (): number => sandbox.printed("stdout").length;
    const before = alive();
    while (alive() < before + 20 * "alive\n".length) await new Promise((done) => setImmediate(done));
    sandbox.answer(result, {});
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
  });

  test("of a script without a default export is null, of one whose default is a value that value", async () => {
    const bare = startSandbox({
      runtime,
      script: `console.log("ran"); await ctx.opened; console.log(ctx.session.id)`,
    });
    expect(await bare.ended).toEqual({ code: 0, signal: null });
    expect(bare.result()).toEqual({ ok: true, value: null });
    expect(bare.printed("stdout")).toBe("ran\ns1\n");
    const value = startSandbox({ runtime, script: `export default await ctx.call("echo", {a: 1})` });
    await value.ended;
    expect(value.result()).toEqual({ ok: true, value: { a: 1 } });
  });

  test("R32: comes promptly though timers and servers are left open", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `import net from "node:net"; export default async () => {
        setInterval(() => {}, 50); await new Promise((done) => net.createServer().listen(0, "127.0.0.1", done)); return 1 }`,
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
  });

  test("of a script that can't be loaded says why", async () => {
    const syntax = startSandbox({ runtime, script: "const a = 1;\nsyntax error here" });
    expect(await syntax.ended).toEqual({ code: 1, signal: null });
    expect(syntax.result().error?.["message"]).toMatch(/script\.mjs:2/);
    const missing = startSandbox({ runtime, script: 'import "not-installed-package"' });
    await missing.ended;
    expect(missing.result().error?.["message"]).toContain("not-installed-package");
    const absent = startSandbox({ runtime, arguments: ["/no/such/script.mjs"] });
    await absent.ended;
    expect(absent.result().error?.["message"]).toContain("/no/such/script.mjs");
  });

  test("comes from a script that the host names or brings, and not from a changed one", async () => {
    const source = "export default (ctx: {params: unknown}): unknown => ctx.params;";
    const sha256 = createHash("sha256").update(source).digest("hex");
    const start = (script: object) =>
      startSandbox({
        runtime,
        onOpen: (frame, host) => host.answer(frame, openResult({ open: { script } })),
      });
    const brought = start({ source, sha256, params: 5 });
    expect(await brought.ended).toEqual({ code: 0, signal: null });
    expect(brought.result()).toEqual({ ok: true, value: 5 });
    const changed = start({ source: `${source} `, sha256 });
    expect(await changed.ended).toEqual({ code: 1, signal: null });
    expect(changed.result().error?.["message"]).toContain("sha256");
    const none = start({});
    expect(await none.ended).toEqual({ code: 1, signal: null });
    expect(none.result().error?.["message"]).toContain("no script");
  });

  test("may come from TypeScript that imports TypeScript", async () => {
    const sandbox = startSandbox({
      runtime,
      scriptName: "script.ts",
      script: `import { add } from "./lib.js"; import type { Nothing } from "./nothing.js";\nexport default (): number => add(1, 2);`,
      files: { "lib.ts": "export const add = (a: number, b: number): number => a + b;" },
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: 3 });
  });
});
