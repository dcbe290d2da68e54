import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Validator } from "#validators";
import type { Method } from "../methods/method.js";
import { connectRaw, refusalOf, serveForTest } from "./serve-for-test.js";

const ids = (json: unknown): string[] => (json as { files: { id: string }[] }).files.map(({ id }) => id);

describe("the read-only routes", () => {
  test("list what files.list lists, without an open: the project's and the conversation's files", async () => {
    const { client } = await serveForTest();
    const route = await client.get("/api/mcp/files");
    expect(route.status).toBe(200);
    expect(ids(route.json)).toEqual(["f1", "f2", "empty"]);
    await client.open();
    const { json } = await client.post({ id: 1, method: "files.list" });
    expect(route.json).toEqual((json as { result: unknown }).result);
    expect(ids((await client.get("/api/mcp/files?project_id=p1")).json)).toEqual(["f1", "f2", "empty"]);
    expect(ids((await client.get("/api/mcp/files?conversation_id=c1")).json)).toEqual(["f2"]);
  });

  test("page with cursor and limit", async () => {
    const { client } = await serveForTest();
    const seen: string[] = [];
    let cursor = "";
    do {
      const { json } = await client.get(`/api/mcp/files?limit=1${cursor}`);
      seen.push(...ids(json));
      const { nextCursor } = json as { nextCursor?: string };
      cursor = nextCursor === undefined ? "" : `&cursor=${nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(["f1", "f2", "empty"]);
  });

  test("another project or conversation is 403 whether it exists or not, a foreign file 404 like none", async () => {
    const { client } = await serveForTest();
    for (const query of ["project_id=p2", "project_id=none", "conversation_id=c2", "conversation_id=none"]) {
      expect(await client.get(`/api/mcp/files?${query}`)).toMatchObject({
        status: 403,
        json: refusalOf(1004, "out_of_scope"),
      });
    }
    for (const rest of ["", "/content"]) {
      const answers = ["f3", "f4", "none", "..%2Ff1", "f1%00", "%2e%2e"].map((id) =>
        client.get(`/api/mcp/files/${id}${rest}`),
      );
      const bodies = new Set<string>();
      for (const answer of await Promise.all(answers)) {
        expect(answer).toMatchObject({ status: 404, json: refusalOf(1003, "not_found") });
        bodies.add(answer.body.toString());
      }
      expect(bodies.size).toBe(1);
    }
  });

  test("bad queries are 400", async () => {
    const { client } = await serveForTest();
    for (const query of [
      "limit=x",
      "limit=-1",
      "cursor=!",
      "project_id=p1&project_id=p2",
      "limit=1&limit=2",
    ]) {
      expect(await client.get(`/api/mcp/files?${query}`)).toMatchObject({
        status: 400,
        json: refusalOf(-32602),
      });
    }
  });

  test("are behind the whitelist too", async () => {
    const { client } = await serveForTest({ whitelist: ["files.get"] });
    expect(await client.get("/api/mcp/files/f1")).toMatchObject({ status: 200, json: { id: "f1" } });
    for (const path of ["/api/mcp/files", "/api/mcp/files/f1/content"]) {
      expect(await client.get(path)).toMatchObject({ status: 404, json: refusalOf(1003) });
    }
  });

  test("a failure of the host's own is a neutral 500 for the client, and told to the host's user", async () => {
    const failures: unknown[] = [];
    const broken: Method = {
      name: "files.list",
      idempotent: true,
      validate: (() => true) as unknown as Validator<unknown>,
      handle() {
        throw new Error("secret /etc/host.db");
      },
    };
    const { client } = await serveForTest({
      methods: [broken],
      observe: () => ({ handlerFailed: (_, error) => failures.push(error) }),
    });
    const { status, json, body } = await client.get("/api/mcp/files");
    expect([status, json]).toMatchObject([500, refusalOf(-32603)]);
    expect(body.toString()).not.toContain("secret");
    expect(failures).toMatchObject([{ message: "secret /etc/host.db" }]);
  });

  test("content is the bytes, or a range of them", async () => {
    const { client } = await serveForTest();
    const get = (range?: string) => client.get("/api/mcp/files/f1/content", { Range: range });
    const whole = await get();
    expect([whole.status, whole.body.toString(), whole.headers["accept-ranges"]]).toEqual([
      200,
      "0123456789",
      "bytes",
    ]);
    for (const [range, content, contentRange] of [
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=-3", "789", "bytes 7-9/10"],
      ["bytes=9-50", "9", "bytes 9-9/10"],
    ] as const) {
      const { status, body, headers } = await get(range);
      expect([status, body.toString(), headers["content-range"]]).toEqual([206, content, contentRange]);
    }
    expect(await get("bytes=50-")).toMatchObject({
      status: 416,
      headers: { "content-range": "bytes */10" },
      json: refusalOf(-32602),
    });
    expect(await get("bytes=1-2,4-5")).toMatchObject({ status: 200 });
    const empty = await client.get("/api/mcp/files/empty/content");
    expect([empty.status, empty.body.length]).toEqual([200, 0]);
    expect(await client.get("/api/mcp/files/empty/content", { Range: "bytes=0-" })).toMatchObject({
      status: 416,
    });
  });

  test("HEAD tells the same headers and sends no bytes", async () => {
    const { client, backend } = await serveForTest();
    for (const [path, range, status, length] of [
      ["/api/mcp/files/f1/content", undefined, 200, "10"],
      ["/api/mcp/files/f1/content", "bytes=2-4", 206, "3"],
      ["/api/mcp/files", undefined, 200, String((await client.get("/api/mcp/files")).body.length)],
    ] as const) {
      const connection = connectRaw(backend.url);
      connection.write(client.bytesOf("HEAD", path, { Range: range, Connection: "close" }));
      await connection.closed;
      const text = connection.rest().toString();
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\\r\\nContent-Length: ${length}\\r\\n`));
      expect(text.endsWith("\r\n\r\n")).toBe(true);
      connection.socket.destroy();
    }
  });

  test("a file larger than any frame comes whole", async () => {
    const { client } = await serveForTest({ limits: { maxFrameBytes: 65_536 } });
    await client.open();
    const digest = createHash("sha256");
    const { json: created } = await client.post({ id: 1, method: "files.create", params: { name: "large" } });
    const { uploadId } = (created as { result: { uploadId: string } }).result;
    let offset = 0;
    for (let part = 0; part < 100; part++) {
      const bytes = Buffer.alloc(40_000 + part, part);
      digest.update(bytes);
      const content = bytes.toString("base64");
      await client.post({
        id: `a${part}`,
        method: "files.append",
        params: { uploadId, offset, content, encoding: "base64" },
      });
      offset += bytes.length;
    }
    const { json: committed } = await client.post({ id: 2, method: "files.commit", params: { uploadId } });
    const { id, size } = (committed as { result: { id: string; size: number } }).result;
    expect(size).toBe(offset);
    const { body } = await client.get(`/api/mcp/files/${id}/content`);
    expect(createHash("sha256").update(body).digest("hex")).toBe(digest.digest("hex"));
    const tail = await client.get(`/api/mcp/files/${id}/content`, { Range: "bytes=100000-" });
    expect(tail.body.equals(body.subarray(100_000))).toBe(true);
  });
});
