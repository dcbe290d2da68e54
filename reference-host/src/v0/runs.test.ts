import { resolve } from "node:path";
import type { RunReport } from "@sandpipe/spec/v1";
import { describe, expect, test } from "vitest";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createContractMethods } from "../methods/contract.js";
import { createHostCore } from "../run/host.js";
import { probe } from "../run/probe-run.js";
import type { RunOptions } from "../run/run-options.js";
import { openStore } from "../store/index.js";
import type { Version } from "./stdout-reader.js";

const SANDBOX = resolve(import.meta.dirname, "../../../reference-sandbox/bin/sandpipe-sandbox");

/** What a sandbox of the founding document has: whole lines out, answers by id in. */
const WIRE = `
  const { writeSync } = require("node:fs");
  const say = (text) => void writeSync(1, text);
  let heard = "";
  const pending = new Map();
  const chunks = [];
  process.stdin.on("data", (chunk) => {
    chunks.push(chunk);
    heard += chunk.toString("latin1");
    const lines = heard.split("\\n");
    heard = lines.pop();
    for (const line of lines) {
      const answer = JSON.parse(Buffer.from(line, "latin1").toString());
      pending.get(answer.id)?.(answer);
    }
  });
  const answer = (id) => new Promise((settle) => pending.set(id, settle));
  const call = (id, method, params) => {
    const answered = answer(id);
    say(JSON.stringify({ id, method, params }) + "\\n");
    return answered;
  };
  const end = (value) => { say(JSON.stringify(value) + "\\n"); process.exit(0); };
`;

const v0 = (code: string): string[] => [process.execPath, "-e", `${WIRE}(async () => { ${code} })()`];

async function run(
  command: string[],
  { protocols = [0], ...options }: Partial<RunOptions> & { protocols?: readonly Version[] } = {},
): Promise<RunReport & { out: string; err: string }> {
  const store = openStore(":memory:");
  try {
    await store.importFixture({
      projects: [{ id: "p1", name: "one" }],
      conversations: [{ id: "c1", projectId: "p1", messages: [] }],
      files: [
        { id: "f1", projectId: "p1", conversationId: "c1", name: "a.csv", content: "a", encoding: "utf8" },
      ],
    });
    const host = createHostCore({ protocols, methods: [conformanceMethods, createContractMethods(store)] });
    const report = await host.run({
      command,
      session: { projectId: "p1", conversationId: "c1" },
      methods: [
        "conformance.echo",
        "conformance.delay",
        "conformance.count",
        "conformance.fail",
        "conformance.throw",
        "files.list",
        "conformance.bytes",
      ],
      ...options,
      limits: { graceMs: 300, runTimeoutMs: 60_000, ...options.limits },
    }).report;
    const text = (base64: string): string => Buffer.from(base64, "base64").toString();
    return { ...report, out: text(report.output), err: text(report.stderr) };
  } finally {
    await store.close();
  }
}

