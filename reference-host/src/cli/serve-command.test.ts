import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { clientOf } from "../http/serve-for-test.js";
import { until } from "../run/probe-run.js";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "sandpipe-serve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts `sandpipe-host serve`. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, "serve", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const exited = once(child, "close").then(([code]) => code as number | null);
  const find = (pattern: RegExp): string => pattern.exec(out)?.[1] ?? "";
  return {
    child,
    exited,
    out: () => out,
    err: () => err,
    /** What it prints to be pasted, once it has. */
    async told() {
      await until(() => out.includes("curl") || child.exitCode !== null);
      return {
        url: find(/SANDPIPE_HTTP_URL=(\S+)/),
        token: find(/SANDPIPE_HTTP_TOKEN=(\S+)/),
        operator: find(/Authorization: Bearer (\S+?)'/),
      };
    },
  };
}

describe("sandpipe-host serve", () => {
  test("prints an address and a token that serve one run, and shows its prints and result", async () => {
    const data = join(folder, "data.csv");
    writeFileSync(data, "a\n1\n");
    const serving = start("--import", data, "--project", "acme");
    const { url, token } = await serving.told();
    const client = clientOf(url, token);
    expect((await client.get("/api/mcp/files")).json).toMatchObject({ files: [{ name: "data.csv" }] });
    await client.open();
    await client.post({ method: "session.output", params: { stream: "stdout", text: "a print\n" } });
    await client.post({ id: 1, method: "session.result", params: { ok: true, value: { answer: 42 } } });
    await until(() => serving.err().includes("ended: ok"));
    expect(serving.out()).toMatch(/a print\n[^]*42/);
    expect(await client.get("/api/mcp/files")).toMatchObject({ status: 401 });
    serving.child.kill("SIGINT");
    expect(await serving.exited).toBe(0);
  });

  test("gives more sessions to its operator, each with its own scope, and ends them", async () => {
    const { url, token, operator } = await start("--project", "acme").told();
    const ask = (bearer: string, body: string, headers = {}) =>
      clientOf(url, bearer).send("POST", "/api/mcp/sessions", headers, body);
    const { status, json } = await ask(operator, "{}");
    const issued = json as { token: string; url: string; session: { id: string; projectId: string } };
    expect([status, issued.url]).toEqual([201, url]);
    expect(await clientOf(url, issued.token).open()).toMatchObject({
      json: { result: { session: issued.session } },
    });
    const other = (await ask(operator, '{"project":"other","conversation":"c9"}')).json as typeof issued;
    expect(other.session).toMatchObject({ conversationId: "c9" });
    expect(other.session.projectId).not.toBe(issued.session.projectId);
    // The conversation is the other project's.
    expect(await ask(operator, '{"conversation":"c9"}')).toMatchObject({ status: 400, json: { id: null } });
    for (const body of ["", "[]", '{"projectId":"p1"}', '{"project":""}', '{"project":1}']) {
      expect(await ask(operator, body)).toMatchObject({ status: 400, json: { id: null } });
    }
    expect(await ask(operator, "x".repeat(65_537))).toMatchObject({ status: 413 });
    expect(await ask(operator, "{}", { "Content-Type": "text/plain" })).toMatchObject({ status: 415 });
    expect(await ask(operator, "{}", { Origin: "null" })).toMatchObject({ status: 403 });
    expect(await ask("wrong", "{}")).toMatchObject({ status: 401 });
    expect(await ask(token, "{}")).toMatchObject({ status: 404 });
    expect(await clientOf(url, operator).get("/api/mcp/files")).toMatchObject({ status: 401 });
    const end = () => clientOf(url, operator).send("DELETE", `/api/mcp/sessions/${issued.session.id}`);
    expect(await end()).toMatchObject({ status: 204 });
    expect(await end()).toMatchObject({ status: 404 });
    expect(await clientOf(url, issued.token).get("/api/mcp/files")).toMatchObject({ status: 401 });
  });

  test("SIGTERM ends its sessions and exits 0; the socket was its user's alone and is gone", async () => {
    const socket = join(folder, "host.sock");
    const serving = start("--socket", socket);
    const { url, token } = await serving.told();
    expect(url).toBe(`unix:${socket}`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const client = clientOf(url, token);
    expect(await client.open()).toMatchObject({ status: 200 });
    serving.child.kill("SIGTERM");
    expect(await serving.exited).toBe(0);
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
    expect(serving.err()).toContain("ended: failed");
  });

  test.each([
    [["--port", "x"], "--port"],
    [["--port", "70000"], "65535"],
    [["--port", "1", "--socket", "s"], "exclude"],
    [["--idle", "0"], "--idle"],
    [["--protocol", "2"], "0, 1 or 0,1"],
    [["--what"], "--what"],
    [["report.ts"], "report.ts"],
  ])("%j is a usage error: one line that says what to do, exit 64", async (args, words) => {
    const serving = start(...args);
    expect(await serving.exited).toBe(64);
    expect([serving.out(), serving.err().trimEnd().split("\n").length]).toEqual(["", 1]);
    expect(serving.err()).toContain(words);
  });

  test("a port that is taken is 69, in one line", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const serving = start("--port", String((taken.address() as AddressInfo).port));
    expect(await serving.exited).toBe(69);
    expect(serving.err()).toMatch(/^sandpipe-host: can't listen: .*EADDRINUSE.*\n$/);
  });
});
