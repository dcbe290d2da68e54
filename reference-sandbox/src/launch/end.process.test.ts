import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { startHttpHost } from "../testing/http-host.js";
import { RUNTIMES } from "../testing/runtimes.js";
import { COMMAND, startSandbox, type Sandbox } from "../testing/start-sandbox.js";

/** Ways to keep a process busy that are no busy loop. */
const BUSY: readonly (readonly [name: string, source: string])[] = [
  ["idle", ""],
  ["with timers", "setInterval(() => {}, 20); setTimeout(() => {}, 1e6);"],
  [
    "with a server and a socket",
    `const net = await import("node:net"); const server = net.createServer(() => {}).listen(0, "127.0.0.1"); await new Promise((done) => server.on("listening", done)); net.connect(server.address().port, "127.0.0.1");`,
  ],
  ["with a child", `(await import("node:child_process")).spawn("sleep", ["60"], {stdio: "ignore"}).unref();`],
  [
    "reading its own stdin",
    `process.stdin.resume(); process.stdin.pause(); (await import("node:readline")).createInterface({input: process.stdin});`,
  ],
  ["looping on calls", `(async () => { for (;;) await ctx.call("echo", {}).catch(() => {}); })();`],
];

const ENDS: readonly (readonly [name: string, end: (sandbox: Sandbox) => void, code: number])[] = [
  ["stdin EOF", (sandbox) => void sandbox.stdin.end(), 69],
  ["session.close", (sandbox) => sandbox.send({ method: "session.close", params: { reason: "enough" } }), 1],
  ["SIGTERM", (sandbox) => void sandbox.process.kill("SIGTERM"), 143],
];

