import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestServer } from "../store/postgres/test-server.js";
import type { TestServer } from "../store/postgres/test-server.js";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");

let server: TestServer;
const running: ChildProcess[] = [];
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server?.stop());
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

interface Instance {
  readonly url: string;
  readonly token: string;
  readonly operator: string;
  stop(): Promise<number | null>;
}

/** One `sandpipe-host serve`, as it stands behind a load balancer. */
async function serve(store: string): Promise<Instance> {
  const child = spawn(process.execPath, [MAIN, "serve", "--store", store], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let out = "";
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const told = (pattern: RegExp): string => pattern.exec(out)?.[1] ?? "";
  await new Promise<void>((ready, failed) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (told(/(Bearer )/) !== "" && out.endsWith("\n\n")) ready();
    });
    child.once("exit", () => failed(new Error(`serve ended:\n${out}\n${err}`)));
  });
  return {
    url: told(/SANDPIPE_HTTP_URL=(\S+)/),
    token: told(/SANDPIPE_HTTP_TOKEN=(\S+)/),
    operator: told(/Bearer ([\w-]+)/),
    async stop() {
      child.kill("SIGTERM");
      const [code] = (await once(child, "exit")) as [number | null];
      return code;
    },
  };
}

async function post(instance: Instance, token: string, path: string, body: unknown) {
  const response = await fetch(`${instance.url}/api/mcp/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

let lastId = 0;
async function call(instance: Instance, token: string, method: string, params: object = {}) {
  lastId += 1;
  const { status, body } = await post(instance, token, "rpc", { jsonrpc: "2.0", id: lastId, method, params });
  return { status, result: body["result"] as unknown, error: body["error"] as { code: number } | undefined };
}

const OPEN = { protocol: 1, runtime: { name: "test", version: "0" }, features: [] };
const VOID = { status: 401, error: { code: 1011 } };

/** Settles once every instance refuses the token; the test's own deadline ends a vain wait. */
async function untilVoid(instances: readonly Instance[], token: string): Promise<void> {
  for (const instance of instances) {
    while ((await call(instance, token, "files.list")).status !== 401) {
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(await call(instance, token, "files.list")).toMatchObject(VOID);
  }
}

describe("two instances of serve over one PostgreSQL", () => {
  it("answer the same session's calls, whichever gets them, and both end it", async () => {
    const store = await server.newDatabase();
    const [a, b] = [await serve(store), await serve(store)];
    const { token } = a;
    expect(await call(b, token, "files.list")).toMatchObject({ error: { code: 1001 } });
    const opened = await call(b, token, "session.open", OPEN);
    expect(opened).toMatchObject({ status: 200, result: { protocol: 1 } });
    // Opened once for all: the other knows, and refuses a second.
    expect(await call(a, token, "session.open", OPEN)).toMatchObject({ error: { code: -32600 } });
    const written: unknown[] = [];
    for (let n = 0; n < 8; n += 1) {
      const [one, other] = n % 2 ? [a, b] : [b, a];
      const params = { name: `f${n}`, content: `content ${n}`, encoding: "utf8" };
      const { result } = await call(one, token, "files.write", params);
      written.push(result);
      const { id } = result as { id: string };
      expect(await call(other, token, "files.read", { fileId: id, encoding: "utf8" })).toMatchObject({
        result: { content: `content ${n}` },
      });
    }
    expect(await call(a, token, "files.list")).toMatchObject({ result: { files: written } });
    expect(await call(a, token, "session.result", { ok: true, value: 1 })).toMatchObject({ status: 200 });
    expect(await call(b, token, "session.result", { ok: true, value: 2 })).not.toHaveProperty("result", {});
    await untilVoid([a, b], token);
    // The other's own session is another matter.
    expect(await call(a, b.token, "session.open", OPEN)).toMatchObject({ status: 200 });
    expect([await a.stop(), await b.stop()]).toEqual([0, 0]);
  });

  it("issue and revoke tokens for each other", async () => {
    const store = await server.newDatabase();
    const [a, b] = [await serve(store), await serve(store)];
    const issued = await post(a, a.operator, "sessions", { project: "acme" });
    expect(issued.status).toBe(201);
    const { token, session } = issued.body as unknown as { token: string; session: { id: string } };
    expect(await call(b, token, "session.open", OPEN)).toMatchObject({
      result: { session: { id: session.id } },
    });
    // Neither an operator's token nor a session's does the other's work, on either instance.
    for (const instance of [a, b]) {
      expect((await call(instance, a.operator, "files.list")).status).toBe(401);
      expect((await post(instance, token, "sessions", {})).status).not.toBe(201);
    }
    const revoked = await fetch(`${b.url}/api/mcp/sessions/${session.id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${b.operator}` },
    });
    expect(revoked.status).toBe(204);
    await untilVoid([a, b], token);
    expect([await a.stop(), await b.stop()]).toEqual([0, 0]);
  });

  it("a session outlives the instance that issued it", async () => {
    const store = await server.newDatabase();
    const [a, b] = [await serve(store), await serve(store)];
    expect(await call(a, a.token, "session.open", OPEN)).toMatchObject({ status: 200 });
    running[0]?.kill("SIGKILL");
    const written = await call(b, a.token, "files.write", { name: "f", content: "c", encoding: "utf8" });
    expect(written).toMatchObject({ status: 200, error: undefined, result: { name: "f", size: 1 } });
    expect(await b.stop()).toBe(0);
  });
});
