import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { executable, RUNTIMES, type Runtime } from "../testing/runtimes.js";
import { startSandbox } from "../testing/start-sandbox.js";

/** Prints by every API, in the forms that differ most among runtimes. */
const PRINTS = `
console.log("%s is %d and %i %f %j %o %O %c done %%", "x", 4.5, 4.5, "1.5", {a:1}, {b:[1]}, {c:2}, "css", "extra", {z:1});
console.log("a%"); console.log("%s"); console.log("100%%"); console.log("%%"); console.log("%s%%", "a"); console.log("100%", 5);
console.log({a:{b:{c:{d:[1]}}}}, [1,2], 5n, null, undefined, "%s", "x");
console.log(); console.log(""); console.log(undefined, null, true, -0, Symbol("s"), () => 1, class Q {}, new Date(0), /x/g,
  new Map([[1, {a: 1}]]), new Set([1]), new Uint8Array(3), Buffer.from("hi"));
console.log(["a\\nb", 'q"q'], [undefined, , 3], {a: undefined, [Symbol("k")]: 1}, Object.create(null), Promise.resolve(1));
console.log([..."x".repeat(150)].map((_, index) => index));
console.info("info"); console.debug("debug"); console.warn("warn", {a: 1}); console.error("error");
console.group("G"); console.log("in"); console.log("two\\nlines"); console.group(); console.warn("deep", {a: 1});
console.groupEnd(); console.groupEnd(); console.log("out");
console.table([{a: 1, b: "x"}, {a: 2, c: true}]); console.table([[1, 2], [3, 4]]); console.table([{a: 1, b: 2}], ["b"]); console.table(5);
console.dir({a: {b: {c: {d: {e: 1}}}}}); console.dir({a: {b: {c: {d: {e: 1}}}}}, {depth: 0}); console.dirxml({a: 1}, [2]);
console.count(); console.count("x"); console.count(); console.countReset(); console.count();
console.assert(true, "no"); console.assert(false, "yes %s", {a: 1}); console.assert(false);
console.log(new Proxy({a: 1}, {})); console.log({get x() { throw 1 }}); console.log(Symbol("s"));
const cycle = {}; cycle.self = cycle; console.log(cycle);
console.log("\\ud800 lone", {s: "\\u001b[31m"}, "\\u001b[31mred");
process.stdout.write("half"); console.log("after"); process.stderr.write("half"); console.error("after");
`;

/** What the runtime prints when nothing is captured. */
function uncaptured(runtime: Runtime, source: string): { stdout: string; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-uncaptured-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "script.mjs");
  writeFileSync(script, source);
  const run = (redirect: string): string =>
    execFileSync("sh", ["-c", `"$0" "$1" ${redirect}`, executable(runtime), script], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
  return { stdout: run("2>/dev/null"), stderr: run("2>&1 >/dev/null") };
}

