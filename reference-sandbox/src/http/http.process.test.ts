import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startHttpHost, TOKEN, type HttpHost } from "../testing/http-host.js";
import { RUNTIMES } from "../testing/runtimes.js";
import { startSandbox, type Sandbox } from "../testing/start-sandbox.js";

const TRY = `const attempt = async (method, params, options) => { try { return await ctx.call(method, params, options) }
  catch ({name, code, message, data}) { return {name, code, message, data} } };`;

describe.each(RUNTIMES)("HTTP on %s", (runtime) => {
  const run = async (host: HttpHost, body: string, environment = {}): Promise<Sandbox> => {
    const script = `export default async (ctx) => { ${TRY} ${body} }`;
    const sandbox = startSandbox({
      runtime,
      script,
      environment: { ...host.environment, ...environment },
    });
    await sandbox.ended;
    expect(sandbox.frames).toEqual([]);
    return sandbox;
  };

  test.each(["tcp", "unix"])(
    "a session over %s: calls, prints in order, result; the token in its header only",
    async (how) => {
      const host = await startHttpHost({ unix: how === "unix" });
      const sandbox = await run(
        host,
        `console.log("one"); const a = await ctx.call("echo", {text: "–é😀"}); console.log("two"); console.error("err");
       ctx.progress(0.5); return [a, await Promise.all(Array.from({length: 200}, (_, n) => ctx.call("echo", {n}))), process.env.SANDPIPE_HTTP_TOKEN ?? null]`,
      );
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      expect({ stray: sandbox.stray(), stderr: sandbox.stderr() }).toEqual({ stray: "", stderr: "" });
      const numbers = Array.from({ length: 200 }, (_, n) => ({ n }));
      expect(host.result()).toEqual({ ok: true, value: [{ text: "–é😀" }, numbers, null] });
      expect([host.printed("stdout"), host.printed("stderr")]).toEqual(["one\ntwo\n", "err\n"]);
      for (const { method, url, rawHeaders } of host.requests) {
        expect([method, url]).toEqual(["POST", "/api/mcp/rpc"]);
        const authorization = rawHeaders.flatMap((name, at) =>
          at % 2 === 0 && name.toLowerCase() === "authorization" ? [rawHeaders[at + 1]] : [],
        );
        expect(authorization).toEqual([`Bearer ${TOKEN}`]);
        expect(rawHeaders.filter((text) => text.includes("tok-"))).toHaveLength(1);
      }
      const ids = host.requests.flatMap(({ frame }) => (frame.id === undefined ? [] : [frame.id]));
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test("nothing but session.open is sent before its answer", async () => {
    const host = await startHttpHost({
      on({ frame, usual }) {
        if (frame.method !== "session.open") return usual();
        setImmediate(() => {
          expect(host.requests).toHaveLength(1);
          usual();
        });
      },
    });
    await run(host, `return ctx.call("echo", {})`);
    expect(host.requests.map(({ frame }) => frame.method)).toEqual([
      "session.open",
      "echo",
      "session.result",
    ]);
  });

  test("notifications go one at a time in order, the result after the last 202", async () => {
    let open = 0;
    let most = 0;
    const answered: string[] = [];
    const host = await startHttpHost({
      on({ frame, usual }) {
        if (frame.method === "session.result") {
          answered.push(`result after ${open} open`);
          return usual();
        }
        if (frame.id !== undefined) return usual();
        most = Math.max(most, ++open);
        setTimeout(() => {
          open--;
          answered.push(String(frame.params["text"] ?? frame.method));
          usual();
        }, 3);
      },
    });
    await run(
      host,
      `for (let n = 0; n < 20; n++) { console.log("line", n); await Promise.resolve(); if (n % 5 === 4) ctx.progress(n / 20); }`,
    );
    expect(most).toBe(1);
    expect(answered.at(-1)).toBe("result after 0 open");
    expect(host.printed("stdout")).toBe(Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join(""));
    expect(host.frames("session.progress")).toHaveLength(4);
  });

  test("a call whose connection breaks fails once, is sent once, and says whether it may have run", async () => {
    const host = await startHttpHost({
      on({ frame, req, res, usual }) {
        if (frame.method === "reset") return void req.socket.resetAndDestroy();
        if (frame.method === "close") return void req.socket.end();
        if (frame.method === "half") {
          res.writeHead(200, { "Content-Length": 1_000 }).write('{"jsonrpc"');
          return void setTimeout(() => req.socket.destroy(), 20);
        }
        usual();
      },
    });
    await run(
      host,
      `const out = []; for (const method of ["reset", "close", "half"]) for (let n = 0; n < 5; n++) out.push(await attempt(method, {n}));
       out.push(await attempt("echo", {after: 1})); return out`,
    );
    const { value } = host.result() as unknown as { value: unknown[] };
    expect(value.slice(0, 15)).toEqual(
      Array.from({ length: 15 }, () =>
        expect.objectContaining({
          name: "SandpipeError",
          code: "transport_lost",
          data: { mayHaveRun: true },
        }),
      ),
    );
    expect(value[15]).toEqual({ after: 1 });
    for (const method of ["reset", "close", "half"]) expect(host.frames(method)).toHaveLength(5);
  });

  test("a host that is gone fails every call as not run, and the run ends with 69", async () => {
    const host = await startHttpHost({
      on({ frame, usual }) {
        usual();
        if (frame.method !== "bye") return;
        host.server.close();
        host.server.closeAllConnections();
      },
    });
    const script = `import {writeSync} from "node:fs"; export default async (ctx) => { ${TRY} await attempt("bye");
      let lost; do lost = await attempt("echo", {}); while (lost.data?.mayHaveRun !== false); writeSync(2, JSON.stringify(lost)) }`;
    const sandbox = startSandbox({ runtime, script, environment: host.environment });
    expect(await sandbox.ended).toEqual({ code: 69, signal: null });
    expect(sandbox.stderr()).toContain('"code":"transport_lost"');
    expect(sandbox.stderr()).toContain("ECONNREFUSED");
  });

  test.each([301, 302, 303, 307, 308])(
    "R44: %d is not followed: the call fails once and the other place sees nothing",
    async (status) => {
      let connections = 0;
      const other = createServer(() => void connections++).listen(0, "127.0.0.1");
      onTestFinished(() => void other.close());
      await new Promise((done) => other.once("listening", done));
      const { port } = other.address() as AddressInfo;
      const host = await startHttpHost({
        on({ frame, res, usual }) {
          if (frame.method !== "moved") return usual();
          res.writeHead(status, { Location: `http://127.0.0.1:${port}/api/mcp/rpc` }).end();
        },
      });
      await run(host, `return attempt("moved", {})`);
      expect(host.result()["value"]).toMatchObject({ code: "invalid_response", data: { status } });
      expect(host.frames("moved")).toHaveLength(1);
      expect(connections).toBe(0);
    },
  );

  test("R40: proxies of the environment are ignored, also when the script sets them", async () => {
    const host = await startHttpHost();
    const dead = "http://127.0.0.1:1";
    const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    const proxies = Object.fromEntries(names.map((name) => [name, dead]));
    await run(
      host,
      `for (const name of ${JSON.stringify(names)}) process.env[name] = "${dead}"; delete process.env.NO_PROXY; return attempt("echo", {n: 1})`,
      proxies,
    );
    expect(host.result()).toEqual({ ok: true, value: { n: 1 } });
  });

  test("refusals of the binding reject with the host's own code", async () => {
    const refusal = (code: number, kind: string): string =>
      JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message: `no: ${kind}`, data: { kind } } });
    const host = await startHttpHost({
      on({ frame, res, usual }) {
        if (frame.method === "late") res.writeHead(401).end(refusal(1011, "unauthorized"));
        else if (frame.method === "large") res.writeHead(413).end(refusal(1005, "limit_exceeded"));
        else if (frame.method === "twice") res.writeHead(200).end(refusal(1009, "duplicate_id"));
        else if (frame.method === "page") res.writeHead(200, { "Content-Type": "text/html" }).end("<html>");
        else if (frame.method === "missing") res.writeHead(404).end("<html>");
        else if (frame.method === "other")
          res.writeHead(200).end(JSON.stringify({ jsonrpc: "2.0", id: 999_999, result: 1 }));
        else usual();
      },
    });
    await run(
      host,
      `const out = []; for (const method of ["late", "large", "twice", "page", "missing", "other"]) out.push(await attempt(method)); return out.map(({code}) => code)`,
    );
    expect(host.result()["value"]).toEqual([
      1011,
      1005,
      1009,
      "invalid_response",
      "invalid_response",
      "invalid_response",
    ]);
  });

  test("an aborted call is cancelled at the host, after it was sent", async () => {
    let release: (() => void) | undefined;
    const host = await startHttpHost({
      on({ frame, usual, res }) {
        if (frame.method === "wait") {
          release = () =>
            res
              .writeHead(200)
              .end(JSON.stringify({ jsonrpc: "2.0", id: frame.id, error: { code: 1007, message: "c" } }));
          return;
        }
        usual();
        if (frame.method === "session.cancel") release?.();
      },
    });
    await run(
      host,
      `const stop = new AbortController(); const call = attempt("wait", {}, {signal: stop.signal}); stop.abort(); return (await call).code`,
    );
    expect(host.result()["value"]).toBe("cancelled");
    const [wait] = host.frames("wait");
    if (wait !== undefined) expect(host.frames("session.cancel")[0]?.params["id"]).toBe(wait.id);
  });

  test.each(["keep-alive", "close"])(
    "prints before process.exit arrive whole and in order (Connection: %s)",
    async (connection) => {
      const host = await startHttpHost({
        on({ res, usual }) {
          if (connection === "close") res.setHeader("Connection", "close");
          usual();
        },
      });
      const script = `export default async () => { for (let n = 0; n < 50; n++) { console.log(n, "x".repeat(10240)); if (n % 10 === 0) await null }
      process.on("exit", () => console.log("last")); process.exit(3) }`;
      const sandbox = startSandbox({ runtime, script, environment: host.environment });
      expect(await sandbox.ended).toEqual({ code: 3, signal: null });
      const seen = host
        .printed("stdout")
        .split("\n")
        .map((line) => `${line.slice(0, 3)}:${line.length}`);
      const lines = Array.from({ length: 50 }, (_, n) => `${n} ${"x".repeat(10_240)}`);
      expect(seen).toEqual([...lines, "last", ""].map((line) => `${line.slice(0, 3)}:${line.length}`));
    },
  );

  test("a script that never settles is reported over HTTP too, and timers end with the run", async () => {
    const host = await startHttpHost();
    await run(host, `await new Promise(() => {})`);
    expect(host.result()).toMatchObject({ ok: false, error: { name: "UnsettledScript" } });
    const other = await startHttpHost();
    const sandbox = await run(other, `setInterval(() => {}, 50); return 1`);
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
  });

  test("a synchronous loop of prints arrives whole and in order, in bounded memory", async () => {
    const host = await startHttpHost();
    await run(
      host,
      `const before = process.memoryUsage.rss(); for (let n = 0; n < 400; n++) console.log(n, "x".repeat(50_000)); return process.memoryUsage.rss() - before`,
    );
    const lines = host.printed("stdout").split("\n");
    expect(lines.map((line) => `${parseInt(line)}:${line.length > 50_000}`)).toEqual([
      ...Array.from({ length: 400 }, (_, n) => `${n}:true`),
      "NaN:false",
    ]);
    expect(host.result()["value"]).toBeLessThan(128 * 1024 * 1024);
  });

  test("a script that the host names in its answer runs over HTTP too", async () => {
    const host = await startHttpHost({
      open: { script: { source: "export default (ctx) => ctx.params", params: { n: 1 } } },
    });
    const sandbox = startSandbox({ runtime, environment: host.environment });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(host.result()).toEqual({ ok: true, value: { n: 1 } });
  });

  test("an uncaught throw and SIGTERM hand over what was printed before", async () => {
    const host = await startHttpHost();
    await run(
      host,
      `console.log("before"); setTimeout(() => { throw new TypeError("late") }); await new Promise((r) => setTimeout(r, 60_000))`,
    );
    expect(host.result()).toMatchObject({ ok: false, error: { name: "TypeError", message: "late" } });
    expect(host.printed("stdout")).toBe("before\n");

    const other = await startHttpHost();
    const script = `export default async (ctx) => { ctx.signal.addEventListener("abort", () => console.log("told")); await ctx.call("ready"); setInterval(() => {}, 20); await new Promise(() => {}) }`;
    const sandbox = startSandbox({ runtime, script, environment: other.environment });
    await other.saw("ready");
    sandbox.process.kill("SIGTERM");
    expect(await sandbox.ended).toEqual({ code: 143, signal: null });
    expect(other.printed("stdout")).toBe("told\n");
  });

  test("an answer that is larger than the host's own limit fails its call", async () => {
    const host = await startHttpHost({
      limits: { maxFrameBytes: 65_536 },
      on: ({ frame, answer, usual }) => (frame.method === "large" ? answer("x".repeat(70_000)) : usual()),
    });
    await run(host, `return [(await attempt("large")).code, await attempt("echo", {n: 1})]`);
    expect(host.result()["value"]).toEqual(["transport_lost", { n: 1 }]);
  });

  test("a grandchild gets none of the connections, and no token", async () => {
    const host = await startHttpHost();
    await run(
      host,
      `const {spawnSync} = await import("node:child_process"); await ctx.call("echo", {});
       const list = 'for fd in /proc/$$/fd/*; do readlink $fd; done; tr "\\\\0" "\\\\n" < /proc/$$/environ';
       return ["pipe", "inherit"].map((how) => String(spawnSync("sh", ["-c", list + " >&2"], {stdio: [how, how, "pipe"]}).stderr))`,
    );
    for (const told of host.result()["value"] as string[]) {
      expect(told).toContain("PATH=");
      expect(told).not.toContain(TOKEN);
      // Its own three at most: Node's child pipes are sockets.
      expect(told.match(/socket:/g)?.length ?? 0).toBeLessThanOrEqual(3);
    }
  });
});
