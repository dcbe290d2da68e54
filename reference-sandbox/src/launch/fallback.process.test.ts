import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startHttpHost, TOKEN } from "../testing/http-host.js";
import { RUNTIMES } from "../testing/runtimes.js";
import { COMMAND, openResult, startSandbox, type StartOptions } from "../testing/start-sandbox.js";

const ONE_LINE = /^sandpipe-sandbox: [^\n]+\n$/;

describe.each(RUNTIMES)("the choice of the transport on %s", (runtime) => {
  const start = (environment: Record<string, string>, more: Partial<StartOptions> = {}) =>
    startSandbox({
      runtime,
      script: `console.log("ran"); export default (ctx) => ctx.call("echo", {by: 1})`,
      environment: { SANDPIPE_TRANSPORT: "auto", ...environment },
      ...more,
    });
  const auto = (url: string): Record<string, string> => ({
    SANDPIPE_TRANSPORT: "auto",
    SANDPIPE_HTTP_URL: url,
    SANDPIPE_HTTP_TOKEN: TOKEN,
  });

  test("auto keeps to stdio when that answers in time, and stdio never asks over HTTP", async () => {
    const http = await startHttpHost();
    for (const transport of ["auto", "stdio"]) {
      const sandbox = start({
        ...auto(http.url),
        SANDPIPE_TRANSPORT: transport,
        SANDPIPE_OPEN_TIMEOUT_MS: "60000",
      });
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      expect(sandbox.result()).toEqual({ ok: true, value: { by: 1 } });
    }
    expect(http.requests).toEqual([]);
  });

  test.each(["tcp", "unix"])(
    "auto opens over HTTP (%s) when stdio is silent; a late answer there is ignored",
    async (how) => {
      const http = await startHttpHost({
        unix: how === "unix",
        on({ frame, usual }) {
          if (frame.method === "echo") {
            // The late answer, with another session in it, and a call's answer by its id.
            const late = openResult({ open: { session: { id: "late", projectId: "late" } } });
            sandbox.send({ id: sandbox.frames[0]?.id, result: late });
            sandbox.send({ id: frame.id, result: "from stdio" });
            sandbox.stdin.write("x", () => setImmediate(usual));
          } else usual();
        },
      });
      const sandbox = start({ ...auto(http.url), SANDPIPE_OPEN_TIMEOUT_MS: "300" }, { onOpen: false });
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      expect(sandbox.frames.map(({ method }) => method)).toEqual(["session.open"]);
      expect(sandbox.stray()).toBe("");
      expect(http.result()).toEqual({ ok: true, value: { by: 1 } });
      expect(http.requests.map(({ frame }) => frame.method)).toEqual([
        "session.open",
        "session.output",
        "echo",
        "session.result",
      ]);
      expect(http.frames("session.open")[0]).toEqual(sandbox.frames[0]);
    },
  );

  test("auto opens over HTTP at once when stdin is at its end or closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-fallback-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "script.mjs");
    writeFileSync(path, "export default (ctx) => ctx.call('echo', {n: 1})");
    for (const stdin of ["< /dev/null", "<&-"]) {
      const http = await startHttpHost();
      const { spawn } = await import("node:child_process");
      const child = spawn("sh", ["-c", `exec "$0" --runtime ${runtime} "$1" ${stdin}`, COMMAND, path], {
        stdio: ["ignore", "ignore", "inherit"],
        env: {
          PATH: process.env["PATH"],
          SANDPIPE_PROTOCOL: "1",
          SANDPIPE_OPEN_TIMEOUT_MS: "2000000",
          ...auto(http.url),
        },
      });
      expect(await new Promise((done) => child.on("exit", done))).toBe(0);
      expect(http.result()).toEqual({ ok: true, value: { n: 1 } });
    }
  });

  test("an end of stdin before the answer over HTTP is nothing; one after it ends the sandbox", async () => {
    const first = await startHttpHost();
    const before = start({ ...auto(first.url), SANDPIPE_OPEN_TIMEOUT_MS: "2000000" }, { onOpen: false });
    before.stdin.end();
    expect(await before.ended).toEqual({ code: 0, signal: null });
    expect(first.result()).toMatchObject({ ok: true });

    for (const transport of ["auto", "http"]) {
      const second = await startHttpHost({ on: ({ frame, usual }) => frame.method !== "wait" && usual() });
      const after = start(
        { ...auto(second.url), SANDPIPE_TRANSPORT: transport, SANDPIPE_OPEN_TIMEOUT_MS: "1000" },
        {
          onOpen: false,
          script: `import {writeSync} from "node:fs"; setInterval(() => {}, 10);
            export default (ctx) => Promise.all([1, 2, 3].map((n) => ctx.call("wait", {n}).catch(({code, data}) => writeSync(2, JSON.stringify([code, data.mayHaveRun]))))).then(() => new Promise(() => {}))`,
        },
      );
      await second.saw("wait");
      after.stdin.end();
      expect(await after.ended).toEqual({ code: 69, signal: null });
      expect(after.stderr().match(/\["transport_lost",true\]/g)).toHaveLength(3);
    }
  });

  test("over HTTP a stdin of /dev/null ends nothing", async () => {
    const http = await startHttpHost();
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-fallback-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "script.mjs");
    writeFileSync(
      path,
      "export default async (ctx) => { for (let n = 0; n < 50; n++) await ctx.call('echo', {n}); return 50 }",
    );
    const { spawn } = await import("node:child_process");
    const child = spawn(COMMAND, ["--runtime", runtime, path], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env["PATH"], SANDPIPE_PROTOCOL: "1", ...http.environment },
    });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    expect(await new Promise((done) => child.on("close", done))).toBe(0);
    expect(http.result()).toEqual({ ok: true, value: 50 });
    expect(stdout).toBe("");
  });

  test("R46: when both legs stay silent it ends with 69 and one line; each leg has the timeout", async () => {
    const http = await startHttpHost({ on: () => {} });
    const sandbox = start({ ...auto(http.url), SANDPIPE_OPEN_TIMEOUT_MS: "300" }, { onOpen: false });
    expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    expect(sandbox.stderr()).toMatch(ONE_LINE);
    expect(sandbox.stderr()).toMatch(/on stdio within 300 ms.*no answer within 300 ms/);
    expect(http.requests.map(({ frame }) => frame.method)).toEqual(["session.open"]);
  });

  test("a host that refuses over HTTP, is not there, or is no host ends it with 69 and one line that says why", async () => {
    const refusing = await startHttpHost({
      on: ({ res }) =>
        void res
          .writeHead(401)
          .end('{"jsonrpc":"2.0","id":null,"error":{"code":1011,"message":"no such token"}}'),
    });
    const dead = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => dead.once("listening", done));
    const { port } = dead.address() as AddressInfo;
    await new Promise((done) => dead.close(done));
    const page = await startHttpHost({ on: ({ res }) => void res.end("<html>") });
    for (const [url, reason] of [
      [refusing.url, "no such token"],
      [`http://127.0.0.1:${port}`, "ECONNREFUSED"],
      ["unix:/nowhere/host.sock", "ENOENT"],
      [page.url, "SANDPIPE_HTTP_URL"],
    ] as const)
      for (const transport of ["http", "auto"]) {
        const sandbox = start(
          { ...auto(url), SANDPIPE_TRANSPORT: transport, SANDPIPE_OPEN_TIMEOUT_MS: "500" },
          { onOpen: false },
        );
        expect(await sandbox.ended).toEqual({ code: 69, signal: null });
        expect(sandbox.stderr()).toMatch(ONE_LINE);
        expect(sandbox.stderr()).toContain(reason);
        expect(sandbox.printed("stdout")).toBe("");
      }
  });

  test("http without a URL ends it with 69, a bad URL or token with 64", () => {
    const run = (environment: Record<string, string>) => {
      const { status, stderr, stdout } = spawnSync(COMMAND, ["--runtime", runtime, "x.mjs"], {
        encoding: "utf8",
        input: "",
        env: {
          PATH: process.env["PATH"],
          SANDPIPE_PROTOCOL: "1",
          SANDPIPE_TRANSPORT: "http",
          ...environment,
        },
      });
      expect(stdout).toBe("");
      expect(stderr).toMatch(ONE_LINE);
      return status;
    };
    expect(run({})).toBe(69);
    for (const url of ["", "https://127.0.0.1:1", "unix:x.sock"])
      expect(run({ SANDPIPE_HTTP_URL: url })).toBe(64);
    const url = "http://127.0.0.1:1";
    expect(run({ SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: "a b" })).toBe(64);
    expect(run({ SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: "a", SANDPIPE_OPEN_TIMEOUT_MS: "0" })).toBe(64);
  });
});