describe.each(RUNTIMES)("prints on %s", (runtime) => {
  test("R38: are what the runtime itself prints when nothing is captured", async () => {
    const sandbox = startSandbox({ runtime, script: PRINTS });
    expect(await sandbox.ended).toMatchObject({ code: 0 });
    const native = uncaptured(runtime, PRINTS);
    expect(sandbox.printed("stdout")).toBe(native.stdout);
    expect(sandbox.printed("stderr")).toBe(native.stderr);
    expect(sandbox.stray()).toBe("");
  });

  test.each(["socket", "pipe"] as const)(
    "R33: keep the order of two print APIs over 256 KiB (%s)",
    async (wire) => {
      const sandbox = startSandbox({
        runtime,
        wire,
        paused: true,
        script: `export default () => {
        process.stdout.write("A".repeat(262144) + "\\n"); console.log("B");
        process.stdout.write("C".repeat(262144) + "\\n"); console.log("D");
      }`,
      });
      sandbox.stdout.resume();
      expect(await sandbox.ended).toMatchObject({ code: 0 });
      expect(sandbox.printed("stdout")).toBe(`${"A".repeat(262144)}\nB\n${"C".repeat(262144)}\nD\n`);
    },
  );

  test("are never taken for a frame and damage none, also without a newline", async () => {
    const request = '{"id":"1","method":"files.list","params":{}}';
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => {
        console.log(${JSON.stringify(request)});
        console.log("\\x1e" + ${JSON.stringify(request)});
        process.stdout.write("\\x1e" + JSON.stringify({jsonrpc: "2.0", id: 99, method: "evil"}) + "\\nhalf a line");
        return ctx.call("echo", {x: 1});
      }`,
    });
    await sandbox.ended;
    expect(
      sandbox.frames.map(({ method }) => method).filter((method) => method !== "session.output"),
    ).toEqual(["session.open", "echo", "session.result"]);
    expect(sandbox.printed("stdout")).toBe(
      `${request}\n\x1e${request}\n\x1e{"jsonrpc":"2.0","id":99,"method":"evil"}\nhalf a line`,
    );
    expect(sandbox.result()).toEqual({ ok: true, value: { x: 1 } });
  });

  test("stand before the call that follows them", async () => {
    const script = `export default async (ctx) => {
      for (let n = 0; n < 50; n++) { console.log("before", n); await ctx.call("echo", {n}); }
    }`;
    const sandbox = startSandbox({ runtime, script });
    await sandbox.ended;
    const told = sandbox.frames
      .filter(({ method }) => method === "session.output" || method === "echo")
      .map(({ params }) => params["text"] ?? params["n"]);
    expect(told).toEqual(Array.from({ length: 50 }, (_, n) => [`before ${n}\n`, n]).flat());
  });

  test("R36: of native code and of children go to stderr and leave the wire alone", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `import fs from "node:fs"; import {execFileSync} from "node:child_process";
      export default async (ctx) => {
        fs.writeSync(1, "x".repeat(200000));
        execFileSync("seq", ["1", "30000"], {stdio: "inherit"});
        return ctx.call("echo", {x: 1});
      }`,
    });
    await sandbox.ended;
    const numbers = Array.from({ length: 30_000 }, (_, n) => `${n + 1}\n`).join("");
    expect(sandbox.stderr()).toBe("x".repeat(200_000) + numbers);
    expect(sandbox.stray()).toBe("");
    expect(sandbox.result()).toEqual({ ok: true, value: { x: 1 } });
  });

  test("R37: of what can't be shown never fail a script", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default () => {
        console.log(globalThis); console.log({get x() { throw 1 }}); console.log(Symbol("s"));
        console.log(new Proxy({}, {ownKeys() { throw 1 }})); console.log("%s", Symbol("q"));
        console.log({[Symbol.for("nodejs.util.inspect.custom")]() { return "custom" }});
        console.log("beside", {[Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("y") }});
        console.log("last");
        return "arrived";
      }`,
    });
    await sandbox.ended;
    expect(sandbox.result()).toEqual({ ok: true, value: "arrived" });
    expect(sandbox.printed("stdout")).toMatch(/last\n$/);
  });

  test("come by every name of the streams, which are streams", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `import process, {stdout, stderr} from "node:process"; import {Writable, Readable} from "node:stream"; import {pipeline} from "node:stream/promises";
      export default async () => {
        stdout.write("1\\n"); process.stdout.write("2\\n"); globalThis.process.stdout.write(Buffer.from("3\\n")); stderr.write("e\\n");
        await new Promise((done) => stdout.write("4\\n", done)); stdout.write("NQo=", "base64"); Readable.from(["6\\n"]).pipe(stdout, {end: false});
        await new Promise((done) => setTimeout(done, 20)); stdout.cork(); stdout.write("7\\n"); stdout.uncork();
        new console.Console({stdout, stderr}).log("8");
        await pipeline(Readable.from(["9\\n"]), stdout, {end: false}); stdout.end("10\\n");
        return [stdout instanceof Writable, stdout.fd, stderr.fd, stdout.isTTY ?? null, typeof stdout.on, stdout.writable, process.stdout === stdout]; }`,
    });
    await sandbox.ended;
    expect(sandbox.printed("stdout")).toBe(Array.from({ length: 10 }, (_, n) => `${n + 1}\n`).join(""));
    expect(sandbox.printed("stderr")).toBe("e\n");
    expect(sandbox.result()).toEqual({ ok: true, value: [true, 1, 2, null, "function", false, true] });
  });

  test("survive a script that patches console and process.stdout", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => {
        const write = process.stdout.write.bind(process.stdout);
        process.stdout.write = (chunk, ...rest) => write(String(chunk).toUpperCase(), ...rest);
        process.stdout.write("patched\\n");
        const log = console.log; console.log = (...values) => log("logged", ...values);
        console.log("x"); console.error = () => {}; console.error("gone");
        await ctx.call("echo", {});
        return 1;
      }`,
    });
    await sandbox.ended;
    expect(sandbox.printed("stdout").toLowerCase()).toBe("patched\nlogged x\n");
    expect(sandbox.printed("stderr")).toBe("");
    expect(sandbox.result()).toEqual({ ok: true, value: 1 });
  });

  test("R27: larger than a frame arrive whole, split inside no character", async () => {
    const sandbox = startSandbox({
      runtime,
      limits: { maxFrameBytes: 65_536 },
      script: `export default () => { process.stdout.write("é😀\\u0001".repeat(300000)); process.stdout.write(Buffer.alloc(100000, 0xff)); }`,
    });
    const ended = await sandbox.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(sandbox.printed("stdout")).toBe("é😀\u0001".repeat(300_000) + "\xff".repeat(100_000));
    for (const frame of sandbox.frames)
      expect(Buffer.byteLength(JSON.stringify({ jsonrpc: "2.0", ...frame }))).toBeLessThanOrEqual(65_536);
  });

  test("R34: just before process.exit, in an exit handler and before an uncaught throw arrive", async () => {
    const lines = `for (let n = 0; n < 50; n++) console.log("x".repeat(10240));`;
    const whole = `${"x".repeat(10_240)}\n`.repeat(50);
    const exit = startSandbox({ runtime, script: `${lines} process.exit(0)` });
    expect(await exit.ended).toMatchObject({ code: 0 });
    expect(exit.printed("stdout")).toBe(whole);

    const handler = startSandbox({
      runtime,
      script: `process.on("exit", () => { ${lines} }); export default () => process.exit(7)`,
    });
    expect(await handler.ended).toMatchObject({ code: 7 });
    expect(handler.printed("stdout")).toBe(whole);

    const thrown = startSandbox({
      runtime,
      script: `export default () => new Promise(() => setTimeout(() => { ${lines} throw new Error("uncaught") }, 1))`,
    });
    expect(await thrown.ended).toMatchObject({ code: 1 });
    expect(thrown.printed("stdout")).toBe(whole);
    expect(thrown.result()).toMatchObject({ ok: false, error: { name: "Error", message: "uncaught" } });
  });

  test("R21: before a signal that the script sends itself arrive", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `for (let n = 0; n < 100; n++) console.log(n); process.stdout.write("part"); process.kill(process.pid, "SIGKILL")`,
    });
    expect(await sandbox.ended).toMatchObject({ signal: "SIGKILL" });
    expect(sandbox.printed("stdout")).toBe(`${Array.from({ length: 100 }, (_, n) => `${n}\n`).join("")}part`);
  });

  test("of a loop that never yields drain while no answer is read", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => {
        const calls = Array.from({length: 8}, (_, n) => ctx.call("bytes", {n}));
        for (let n = 0; n < 20000; n++) console.log("x".repeat(1000));
        return (await Promise.all(calls)).map((text) => text.length);
      }`,
      onCall: (frame, host) => host.answer(frame, "y".repeat(500_000)),
    });
    expect(await sandbox.ended).toMatchObject({ code: 0 });
    expect(sandbox.printed("stdout").length).toBe(20_000 * 1_001);
    expect(sandbox.result()).toEqual({ ok: true, value: Array.from({ length: 8 }, () => 500_000) });
  });
});

test("prints by Bun.write, Bun.stdout.write, its writer and console.write keep their order", async () => {
  const sandbox = startSandbox({
    runtime: "bun",
    script: `export default async () => {
      console.log("1"); await Bun.write(Bun.stdout, "2\\n"); const writer = Bun.stdout.writer();
      writer.write("3\\n"); console.write("4\\n"); writer.write(new Uint8Array([53, 10])); await writer.flush();
      process.stdout.write("6\\n"); await Bun.stdout.write("7\\n"); await Bun.write(Bun.stdout, new Blob(["8\\n"]));
      await Bun.write(Bun.stderr, "e\\n"); await writer.end(); console.log("9");
    }`,
  });
  expect(await sandbox.ended).toMatchObject({ code: 0 });
  expect(sandbox.printed("stdout")).toBe("1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  expect(sandbox.printed("stderr")).toBe("e\n");
});
