import { describe, expect, test } from "vitest";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createHostCore } from "../run/host.js";
import { until } from "../run/probe-run.js";
import type { RunOptions } from "../run/run-options.js";
import { clientOf } from "./serve-for-test.js";

/** A sandbox that speaks HTTP alone, by Node's own client. */
const CLIENT = `
  import { request } from "node:http";
  const { SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: token } = process.env;
  const where = url.startsWith("unix:") ? { socketPath: url.slice(5) } : { port: new URL(url).port };
  const post = (frame) => new Promise((resolve, reject) => {
    const headers = { Authorization: "Bearer " + token, "Content-Type": "application/json" };
    const asked = request({ ...where, path: "/api/mcp/rpc", method: "POST", headers }, async (res) => {
      let text = "";
      for await (const chunk of res) text += chunk;
      resolve({ status: res.statusCode, body: text === "" ? undefined : JSON.parse(text) });
    });
    asked.on("error", reject).end(JSON.stringify({ jsonrpc: "2.0", ...frame }));
  });
  const open = () => post({ id: "open", method: "session.open", params:
    { protocol: 1, runtime: { name: "probe", version: "0" }, features: [] } });
`;

async function run(code: string, options: Partial<RunOptions> = {}) {
  const host = createHostCore({ methods: [conformanceMethods] });
  const report = await host.run({
    command: [process.execPath, "--input-type=module", "-e", CLIENT + code],
    session: { projectId: "p1" },
    transport: "http",
    ...options,
  }).report;
  const text = (base64: string): string => Buffer.from(base64, "base64").toString();
  return { ...report, out: text(report.output), err: text(report.stderr) };
}

describe.each(["tcp", "unix"] as const)("a run whose sandbox speaks HTTP over %s", (http) => {
  test("opens, calls, notifies and ends with its result", async () => {
    const report = await run(
      `
      console.log("a print");
      const opened = await open();
      const echoed = await post({ id: 1, method: "conformance.echo", params: { a: "é" } });
      const told = await post({ method: "session.output", params: { stream: "stdout", text: "captured" } });
      const value = [opened.status, opened.body.result.session.projectId, echoed, told];
      await post({ id: 2, method: "session.result", params: { ok: true, value } });`,
      { http },
    );
    expect(report.err).toBe("");
    expect(report).toMatchObject({
      outcome: "ok",
      transport: "http",
      calls: 1,
      violationCount: 0,
      result: [
        200,
        "p1",
        { status: 200, body: { jsonrpc: "2.0", id: 1, result: { a: "é" } } },
        { status: 202 },
      ],
    });
    expect(report.out).toContain("a print\n");
    expect(report.out).toContain("captured");
  });
});

/** Also speaks on stdio, without hearing the answers. */
const STDIO = `
  import { writeSync } from "node:fs";
  const say = (frame) => writeSync(1, "\\u001e" + JSON.stringify({ jsonrpc: "2.0", ...frame }) + "\\n");
  const OPEN = { id: "open", method: "session.open", params:
    { protocol: 1, runtime: { name: "probe", version: "0" }, features: [] } };
`;

