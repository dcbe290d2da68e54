import { describe, expect, test } from "vitest";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createHostCore } from "../run/host.js";
import type { RunOptions } from "../run/run-options.js";

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
