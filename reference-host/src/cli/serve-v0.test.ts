import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { clientOf } from "../http/serve-for-test.js";
import { until } from "../run/probe-run.js";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");
const SANDBOX = resolve(import.meta.dirname, "../../../reference-sandbox/bin/sandpipe-sandbox");
const folder = mkdtempSync(join(tmpdir(), "sandpipe-serve-v0-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, "data.csv");
writeFileSync(data, "a\n1\n");

/** Starts `sandpipe-host serve` with a file in conversation c1, and reads what it prints to be pasted. */
async function serve(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, "serve", "--import", data, "--conversation", "c1", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const last = args.some((arg) => arg.startsWith("0")) ? "conversation_id=" : "api/mcp/sessions";
  await until(() => out.includes(last) || child.exitCode !== null);
  const find = (pattern: RegExp): string => pattern.exec(out)?.[1] ?? "";
  return {
    url: find(/SANDPIPE_HTTP_URL=(\S+)/),
    project: find(/project_id=([^"]+)"/),
    token: find(/SANDPIPE_HTTP_TOKEN=(\S+)/),
    operator: find(/Authorization: Bearer (\S+?)'/),
    out,
  };
}

/** Runs the reference sandbox as a host of the founding document would: SANDPIPE_PROTOCOL is not there. */
async function sandboxOf(url: string, code: string): Promise<unknown> {
  const script = join(folder, "script.mjs");
  writeFileSync(script, `export default async (ctx) => { ${code} };`);
  const child = spawn(SANDBOX, ["--runtime", "node", script], {
    env: { PATH: process.env["PATH"], SANDPIPE_TRANSPORT: "http", SANDPIPE_HTTP_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const out = await text(child.stdout);
  return JSON.parse(out.trim().split("\n").at(-1) ?? "");
}

const listed = { status: 200, json: { files: [{ name: "data.csv" }] } };

describe("sandpipe-host serve --protocol 0", () => {
  test("the founding document's fetch lists the files, by project and by conversation", async () => {
    const { url, project, out } = await serve("--protocol", "0");
    expect(out).toContain("no authentication");
    for (const query of [`project_id=${project}`, "conversation_id=c1"]) {
      const response = await fetch(`${url}/api/mcp/files?${query}`);
      expect({ status: response.status, json: await response.json() }).toMatchObject(listed);
    }
  });

  test("the reference sandbox in version 0 lists them over HTTP", async () => {
    const { url, project } = await serve("--protocol", "0");
    const code = `
      const names = (files) => files.map(({ name }) => name);
      const refused = await ctx.files.list("c2").then(() => 0, (error) => error.data.status);
      return [names(await ctx.files.list("c1")), names(await ctx.files.list({ projectId: "${project}" })), refused];`;
    expect(await sandboxOf(url, code)).toEqual({ result: [["data.csv"], ["data.csv"], 403] });
  });

  test("over a Unix socket too", async () => {
    const { url } = await serve("--protocol", "0", "--socket", join(folder, "v0.sock"));
    expect(await sandboxOf(url, `return await ctx.files.list("c1");`)).toMatchObject({
      result: [{ name: "data.csv" }],
    });
  });

  test("nothing but that list is open, and not to web pages", async () => {
    const { url, project } = await serve("--protocol", "0");
    const client = clientOf(url, "");
    const open = { Authorization: undefined };
    const list = await client.get("/api/mcp/files", open);
    const [{ id }] = (list.json as { files: [{ id: string }] }).files;
    const ask = async (...request: Parameters<typeof client.send>): Promise<number> =>
      (await client.send(...request)).status;
    expect(await ask("GET", `/api/mcp/files?project_id=${project}x`, open)).toBe(403);
    expect(await ask("GET", "/api/mcp/files?conversation_id=c2", open)).toBe(403);
    expect(await ask("GET", "/api/mcp/files", { ...open, Origin: "http://localhost" })).toBe(403);
    expect(await ask("GET", "/api/mcp/files", { ...open, Host: "example.org" })).toBe(403);
    expect(await ask("GET", "/api/mcp/files", { Authorization: "Bearer wrong" })).toBe(401);
    for (const path of [`/api/mcp/files/${id}`, `/api/mcp/files/${id}/content`, "/api/mcp/sessions"])
      expect(await ask("GET", path, open)).toBe(401);
    expect(await ask("POST", "/api/mcp/rpc", open, client.frameOf(client.OPEN))).toBe(401);
    expect(await ask("POST", "/api/mcp/sessions", open, "{}")).toBe(401);
  });
});

describe("sandpipe-host serve --protocol 0,1", () => {
  test("serves sessions of version 1 as ever, and the list beside them", async () => {
    const { url, token, operator } = await serve("--protocol", "0,1");
    const list = `${url}/api/mcp/files?conversation_id=c1`;
    expect((await fetch(list)).status).toBe(200);
    expect(await clientOf(url, token).open()).toMatchObject({ json: { result: { protocol: 1 } } });
    expect((await fetch(list)).status).toBe(200);
    // A session of another project changes nothing of it.
    const issued = await clientOf(url, operator).send(
      "POST",
      "/api/mcp/sessions",
      {},
      '{"project":"other","conversation":"c9"}',
    );
    const { session } = issued.json as { session: { projectId: string } };
    expect((await fetch(`${url}/api/mcp/files?project_id=${session.projectId}`)).status).toBe(403);
  });
});

describe("sandpipe-host serve", () => {
  test.each([[[]], [["--protocol", "1"]]])("with %j lists nothing without a token", async (args) => {
    const { url, token } = await serve(...args);
    expect((await fetch(`${url}/api/mcp/files?conversation_id=c1`)).status).toBe(401);
    expect(await clientOf(url, token).get("/api/mcp/files?conversation_id=c1")).toMatchObject(listed);
  });
});
