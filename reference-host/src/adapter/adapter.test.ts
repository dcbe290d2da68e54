import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import type { ControlReply, RunRequest } from "@sandpipe/spec/control";
import { afterEach, describe, expect, test } from "vitest";
import { isAlive, probe, until } from "../run/probe-run.js";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");

/** A started adapter and everything that it has replied. */
function startAdapter() {
  const child = spawn(process.execPath, [MAIN, "adapter"], { stdio: ["pipe", "pipe", "inherit"] });
  const replies: ControlReply[] = [];
  const waiting: (() => void)[] = [];
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    replies.push(...lines.map((line) => JSON.parse(line) as ControlReply));
    for (const wake of waiting.splice(0)) wake();
  });
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  started.push(child);
  return {
    child,
    replies,
    exited,
    say: (...messages: unknown[]) =>
      void child.stdin.write(
        messages.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join(""),
      ),
    async reply(wanted: (reply: ControlReply) => boolean): Promise<ControlReply> {
      for (;;) {
        const found = replies.find(wanted);
        if (found) return found;
        await new Promise<void>((wake) => waiting.push(wake));
      }
    },
    async ended(run: string) {
      const found = await this.reply((reply) => "run" in reply && reply.run === run);
      if (found.op !== "ended") throw new Error(JSON.stringify(found));
      return found.report;
    },
  };
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function runOf(run: string, code: string, more: Partial<RunRequest> = {}): RunRequest {
  return {
    op: "run",
    run,
    command: probe(code),
    protocol: [1],
    transport: "stdio",
    session: { projectId: "p1", conversationId: "c1" },
    methods: ["conformance.echo", "conformance.count", "conformance.delay"],
    limits: { graceMs: 300 },
    ...more,
  };
}

const FOREVER = "await open(); raw(String(process.pid)); setInterval(() => undefined, 1_000);";