describe("version 0 alone", () => {
  test("calls are answered, prints kept, the last JSON object is the result, and no version is told", async () => {
    const report = await run(
      v0(`
        say("Loading\\n");
        const one = await call("req-1", "conformance.echo", { s: "–é😀\\u2028" });
        process.stderr.write("a log");
        say('{"not":"yet"}\\n42\\n');
        say(JSON.stringify({ one, told: "SANDPIPE_PROTOCOL" in process.env }) + "\\nlast\\npartial");
        process.exit(0);`),
      { env: { SANDPIPE_PROTOCOL: "1" } },
    );
    const result = { one: { id: "req-1", result: { s: "–é😀\u2028" } }, told: false };
    expect(report).toMatchObject({
      outcome: "ok",
      exit: { code: 0 },
      result,
      calls: 1,
      phase: "result",
      err: "a log",
      violations: [],
    });
    expect(report.out).toBe(`Loading\n{"not":"yet"}\n42\n${JSON.stringify(result)}\nlast\npartial`);
  });

  test("each answer is one line without RS, an error is a text, and nothing leaks", async () => {
    const { result } = await run(
      v0(`
        const answers = [];
        for (const [n, method] of ["conformance.hidden", "toString", "session.open", "conformance.throw", "conformance.fail", "conformance.count"].entries())
          answers.push(await call("r" + n, method, { code: 2001, message: "as asked" }));
        await call("s", "conformance.echo", { s: "\\u2028\\u0085" });
        const bytes = Buffer.concat(chunks);
        end({ errors: answers.map(({ error }) => error), rs: bytes.includes(0x1e), separators: bytes.includes("\\u2028") || bytes.includes("\\u0085"), lines: bytes.toString().split("\\n").length });`),
    );
    expect(result).toEqual({
      errors: [
        'Unknown method "conformance.hidden"',
        'Unknown method "toString"',
        'Unknown method "session.open"',
        "The method failed in the host",
        "as asked",
        expect.stringContaining("key"),
      ],
      rs: false,
      separators: false,
      lines: 8,
    });
  });

  test("a slow call holds up nobody, more calls than maxInFlight wait, and one id in flight twice is two calls", async () => {
    const { result, calls } = await run(
      v0(`
        const order = [];
        const all = [call("slow", "conformance.delay", { ms: 400, value: "slow" }).then(() => order.push("slow"))];
        for (let n = 0; n < 100; n++) all.push(call("c" + n, "conformance.delay", { ms: 5, value: n }).then(({ result }) => order.push(result)));
        await Promise.all(all);
        let twice = 0;
        pending.set("twice", () => ++twice);
        say('{"id":"twice","method":"conformance.delay","params":{"ms":50}}\\n'.repeat(2));
        await call("after", "conformance.delay", { ms: 200 });
        end({ last: order.at(-1), count: order.length, twice });`),
      { limits: { maxInFlight: 8 } },
    );
    expect(result).toEqual({ last: "slow", count: 101, twice: 2 });
    expect(calls).toBe(104);
  });

  test("without a result it is failed; with one and another exit code too; the host's end is EOF without a word", async () => {
    const nothing = await run(v0(`say("[1]\\n42\\n"); process.exit(0);`));
    expect(nothing).toMatchObject({ outcome: "failed", error: { name: "no_result" }, phase: "running" });
    const bad = await run(v0(`say("{}\\n"); process.exit(3);`));
    expect(bad).toMatchObject({
      outcome: "failed",
      error: { name: "bad_exit" },
      exit: { code: 3 },
      result: {},
    });
    const controller = new AbortController();
    const closed = run(
      v0(`process.stdin.on("end", () => end({ heard: Buffer.concat(chunks).length })); say("up\\n");`),
      {
        signal: controller.signal,
        observer: { print: () => controller.abort("enough") },
      },
    );
    expect(await closed).toMatchObject({ outcome: "killed", exit: { code: 0 }, result: { heard: 0 } });
  });

  test("a sandbox that reads no answers is not fed without bound, and its prints drain", async () => {
    const report = await run(
      v0(`
        process.stdin.pause();
        for (let n = 0; n < 200; n++) say(JSON.stringify({ id: "b" + n, method: "conformance.bytes", params: { size: 100000 } }) + "\\n");
        say("p".repeat(300000) + "\\n");
        process.stdin.resume();
        await answer("b199");
        end({ done: true });`),
    );
    expect(report).toMatchObject({ outcome: "ok", calls: 200, outputBytes: 300_001 + 14 });
  });

  test("what begins like a request and never ends is held up to a bound, then it is output and only counted", async () => {
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const report = await run(["sh", "-c", "head -c 268435456 /dev/zero | tr '\\0' '{'"], {
      observer: { bytes: () => (most = Math.max(most, process.memoryUsage().arrayBuffers)) },
    });
    expect(report).toMatchObject({ outcome: "failed", outputBytes: 2 ** 28, outputTruncated: true });
    expect(most - before).toBeLessThan(2 ** 27);
  });

  test.each(["node", "bun"])("the reference sandbox on %s runs a script in it", async (runtime) => {
    const report = await run(
      [SANDBOX, "--runtime", runtime, resolve(import.meta.dirname, "../../fixtures/v0-script.mjs")],
      { methods: ["files.list", "conformance.echo"] },
    );
    expect(report.err).toBe("");
    expect(report).toMatchObject({ outcome: "ok", result: { names: ["a.csv"], echoed: { a: 1 } }, calls: 2 });
    expect(report.out.split("\n")[0]).toBe("a print");
  });

  test.each(["tcp", "unix"] as const)("over HTTP files are listed without a token, over %s", async (http) => {
    const report = await run(
      v0(`
        const { request } = require("node:http");
        const url = process.env.SANDPIPE_HTTP_URL;
        const place = url.startsWith("unix:") ? { socketPath: url.slice(5), headers: { Host: "localhost" } } : { port: new URL(url).port, host: "127.0.0.1" };
        const ask = (path, method = "GET", headers = {}) => new Promise((settle) => request({ ...place, path, method, headers: { ...place.headers, ...headers } }, (res) => {
          let text = ""; res.on("data", (part) => text += part).on("end", () => settle([res.statusCode, JSON.parse(text)]));
        }).end());
        const [status, body] = await ask("/api/mcp/files?conversation_id=c1");
        const others = [];
        for (const one of [["/api/mcp/files?project_id=p2"], ["/api/mcp/files/f1"], ["/api/mcp/rpc", "POST"], ["/api/mcp/files", "GET", { Authorization: "Bearer no" }], ["/api/mcp/files", "GET", { Origin: "null" }]])
          others.push((await ask(...one))[0]);
        end({ status, names: body.files.map(({ name }) => name), project: (await ask("/api/mcp/files?project_id=p1"))[0], others });`),
      { transport: "http", http },
    );
    expect(report.result).toEqual({
      status: 200,
      names: ["a.csv"],
      project: 200,
      others: [403, 401, 401, 401, 403],
    });
  });
});

