import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { connectRaw, refusalOf, serveForTest } from "./serve-for-test.js";

const LIMIT = 1_048_576;
const TOO_LARGE = { status: 413, headers: { connection: "close" }, json: refusalOf(1005, "limit_exceeded") };
const CHUNKED = { "Content-Length": undefined, "Transfer-Encoding": "chunked" };

/** A call whose frame has exactly so many bytes. */
function sized(client: Awaited<ReturnType<typeof serveForTest>>["client"], bytes: number): string {
  const frame = (key: string): string =>
    client.frameOf({ id: 1, method: "conformance.count", params: { key } });
  return frame("x".repeat(bytes - frame("").length));
}

const chunk = (bytes: string): string => `${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`;

describe("R45: the size of a body", () => {
  test("maxFrameBytes are served, with a length and chunked", async () => {
    const { client } = await serveForTest();
    await client.open();
    const body = sized(client, LIMIT);
    expect(await client.send("POST", "/api/mcp/rpc", {}, body)).toMatchObject({
      status: 200,
      json: { result: 1 },
    });
    const pieces = `${chunk(body.slice(0, 10))}${chunk(body.slice(10))}0\r\n\r\n`;
    expect(await client.send("POST", "/api/mcp/rpc", CHUNKED, pieces)).toMatchObject({
      status: 200,
      json: { result: 2 },
    });
  });

  test("one byte more is 413, with a length before the body is sent, and chunked; nothing is dispatched", async () => {
    const { client, backend } = await serveForTest();
    await client.open();
    const body = sized(client, LIMIT + 1);
    const announced = connectRaw(backend.url);
    announced.write(client.bytesOf("POST", "/api/mcp/rpc", { "Content-Length": String(LIMIT + 1) }));
    expect(await announced.answer()).toMatchObject(TOO_LARGE);
    announced.socket.destroy();
    expect(await client.send("POST", "/api/mcp/rpc", {}, body)).toMatchObject(TOO_LARGE);
    expect(await client.send("POST", "/api/mcp/rpc", CHUNKED, chunk(body))).toMatchObject(TOO_LARGE);
    expect(await client.counted()).toBe(0);
  });

  test("a gigabyte in chunks is refused after hardly more than the limit, and not read to its end", async () => {
    const { client, backend } = await serveForTest();
    await client.open();
    const connection = connectRaw(backend.url);
    const { socket } = connection;
    connection.write(client.bytesOf("POST", "/api/mcp/rpc", CHUNKED));
    const piece = chunk("x".repeat(65_536));
    const GIGABYTE = 1_073_741_824;
    let refused = false;
    const answered = connection.answer().finally(() => (refused = true));
    while (socket.bytesWritten < GIGABYTE && !socket.destroyed) {
      if (socket.write(piece)) continue;
      // The answer doesn't stop this client: what the other side reads does.
      if (refused) break;
      await Promise.race([once(socket, "drain"), answered, connection.closed]);
    }
    expect(await answered).toMatchObject(TOO_LARGE);
    await connection.closed;
    // The limit, what is thrown away behind it, and what fits the buffers of both sockets.
    expect(socket.bytesWritten).toBeLessThan(32 * LIMIT);
    socket.destroy();
    expect(await client.counted()).toBe(0);
  });

  test("a client that asks first is told before it sends: to go on, or that it is too much", async () => {
    const { client, backend } = await serveForTest();
    await client.open();
    const body = client.frameOf({ id: 1, method: "conformance.count", params: { key: "k" } });
    const asks = (length: number): Buffer =>
      client.bytesOf("POST", "/api/mcp/rpc", { Expect: "100-continue", "Content-Length": String(length) });
    const asked = connectRaw(backend.url);
    asked.write(asks(body.length));
    await once(asked.socket, "data");
    expect(asked.rest().toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    asked.write(body);
    expect(await asked.answer()).toMatchObject({ status: 200, json: { result: 1 } });
    asked.socket.destroy();
    const refused = connectRaw(backend.url);
    refused.write(asks(LIMIT + 1));
    expect(await refused.answer()).toMatchObject(TOO_LARGE);
    refused.socket.destroy();
    expect(await client.send("POST", "/api/mcp/rpc", { Expect: "200-ok" }, body)).toMatchObject({
      status: 417,
    });
  });

  test("a refused request with a small body leaves its connection to the next, one with a large or open one closes it", async () => {
    const { client, backend } = await serveForTest();
    await client.open();
    const call = client.postBytes({ id: 1, method: "conformance.echo", params: {} });
    const small = connectRaw(backend.url);
    small.write(client.bytesOf("POST", "/api/mcp/rpc", { Authorization: undefined }, "x".repeat(100_000)));
    small.write(call);
    expect(await small.answer()).toMatchObject({ status: 401 });
    expect(await small.answer()).toMatchObject({ status: 200, json: { id: 1 } });
    small.socket.destroy();
    for (const headers of [{ "Content-Length": "99999999999" }, CHUNKED]) {
      const large = connectRaw(backend.url);
      large.write(client.bytesOf("POST", "/api/mcp/rpc", { ...headers, Authorization: undefined }));
      expect(await large.answer()).toMatchObject({ status: 401, headers: { connection: "close" } });
      await large.closed;
      large.socket.destroy();
    }
  });
});