describe("the control protocol", () => {
  test("describes what is really there", async () => {
    const { say, reply } = startAdapter();
    say({ op: "describe", control: 1 });
    expect(await reply(({ op }) => op === "describe")).toEqual({
      op: "describe",
      control: 1,
      name: "sandpipe-host",
      version: "0.1.0",
      language: "typescript",
      protocols: [0, 1],
      transports: ["stdio", "http"],
      features: ["fixture", "files.write", "upload", "materialize", "adopt", "emit", "progress", "isolation"],
      maxRuns: 8,
    });
  });

  test("several runs at once, each with its own count, whitelist, environment and report", async () => {
    const adapter = startAdapter();
    const code = `
      await open();
      const { result: count } = await call("conformance.count", { key: "k" });
      const { error } = await call("conformance.hidden");
      await result([count, error.code, process.env.NAME]);
    `;
    for (let at = 0; at < 8; at++) adapter.say(runOf(`r${at}`, code, { env: { NAME: `n${at}` } }));
    for (let at = 0; at < 8; at++) {
      expect(await adapter.ended(`r${at}`)).toMatchObject({ outcome: "ok", result: [1, -32601, `n${at}`] });
    }
  });

  test("a fixture is what the run's script finds, and no other run's", async () => {
    const adapter = startAdapter();
    const code = `await open(); const { result: listed } = await call("files.list"); await result(listed.files.map(({ name }) => name));`;
    const files = (name: string): Partial<RunRequest> => ({
      methods: ["files.list"],
      fixture: {
        projects: [{ id: "p1", name: "one" }],
        conversations: [{ id: "c1", projectId: "p1", messages: [] }],
        files: [{ id: "f1", projectId: "p1", conversationId: "c1", name, content: "a", encoding: "utf8" }],
      },
    });
    adapter.say(runOf("r1", code, files("a\u2028.csv")), runOf("r2", code, files("b.csv")));
    expect(await adapter.ended("r1")).toMatchObject({ outcome: "ok", result: ["a\u2028.csv"] });
    expect(await adapter.ended("r2")).toMatchObject({ outcome: "ok", result: ["b.csv"] });
  });

  test("what is wrong with a message is said, names its run where it has one, and costs nobody else", async () => {
    const adapter = startAdapter();
    const { say, reply, replies } = adapter;
    say(runOf("well", "await open(); await result(1);"));
    say("", "nonsense", "[]", { op: "dance", run: "x" }, { op: "run", run: "y" }, { op: "cancel", run: "z" });
    say(runOf("version", "", { protocol: [2] }));
    say(
      runOf("limit", "", { limits: { maxInFlight: 1 } }),
      runOf("method", "", { methods: ["nobody.knows"] }),
    );
    expect(await adapter.ended("well")).toMatchObject({ outcome: "ok" });
    for (const run of ["x", "y", "z", "version", "limit", "method"]) {
      expect(await reply((one) => "run" in one && one.run === run)).toMatchObject({ op: "error" });
    }
    expect(replies.filter((one) => one.op === "error" && one.run === undefined)).toHaveLength(3);
  });

  test.each(["tcp", "unix"] as const)("a run of transport http is told where: over %s", async (http) => {
    const adapter = startAdapter();
    const code = `
      await open();
      const { SANDPIPE_TRANSPORT, SANDPIPE_HTTP_URL, SANDPIPE_HTTP_TOKEN } = process.env;
      await result([SANDPIPE_TRANSPORT, SANDPIPE_HTTP_URL, SANDPIPE_HTTP_TOKEN.length]);`;
    adapter.say(runOf("r1", code, { transport: "auto", http }));
    const { outcome, result, transport } = await adapter.ended("r1");
    const url = http === "tcp" ? /^http:\/\/127\.0\.0\.1:\d+$/ : /^unix:\/.+\.sock$/;
    expect({ outcome, transport }).toEqual({ outcome: "ok", transport: "stdio" });
    expect(result).toEqual(["auto", expect.stringMatching(url), 43]);
  });

  test("cancel leads to ended, outcome killed", async () => {
    const adapter = startAdapter();
    adapter.say(runOf("r1", FOREVER), { op: "cancel", run: "r1" });
    expect(await adapter.ended("r1")).toMatchObject({ outcome: "killed" });
  });

  test("a run speaks the versions that its message offers", async () => {
    const adapter = startAdapter();
    const bare = `raw('{"id":"a","method":"conformance.count","params":{"key":"k"}}\\n{"told":"' + process.env.SANDPIPE_PROTOCOL + '"}\\n'); process.exit(0);`;
    adapter.say(
      runOf("r0", bare, { protocol: [0] }),
      runOf("both", bare, { protocol: [0, 1] }),
      runOf("r1", bare),
    );
    expect(await adapter.ended("r0")).toMatchObject({
      outcome: "ok",
      result: { told: "undefined" },
      calls: 1,
    });
    expect(await adapter.ended("both")).toMatchObject({ outcome: "ok", result: { told: "0,1" }, calls: 1 });
    expect(await adapter.ended("r1")).toMatchObject({ outcome: "protocol_error", calls: 0 });
  });

  test.each(["exit", "the end of stdin", "SIGTERM"])(
    "%s ends all runs, each reported, and the adapter exits 0",
    async (how) => {
      const adapter = startAdapter();
      adapter.say(runOf("r1", FOREVER), runOf("r2", FOREVER));
      adapter.say(runOf("up", "await open(); await result(1);"));
      await adapter.ended("up");
      if (how === "exit") adapter.say({ op: "exit" });
      else if (how === "SIGTERM") adapter.child.kill("SIGTERM");
      else adapter.child.stdin?.end();
      for (const run of ["r1", "r2"]) {
        const { outcome, output } = await adapter.ended(run);
        expect(outcome).toBe("killed");
        const pid = Number(Buffer.from(output, "base64").toString());
        if (pid > 0) expect(isAlive(pid)).toBe(false);
      }
      expect(await adapter.exited).toBe(0);
    },
  );

  test("a kit that vanishes takes the runs with it", async () => {
    const adapter = startAdapter();
    adapter.say(runOf("r1", FOREVER), runOf("up", "await open(); await result(process.pid);"));
    await adapter.ended("up");
    adapter.child.stdout?.destroy();
    adapter.child.stdin?.destroy();
    await adapter.exited;
    await until(() => !isAlive(adapter.child.pid as number));
  });
});