describe.each(RUNTIMES)("the end on %s", (runtime) => {
  describe.each(ENDS)("by %s", (_, end, code) => {
    test.each(BUSY)(
      "R30: comes promptly to a script %s, and its pending call fails once",
      async (_, source) => {
        const sandbox = startSandbox({
          runtime,
          script: `export default async (ctx) => { ${source}
          let failures = 0;
          ctx.call("ready", {}, {timeoutMs: 0}).catch(({code, data}) => { failures++; console.log("failed", code, JSON.stringify(data), ctx.signal.aborted, failures) });
          await new Promise(() => setInterval(() => {}, 1000)); }`,
          onCall(frame, host) {
            if (frame.method === "echo") host.answer(frame, 1);
          },
        });
        await sandbox.saw("ready");
        end(sandbox);
        expect(await sandbox.ended).toEqual({ code, signal: null });
        expect(sandbox.printed("stdout")).toBe('failed transport_lost {"mayHaveRun":true} true 1\n');
        expect(sandbox.frames.some(({ method }) => method === "session.result")).toBe(false);
        expect(sandbox.stray()).toBe("");
      },
    );

    test("comes on a pipe too, while a call is pending and while none is", async () => {
      for (const busy of ['await ctx.call("hang", {}, {timeoutMs: 0}).catch(() => {});', ""]) {
        const sandbox = startSandbox({
          runtime,
          wire: "pipe",
          script: `export default async (ctx) => { await ctx.call("ready", {}); setInterval(() => {}, 1000); ${busy} await new Promise(() => {}); }`,
          onCall(frame, host) {
            if (frame.method !== "ready") return;
            host.answer(frame, 1);
            setTimeout(() => end(host), 100);
          },
        });
        expect(await sandbox.ended).toEqual({ code, signal: null });
      }
    });
  });

  describe.each(["socket", "pipe"] as const)("a %s at its end", (wire) => {
    test("ends a script in a loop that gives way to nothing, and its prints have arrived", async () => {
      const sandbox = startSandbox({
        runtime,
        wire,
        limits: { graceMs: 400 },
        script: `export default async (ctx) => { await ctx.call("ready", {}); console.log("one"); console.error("two"); for (;;); }`,
        onCall(frame, host) {
          // Unread by a loop: what is still in the pipe must not hide its end.
          host.answer(frame, 1);
          host.send({ method: "session.close", params: { reason: "enough" } });
          host.send({ id: "nobody's", result: "x".repeat(10_000) });
          void host.saw("session.output").then(() => host.stdin.end());
        },
      });
      expect(await sandbox.ended).toEqual({ code: 69, signal: null });
      expect([sandbox.printed("stdout"), sandbox.printed("stderr")]).toEqual(["one\n", "two\n"]);
      expect(sandbox.stderr()).toMatch(/^sandpipe-sandbox: the host has gone.*\n$/);
      expect(sandbox.stray()).toBe("");
    });

    test("ends top-level code in such a loop, before the open's answer is read", async () => {
      const sandbox = startSandbox({
        runtime,
        wire,
        script: "for (;;);",
        onOpen: (_, host) => void host.stdin.end(),
      });
      expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    });

    test("ends a script that waits for a child synchronously", async () => {
      const sandbox = startSandbox({
        runtime,
        wire,
        limits: { graceMs: 400 },
        script: `import { spawnSync } from "node:child_process"; export default async (ctx) => { await ctx.call("ready", {}); spawnSync("sleep", ["600"], {stdio: "ignore"}); }`,
        onCall(frame, host) {
          host.answer(frame, 1);
          setTimeout(() => host.stdin.end(), 100);
        },
      });
      expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    });
  });

  test("stdin's end ends a busy loop over HTTP too", async () => {
    const http = await startHttpHost({ limits: { graceMs: 400 } });
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => { await ctx.call("ready", {}); for (;;); }`,
      environment: { ...http.environment, SANDPIPE_TRANSPORT: "http" },
    });
    await http.saw("ready");
    sandbox.stdin.end();
    expect(await sandbox.ended).toEqual({ code: 69, signal: null });
  });

  test("a long computation goes on while the host is there", async () => {
    const sandbox = startSandbox({
      runtime,
      limits: { graceMs: 100 },
      script: `export default () => { const until = performance.now() + 600; while (performance.now() < until); return "whole"; }`,
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: "whole" });
  });

  test("what is printed at the end is sent whole to a host that reads slowly, though its grace is over", async () => {
    const sandbox = startSandbox({
      runtime,
      limits: { graceMs: 100 },
      script: `export default async (ctx) => { ctx.signal.addEventListener("abort", () => console.log("x".repeat(3_000_000))); await ctx.call("ready", {}); }`,
      onCall(_, host) {
        host.stdin.end();
        host.stdout.pause();
        const resume = setInterval(() => host.stdout.resume(), 150);
        host.stdout.on("data", () => host.stdout.pause());
        void host.ended.then(() => clearInterval(resume));
      },
    });
    expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    expect(sandbox.printed("stdout")).toHaveLength(3_000_001);
  });

  test("session.close before the open's answer is exit 1, and says so", async () => {
    const sandbox = startSandbox({
      runtime,
      script: "export default () => new Promise(() => {})",
      onOpen: (_, host) => host.send({ method: "session.close", params: { reason: "not today" } }),
    });
    expect(await sandbox.ended).toEqual({ code: 1, signal: null });
    expect(sandbox.stderr()).toBe("sandpipe-sandbox: no session: the host closed the session: not today\n");
  });

  test("R26: queued calls say that they have not run, sent ones that they may have", async () => {
    const sandbox = startSandbox({
      runtime,
      limits: { maxInFlight: 8 },
      script: `export default async (ctx) => { const codes = await Promise.allSettled(Array.from({length: 12}, () => ctx.call("hang", {})));
        console.log(JSON.stringify(codes.map(({reason}) => [reason.code, reason.data.mayHaveRun]))); }`,
      onCall: (_, host) =>
        void (host.frames.filter(({ method }) => method === "hang").length === 8 && host.stdin.end()),
    });
    expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    const told = JSON.parse(sandbox.printed("stdout")) as unknown[];
    expect(told).toEqual(Array.from({ length: 12 }, (_, n) => ["transport_lost", n < 8]));
    expect(sandbox.stderr()).toMatch(/^sandpipe-sandbox: .*\n$/);
  });

  test("R31: an answer and the end in one read both count", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => { process.stdin.pause(); console.log("got", await ctx.call("last", {})); await new Promise(() => setInterval(() => {}, 50)); }`,
      onCall(frame, host) {
        host.answer(frame, "it");
        host.stdin.end();
      },
    });
    expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    expect(sandbox.printed("stdout")).toBe("got it\n");
  });

  test("R29: SIGTERM in a synchronous second ends it after the second, with no half frame", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default (ctx) => { ctx.call("ready", {}); setTimeout(() => { const until = performance.now() + 1000; while (performance.now() < until); console.log("x".repeat(100000)); }, 50); return new Promise(() => {}); }`,
      onCall: (_, host) => void setTimeout(() => host.process.kill("SIGTERM"), 200),
    });
    expect(await sandbox.ended).toEqual({ code: 143, signal: null });
    expect(sandbox.printed("stdout")).toBe(`${"x".repeat(100_000)}\n`);
    expect(sandbox.stray()).toBe("");
  });

  test("a clean-up that the signal starts still runs and prints", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => { ctx.signal.addEventListener("abort", () => setTimeout(() => console.log("cleaned"), 10)); await ctx.call("hang", {}).catch(() => {}); await new Promise((done) => setTimeout(done, 30)); }`,
      onCall: (_, host) => host.send({ method: "session.close" }),
    });
    expect(await sandbox.ended).toEqual({ code: 1, signal: null });
    expect(sandbox.printed("stdout")).toBe("cleaned\n");
  });

  test("R28: a killed host leaves no sandbox, idle or in a loop of calls", async () => {
    const loop = `for (;;) await ctx.call("echo", {}).catch(() => {})`;
    const hang = `await ctx.call("hang", {})`;
    for (const body of [loop, hang]) {
      // A host in a process of its own, so that it can be killed; it tells the sandbox's pid.
      const source = `
        const { spawn } = require("node:child_process"); const { writeFileSync } = require("node:fs");
        writeFileSync("script.mjs", ${JSON.stringify(`export default async (ctx) => { ${body} }`)});
        const child = spawn(${JSON.stringify(COMMAND)}, ["--runtime", "${runtime}", "script.mjs"], {stdio: ["pipe", "pipe", "ignore"], env: {...process.env, SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio"}});
        let text = ""; child.stdout.on("data", (chunk) => { text += chunk; for (let lf; (lf = text.indexOf("\\n")) >= 0; text = text.slice(lf + 1)) { const frame = JSON.parse(text.slice(1, lf));
          const result = frame.method === "session.open" ? ${JSON.stringify({ protocol: 1, session: { id: "s", projectId: "p" }, methods: [], limits: { maxFrameBytes: 65536, maxInFlight: 8, callTimeoutMs: 60000, maxDepth: 32, maxOutputBytes: 0, graceMs: 2000 }, datasources: [], script: {}, features: [] })} : 1;
          if (frame.method !== "session.open") console.log(child.pid);
          if (frame.method !== "hang") child.stdin.write("\\x1e" + JSON.stringify({jsonrpc: "2.0", id: frame.id, result}) + "\\n"); } });`;
      const folder = startSandbox({ runtime: "node", script: "", onOpen: false }); // For its folder, removed with the test.
      const host = spawn(process.execPath, ["-e", source], {
        cwd: readFileSync(`/proc/${folder.process.pid}/environ`, "utf8").match(/HOME=([^\0]+)/)?.[1],
        stdio: ["ignore", "pipe", "inherit"],
      });
      const pid = await new Promise<number>((done) =>
        host.stdout.once("data", (text: Buffer) => done(parseInt(String(text)))),
      );
      host.kill("SIGKILL");
      // Bounded by the test's own deadline.
      while (isAlive(pid)) await new Promise((done) => setTimeout(done, 20));
    }
  });
});

/** A dead orphan that nobody reaped counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