describe("a run with both transports", () => {
  test("auto: the open that stdio answered too late is followed by one over HTTP, to the same session", async () => {
    const report = await run(
      `${STDIO}
      say(OPEN);
      process.stdin.once("data", async (chunk) => {
        const first = JSON.parse(chunk.toString().slice(1)).result.session.id;
        const second = (await open()).body.result.session.id;
        say({ id: 1, method: "conformance.count", params: { key: "k" } });
        say(OPEN);
        const { body } = await post({ id: 2, method: "conformance.count", params: { key: "k" } });
        await post({ id: 3, method: "session.result", params: { ok: true, value: [first === second, body.result] } });
        process.exit();
      });`,
      { transport: "auto" },
    );
    expect(report).toMatchObject({ outcome: "ok", transport: "http", result: [true, 1] });
    // Read before the end of stdout, whenever that was: the count on stdio never ran.
    expect(report.violations).toMatchObject([{ requirement: "http:latch:stdio-records" }]);
    expect(report.out).toMatch(/^\u001e.*"conformance.count".*\n$/);
  });

  test("auto: after a call on stdio an open over HTTP is refused", async () => {
    const report = await run(
      `${STDIO}
      say(OPEN);
      say({ id: 1, method: "conformance.echo", params: {} });
      let heard = "";
      process.stdin.on("data", async (chunk) => {
        heard += chunk;
        if (heard.split("\\n").length !== 3) return;
        const { body } = await open();
        say({ id: 2, method: "session.result", params: { ok: true, value: body.error.code } });
        process.stdin.once("data", () => process.exit());
      });`,
      { transport: "auto" },
    );
    expect(report).toMatchObject({ outcome: "ok", transport: "stdio", result: -32600, violationCount: 0 });
  });

  test("a transport that was never opened is told as it was asked for", async () => {
    expect(await run("process.exit(0)")).toMatchObject({ outcome: "protocol_error", transport: "http" });
    expect(await run("process.exit(0)", { transport: "auto" })).toMatchObject({ transport: "stdio" });
  });
});

describe("the end of a run over HTTP", () => {
  test.each(["tcp", "unix"] as const)(
    "%s: its address is gone, and its token was in no report",
    async (http) => {
      let token = "";
      let url = "";
      const report = await run(
        `await open();
       console.error(url + " " + token);
       await post({ id: 2, method: "session.result", params: { ok: true, value: 1 } });`,
        {
          http,
          observer: {
            print(_, bytes) {
              [url = "", token = ""] = Buffer.from(bytes).toString().trim().split(" ");
            },
          },
        },
      );
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      // What the script prints itself is the script's.
      expect(JSON.stringify({ ...report, err: "", stderr: "" })).not.toContain(token);
      await expect(clientOf(url, token).get("/api/mcp/files")).rejects.toThrow("closed");
    },
  );

  test("cancelled: stdin ends without a frame, and the outcome is killed", async () => {
    const cancelled = new AbortController();
    const report = await run(
      `await open();
       let heard = 0;
       process.stdin.on("data", (chunk) => (heard += chunk.length));
       process.stdin.on("end", () => { process.stdout.write("heard " + heard); });
       console.log("up");`,
      {
        signal: cancelled.signal,
        observer: {
          print: (_, bytes) => void (Buffer.from(bytes).includes("up") && cancelled.abort("enough")),
        },
      },
    );
    expect(report).toMatchObject({ outcome: "killed", transport: "http", error: { message: "enough" } });
    expect(report.out).toBe("up\nheard 0");
  });

  test("the token of one run opens no other", async () => {
    let other: readonly string[] = [];
    const cancelled = new AbortController();
    const first = run(`console.log(url + " " + token); setInterval(() => undefined, 1_000);`, {
      signal: cancelled.signal,
      observer: { print: (_, bytes) => void (other = Buffer.from(bytes).toString().trim().split(" ")) },
    });
    await until(() => other.length === 2);
    const [url = "", token = ""] = other;
    let mine: readonly string[] = [];
    const second = run(`console.log(url + " " + token); setInterval(() => undefined, 1_000);`, {
      signal: cancelled.signal,
      observer: { print: (_, bytes) => void (mine = Buffer.from(bytes).toString().trim().split(" ")) },
    });
    await until(() => mine.length === 2);
    expect(await clientOf(url, token).open()).toMatchObject({ status: 200 });
    expect(await clientOf(url, mine[1] ?? "").open()).toMatchObject({ status: 401 });
    expect(await clientOf(mine[0] ?? "", token).open()).toMatchObject({ status: 401 });
    cancelled.abort();
    await Promise.all([first, second]);
  });
});
