import { request, type IncomingHttpHeaders } from "node:http";
import { bytesOf } from "./bytes-of.js";
import type { HttpExpectation, HttpRequest } from "./http-vector.js";
import { matches } from "./matches.js";

/** What a host answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a request with exactly these headers on a connection of its own; rejects when no answer comes. */
export function exchange(port: number, wanted: HttpRequest, timeoutMs: number): Promise<HttpAnswer> {
  const body = wanted.body === undefined ? undefined : bytesOf(wanted.body);
  const length = body === undefined || wanted.chunked ? {} : { "Content-Length": String(body.length) };
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port,
        method: wanted.method,
        path: wanted.path,
        headers: { ...wanted.headers, ...length },
        setHost: false,
        agent: false,
        timeout: timeoutMs,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on("timeout", () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    // A host that refuses a body may close before all of it is sent: the answer counts.
    call.on("error", (error) => reject(error));
    call.end(body);
  });
}

/** Every way in which an answer differs from what a vector expects. */
export function judgeAnswer(expected: HttpExpectation, answer: HttpAnswer): string[] {
  const faults: string[] = [];
  const text = answer.body.toString("utf8");
  if (answer.status !== expected.status)
    faults.push(`status: expected ${expected.status}, got ${answer.status}`);
  if ("body" in expected && !matches(expected.body, parse(text)))
    faults.push(`body: expected ${JSON.stringify(expected.body)}, got ${text.slice(0, 300)}`);
  if (expected.bytes && Buffer.compare(bytesOf(expected.bytes), answer.body) !== 0)
    faults.push(
      `bytes: expected ${Buffer.from(bytesOf(expected.bytes)).toString()}, got ${text.slice(0, 300)}`,
    );
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    if (answer.headers[name.toLowerCase()] !== value)
      faults.push(`${name}: expected ${value}, got ${String(answer.headers[name.toLowerCase()])}`);
  for (const name of expected.absent ?? [])
    if (answer.headers[name.toLowerCase()] !== undefined) faults.push(`${name} must not be there`);
  return faults;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