describe("both versions offered", () => {
  const both = { protocols: [0, 1] as const };

  test("a sandbox of the founding document is served in version 0, and hears no RS whatever it prints", async () => {
    const { result, out, violations } = await run(
      v0(`
        say("\\u001enonsense\\n");
        await call("a", "conformance.echo", {});
        say('\\u001e{"jsonrpc":"2.0","id":1,"method":"conformance.count","params":{"key":"k"}}\\n');
        const { result: count } = await call("b", "conformance.count", { key: "k" });
        end({ count, rs: Buffer.concat(chunks).includes(0x1e), told: process.env.SANDPIPE_PROTOCOL });`),
      both,
    );
    expect(result).toEqual({ count: 1, rs: false, told: "0,1" });
    expect(out).toContain('\u001enonsense\n\u001e{"jsonrpc":"2.0","id":1');
    expect(violations).toEqual([]);
  });

  test("a version 1 sandbox is served in version 1: bare lines are output, malformed records before it unanswered", async () => {
    const report = await run(
      probe(`
        raw("\\u001enonsense\\n");
        await open();
        raw('{"id":"a","method":"conformance.count","params":{"key":"k"}}\\n{"no":"result"}\\n');
        const { result: count } = await call("conformance.count", { key: "k" });
        raw("\\u001enonsense\\n");
        const refused = await refusals(1);
        await result({ count, refused: refused.length });`),
      both,
    );
    expect(report).toMatchObject({
      outcome: "ok",
      result: { count: 1, refused: 1 },
      violationCount: 1,
      calls: 1,
    });
    expect(report.out).toBe(
      '\u001enonsense\n{"id":"a","method":"conformance.count","params":{"key":"k"}}\n{"no":"result"}\n\u001enonsense\n',
    );
  });

  test("who makes no call is of version 0 by its result, and of none without", async () => {
    expect(await run(v0(`end({ rows: 1 })`), both)).toMatchObject({ outcome: "ok", result: { rows: 1 } });
    expect(await run(v0(`say("text"); process.exit(0)`), both)).toMatchObject({ outcome: "protocol_error" });
  });

  test("once a request line has chosen version 0, or where it alone is offered, nobody opens version 1 over HTTP", async () => {
    for (const protocols of [[0, 1], [0]] as const) {
      const report = await run(
        v0(`
          await call("a", "conformance.echo", {});
          const { SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: token } = process.env;
          const open = { jsonrpc: "2.0", id: 1, method: "session.open", params: { protocol: 1, runtime: { name: "t", version: "0" }, features: [] } };
          const response = await fetch(url + "/api/mcp/rpc", { method: "POST", body: JSON.stringify(open), headers: { Authorization: "Bearer " + token, "Content-Type": "application/json" } });
          const { error } = await response.json();
          const { result } = await call("b", "conformance.echo", { still: true });
          end({ code: error.code, supported: error.data.supported, result });`),
        { protocols, transport: "auto" },
      );
      expect(report).toMatchObject({
        outcome: "ok",
        result: { code: 1002, supported: [0], result: { still: true } },
      });
    }
  });

  test("once version 1 is open, files are not listed without a token any more", async () => {
    const report = await run(
      probe(`
        const status = async () => (await fetch(process.env.SANDPIPE_HTTP_URL + "/api/mcp/files")).status;
        const before = await status();
        await open();
        await result([before, await status()]);`),
      { ...both, transport: "auto" },
    );
    expect(report.result).toEqual([200, 401]);
  });

  test("the reference sandbox takes version 1, over HTTP as well", async () => {
    for (const transport of ["stdio", "http"] as const)
      expect(
        await run(
          [SANDBOX, "--runtime", "node", resolve(import.meta.dirname, "../../fixtures/v0-script.mjs")],
          { ...both, transport },
        ),
      ).toMatchObject({ outcome: "ok", result: { names: ["a.csv"] }, transport });
  });
});

test("versions that aren't spoken are refused at once", () => {
  for (const protocols of [[], [2], [1, 1], [0, 2]])
    expect(() => createHostCore({ protocols: protocols as Version[] })).toThrow(RangeError);
});
