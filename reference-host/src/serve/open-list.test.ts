import { describe, expect, test } from "vitest";
import type { Validator } from "#validators";
import { serveForTest } from "../http/serve-for-test.js";
import type { Method } from "../methods/method.js";
import { createLog } from "../observation/log.js";
import { createBackend } from "./create-backend.js";

const OPENLY = { Authorization: undefined };
const LIST = "/api/mcp/files?project_id=p1";

describe("a backend that offers version 0", () => {
  test("lists the scope of who asks for nothing", async () => {
    const { client } = await serveForTest({ protocols: [0, 1] });
    const { json } = await client.get(LIST, OPENLY);
    // The session's own conversation is not its.
    expect((json as { files: { id: string }[] }).files.map(({ id }) => id)).toEqual(["f1", "empty"]);
    expect(await client.get("/api/mcp/files?conversation_id=c1", OPENLY)).toMatchObject({ status: 403 });
  });

  test("opens no session where 0 is all", async () => {
    const { client } = await serveForTest({ protocols: [0] });
    expect(await client.open()).toMatchObject({
      json: { error: { code: 1002, data: { kind: "unsupported_protocol", supported: [0] } } },
    });
  });

  test("lists nothing where files.list isn't whitelisted", async () => {
    const { client } = await serveForTest({ protocols: [0], whitelist: ["files.get"] });
    expect(await client.get(LIST, OPENLY)).toMatchObject({ status: 404 });
  });

  test("logs a list that failed, and tells its client nothing of why", async () => {
    const lines: string[] = [];
    const list: Method = {
      name: "files.list",
      idempotent: true,
      validate: (() => true) as unknown as Validator<unknown>,
      handle: () => Promise.reject(new Error("the secret reason")),
    };
    const log = createLog("error", Date.now, (line) => void lines.push(line));
    const { client } = await serveForTest({ protocols: [0], methods: [list], log });
    const { status, body } = await client.get(LIST, OPENLY);
    expect([status, body.toString().includes("secret")]).toEqual([500, false]);
    expect(lines.join("")).toContain("the secret reason");
  });

  test("a version that it doesn't speak is a RangeError", async () => {
    const protocols = [2] as unknown as readonly [0];
    await expect(createBackend({ methods: [], protocols, scopeOf: () => Promise.reject() })).rejects.toThrow(
      RangeError,
    );
  });
});
