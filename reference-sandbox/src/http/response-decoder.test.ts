import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createResponseDecoder } from "./response-decoder.js";

const read = (text: string, most = 1_000_000) =>
  createResponseDecoder(() => most).push(Buffer.from(text, "latin1"));

describe("an HTTP answer", () => {
  test.each([
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true],
    [
      "chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n",
      200,
      "hello",
      true,
    ],
    ["no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true],
    ["no reason", "HTTP/1.1 202\r\nContent-Length: 0\r\n\r\n", 202, "", true],
    [
      "interim answers",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n",
      202,
      "",
      true,
    ],
    [
      "a wish to close",
      "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx",
      200,
      "x",
      false,
    ],
    ["version 1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", 200, "x", true],
    ["bytes behind it", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy", 200, "x", false],
  ])("with %s", (_, text, status, body, keepAlive) => {
    const response = read(text);
    expect({
      status: response?.status,
      body: String(response?.body),
      keepAlive: response?.keepAlive,
    }).toEqual({
      status,
      body,
      keepAlive,
    });
  });

  test("without a length ends with the stream", () => {
    const decoder = createResponseDecoder(() => 100);
    expect(decoder.push(Buffer.from("HTTP/1.1 200 OK\r\n\r\nhel"))).toBeUndefined();
    expect(decoder.push(Buffer.from("lo"))).toBeUndefined();
    expect(String(decoder.end()?.body)).toBe("hello");
  });

  test("that is cut is none", () => {
    for (const text of ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"]) {
      const decoder = createResponseDecoder(() => 100);
      expect([decoder.push(Buffer.from(text)), decoder.end()]).toEqual([undefined, undefined]);
    }
  });

  test.each([
    "SSH-2.0-OpenSSH\r\n\r\n",
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 101 Switching\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
    `HTTP/1.1 200 OK\r\nA: ${"x".repeat(70_000)}`,
  ])("that is none is refused: %j", (text) => {
    expect(() => read(text)).toThrow();
  });

  test("larger than the limit is refused, whatever it says of its length", () => {
    expect(() => read(`HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n${"x".repeat(11)}`, 10)).toThrow(
      "10 bytes",
    );
    expect(() => read(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(11)}`, 10)).toThrow("10 bytes");
    expect(() => read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nxxxxxxxxxxx", 10)).toThrow(
      "10 bytes",
    );
  });

  test("is the same for every chunking", () => {
    const answers = fc.record({
      body: fc.uint8Array({ maxLength: 200 }),
      chunked: fc.boolean(),
      interim: fc.boolean(),
      cuts: fc.array(fc.nat(400), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(answers, ({ body, chunked, interim, cuts }) => {
        const framed = chunked
          ? Buffer.concat([
              Buffer.from("Transfer-Encoding: chunked\r\n\r\n"),
              ...[body.subarray(0, 7), body.subarray(7)]
                .filter(({ length }) => length > 0)
                .flatMap((part) => [
                  Buffer.from(`${part.length.toString(16)}\r\n`),
                  part,
                  Buffer.from("\r\n"),
                ]),
              Buffer.from("0\r\n\r\n"),
            ])
          : Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
        const first = interim ? "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" : "HTTP/1.1 200 OK\r\n";
        const bytes = Buffer.concat([Buffer.from(first), framed]);
        const at = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort(
          (a, b) => a - b,
        );
        const decoder = createResponseDecoder(() => 1_000);
        const given = at.slice(1).map((end, index) => decoder.push(bytes.subarray(at[index], end)));
        expect(given.slice(0, -1).every((response) => response === undefined)).toBe(true);
        expect(given.at(-1)).toMatchObject({ status: 200, keepAlive: true });
        expect(Buffer.compare(given.at(-1)?.body ?? Buffer.alloc(0), body)).toBe(0);
      }),
    );
  });
});
