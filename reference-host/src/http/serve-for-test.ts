import { connect } from "node:net";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Fixture } from "@sandpipe/spec/control";
import type { Limits, RunReport } from "@sandpipe/spec/v1";
import { conformanceMethods } from "../adapter/conformance-methods.js";
import { createContractMethods } from "../methods/contract.js";
import { serveSessions } from "../serve/serve-sessions.js";
import type { ServeOptions } from "../serve/serve-sessions.js";
import { openStore } from "../store/index.js";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body as JSON. */
  readonly json: unknown;
}

/** Files of the fixture: f1 in p1, f2 in its conversation c1, f3 in another, f4 in another project. */
const FIXTURE: Fixture = {
  projects: [
    { id: "p1", name: "one" },
    { id: "p2", name: "two" },
  ],
  conversations: ["c1", "c2"].map((id) => ({ id, projectId: "p1", messages: [] })),
  files: [
    { id: "f1", projectId: "p1" },
    { id: "f2", projectId: "p1", conversationId: "c1" },
    { id: "f3", projectId: "p1", conversationId: "c2" },
    { id: "f4", projectId: "p2" },
    { id: "empty", projectId: "p1", content: "" },
  ].map((file) => ({ name: `${file.id}.txt`, encoding: "utf8" as const, content: "0123456789", ...file })),
};

/** A real backend over a store with the fixture, closed at the test's end, and its first session. */
export async function serveForTest(
  options: Partial<ServeOptions> & { readonly limits?: Partial<Limits> } = {},
) {
  const store = openStore(":memory:");
  await store.importFixture(FIXTURE);
  const ended: RunReport[] = [];
  const backend = await serveSessions({
    methods: [conformanceMethods, createContractMethods(store)],
    scopeOf: ({ project = "p1", conversation }) =>
      Promise.resolve({
        projectId: project,
        ...(conversation !== undefined && { conversationId: conversation }),
      }),
    ended: (_, report) => void ended.push(report),
    ...options,
  });
  onTestFinished(async () => {
    await backend.close();
    await store.close();
  });
  const { session, token } = await backend.issue({ projectId: "p1", conversationId: "c1" });
  return { backend, session, token, ended, client: clientOf(backend.url, token) };
}

/** One connection, on which any bytes may be written. */
export interface RawConnection {
  readonly socket: Socket;
  write(bytes: string | Buffer): void;
  /** The next answer in order; rejects when the connection closes before it is whole. */
  answer(): Promise<Answer>;
  /** Settles when the other side has closed. */
  readonly closed: Promise<void>;
  /** Bytes that came and belong to no answer yet. */
  readonly rest: () => Buffer;
}

/** Opens a connection to a backend's URL. */
export function connectRaw(url: string): RawConnection {
  const socket = url.startsWith("unix:")
    ? connect(url.slice(5))
    : connect(Number(new URL(url).port), "127.0.0.1");
  let came = Buffer.alloc(0);
  let isClosed = false;
  let wake: () => void = () => undefined;
  socket.on("data", (chunk) => {
    came = Buffer.concat([came, chunk]);
    wake();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    const close = (): void => {
      isClosed = true;
      wake();
      resolve();
    };
    socket.on("end", close);
    socket.on("close", close);
  });
  return {
    socket,
    closed,
    rest: () => came,
    write: (bytes) => void socket.write(bytes),
    async answer() {
      for (;;) {
        const found = readAnswer(came);
        if (found) {
          came = came.subarray(found.end);
          if (found.answer.status !== 100) return found.answer;
        } else if (isClosed)
          throw new Error(`closed before an answer was whole: ${JSON.stringify(came.toString())}`);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

function readAnswer(bytes: Buffer): { answer: Answer; end: number } | undefined {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, head).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const end = head + 4 + Number(headers["content-length"] ?? 0);
  if (bytes.length < end) return undefined;
  const body = bytes.subarray(head + 4, end);
  const json: unknown =
    headers["content-type"] === "application/json" ? JSON.parse(body.toString()) : undefined;
  return { answer: { status: Number(first.split(" ")[1]), headers, body, json }, end };
}

/** A client that writes its requests itself, so that every header is as the test says. */
export function clientOf(url: string, token: string) {
  const host = url.startsWith("unix:") ? "localhost" : new URL(url).host;
  const standard = { Host: host, Authorization: `Bearer ${token}`, "Content-Type": "application/json" };

  /** The bytes of a request; a header that is undefined is left out, a list stands for several lines. */
  const bytesOf = (
    method: string,
    path: string,
    headers: Readonly<Record<string, string | readonly string[] | undefined>> = {},
    body: string | Buffer = "",
  ): Buffer => {
    const all = {
      ...standard,
      ...(method === "POST" && { "Content-Length": String(Buffer.byteLength(body)) }),
      ...headers,
    };
    const lines = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`),
    );
    return Buffer.concat([
      Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`),
      Buffer.from(body),
    ]);
  };
  const send = async (...request: Parameters<typeof bytesOf>): Promise<Answer> => {
    const connection = connectRaw(url);
    connection.write(bytesOf(...request));
    try {
      return await connection.answer();
    } finally {
      connection.socket.destroy();
    }
  };
  const frameOf = (frame: object): string => JSON.stringify({ jsonrpc: "2.0", ...frame });
  const post = (frame: object, headers?: Parameters<typeof bytesOf>[2]): Promise<Answer> =>
    send("POST", "/api/mcp/rpc", headers, frameOf(frame));
  const OPEN = {
    id: "open",
    method: "session.open",
    params: { protocol: 1, runtime: { name: "t", version: "0" }, features: [] },
  };
  return {
    url,
    bytesOf,
    frameOf,
    send,
    post,
    OPEN,
    /** The bytes of a POST of that frame. */
    postBytes: (frame: object, headers?: Parameters<typeof bytesOf>[2]) =>
      bytesOf("POST", "/api/mcp/rpc", headers, frameOf(frame)),
    open: () => post(OPEN),
    get: (path: string, headers?: Parameters<typeof bytesOf>[2]) => send("GET", path, headers),
    /** How often the session has counted: what was dispatched. */
    async counted(): Promise<number> {
      const { json } = await post({ id: "counted", method: "conformance.count", params: { key: "k" } });
      return (json as { result: number }).result - 1;
    },
  };
}

/** The error object with id null that every refusal has. */
export const refusalOf = (code: number, kind?: string): object => ({
  jsonrpc: "2.0",
  id: null,
  error: { code, ...(kind !== undefined && { data: { kind } }) },
});
