import { describe, expect, test } from "vitest";
import { clientOf, connectRaw, refusalOf, serveForTest } from "./serve-for-test.js";

const COUNT = { id: 1, method: "conformance.count", params: { key: "k" } };

describe.each(["tcp", "unix"] as const)("over %s", (kind) => {
  const serve = () => serveForTest({ address: { kind } });

  test("a request is 200, whatever its answer; a notification and what deserves no answer 202 without a body", async () => {
    const { client } = await serve();
    expect(await client.post(COUNT)).toMatchObject({ status: 200, json: { id: 1, error: { code: 1001 } } });
    expect(await client.open()).toMatchObject({ status: 200, json: { id: "open", result: { protocol: 1 } } });
    const echo = { id: "é", method: "conformance.echo", params: { a: [1, "é", null] } };
    expect((await client.post(echo)).json).toEqual({
      jsonrpc: "2.0",
      id: "é",
      result: { a: [1, "é", null] },
    });
    expect(await client.post({ id: 2, method: "nothing" })).toMatchObject({
      status: 200,
      json: { id: 2, error: { code: -32601 } },
    });
    expect(
      await client.send("POST", "/api/mcp/rpc", {}, '{"jsonrpc":"1.0","id":3,"method":"x"}'),
    ).toMatchObject({
      status: 200,
      json: { id: 3, error: { code: -32600 } },
    });
    for (const body of [
      client.frameOf({ method: "session.progress", params: { fraction: 0.5 } }),
      client.frameOf({ id: 1, result: 1 }),
      '{"id":1,"method":"conformance.count"}',
    ]) {
      const { status, body: answered } = await client.send("POST", "/api/mcp/rpc", {}, body);
      expect([status, answered.length]).toEqual([202, 0]);
    }
    expect(await client.post(client.OPEN)).toMatchObject({ status: 200, json: { error: { code: -32600 } } });
  });

  test.each([
    "",
    "hello",
    "[]",
    "null",
    "42",
    '{"jsonrpc"',
    '\u001e{"jsonrpc":"2.0","id":1,"method":"x"}\n',
    "\ufeff{}",
  ])("the body %j is no JSON object: 400", async (body) => {
    const { client } = await serve();
    await client.open();
    const answer = await client.send("POST", "/api/mcp/rpc", {}, body);
    expect(answer).toMatchObject({ status: 400, json: refusalOf(-32700) });
  });

  test("bytes that are no UTF-8 are 400, and nothing is dispatched", async () => {
    const { client } = await serve();
    await client.open();
    const body = Buffer.from(client.frameOf(COUNT).replace('"k"', '"\xff"'), "latin1");
    expect(await client.send("POST", "/api/mcp/rpc", {}, body)).toMatchObject({
      status: 400,
      json: refusalOf(-32700),
    });
    expect(await client.counted()).toBe(0);
  });

  test.each([
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    ["application/json", "text/plain"],
  ])("the content type %j is 415, and nothing is dispatched", async (type) => {
    const { client } = await serve();
    await client.open();
    expect(await client.post(COUNT, { "Content-Type": type })).toMatchObject({
      status: 415,
      json: refusalOf(-32600),
    });
    expect(await client.counted()).toBe(0);
  });

  test.each(["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"])(
    "the content type %j is served",
    async (type) => {
      const { client } = await serve();
      await client.open();
      expect(await client.post(COUNT, { "Content-Type": type })).toMatchObject({
        status: 200,
        json: { result: 1 },
      });
    },
  );

  test("no, a wrong, a foreign, an ended and a malformed token get the same bytes, whatever they ask for", async () => {
    const { client, backend, token } = await serve();
    await client.open();
    const ended = await backend.issue({ projectId: "p1" });
    const operator = (path: string) => clientOf(backend.url, backend.operatorToken).send("DELETE", path, {});
    expect(await operator(`/api/mcp/sessions/${ended.session.id}`)).toMatchObject({ status: 204 });
    const values = [
      undefined,
      "Bearer ",
      "Bearer 0000",
      `Bearer ${ended.token}`,
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      `Basic ${token}`,
      token,
      [`Bearer ${token}`, `Bearer ${token}`],
      `Bearer ${backend.operatorToken}`,
    ];
    const seen = new Set<string>();
    for (const value of values) {
      for (const path of ["/api/mcp/rpc", "/api/mcp/files/f1", "/nothing"]) {
        const method = path === "/api/mcp/rpc" ? "POST" : "GET";
        const { status, headers, body } = await client.send(
          method,
          path,
          { Authorization: value },
          method === "POST" ? client.frameOf(COUNT) : "",
        );
        const { date: _, ...others } = headers;
        seen.add(JSON.stringify([status, others, body.toString()]));
      }
    }
    expect([...seen]).toHaveLength(1);
    expect(JSON.parse([...seen][0] as string)).toMatchObject([
      401,
      { "www-authenticate": "Bearer" },
      expect.stringContaining("1011"),
    ]);
    expect(await client.counted()).toBe(0);
  });

  test("R43: any Origin is 403, and no answer has a CORS header", async () => {
    const { client, backend } = await serve();
    await client.open();
    for (const origin of ["null", backend.url, "", "https://evil.example", ["null", "null"]]) {
      for (const answer of [
        await client.post(COUNT, { Origin: origin }),
        await client.get("/api/mcp/files", { Origin: origin }),
        await client.send("OPTIONS", "/api/mcp/rpc", {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
        }),
      ]) {
        expect(answer).toMatchObject({ status: 403, json: refusalOf(1011, "unauthorized") });
        expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
      }
    }
    expect(await client.counted()).toBe(0);
  });

  test("unknown paths are 404, wrong methods 405 with what is allowed", async () => {
    const { client } = await serve();
    for (const path of [
      "/",
      "/api/mcp",
      "/api/mcp/rpc/",
      "/api/mcp/files/",
      "/api/mcp/files/f1/content/x",
      "/api/mcp/files/%ff",
      "http://127.0.0.1/api/mcp/files",
      "/api/mcp/sessions",
    ]) {
      expect(await client.get(path)).toMatchObject({ status: 404, json: refusalOf(1003) });
    }
    expect(await client.get("/api/mcp/rpc")).toMatchObject({
      status: 405,
      headers: { allow: "POST" },
      json: refusalOf(-32600),
    });
    for (const path of ["/api/mcp/files", "/api/mcp/files/f1", "/api/mcp/files/f1/content"]) {
      const answer = await client.send("POST", path, {}, "{}");
      expect(answer).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" }, json: refusalOf(-32600) });
    }
  });

  test("what is no HTTP, has too large headers or both lengths is answered and closed, and costs nobody else", async () => {
    const { client, backend } = await serve();
    await client.open();
    const good = client.bytesOf("POST", "/api/mcp/rpc", {}, client.frameOf(COUNT)).toString();
    for (const [bytes, status] of [
      ["garbage\r\n\r\n", 400],
      ["\u001e{}\n", 400],
      [good.replace("\r\n", `\r\nX: ${"x".repeat(20_000)}\r\n`), 431],
      [good.replace("\r\n", "\r\nTransfer-Encoding: chunked\r\n"), 400],
      [good.replace("\r\n", "\r\nContent-Length: 1\r\n"), 400],
      ["CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405],
    ] as const) {
      const connection = connectRaw(backend.url);
      connection.write(bytes);
      const answer = await connection.answer();
      expect(answer).toMatchObject({
        status,
        headers: { connection: "close" },
        json: { id: null, error: {} },
      });
      await connection.closed;
      connection.socket.destroy();
    }
    expect(await client.counted()).toBe(0);
  });
});

describe("R41, R42: the Host header", () => {
  const hosts = (port: string) => ({
    served: [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`],
    refused: [
      ...[
        undefined,
        "",
        "localhost",
        "127.0.0.1",
        `localhost.:${port}`,
        `evil.example:${port}`,
        "evil.example",
      ],
      ...[
        `127.0.0.1:${port}.evil.example`,
        `x@127.0.0.1:${port}`,
        "127.0.0.1:1",
        `127.0.0.2:${port}`,
        `::1:${port}`,
      ],
      ...[
        `localhost:${port}/`,
        `localhost:0${port}0`,
        [`localhost:${port}`, `localhost:${port}`],
        [`localhost:${port}`, "evil.example"],
      ],
    ],
  });

  test("over TCP the loopback names with the bound port are served, all else is 403 and not dispatched", async () => {
    const { client, backend } = await serveForTest();
    await client.open();
    const { served, refused } = hosts(new URL(backend.url).port);
    for (const host of served)
      expect(await client.post({ ...COUNT, params: { key: "x" } }, { Host: host })).toMatchObject({
        status: 200,
      });
    for (const host of refused) {
      for (const answer of [
        await client.post(COUNT, { Host: host }),
        await client.get("/api/mcp/files", { Host: host }),
      ]) {
        expect(answer, String(host)).toMatchObject({ status: 403, json: refusalOf(1011) });
      }
    }
    expect(await client.counted()).toBe(0);
  });

  test("over a Unix socket localhost is served, with and without a port", async () => {
    const { client } = await serveForTest({ address: { kind: "unix" } });
    for (const host of ["localhost", "LOCALHOST", "localhost:80"])
      expect(await client.get("/api/mcp/files", { Host: host })).toMatchObject({ status: 200 });
    for (const host of ["evil.example", undefined, "", "localhost.", ["localhost", "localhost"]]) {
      expect(await client.get("/api/mcp/files", { Host: host })).toMatchObject({ status: 403 });
    }
  });
});
